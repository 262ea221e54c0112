//! What the custodians have put on record, fetched from each of them. The platform only carries it: every line is signed
//! by its custodian and names the one before, and the reader's browser checks that.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde::Deserialize;

use super::App;
use super::extract::{PathOf, QueryOf};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use crate::custodian::record::SignedLine;

pub(super) fn routes() -> Vec<Route> {
    const PATH: &str = "/api/custodians/{index}/record";
    let record = Route::get(PATH, Who::Anyone, "A custodian's own signed record.", get(record))
        .query(&[("from", "Place of the first line wanted; 0 by default.")])
        .gives("`[SignedLine]`, at most 500, in order.");
    tagged("custody", vec![record])
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    from: u64,
}

async fn record(
    State(app): State<Arc<App>>,
    PathOf(index): PathOf<u8>,
    QueryOf(Wanted { from }): QueryOf<Wanted>,
) -> Result<Json<Vec<SignedLine>>, Problem> {
    let centre = app.ledger.centre();
    let (custody, committee) = (app.custody.as_ref(), centre.committee.as_ref());
    let reached = custody.zip(committee).and_then(|(custody, committee)| custody.reach(committee));
    let reached = reached.ok_or_else(|| Problem::unknown("unknown_custodian"))?;
    let lines = reached.record(index, from).await.ok_or_else(|| Problem::unknown("unknown_custodian"))?;
    lines.map(Json).map_err(|code| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "custodian_unreachable").with("reason", code)
    })
}
