//! What a formula is applied to: the bids with their prices, and what is known about the lot beside them.
//! Not here: who a bid belongs to. Invariant: a `Field` is not empty, in lottery order, its prices positive and under
//! the ceiling, its ids and lottery numbers all different, so the formulas have nothing left to check.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::decimal::Decimal;
use super::error::FormulaError;
use super::exact::{Exact, whole};
use super::trace::{Step, StepCode, TermName, Trace};
use crate::base::Points;

/// The most bids that one lot is calculated for.
pub const BIDS_MAX: usize = 10_000;

/// One bid as the price formulas see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PricedBid<I> {
    /// Which bid.
    pub id: I,
    /// Its place in the lottery order (抽签号), unique in the lot.
    pub lottery: u32,
    /// Its evaluated price in minor units. Of a rejected bid it is never read.
    #[ts(type = "number")]
    pub price_minor: i64,
    /// Rejected by the panel, disqualified or revoked: takes no part.
    pub rejected: bool,
}

/// What else a formula may need to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, bound(deserialize = "I: Ord + Deserialize<'de>"))]
pub struct Circumstances<I> {
    /// The ceiling of the lot (最高投标限价) in minor units; a bid above it takes no part (实施条例 51, item 5).
    #[ts(type = "number | null")]
    pub ceiling_minor: Option<i64>,
    /// The coefficient as drawn in public, where the rule has one to draw.
    pub drawn: Option<Decimal>,
    /// Technical and business points of each valid bid; read by `value_for_money` only.
    pub quality: BTreeMap<I, Points>,
}

impl<I> Default for Circumstances<I> {
    fn default() -> Self {
        Self { ceiling_minor: None, drawn: None, quality: BTreeMap::new() }
    }
}

/// The bids that take part, and the ceiling that they kept.
pub(super) struct Field<I> {
    pub(super) entrants: Vec<Entrant<I>>,
    pub(super) over_ceiling: Vec<I>,
    pub(super) ceiling: Option<Exact>,
}

/// A bid that takes part.
#[derive(Clone)]
pub(super) struct Entrant<I> {
    pub(super) id: I,
    pub(super) lottery: u32,
    pub(super) price: Exact,
}

impl<I: Clone + Ord> Field<I> {
    /// Sorts out who takes part and says so in the trace.
    pub(super) fn of(
        bids: &[PricedBid<I>],
        ceiling_minor: Option<i64>,
        trace: &mut Trace<I>,
    ) -> Result<Self, FormulaError> {
        check_order_is_defined(bids)?;
        if ceiling_minor.is_some_and(|ceiling| ceiling <= 0) {
            return Err(FormulaError::CeilingNotPositive);
        }
        let mut valid: Vec<&PricedBid<I>> = bids.iter().filter(|bid| !bid.rejected).collect();
        valid.sort_by_key(|bid| bid.lottery);
        if valid.iter().any(|bid| bid.price_minor <= 0) {
            return Err(FormulaError::PriceNotPositive);
        }
        let is_over = |bid: &&PricedBid<I>| ceiling_minor.is_some_and(|ceiling| bid.price_minor > ceiling);
        let (over, within): (Vec<_>, Vec<_>) = valid.into_iter().partition(is_over);
        let over_ceiling: Vec<I> = over.into_iter().map(|bid| bid.id.clone()).collect();
        let entrants: Vec<Entrant<I>> = within.into_iter().map(Entrant::of).collect();
        if entrants.is_empty() {
            return Err(FormulaError::NoValidBid);
        }
        let step = Step::new(StepCode::Passing).ids(TermName::Of, ids(&entrants));
        let step = step.ids(TermName::OverCeiling, over_ceiling.clone());
        let ceiling = ceiling_minor.map(whole);
        trace.push(match &ceiling {
            Some(ceiling) => step.amount(TermName::Ceiling, ceiling),
            None => step,
        });
        Ok(Self { entrants, over_ceiling, ceiling })
    }

    /// The ceiling, for formulas that cannot do without.
    pub(super) fn ceiling(&self) -> Result<&Exact, FormulaError> {
        self.ceiling.as_ref().ok_or(FormulaError::CeilingMissing)
    }

    /// The bids by price, the lowest first, equal prices in lottery order.
    pub(super) fn by_price(&self) -> Vec<Entrant<I>> {
        sorted_by_price(self.entrants.clone())
    }
}

impl<I: Clone> Entrant<I> {
    fn of(bid: &PricedBid<I>) -> Self {
        Self { id: bid.id.clone(), lottery: bid.lottery, price: whole(bid.price_minor) }
    }
}

/// The lowest price first, equal prices in lottery order.
pub(super) fn sorted_by_price<I>(mut entrants: Vec<Entrant<I>>) -> Vec<Entrant<I>> {
    entrants.sort_by(|left, right| (&left.price, left.lottery).cmp(&(&right.price, right.lottery)));
    entrants
}

pub(super) fn ids<I: Clone>(entrants: &[Entrant<I>]) -> Vec<I> {
    entrants.iter().map(|entrant| entrant.id.clone()).collect()
}

pub(super) fn prices<I>(entrants: &[Entrant<I>]) -> Vec<Exact> {
    entrants.iter().map(|entrant| entrant.price.clone()).collect()
}

fn check_order_is_defined<I: Ord>(bids: &[PricedBid<I>]) -> Result<(), FormulaError> {
    if bids.len() > BIDS_MAX {
        return Err(FormulaError::TooManyBids);
    }
    if bids.iter().map(|bid| &bid.id).collect::<BTreeSet<_>>().len() < bids.len() {
        return Err(FormulaError::DuplicateId);
    }
    if bids.iter().map(|bid| bid.lottery).collect::<BTreeSet<_>>().len() < bids.len() {
        return Err(FormulaError::DuplicateLottery);
    }
    Ok(())
}
