//! The record of an opening, and the digest that its signatures name.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use kaibiao_crypto::canonical;
use serde::{Deserialize, Serialize};

use super::extract::{Asker, PathOf, QueryOf};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use super::{App, lot_of};
use crate::base::{Digest, LotId, TenderId};
use crate::tender::{OpeningRecord, OpeningStep};

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/tenders/{id}/lots/{lot}/record";
    let record =
        Route::get(path, Who::Anyone, "The record of an opening, once all has been read out.", get(record))
            .query(&[("opening", "1 (as left out) or 2.")])
            .gives("`{record: OpeningRecord, sha256}`; `SignRecord` signs the digest.");
    tagged("opening", vec![record])
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
