//! From what the seats gave and what was read out to points and ranks: hands the numbers to `formula`.

use std::collections::BTreeMap;

use super::command::CriterionScore;
use super::lot::Lot;
use super::review::{BidScore, CriterionResult, RankedBid, SeatPoints};
use super::terms::{Criterion, Judging, LotTerms, Part};
use crate::base::{BidId, Points, Refusal};
use crate::formula::panel::Mark;
use crate::formula::ranking::{Standing, rank_by_order, rank_by_total};
use crate::formula::trace::Trace;
use crate::formula::{Circumstances, FormulaError, PriceOutcome, PricedBid};

/// What each seat gave, by seat.
type Sheets = BTreeMap<u8, Vec<CriterionScore>>;

/// Technical and business points of each bid.
pub(super) fn conclude(terms: &LotTerms, bids: &[BidId], sheets: &Sheets) -> Result<Vec<BidScore>, Refusal> {
    bids.iter().map(|bid| conclude_one(terms, *bid, sheets)).collect()
}

fn conclude_one(terms: &LotTerms, bid: BidId, sheets: &Sheets) -> Result<BidScore, Refusal> {
    let marks = sheets.iter().map(|(seat, sheet)| technical_mark(terms, bid, *seat, sheet));
    let technical =
        terms.panel.technical.aggregate(&marks.collect::<Result<Vec<_>, Refusal>>()?).map_err(refused)?;
    let of_part = |part: Part| terms.criteria.iter().filter(move |criterion| criterion.part == part);
    let mut business = Points::ZERO;
    let mut criteria: Vec<CriterionResult> =
        of_part(Part::Technical).map(|criterion| criterion_result(criterion, bid, sheets)).collect();
    for criterion in of_part(Part::Business) {
        let result = criterion_result(criterion, bid, sheets);
        business = add(business, median(&result.seats))?;
        criteria.push(result);
    }
    Ok(BidScore {
        bid,
        business,
        criteria,
        technical: technical.points,
        trace: technical.trace,
        void_seats: technical.void,
    })
}

/// One seat's technical points of one bid; one written reason anywhere in them explains an extreme sum.
fn technical_mark(
    terms: &LotTerms,
    bid: BidId,
    seat: u8,
    sheet: &[CriterionScore],
) -> Result<Mark<u8>, Refusal> {
    let is_technical = |code: &str| {
        terms.criteria.iter().any(|criterion| criterion.part == Part::Technical && criterion.code == code)
    };
    let scores = sheet.iter().filter(|score| score.bid == bid && is_technical(&score.criterion));
    let mut mark = Mark { expert: seat, points: Points::ZERO, has_reason: false };
    for score in scores {
        mark.points = add(mark.points, score.points)?;
        mark.has_reason |= score.reason.is_some();
    }
    Ok(mark)
}

fn criterion_result(criterion: &Criterion, bid: BidId, sheets: &Sheets) -> CriterionResult {
    let given = |(seat, sheet): (&u8, &Vec<CriterionScore>)| {
        let score = sheet.iter().find(|score| score.bid == bid && score.criterion == criterion.code)?;
        Some(SeatPoints { points: score.points, reason: score.reason.clone(), seat: *seat })
    };
    let seats: Vec<SeatPoints> = sheets.iter().filter_map(given).collect();
    let is_same = seats.windows(2).all(|pair| pair[0].points == pair[1].points);
    let is_objective = matches!(criterion.judging, Judging::Objective { .. });
    CriterionResult { criterion: criterion.code.clone(), is_agreed: is_same || !is_objective, seats }
}

/// What more than half of an odd panel found, where it agrees; a disagreement is shown beside it.
fn median(seats: &[SeatPoints]) -> Points {
    let mut points: Vec<Points> = seats.iter().map(|seat| seat.points).collect();
    points.sort_unstable();
    points.get(points.len() / 2).copied().unwrap_or(Points::ZERO)
}

/// The bids by rank, and how that came about.
pub(super) type Ranking = (Vec<RankedBid>, Trace<BidId>);

/// Prices become points by the lot's rule; sums are ordered. None where every price is above the ceiling.
pub(super) fn rank(
    terms: &LotTerms,
    lot: &Lot,
    price_of: impl Fn(&BidId) -> Option<i64>,
) -> Result<Option<Ranking>, Refusal> {
    let priced = priced_bids(lot, price_of);
    let quality = lot.review.scores.iter().map(|score| (score.bid, add(score.technical, score.business)));
    let circumstances = Circumstances {
        ceiling_minor: Some(terms.ceiling.minor()),
        drawn: lot.coefficient,
        quality: quality.map(|(bid, sum)| Ok((bid, sum?))).collect::<Result<_, Refusal>>()?,
    };
    let outcome = match terms.price_rule.apply(&priced, &circumstances) {
        Err(FormulaError::NoValidBid) => return Ok(None),
        outcome => outcome.map_err(refused)?,
    };
    let places = places(lot, &priced, &outcome)?;
    let mut ranking = priced
        .iter()
        .filter(|bid| !bid.rejected)
        .map(|bid| ranked(lot, bid, &outcome, places.get(&bid.id).copied()))
        .collect::<Result<Vec<_>, _>>()?;
    ranking.sort_by_key(|bid| (bid.rank.is_none(), bid.rank));
    Ok(Some((ranking, outcome.trace)))
}

fn priced_bids(lot: &Lot, price_of: impl Fn(&BidId) -> Option<i64>) -> Vec<PricedBid<BidId>> {
    let priced = |(id, lottery): (&BidId, u32)| {
        let price = price_of(id).filter(|_| lot.review.is_valid(id));
        PricedBid { id: *id, lottery, price_minor: price.unwrap_or_default(), rejected: price.is_none() }
    };
    lot.order.iter().zip(1_u32..).map(priced).collect()
}

fn places(
    lot: &Lot,
    priced: &[PricedBid<BidId>],
    outcome: &PriceOutcome<BidId>,
) -> Result<BTreeMap<BidId, u32>, Refusal> {
    if outcome.scores.is_empty() {
        return Ok(rank_by_order(outcome).into_iter().map(|ranked| (ranked.id, ranked.place)).collect());
    }
    let standing = |bid: &PricedBid<BidId>| {
        let price = *outcome.scores.get(&bid.id)?;
        let (technical, business) = parts(lot, bid.id);
        let parts = [("technical", technical), ("business", business), ("price", price)];
        let parts = parts.map(|(name, points)| (name.to_owned(), points)).into();
        Some(Standing { id: bid.id, lottery: bid.lottery, price_minor: bid.price_minor, parts })
    };
    let standings: Vec<Standing<BidId>> = priced.iter().filter_map(standing).collect();
    let ranked = rank_by_total(&standings).map_err(refused)?;
    Ok(ranked.into_iter().map(|ranked| (ranked.id, ranked.place)).collect())
}

fn ranked(
    lot: &Lot,
    bid: &PricedBid<BidId>,
    outcome: &PriceOutcome<BidId>,
    rank: Option<u32>,
) -> Result<RankedBid, Refusal> {
    let (technical, business) = parts(lot, bid.id);
    let price_points = outcome.scores.get(&bid.id).copied().unwrap_or(Points::ZERO);
    Ok(RankedBid {
        bid: bid.id,
        business,
        is_abnormally_low: outcome.abnormally_low.contains(&bid.id),
        price_minor: bid.price_minor,
        price_points,
        rank,
        technical,
        total: add(add(technical, business)?, price_points)?,
    })
}

fn parts(lot: &Lot, bid: BidId) -> (Points, Points) {
    let score = lot.review.scores.iter().find(|score| score.bid == bid);
    score.map_or((Points::ZERO, Points::ZERO), |score| (score.technical, score.business))
}

fn add(left: Points, right: Points) -> Result<Points, Refusal> {
    left.checked_add(right).map_err(|error| Refusal::rule(error.code()))
}

fn refused(error: FormulaError) -> Refusal {
    Refusal::rule(error.code())
}
