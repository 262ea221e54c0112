//! `lowest`: the lowest price earns full points, the others in inverse proportion (低价优先法).
//! Invariant: a lower price never earns fewer points; scores lie in (0, max], or round to 0.
//!
//! Source: 政府采购货物和服务招标投标管理办法 (财政部令第 87 号), article 55: price score = benchmark / price × weight,
//! benchmark = the lowest valid price, extremes never left out. In the bidding regime a document may state the same
//! formula (招标投标法, article 41; 评标委员会和评标方法暂行规定, article 35).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bid::Field;
use super::coefficient::demand;
use super::error::{FormulaError, RuleFault};
use super::trace::{Step, StepCode, TermName, Trace};
use crate::base::Points;

/// S = max · Pmin / P.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Lowest {
    /// Points of the lowest price; more than 0.
    pub points_max: Points,
}

impl Lowest {
    pub(super) fn check(&self) -> Result<(), RuleFault> {
        demand(self.points_max > Points::ZERO, "points_max")
    }

    pub(super) fn apply<I: Clone + Ord>(
        &self,
        field: &Field<I>,
        trace: &mut Trace<I>,
    ) -> Result<BTreeMap<I, Points>, FormulaError> {
        let lowest = field.by_price().into_iter().next().ok_or(FormulaError::NoValidBid)?;
        trace.push(Step::about(StepCode::LowestPrice, lowest.id).amount(TermName::Result, &lowest.price));
        let mut scores = BTreeMap::new();
        for entrant in &field.entrants {
            let exact = self.points_max.exact() * &lowest.price / &entrant.price;
            let points = Points::rounded(&exact)?;
            trace.push(
                Step::about(StepCode::BidScore, entrant.id.clone())
                    .amount(TermName::Price, &entrant.price)
                    .points(TermName::PointsMax, self.points_max)
                    .exact_points(TermName::Exact, &exact)
                    .points(TermName::Result, points),
            );
            scores.insert(entrant.id.clone(), points);
        }
        Ok(scores)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::fixtures::{bids, rule, scores};
    use crate::formula::{Circumstances, Formula};

    #[test]
    fn in_inverse_proportion_to_the_lowest_valid_price() {
        let rule = rule(Formula::Lowest(Lowest { points_max: "30".parse().expect("points") }));
        let mut bids = bids(&[12_000, 10_000, 15_000, 9_000, 10_009]);
        bids[3].rejected = true;
        let outcome = rule.apply(&bids, &Circumstances::default()).expect("four valid bids");
        assert_eq!(scores(&outcome), ["1 25.00", "2 30.00", "3 20.00", "5 29.97"]);
        assert_eq!(outcome.order, [2, 5, 1, 3]);
    }
}
