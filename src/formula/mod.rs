//! Price rules: formulas as data, applied to exact prices, each result with the trace that explains it.
//! Not here: who may see prices, what a rejected bid is, when a coefficient is drawn. No floats, no clock, no chance.
//! Invariant: the same rule, bids and circumstances give the same outcome for ever, whatever the order of the input;
//! amounts and scores are exact rationals until the one rounding of the published score (half-up, two digits).

pub mod abnormal;
mod banded_median;
mod base_band;
mod base_deviation;
mod benchmark;
mod bid;
mod coefficient;
mod decimal;
mod error;
mod exact;
mod lowest;
pub mod panel;
pub mod ranking;
pub mod trace;
mod value_for_money;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod worked_cases;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use crate::base::Regime;

use crate::base::Points;
use abnormal::AbnormalRule;
use bid::{Entrant, Field, ids};
use trace::Trace;

pub use banded_median::{Band, BandedMedian, LotteryLimit};
pub use base_band::BaseBand;
pub use base_deviation::BaseDeviation;
pub use benchmark::Benchmark;
pub use bid::{BIDS_MAX, Circumstances, PricedBid};
pub use coefficient::Coefficient;
pub use decimal::Decimal;
pub use error::{FormulaError, RuleFault};
pub use lowest::Lowest;
pub use value_for_money::ValueForMoney;

/// How prices become points, or an order. Each variant's type documents rule, parameters and source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "formula", rename_all = "snake_case")]
pub enum Formula {
    /// The lowest price earns full points, the others in inverse proportion.
    Lowest(Lowest),
    /// Deviation from the mean, extremes left out.
    BaseDeviation(BaseDeviation),
    /// Deviation from a share of the ceiling.
    Benchmark(Benchmark),
    /// Nearness to the mean of the prices in a band (基准价法).
    BaseBand(BaseBand),
    /// Points for money (性价比法).
    ValueForMoney(ValueForMoney),
    /// Deviation from the median of price groups, times a drawn coefficient.
    BandedMedian(BandedMedian),
}

impl Formula {
    /// The bodies of law under which the formula may be used; the sources stand with each formula.
    pub fn lawful_in(&self) -> &'static [Regime] {
        match self {
            Self::Lowest(_) => &[Regime::Bidding, Regime::Procurement],
            Self::BaseDeviation(_)
            | Self::Benchmark(_)
            | Self::BaseBand(_)
            | Self::ValueForMoney(_)
            | Self::BandedMedian(_) => &[Regime::Bidding],
        }
    }

    /// The most points that a price can earn; none for formulas that give an order and no points.
    pub fn points_max(&self) -> Option<Points> {
        match self {
            Self::Lowest(formula) => Some(formula.points_max),
            Self::BaseDeviation(formula) => Some(formula.points_max),
            Self::Benchmark(formula) => Some(formula.points_max),
            Self::BandedMedian(formula) => Some(formula.points_max),
            Self::BaseBand(_) | Self::ValueForMoney(_) => None,
        }
    }

    /// The coefficient of the formula, if it has one: its `draw_set` is what a public draw chooses from.
    pub fn coefficient(&self) -> Option<&Coefficient> {
        match self {
            Self::Benchmark(formula) => Some(&formula.coefficient),
            Self::BaseBand(formula) => Some(&formula.float_percent),
            Self::BandedMedian(formula) => Some(&formula.coefficient),
            Self::Lowest(_) | Self::BaseDeviation(_) | Self::ValueForMoney(_) => None,
        }
    }

    /// Whether the formula cannot be applied without a ceiling.
    pub fn needs_ceiling(&self) -> bool {
        match self {
            Self::Benchmark(_) | Self::BandedMedian(_) => true,
            Self::Lowest(_) | Self::BaseDeviation(_) | Self::BaseBand(_) | Self::ValueForMoney(_) => false,
        }
    }

    fn check(&self) -> Result<(), RuleFault> {
        match self {
            Self::Lowest(formula) => formula.check(),
            Self::BaseDeviation(formula) => formula.check(),
            Self::Benchmark(formula) => formula.check(),
            Self::BaseBand(formula) => formula.check(),
            Self::ValueForMoney(_) => Ok(()),
            Self::BandedMedian(formula) => formula.check(),
        }
    }

    fn apply<I: Clone + Ord>(
        &self,
        field: &Field<I>,
        circumstances: &Circumstances<I>,
        trace: &mut Trace<I>,
    ) -> Result<Merit<I>, FormulaError> {
        let drawn = circumstances.drawn;
        match self {
            Self::Lowest(formula) => formula.apply(field, trace).map(Merit::Scores),
            Self::BaseDeviation(formula) => formula.apply(field, trace).map(Merit::Scores),
            Self::Benchmark(formula) => formula.apply(field, drawn, trace).map(Merit::Scores),
            Self::BaseBand(formula) => formula.apply(field, drawn, trace).map(Merit::Order),
            Self::ValueForMoney(formula) => {
                formula.apply(field, &circumstances.quality, trace).map(Merit::Order)
            }
            Self::BandedMedian(formula) => formula.apply(field, drawn, trace).map(Merit::Scores),
        }
    }
}

/// The whole price rule of a lot, as the tender document publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PriceRule {
    /// How prices become points or an order.
    pub formula: Formula,
    /// When a price is abnormally low; none where the panel judges without a number.
    pub abnormally_low: Option<AbnormalRule>,
}

/// What a price rule makes of the bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(bound(deserialize = "I: Ord + Deserialize<'de>"))]
pub struct PriceOutcome<I> {
    /// The price points of each bid that took part; empty for formulas that give an order and no points.
    pub scores: BTreeMap<I, Points>,
    /// The bids by price merit, the best first. With points: by points, the lower price, the lottery.
    pub order: Vec<I>,
    /// Bids above the ceiling, in lottery order: they took no part, and the panel has to reject them.
    pub over_ceiling: Vec<I>,
    /// Bids that have to explain their price before an award, in lottery order.
    pub abnormally_low: Vec<I>,
    /// Why.
    pub trace: Trace<I>,
}

/// What a formula gives: points, or an order with the best bid first.
enum Merit<I> {
    Scores(BTreeMap<I, Points>),
    Order(Vec<I>),
}

impl PriceRule {
    /// What the editor asks before a rule is published.
    /// Errors: `parameter_out_of_range`, `formula_not_lawful`, `abnormal_thresholds`.
    pub fn check(&self, regime: Regime) -> Result<(), RuleFault> {
        if !self.formula.lawful_in().contains(&regime) {
            return Err(RuleFault::NotLawful);
        }
        self.check_parameters()?;
        abnormal::check_against_law(self.abnormally_low.as_ref(), regime)
    }

    /// Applies the rule. The order of `bids` is without effect.
    /// Errors: see [`FormulaError`]; a rule that `check` refuses for its parameters is refused here too.
    pub fn apply<I: Clone + Ord>(
        &self,
        bids: &[PricedBid<I>],
        circumstances: &Circumstances<I>,
    ) -> Result<PriceOutcome<I>, FormulaError> {
        self.check_parameters()?;
        let mut trace = Trace::new();
        let field = Field::of(bids, circumstances.ceiling_minor, &mut trace)?;
        let (scores, order) = match self.formula.apply(&field, circumstances, &mut trace)? {
            Merit::Scores(scores) => {
                let order = order_by_scores(&field, &scores);
                (scores, order)
            }
            Merit::Order(order) => (BTreeMap::new(), order),
        };
        let abnormally_low = match &self.abnormally_low {
            Some(rule) => rule.apply(&field, &mut trace)?,
            None => Vec::new(),
        };
        Ok(PriceOutcome { scores, order, over_ceiling: field.over_ceiling, abnormally_low, trace })
    }

    fn check_parameters(&self) -> Result<(), RuleFault> {
        self.formula.check()?;
        self.abnormally_low.as_ref().map_or(Ok(()), AbnormalRule::check)
    }
}

fn order_by_scores<I: Clone + Ord>(field: &Field<I>, scores: &BTreeMap<I, Points>) -> Vec<I> {
    let mut entrants: Vec<Entrant<I>> = field.by_price();
    // The sort is stable: equal points stay in the order of price and lottery.
    entrants.sort_by_key(|entrant| Reverse(scores.get(&entrant.id).copied()));
    ids(&entrants)
}
