//! The record of an opening, and the digest that its signatures name.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use kaibiao_crypto::canonical;
use serde::{Deserialize, Serialize};

use super::extract::{Asker, BodyOf, PathOf, QueryOf, SignedIn};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use super::{App, lot_of};
use crate::base::{Digest, LotId, TenderId};
use crate::tender::{
    Command, FloorKey, FloorKeys, OpeningRecord, OpeningStep, RecordFloorKey, TenderCommand,
};

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/tenders/{id}/lots/{lot}/record";
    let record =
        Route::get(path, Who::Anyone, "The record of an opening, once all has been read out.", get(record))
            .query(&[("opening", "1 (as left out) or 2.")])
            .gives("`{record: OpeningRecord, sha256}`; `SignRecord` signs the digest.");
    let floor_key = Route::post(
        "/api/tenders/{id}/floor-keys",
        Who::SignedIn,
        "A beacon that an opening waits for, as any relay of drand gives it, or the recovery key in its place.",
        post(floor_key),
    )
    .takes("application/json", "`FloorKey`. It proves itself, so it may come from anybody; it opens nothing alone.")
    .gives("`FloorKeys`: all that have come.");
    tagged("opening", vec![record, floor_key])
}

async fn floor_key(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf(id): PathOf<TenderId>,
    BodyOf(key): BodyOf<FloorKey>,
) -> Result<Json<FloorKeys>, Problem> {
    app.tender(Some(&signed_in.reader), id)?;
    let record = TenderCommand::RecordFloorKey(RecordFloorKey { key });
    app.ledger.system(id, Command::Tender(record)).await?;
    let tender = app.tender(Some(&signed_in.reader), id)?;
    Ok(Json(tender.notice.floor_keys.clone()))
}

#[derive(Deserialize)]
struct Which {
    opening: Option<usize>,
}

#[derive(Serialize)]
struct RecordAnswer {
    record: OpeningRecord,
    sha256: Digest,
}

/// Before the last line has been read out there is no record for anybody: it holds every price.
async fn record(
    State(app): State<Arc<App>>,
    asker: Asker,
    PathOf((id, lot)): PathOf<(TenderId, LotId)>,
    QueryOf(which): QueryOf<Which>,
) -> Result<Json<RecordAnswer>, Problem> {
    let tender = app.tender(asker.reader(), id)?;
    let (lot, number) = (lot_of(&tender, &lot)?, which.opening.unwrap_or(1));
    let opening = number.checked_sub(1).and_then(|place| lot.openings.get(place));
    let opening = opening.ok_or_else(|| Problem::not_now("no_opening"))?;
    if opening.step < OpeningStep::Confirming {
        return Err(Problem::not_now("wrong_step").with("step", opening.step));
    }
    let record = lot.record(number).ok_or_else(|| Problem::not_now("no_opening"))?;
    let sha256 = canonical::digest_of(&record).map_err(|error| Problem::fault(&error, error.code()))?;
    Ok(Json(RecordAnswer { record, sha256 }))
}
