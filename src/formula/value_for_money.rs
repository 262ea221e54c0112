//! `value_for_money` (性价比法): the bid with the most technical and business points for its price comes first.
//! Gives an order and no points. Invariant: of two bids with equal quality the cheaper one is never behind.
//!
//! Source: 政府采购货物和服务招标投标管理办法 (财政部令第 18 号, 2004), articles 50 and 53, defined the method; its successor
//! (财政部令第 87 号, article 53) no longer lists it, so it is not lawful in the procurement regime. In the bidding
//! regime it falls under 招标投标法, article 41, item 1.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bid::{Entrant, Field};
use super::error::FormulaError;
use super::exact::Exact;
use super::trace::{Step, StepCode, TermName, Trace};
use crate::base::Points;

/// Bids by (technical + business) / price, descending; equal values by the lower price, then by the lottery.
/// The value in the trace is points per minor unit of the currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ValueForMoney {}

impl ValueForMoney {
    pub(super) fn apply<I: Clone + Ord>(
        &self,
        field: &Field<I>,
        quality: &BTreeMap<I, Points>,
        trace: &mut Trace<I>,
    ) -> Result<Vec<I>, FormulaError> {
        let mut valued: Vec<(Exact, Points, Entrant<I>)> = Vec::with_capacity(field.entrants.len());
        for entrant in field.by_price() {
            let points = *quality.get(&entrant.id).ok_or(FormulaError::QualityMissing)?;
            valued.push((points.exact() / &entrant.price, points, entrant));
        }
        // The sort is stable: equal values stay in the order of price and lottery.
        valued.sort_by(|left, right| right.0.cmp(&left.0));
        for (value, points, entrant) in &valued {
            trace.push(
                Step::about(StepCode::BidValue, entrant.id.clone())
                    .points(TermName::Quality, *points)
                    .amount(TermName::Price, &entrant.price)
                    .ratio(TermName::Result, value),
            );
        }
        Ok(valued.into_iter().map(|(_, _, entrant)| entrant.id).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::fixtures::{bids, rule};
    use crate::formula::{Circumstances, Formula};

    fn quality(points: &[&str]) -> Circumstances<u32> {
        let points = points.iter().map(|text| text.parse().expect("points"));
        Circumstances { quality: (1..).zip(points).collect(), ..Circumstances::default() }
    }

    #[test]
    fn the_most_points_for_the_price_first() {
        let rule = rule(Formula::ValueForMoney(ValueForMoney {}));
        let bids = bids(&[10_000, 12_000, 5_000]);
        // 0.2, 0.25 and 0.2 points per yuan: the cheaper of the equal ones goes first.
        let outcome = rule.apply(&bids, &quality(&["20", "30", "10"])).expect("valid bids");
        assert_eq!(outcome.order, [2, 3, 1]);
        assert_eq!(rule.apply(&bids, &quality(&["20", "30"])), Err(FormulaError::QualityMissing));
    }
}
