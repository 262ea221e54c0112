//! `base_band` (基准价法): the bid nearest to a benchmark made from the prices in a band comes first.
//! Gives an order and no points. Invariant: a price above the band is in no place of the order; at least one is.
//!
//! Source: 招标投标法, article 41, item 1, in the form usual in city rules for small works. Not lawful in the procurement
//! regime, which knows only the lowest evaluated price and comprehensive scoring (财政部令第 87 号, article 53).

use num_traits::Signed;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bid::{Entrant, Field, ids, prices};
use super::coefficient::{Coefficient, demand};
use super::decimal::Decimal;
use super::error::{FormulaError, RuleFault};
use super::exact::{Exact, mean, whole};
use super::trace::{Step, StepCode, TermName, Trace};

/// A = mean(P); prices above A·(1 + valid %) are left out; B = mean of the rest; R = B·(100 − float)/100;
/// the bids in the order of |P − R|, equal distances by the lower price, then by the lottery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BaseBand {
    /// How far above the mean a price may lie, in percent; not negative.
    pub valid_percent: Decimal,
    /// How far below B the benchmark lies, in percent, fixed or drawn; from 0 to less than 100.
    pub float_percent: Coefficient,
}

impl BaseBand {
    pub(super) fn check(&self) -> Result<(), RuleFault> {
        demand(self.valid_percent >= Decimal::whole(0), "valid_percent")?;
        let is_float = |value| value >= Decimal::whole(0) && value < Decimal::whole(100);
        self.float_percent.check("float_percent", is_float)
    }

    pub(super) fn apply<I: Clone + Ord>(
        &self,
        field: &Field<I>,
        drawn: Option<Decimal>,
        trace: &mut Trace<I>,
    ) -> Result<Vec<I>, FormulaError> {
        let by_price = field.by_price();
        let within = self.within_band(&by_price, trace)?;
        let benchmark = self.benchmark(within, drawn, trace)?;
        let mut by_distance: Vec<(Exact, Entrant<I>)> =
            within.iter().map(|entrant| ((&entrant.price - &benchmark).abs(), entrant.clone())).collect();
        // The sort is stable: equal distances stay in the order of price and lottery.
        by_distance.sort_by(|left, right| left.0.cmp(&right.0));
        for (distance, entrant) in &by_distance {
            trace.push(
                Step::about(StepCode::BidDistance, entrant.id.clone())
                    .amount(TermName::Price, &entrant.price)
                    .amount(TermName::Benchmark, &benchmark)
                    .amount(TermName::Result, distance),
            );
        }
        Ok(by_distance.into_iter().map(|(_, entrant)| entrant.id).collect())
    }

    fn within_band<'a, I: Clone>(
        &self,
        by_price: &'a [Entrant<I>],
        trace: &mut Trace<I>,
    ) -> Result<&'a [Entrant<I>], FormulaError> {
        let average = mean(&prices(by_price)).ok_or(FormulaError::NoValidBid)?;
        let limit = &average * (whole(100) + self.valid_percent.exact()) / whole(100);
        let (within, above) = by_price.split_at(by_price.partition_point(|entrant| entrant.price <= limit));
        trace.push(
            Step::new(StepCode::Mean).ids(TermName::Of, ids(by_price)).amount(TermName::Result, &average),
        );
        trace.push(
            Step::new(StepCode::WithinBand)
                .percent(TermName::Share, &self.valid_percent.exact())
                .amount(TermName::Threshold, &limit)
                .ids(TermName::LeftOut, ids(above))
                .ids(TermName::Of, ids(within)),
        );
        Ok(within)
    }

    fn benchmark<I: Clone>(
        &self,
        within: &[Entrant<I>],
        drawn: Option<Decimal>,
        trace: &mut Trace<I>,
    ) -> Result<Exact, FormulaError> {
        let base = mean(&prices(within)).ok_or(FormulaError::NoValidBid)?;
        let float_percent = self.float_percent.resolve(drawn)?;
        let benchmark = &base * (whole(100) - &float_percent) / whole(100);
        trace.push(
            Step::new(StepCode::BasePrice).ids(TermName::Of, ids(within)).amount(TermName::Result, &base),
        );
        trace.push(
            Step::new(StepCode::Benchmark)
                .percent(TermName::Coefficient, &float_percent)
                .amount(TermName::Result, &benchmark),
        );
        Ok(benchmark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::fixtures::{bids, rule};
    use crate::formula::{Circumstances, Formula};

    fn order(valid_percent: i32, float_percent: i32, prices: &[i64]) -> Vec<u32> {
        let formula = BaseBand {
            valid_percent: Decimal::whole(valid_percent),
            float_percent: Coefficient::Fixed { value: Decimal::whole(float_percent) },
        };
        let outcome = rule(Formula::BaseBand(formula)).apply(&bids(prices), &Circumstances::default());
        let outcome = outcome.expect("valid bids");
        assert!(outcome.scores.is_empty(), "the formula gives no points");
        outcome.order
    }

    #[test]
    fn nearest_to_the_benchmark_first() {
        // A = 100, 130 lies above 120; B = 90, R = 85.5; distances 5.5, 4.5, 14.5.
        assert_eq!(order(20, 5, &[8_000, 9_000, 10_000, 13_000]), [2, 1, 3]);
    }

    #[test]
    fn equal_distances_go_by_price_then_lottery() {
        assert_eq!(order(20, 0, &[10_000, 8_000]), [2, 1]);
        assert_eq!(order(0, 0, &[7_000, 7_000]), [1, 2]);
    }

    #[test]
    fn a_float_of_everything_is_refused() {
        let float_percent = Coefficient::Fixed { value: Decimal::whole(100) };
        let formula = BaseBand { valid_percent: Decimal::whole(0), float_percent };
        assert_eq!(formula.check(), Err(RuleFault::ParameterOutOfRange { parameter: "float_percent" }));
    }
}
