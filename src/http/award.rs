//! A bidder's own letter: award or thanks, with the own scores.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use serde::Serialize;

use super::extract::{PathOf, SignedIn};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use super::{App, lot_of};
use crate::base::{BidId, LotId, OrgId, Role, TenderId};
use crate::tender::{BidScore, RankedBid, Rejection, Stage};

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/tenders/{id}/lots/{lot}/letters/mine";
    let letter = Route::get(path, Who::Bidder, "The own letter, once letters are out.", get(mine))
        .gives("`{bid, org, is_winner, result, score, reasons}`");
    tagged("award", vec![letter])
}

/// What `letter_issued` said to its owner, with the reasons if the bid was rejected.
#[derive(Serialize)]
struct Letter {
    bid: BidId,
    org: OrgId,
    is_winner: bool,
    result: Option<RankedBid>,
    score: Option<BidScore>,
    reasons: Vec<Rejection>,
}

async fn mine(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf((id, lot)): PathOf<(TenderId, LotId)>,
) -> Result<Json<Letter>, Problem> {
    signed_in.require(Role::Bidder)?;
    let org = signed_in.reader.org;
    let tender = app.tender(Some(&signed_in.reader), id)?;
    let lot = lot_of(&tender, &lot)?;
    if !matches!(lot.stage, Stage::Completed | Stage::Contracted) {
        return Err(Problem::not_now("letters_not_issued"));
    }
    let bid = lot.standing_of(org).ok_or_else(|| Problem::unknown("unknown_bid"))?.id;
    let review = &lot.review;
    Ok(Json(Letter {
        bid,
        org,
        is_winner: lot.awarded == Some(bid),
        result: review.ranking.iter().find(|result| result.bid == bid).cloned(),
        score: review.scores.iter().find(|score| score.bid == bid).cloned(),
        reasons: review
            .rejected
            .iter()
            .filter(|one| one.bid == bid)
            .flat_map(|one| one.reasons.clone())
            .collect(),
    }))
}
