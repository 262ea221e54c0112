//! From points, or from an order by price merit, to places and award candidates.
//! Not the award: the panel signs the ranking, the buyer decides. Invariant: places are 1, 2, 3 … without gaps or ties,
//! and each place after the first says what put it behind the one before.
//!
//! Sources: 招标投标法实施条例, article 53 (at most three candidates, in order); 财政部令第 87 号, article 57 (equal totals
//! by the lower price). Equal totals and prices go by the public lottery order.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::PriceOutcome;
use super::error::FormulaError;
use crate::base::Points;

/// The most award candidates (实施条例, article 53).
pub const CANDIDATES_MAX: usize = 3;

/// What one bid brings to the ranking by total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Standing<I> {
    /// Which bid.
    pub id: I,
    /// Its place in the lottery order, unique in the lot.
    pub lottery: u32,
    /// Its evaluated price in minor units.
    #[ts(type = "number")]
    pub price_minor: i64,
    /// The published points of each part, "technical", "business", "credit", "price"; the total is their sum.
    pub parts: BTreeMap<String, Points>,
}

/// A bid in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Ranked<I> {
    /// 1 is the best.
    pub place: u32,
    /// Which bid.
    pub id: I,
    /// The sum of its parts; none where the formula gives an order and no points.
    pub total: Option<Points>,
    /// What put it behind the bid before it; none for the first.
    pub behind_by: Option<Tiebreak>,
}

/// What decided between two neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tiebreak {
    /// A lower total.
    Total,
    /// The same total, a higher price.
    Price,
    /// The same total and price, a later lottery number.
    Lottery,
    /// The order that the price formula gave; its trace says why.
    Formula,
}

/// The ranking by total points: published parts are added as they are published, so that anyone can add them up.
/// Errors: `duplicate_id`, `duplicate_lottery`, `points_out_of_range`.
pub fn rank_by_total<I: Clone + Ord>(standings: &[Standing<I>]) -> Result<Vec<Ranked<I>>, FormulaError> {
    check_distinct(standings)?;
    let mut totals = standings
        .iter()
        .map(|standing| Ok((total(standing)?, standing)))
        .collect::<Result<Vec<_>, FormulaError>>()?;
    totals.sort_by(|(left_total, left), (right_total, right)| {
        right_total
            .cmp(left_total)
            .then_with(|| (left.price_minor, left.lottery).cmp(&(right.price_minor, right.lottery)))
    });
    let mut before: Option<(Points, i64)> = None;
    let ranked = totals.into_iter().zip(1_u32..).map(|((total, standing), place)| {
        let behind_by = before.map(|(total_before, price_before)| {
            if total_before != total {
                Tiebreak::Total
            } else if price_before != standing.price_minor {
                Tiebreak::Price
            } else {
                Tiebreak::Lottery
            }
        });
        before = Some((total, standing.price_minor));
        Ranked { place, id: standing.id.clone(), total: Some(total), behind_by }
    });
    Ok(ranked.collect())
}

/// The ranking that a formula without points gives by itself.
pub fn rank_by_order<I: Clone>(outcome: &PriceOutcome<I>) -> Vec<Ranked<I>> {
    let ranked = outcome.order.iter().zip(1_u32..).map(|(id, place)| Ranked {
        place,
        id: id.clone(),
        total: None,
        behind_by: (place > 1).then_some(Tiebreak::Formula),
    });
    ranked.collect()
}

/// The award candidates: the first `count` places, never more than [`CANDIDATES_MAX`].
pub fn candidates<I>(ranked: &[Ranked<I>], count: usize) -> &[Ranked<I>] {
    &ranked[..count.min(CANDIDATES_MAX).min(ranked.len())]
}

fn total<I>(standing: &Standing<I>) -> Result<Points, FormulaError> {
    let mut total = Points::ZERO;
    for points in standing.parts.values() {
        total = total.checked_add(*points)?;
    }
    Ok(total)
}

fn check_distinct<I: Ord>(standings: &[Standing<I>]) -> Result<(), FormulaError> {
    let ids: BTreeSet<&I> = standings.iter().map(|standing| &standing.id).collect();
    let lottery: BTreeSet<u32> = standings.iter().map(|standing| standing.lottery).collect();
    if ids.len() < standings.len() {
        return Err(FormulaError::DuplicateId);
    }
    if lottery.len() < standings.len() { Err(FormulaError::DuplicateLottery) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(
        id: &'static str,
        lottery: u32,
        price_minor: i64,
        points: [i64; 3],
    ) -> Standing<&'static str> {
        let parts = ["technical", "business", "price"].map(str::to_owned).into_iter().zip(points);
        let parts =
            parts.map(|(name, hundredths)| (name, Points::from_hundredths(hundredths).expect("points")));
        Standing { id, lottery, price_minor, parts: parts.collect() }
    }

    #[test]
    fn totals_then_the_lower_price_then_the_lottery() {
        let ranked = rank_by_total(&[
            standing("late", 9, 500, [900, 800, 7_000]),
            standing("early", 2, 500, [1_000, 700, 7_000]),
            standing("cheap", 5, 400, [900, 900, 6_900]),
            standing("best", 7, 900, [1_000, 1_000, 7_500]),
        ])
        .expect("distinct standings");
        let places: Vec<_> = ranked.iter().map(|bid| (bid.place, bid.id, bid.behind_by)).collect();
        assert_eq!(
            places,
            [
                (1, "best", None),
                (2, "cheap", Some(Tiebreak::Total)),
                (3, "early", Some(Tiebreak::Price)),
                (4, "late", Some(Tiebreak::Lottery)),
            ]
        );
        assert_eq!(ranked[1].total.map(|total| total.to_string()).as_deref(), Some("87.00"));
        assert_eq!(candidates(&ranked, 9).len(), CANDIDATES_MAX);
        assert_eq!(candidates(&ranked, 1).len(), 1);
        assert_eq!(candidates(&ranked[..2], 3).len(), 2);
    }

    #[test]
    fn what_cannot_be_ordered_is_refused() {
        let one = standing("one", 1, 500, [0, 0, 0]);
        let same_id = Standing { lottery: 2, ..one.clone() };
        let same_lottery = Standing { id: "two", ..one.clone() };
        assert_eq!(rank_by_total(&[one.clone(), same_id]), Err(FormulaError::DuplicateId));
        assert_eq!(rank_by_total(&[one, same_lottery]), Err(FormulaError::DuplicateLottery));
        assert_eq!(rank_by_total::<u32>(&[]), Ok(Vec::new()));
    }
}
