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
        let penalty = if deviation.is_negative() { self.down_per_percent } else { self.up_per_percent }.exact();
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
