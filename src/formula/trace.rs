//! Why this score: the steps of one calculation with their inputs and exact values.
//! Not prose: a step is a code and named values, and each reader's language is put around them.
//! Invariant: the same input gives the same trace, byte for byte; nothing in it is rounded without saying so.

mod number;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::exact::Exact;
use crate::base::Points;

pub use number::Number;

/// The steps of a calculation, in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Trace<I> {
    /// What was done, first to last.
    pub steps: Vec<Step<I>>,
}

/// One step: what it is, which bid or expert it is about, and the values that went in and came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Step<I> {
    /// What was done.
    pub code: StepCode,
    /// The bid or expert that the step is about, if it is about one.
    pub subject: Option<I>,
    /// Inputs first, the result last.
    pub terms: Vec<Term<I>>,
}

/// One named value of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Term<I> {
    /// What the value is.
    pub name: TermName,
    /// The value with its unit.
    pub value: TermValue<I>,
}

/// A value with its unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "unit", content = "value", rename_all = "snake_case")]
pub enum TermValue<I> {
    /// Minor units of the lot's currency.
    Amount(Number),
    /// A plain number or ratio.
    Ratio(Number),
    /// Percent.
    Percent(Number),
    /// Points before they are rounded.
    ExactPoints(Number),
    /// Points in hundredths, as published.
    Points(Points),
    /// How many.
    Count(u32),
    /// Bids or experts, in the order that matters for the step.
    Ids(Vec<I>),
}

/// What a step does. The names are translation keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepCode {
    /// The bids that take part, in lottery order, and those above the ceiling.
    Passing,
    /// The bids that enter the calculation of the benchmark, by lottery order.
    InCalculation,
    /// The bids far enough below the ceiling.
    SeriesB,
    /// The bids whose price is within the valid band.
    WithinBand,
    /// The lowest valid price.
    LowestPrice,
    /// A mean, with the extremes that were left out of it.
    Mean,
    /// One group of prices and its value.
    Group,
    /// The median of the groups.
    Median,
    /// The ceiling less the least drop.
    ReferencePrice,
    /// The lower of reference price and median, or the mean that stands for it.
    BasePrice,
    /// The price that earns full points, or that the distance is taken from.
    Benchmark,
    /// The score of one bid.
    BidScore,
    /// The distance of one bid from the benchmark.
    BidDistance,
    /// Points for money of one bid.
    BidValue,
    /// One limit below which a price is abnormally low.
    AbnormalLimit,
    /// A bid below a limit.
    AbnormallyLow,
    /// A mark that is void because its reason is missing.
    MarkVoid,
    /// The score of a panel: valid marks, those left out, the mean.
    PanelScore,
}

/// What a value is. The names are translation keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TermName {
    /// Bids or experts that the step takes.
    Of,
    /// Bids or experts that the step leaves out.
    LeftOut,
    /// Bids above the ceiling.
    OverCeiling,
    /// How many bids the lottery admits.
    Limit,
    /// The price of the bid.
    Price,
    /// The ceiling of the lot.
    Ceiling,
    /// The least drop from the ceiling.
    DropMin,
    /// The coefficient, fixed or drawn.
    Coefficient,
    /// A share in percent that the rule sets.
    Share,
    /// A ratio that the rule sets.
    Threshold,
    /// How many groups.
    Groups,
    /// The median of the groups.
    Median,
    /// A mean of prices.
    Mean,
    /// The second lowest price.
    NextPrice,
    /// The reference price.
    ReferencePrice,
    /// Deviation that costs nothing.
    FreeMargin,
    /// The benchmark.
    Benchmark,
    /// Deviation from the benchmark.
    Deviation,
    /// Points per percent of deviation, or percent of the maximum per percent.
    Penalty,
    /// The most points.
    PointsMax,
    /// Technical and business points.
    Quality,
    /// The mark of an expert.
    Mark,
    /// The result before rounding.
    Exact,
    /// The result.
    Result,
}

impl<I> Trace<I> {
    pub(super) fn new() -> Self {
        Self { steps: Vec::new() }
    }

    pub(super) fn push(&mut self, step: Step<I>) {
        self.steps.push(step);
    }
}

impl<I> Step<I> {
    pub(super) fn new(code: StepCode) -> Self {
        Self { code, subject: None, terms: Vec::new() }
    }

    pub(super) fn about(code: StepCode, subject: I) -> Self {
        Self { code, subject: Some(subject), terms: Vec::new() }
    }

    pub(super) fn amount(self, name: TermName, value: &Exact) -> Self {
        self.term(name, TermValue::Amount(Number::of(value)))
    }

    pub(super) fn ratio(self, name: TermName, value: &Exact) -> Self {
        self.term(name, TermValue::Ratio(Number::of(value)))
    }

    pub(super) fn percent(self, name: TermName, value: &Exact) -> Self {
        self.term(name, TermValue::Percent(Number::of(value)))
    }

    pub(super) fn exact_points(self, name: TermName, value: &Exact) -> Self {
        self.term(name, TermValue::ExactPoints(Number::of(value)))
    }

    pub(super) fn points(self, name: TermName, value: Points) -> Self {
        self.term(name, TermValue::Points(value))
    }

    pub(super) fn count(self, name: TermName, value: u32) -> Self {
        self.term(name, TermValue::Count(value))
    }

    pub(super) fn ids(self, name: TermName, value: Vec<I>) -> Self {
        self.term(name, TermValue::Ids(value))
    }

    fn term(mut self, name: TermName, value: TermValue<I>) -> Self {
        self.terms.push(Term { name, value });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_code_and_values() {
        let step: Step<u32> =
            Step::about(StepCode::BidScore, 7).amount(TermName::Price, &Exact::new(1.into(), 3.into()));
        let json = serde_json::to_string(&step).expect("plain data");
        assert_eq!(
            json,
            r#"{"code":"bid_score","subject":7,"terms":[{"name":"price","value":{"unit":"amount","value":{"decimal":"0.3333333333","fraction":"1/3"}}}]}"#
        );
        assert_eq!(serde_json::from_str::<Step<u32>>(&json).expect("what was written"), step);
    }
}
