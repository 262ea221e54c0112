//! `base_deviation`: points fall with the deviation from the mean of the prices.
//! Invariant: a price equal to the mean earns the maximum, no price more; with the clamp, none less than 0.
//!
//! Source: 评标委员会和评标方法暂行规定, article 35 (what is quantified, and how, stands in the document), in the form
//! usual in provincial model documents for works. Not lawful in the procurement regime, where extremes may not be
//! left out and the benchmark is the lowest price (财政部令第 87 号, article 55).

use std::collections::BTreeMap;

use num_traits::{Signed, Zero};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bid::{Entrant, Field, ids, prices};
use super::coefficient::demand;
use super::decimal::Decimal;
use super::error::{FormulaError, RuleFault};
use super::exact::{Exact, mean, rounded, whole, without_extremes};
use super::trace::{Step, StepCode, TermName, Trace};
use crate::base::Points;

/// From this many bids on, the highest and the lowest are left out of the mean.
const TRIM_FROM: usize = 4;

/// n ≤ 3: B = mean(P); n > 3: B = mean without one highest and one lowest.
/// d = (P − B)/B in percent, two digits, half-up; S = max − up·d above B, max − down·|d| below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BaseDeviation {
    /// Points of a price equal to the mean; more than 0.
    pub points_max: Points,
    /// Points lost for each percent above the mean; not negative.
    pub up_per_percent: Decimal,
    /// Points lost for each percent below the mean; not negative.
    pub down_per_percent: Decimal,
    /// Whether a score stops at 0; if not, it may be negative.
    pub is_clamped: bool,
}

impl BaseDeviation {
    pub(super) fn check(&self) -> Result<(), RuleFault> {
        demand(self.points_max > Points::ZERO, "points_max")?;
        demand(self.up_per_percent >= Decimal::whole(0), "up_per_percent")?;
        demand(self.down_per_percent >= Decimal::whole(0), "down_per_percent")
    }

    pub(super) fn apply<I: Clone + Ord>(
        &self,
        field: &Field<I>,
        trace: &mut Trace<I>,
    ) -> Result<BTreeMap<I, Points>, FormulaError> {
        let base = base_price(&field.by_price(), trace)?;
        let mut scores = BTreeMap::new();
        for entrant in &field.entrants {
            let (step, points) = self.score(entrant, &base)?;
            trace.push(step);
            scores.insert(entrant.id.clone(), points);
        }
        Ok(scores)
    }

    fn score<I: Clone>(&self, entrant: &Entrant<I>, base: &Exact) -> Result<(Step<I>, Points), FormulaError> {
        let deviation = rounded(&((&entrant.price - base) / base * whole(100)), 2);
        let penalty =
            if deviation.is_negative() { self.down_per_percent } else { self.up_per_percent }.exact();
        let mut exact = self.points_max.exact() - &penalty * deviation.abs();
        if self.is_clamped && exact.is_negative() {
            exact = Exact::zero();
        }
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

fn base_price<I: Clone + Ord>(by_price: &[Entrant<I>], trace: &mut Trace<I>) -> Result<Exact, FormulaError> {
    let kept = if by_price.len() < TRIM_FROM { by_price } else { without_extremes(by_price) };
    let base = mean(&prices(kept)).ok_or(FormulaError::NoValidBid)?;
    let left_out = if kept.len() < by_price.len() { extremes(by_price) } else { Vec::new() };
    trace.push(
        Step::new(StepCode::BasePrice)
            .ids(TermName::Of, ids(kept))
            .ids(TermName::LeftOut, left_out)
            .amount(TermName::Result, &base),
    );
    Ok(base)
}

/// The ids of the first and the last.
pub(super) fn extremes<I: Clone>(sorted: &[Entrant<I>]) -> Vec<I> {
    sorted.first().into_iter().chain(sorted.last()).map(|entrant| entrant.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::fixtures::{bids, rule, scores};
    use crate::formula::{Circumstances, Formula};

    fn deviation(up: &str, down: &str, is_clamped: bool, prices: &[i64]) -> Vec<String> {
        let formula = BaseDeviation {
            points_max: "40".parse().expect("points"),
            up_per_percent: up.parse().expect("a decimal"),
            down_per_percent: down.parse().expect("a decimal"),
            is_clamped,
        };
        let rule = rule(Formula::BaseDeviation(formula));
        scores(&rule.apply(&bids(prices), &Circumstances::default()).expect("valid bids"))
    }

    #[test]
    fn up_to_three_bids_all_count() {
        assert_eq!(deviation("1", "0.5", true, &[9_000, 10_000, 11_000]), ["1 35.00", "2 40.00", "3 30.00"]);
    }

    #[test]
    fn from_four_bids_on_the_extremes_are_left_out_but_scored() {
        let prices = [5_000, 9_000, 10_000, 11_000, 50_000];
        let clamped = ["1 15.00", "2 35.00", "3 40.00", "4 30.00", "5 0.00"];
        assert_eq!(deviation("1", "0.5", true, &prices), clamped);
        assert_eq!(deviation("1", "0.5", false, &prices)[4], "5 -360.00");
    }

    #[test]
    fn the_deviation_is_rounded_to_two_digits_first() {
        // B = 10000.67: the first lies 0.0067 % below, rounded 0.01; the others 0.0033 % above, rounded 0.
        assert_eq!(
            deviation("100", "100", true, &[10_000, 10_001, 10_001]),
            ["1 39.00", "2 40.00", "3 40.00"]
        );
    }
}
