//! `benchmark`: points fall with the distance from a share of the ceiling, beyond a free margin.
//! Invariant: scores lie in [0, max]; a price within the free margin earns the maximum.
//!
//! Source: 评标委员会和评标方法暂行规定, article 35, in the form usual in provincial model documents for works; the
//! ceiling, or how it is found, stands in the document (实施条例, article 27). Not lawful in the procurement regime
//! (财政部令第 87 号, article 55: the benchmark is the lowest price).

use std::collections::BTreeMap;

use num_traits::{One, Signed, Zero};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bid::{Entrant, Field};
use super::coefficient::{Coefficient, demand};
use super::decimal::Decimal;
use super::error::{FormulaError, RuleFault};
use super::exact::{Exact, whole};
use super::trace::{Step, StepCode, TermName, Trace};
use crate::base::Points;

/// B = ceiling · K; S = max(0, max · (1 − max(0, |P − B|/B·100 − free) · penalty/100)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Points of a price within the free margin; more than 0.
    pub points_max: Points,
    /// K, fixed or drawn; more than 0, at most 1.
    pub coefficient: Coefficient,
    /// Deviation in percent that costs nothing; not negative.
    pub free_percent: Decimal,
    /// Percent of the maximum lost for each percent of deviation beyond the free margin; not negative.
    pub penalty_percent: Decimal,
}

impl Benchmark {
    pub(super) fn check(&self) -> Result<(), RuleFault> {
        demand(self.points_max > Points::ZERO, "points_max")?;
        self.coefficient
            .check("coefficient", |value| value > Decimal::whole(0) && value <= Decimal::whole(1))?;
        demand(self.free_percent >= Decimal::whole(0), "free_percent")?;
        demand(self.penalty_percent >= Decimal::whole(0), "penalty_percent")
    }

    pub(super) fn apply<I: Clone + Ord>(
        &self,
        field: &Field<I>,
        drawn: Option<Decimal>,
        trace: &mut Trace<I>,
    ) -> Result<BTreeMap<I, Points>, FormulaError> {
        let ceiling = field.ceiling()?;
        let coefficient = self.coefficient.resolve(drawn)?;
        let benchmark = ceiling * &coefficient;
        trace.push(
            Step::new(StepCode::Benchmark)
                .amount(TermName::Ceiling, ceiling)
                .ratio(TermName::Coefficient, &coefficient)
                .amount(TermName::Result, &benchmark),
        );
        let mut scores = BTreeMap::new();
        for entrant in &field.entrants {
            let (step, points) = self.score(entrant, &benchmark)?;
            trace.push(step);
            scores.insert(entrant.id.clone(), points);
        }
        Ok(scores)
    }

    fn score<I: Clone>(
        &self,
        entrant: &Entrant<I>,
        benchmark: &Exact,
    ) -> Result<(Step<I>, Points), FormulaError> {
        let deviation = (&entrant.price - benchmark) / benchmark * whole(100);
        let charged = (deviation.abs() - self.free_percent.exact()).max(Exact::zero());
        let kept_share = Exact::one() - charged * self.penalty_percent.exact() / whole(100);
        let exact = (self.points_max.exact() * kept_share).max(Exact::zero());
        let points = Points::rounded(&exact)?;
        let step = Step::about(StepCode::BidScore, entrant.id.clone())
            .amount(TermName::Price, &entrant.price)
            .percent(TermName::Deviation, &deviation)
            .percent(TermName::FreeMargin, &self.free_percent.exact())
            .percent(TermName::Penalty, &self.penalty_percent.exact())
            .points(TermName::PointsMax, self.points_max)
            .exact_points(TermName::Exact, &exact)
            .points(TermName::Result, points);
        Ok((step, points))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::fixtures::{bids, rule, scores};
    use crate::formula::{Circumstances, Formula};

    fn formula() -> Benchmark {
        Benchmark {
            points_max: "50".parse().expect("points"),
            coefficient: Coefficient::Drawn { among: vec![Decimal::hundredths(90), Decimal::hundredths(95)] },
            free_percent: Decimal::whole(1),
            penalty_percent: Decimal::whole(2),
        }
    }

    fn drawn(value: Option<Decimal>, ceiling_minor: Option<i64>) -> Circumstances<u32> {
        Circumstances { ceiling_minor, drawn: value, ..Circumstances::default() }
    }

    #[test]
    fn linear_beyond_the_free_margin_on_both_sides() {
        let rule = rule(Formula::Benchmark(formula()));
        let circumstances = drawn(Some(Decimal::hundredths(90)), Some(100_000));
        let outcome =
            rule.apply(&bids(&[90_000, 90_900, 94_500, 85_500, 20_000]), &circumstances).expect("valid bids");
        assert_eq!(scores(&outcome), ["1 50.00", "2 50.00", "3 46.00", "4 46.00", "5 0.00"]);
        assert_eq!(outcome.order, [1, 2, 4, 3, 5]);
    }

    #[test]
    fn needs_a_ceiling_and_a_drawn_value_of_the_rule() {
        let rule = rule(Formula::Benchmark(formula()));
        let error = |circumstances| rule.apply(&bids(&[90_000]), &circumstances).expect_err("incomplete");
        let listed = Some(Decimal::hundredths(95));
        assert_eq!(error(drawn(listed, None)), FormulaError::CeilingMissing);
        assert_eq!(error(drawn(listed, Some(0))), FormulaError::CeilingNotPositive);
        assert_eq!(error(drawn(None, Some(100_000))), FormulaError::CoefficientMissing);
        assert_eq!(error(drawn(Some(Decimal::whole(1)), Some(100_000))), FormulaError::CoefficientUnknown);
    }

    #[test]
    fn a_bid_above_the_ceiling_takes_no_part() {
        let rule = rule(Formula::Benchmark(formula()));
        let circumstances = drawn(Some(Decimal::hundredths(90)), Some(100_000));
        let outcome = rule.apply(&bids(&[100_000, 100_001]), &circumstances).expect("one valid bid");
        assert_eq!((scores(&outcome).len(), outcome.over_ceiling), (1, vec![2]));
        assert_eq!(rule.apply(&bids(&[100_001]), &circumstances), Err(FormulaError::NoValidBid));
    }
}
