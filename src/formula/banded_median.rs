//! `banded_median`: deviation from the median of price groups, times a coefficient drawn in public.
//! Invariant: scores lie in [0, max]; nothing is rounded before the score.
//!
//! Source: evaluation method chapter (第三章 评标办法, 综合评估法, 附件 1) of a 2025 municipal-works tender in Anhui, whose
//! steps are numbered below as there. What the text leaves open is settled here: an empty series B makes the reference
//! price the base price; a score stops at 0; the extremes that step 4 leaves out still take part in step 5.
//! Lawful in the bidding regime (招标投标法, article 41, item 1; 评标委员会和评标方法暂行规定, article 35), not in the
//! procurement regime (财政部令第 87 号, article 55: the benchmark is the lowest price).

mod groups;
mod lottery;

use std::collections::BTreeMap;

use num_traits::{One, Signed, Zero};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::base_deviation::extremes;
use super::bid::{Entrant, Field, ids, prices, sorted_by_price};
use super::coefficient::{Coefficient, demand};
use super::decimal::Decimal;
use super::error::{FormulaError, RuleFault};
use super::exact::{Exact, mean, median, whole, without_extremes};
use super::trace::{Step, StepCode, TermName, Trace};
use crate::base::Points;

pub use lottery::LotteryLimit;

/// The parameters of the rule; the ceiling and the drawn coefficient are circumstances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BandedMedian {
    /// Points of a price equal to the benchmark; more than 0.
    pub points_max: Points,
    /// How many bids the lottery admits to the calculation.
    pub lottery_limit: LotteryLimit,
    /// x: the least drop from the ceiling, as a ratio, that brings a bid into series B; from 0 to less than 1.
    pub drop_min: Decimal,
    /// Where the middle band ends.
    pub band: Band,
    /// From this many bids in series B on, the highest and the lowest are left out of the mean; at least 3.
    pub trim_from: u32,
    /// C, fixed or drawn; more than 0.
    pub coefficient: Coefficient,
    /// Points lost for each percent above the benchmark; not negative.
    pub above_per_percent: Decimal,
    /// Points lost for each percent below the benchmark; not negative.
    pub below_per_percent: Decimal,
}

/// The middle band around the mean: prices within it count one by one, those beyond it as one group each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Upper end as a ratio of the mean; at least 1.
    pub high: Decimal,
    /// Lower end as a ratio of the mean; more than 0, at most 1.
    pub low: Decimal,
}

impl Band {
    /// Municipal and landscape works: 0.9 to 1.1 times the mean.
    pub const MUNICIPAL: Self = Self { high: Decimal::hundredths(110), low: Decimal::hundredths(90) };
    /// Building and installation works: 0.95 to 1.05 times the mean.
    pub const BUILDING: Self = Self { high: Decimal::hundredths(105), low: Decimal::hundredths(95) };
}

impl BandedMedian {
    /// The rule as the source states it for municipal works, with 80 points and C drawn from the eight values of
    /// step 7. `drop_min` is picked per tender: 13, 11, 9 or 7 %.
    pub fn municipal(drop_min: Decimal) -> Self {
        Self {
            points_max: Points::from_hundredths(8_000).expect("80 points are in range"),
            lottery_limit: LotteryLimit::MUNICIPAL,
            drop_min,
            band: Band::MUNICIPAL,
            trim_from: 7,
            coefficient: Coefficient::Drawn {
                among: [975, 980, 985, 990, 995, 1_000, 1_005, 1_010].map(Decimal::thousandths).to_vec(),
            },
            above_per_percent: Decimal::whole(1),
            below_per_percent: Decimal::hundredths(50),
        }
    }

    pub(super) fn check(&self) -> Result<(), RuleFault> {
        let (zero, one) = (Decimal::whole(0), Decimal::whole(1));
        demand(self.points_max > Points::ZERO, "points_max")?;
        demand(self.lottery_limit.whole_max >= 1, "lottery_limit.whole_max")?;
        demand(self.lottery_limit.cut_max >= self.lottery_limit.whole_max, "lottery_limit.cut_max")?;
        demand(self.drop_min >= zero && self.drop_min < one, "drop_min")?;
        demand(self.band.high >= one, "band.high")?;
        demand(self.band.low > zero && self.band.low <= one, "band.low")?;
        demand(self.trim_from >= 3, "trim_from")?;
        self.coefficient.check("coefficient", |value| value > zero)?;
        demand(self.above_per_percent >= zero, "above_per_percent")?;
        demand(self.below_per_percent >= zero, "below_per_percent")
    }

    pub(super) fn apply<I: Clone + Ord>(
        &self,
        field: &Field<I>,
        drawn: Option<Decimal>,
        trace: &mut Trace<I>,
    ) -> Result<BTreeMap<I, Points>, FormulaError> {
        let ceiling = field.ceiling()?;
        let coefficient = self.coefficient.resolve(drawn)?;
        let selected = self.selected(field, trace);
        let reference = self.reference_price(ceiling, trace);
        let series_b = self.series_b(selected, &reference, trace);
        let middle = self.median_of_groups(series_b, trace);
        let base = base_price(reference, middle, trace);
        let benchmark = &base * &coefficient;
        trace.push(
            Step::new(StepCode::Benchmark)
                .ratio(TermName::Coefficient, &coefficient)
                .amount(TermName::Result, &benchmark),
        );
        let mut scores = BTreeMap::new();
        // Every passing bid is scored, those that the lottery left out of the calculation too.
        for entrant in &field.entrants {
            let (step, points) = self.score(entrant, &benchmark)?;
            trace.push(step);
            scores.insert(entrant.id.clone(), points);
        }
        Ok(scores)
    }

    /// Step 2: the first bids in lottery order.
    fn selected<'a, I: Clone>(&self, field: &'a Field<I>, trace: &mut Trace<I>) -> &'a [Entrant<I>] {
        let passing = u32::try_from(field.entrants.len()).expect("at most BIDS_MAX bids");
        let admitted = self.lottery_limit.admitted(passing);
        let (selected, left_out) = field.entrants.split_at(admitted as usize);
        trace.push(
            Step::new(StepCode::InCalculation)
                .count(TermName::Limit, admitted)
                .ids(TermName::LeftOut, ids(left_out))
                .ids(TermName::Of, ids(selected)),
        );
        selected
    }

    /// The price that lies exactly the least drop below the ceiling: P·(1 − x).
    fn reference_price<I>(&self, ceiling: &Exact, trace: &mut Trace<I>) -> Exact {
        let reference = ceiling * (Exact::one() - self.drop_min.exact());
        trace.push(
            Step::new(StepCode::ReferencePrice)
                .amount(TermName::Ceiling, ceiling)
                .ratio(TermName::DropMin, &self.drop_min.exact())
                .amount(TermName::Result, &reference),
        );
        reference
    }

    /// Step 3: a drop of at least x is a price of at most P·(1 − x).
    fn series_b<I: Clone>(
        &self,
        selected: &[Entrant<I>],
        reference: &Exact,
        trace: &mut Trace<I>,
    ) -> Vec<Entrant<I>> {
        let (series_b, series_a): (Vec<_>, Vec<_>) =
            selected.iter().cloned().partition(|entrant| entrant.price <= *reference);
        trace.push(
            Step::new(StepCode::SeriesB)
                .amount(TermName::ReferencePrice, reference)
                .ids(TermName::LeftOut, ids(&series_a))
                .ids(TermName::Of, ids(&series_b)),
        );
        series_b
    }

    /// Steps 4 to 6: mean, groups around it, median of their values; none if series B is empty.
    fn median_of_groups<I: Clone>(&self, series_b: Vec<Entrant<I>>, trace: &mut Trace<I>) -> Option<Exact> {
        let by_price = sorted_by_price(series_b);
        let is_trimmed = by_price.len() >= self.trim_from as usize;
        let kept = if is_trimmed { without_extremes(&by_price) } else { &by_price };
        let average = mean(&prices(kept))?;
        trace.push(
            Step::new(StepCode::Mean)
                .ids(TermName::LeftOut, if is_trimmed { extremes(&by_price) } else { Vec::new() })
                .ids(TermName::Of, ids(kept))
                .amount(TermName::Result, &average),
        );
        let values = groups::values(&by_price, &average, &self.band, trace);
        let middle = median(&values)?;
        trace.push(
            Step::new(StepCode::Median)
                .count(TermName::Groups, u32::try_from(values.len()).expect("no more groups than bids"))
                .amount(TermName::Result, &middle),
        );
        Some(middle)
    }

    /// Step 8: full marks at the benchmark, linear on both sides.
    fn score<I: Clone>(
        &self,
        entrant: &Entrant<I>,
        benchmark: &Exact,
    ) -> Result<(Step<I>, Points), FormulaError> {
        let deviation = (&entrant.price - benchmark) / benchmark * whole(100);
        let penalty =
            if deviation.is_negative() { self.below_per_percent } else { self.above_per_percent }.exact();
        let exact = (self.points_max.exact() - &penalty * deviation.abs()).max(Exact::zero());
        let points = Points::rounded(&exact)?;
        let step = Step::about(StepCode::BidScore, entrant.id.clone())
            .amount(TermName::Price, &entrant.price)
            .percent(TermName::Deviation, &deviation)
            .ratio(TermName::Penalty, &penalty)
            .points(TermName::PointsMax, self.points_max)
            .exact_points(TermName::Exact, &exact)
            .points(TermName::Result, points);
        Ok((step, points))
    }
}

/// Step 7: D, the lower of the reference price and the median.
fn base_price<I>(reference: Exact, middle: Option<Exact>, trace: &mut Trace<I>) -> Exact {
    let step = Step::new(StepCode::BasePrice).amount(TermName::ReferencePrice, &reference);
    let (step, base) = match middle {
        Some(middle) => (step.amount(TermName::Median, &middle), reference.min(middle)),
        None => (step, reference),
    };
    trace.push(step.amount(TermName::Result, &base));
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_with_an_impossible_parameter_is_refused() {
        let lawful = BandedMedian::municipal(Decimal::hundredths(13));
        assert_eq!(lawful.check(), Ok(()));
        let with = |change: fn(&mut BandedMedian)| {
            let mut rule = lawful.clone();
            change(&mut rule);
            rule.check().map_err(|fault| match fault {
                RuleFault::ParameterOutOfRange { parameter } => parameter,
                RuleFault::NotLawful | RuleFault::AbnormalThresholds => "another fault",
            })
        };
        assert_eq!(with(|rule| rule.drop_min = Decimal::whole(1)), Err("drop_min"));
        assert_eq!(with(|rule| rule.band.low = Decimal::whole(0)), Err("band.low"));
        assert_eq!(with(|rule| rule.trim_from = 2), Err("trim_from"));
        assert_eq!(with(|rule| rule.lottery_limit.cut_max = 3), Err("lottery_limit.cut_max"));
        assert_eq!(with(|rule| rule.coefficient = Coefficient::Drawn { among: vec![] }), Err("coefficient"));
        let twice = |rule: &mut BandedMedian| {
            rule.coefficient = Coefficient::Drawn { among: vec![Decimal::whole(1), Decimal::whole(1)] };
        };
        assert_eq!(with(twice), Err("coefficient"));
    }
}
