//! Tickets for rooms, and a room's facts by HTTP for those who cannot hold a socket open. The sockets are in `live`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use super::extract::{Asker, PathOf, QueryOf};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use super::{App, lot_of};
use crate::base::{LotId, TenderId};
use crate::identity::{RoomPass, Ticket, audiences};
use crate::ledger::stream_name;
use crate::limits::FACTS_PAGE;
use crate::live::DESCRIPTION;

pub(super) fn routes() -> Vec<Route> {
    let ticket = "/api/rooms/{tender}/{lot}/ticket";
    let facts = "/api/rooms/{tender}/{lot}/facts";
    tagged(
        "rooms",
        vec![
            Route::post(
                ticket,
                Who::Anyone,
                "A ticket for the room's socket, good for a minute.",
                post(give_ticket),
            )
            .gives("`{ticket, streams}`: the streams that this reader may follow now."),
            Route::get(
                facts,
                Who::Anyone,
                "A room's facts, as over the socket, one a line.",
                get(read_facts),
            )
            .query(&[("s", "A stream that the ticket names."), ("after", "Number after which to begin.")])
            .gives_as(200, Some("application/x-ndjson"), "At most 512 frames."),
            Route::get(
                "/api/asyncapi.json",
                Who::Anyone,
                "The description of the rooms' protocol.",
                get(describe),
            )
            .gives("AsyncAPI 3.0"),
        ],
    )
}

async fn describe() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DESCRIPTION)
}

#[derive(Serialize)]
struct TicketAnswer {
    ticket: Ticket,
    streams: Vec<String>,
}

impl App {
    /// The streams of a room that the asker may follow at this moment.
    fn streams(&self, asker: &Asker, id: TenderId, lot: &LotId) -> Result<Vec<String>, Problem> {
        let tender = self.tender(asker.reader(), id)?;
        lot_of(&tender, lot)?;
        let heard = audiences(asker.reader(), &tender, lot).into_iter();
        Ok(heard.map(|audience| stream_name(id, lot, audience)).collect())
    }
}

async fn give_ticket(
    State(app): State<Arc<App>>,
    asker: Asker,
    PathOf((tender, lot)): PathOf<(TenderId, LotId)>,
) -> Result<Json<TicketAnswer>, Problem> {
    let streams = app.streams(&asker, tender, &lot)?;
    let session = asker.0.map(|signed_in| signed_in.session);
    let ticket = app.identity.ticket(&RoomPass { tender, lot, session }, app.now());
    Ok(Json(TicketAnswer { ticket, streams }))
}

#[derive(Deserialize)]
struct Place {
    s: String,
    after: Option<u64>,
}

async fn read_facts(
    State(app): State<Arc<App>>,
    asker: Asker,
    PathOf((tender, lot)): PathOf<(TenderId, LotId)>,
    QueryOf(place): QueryOf<Place>,
) -> Result<impl IntoResponse, Problem> {
    if !app.streams(&asker, tender, &lot)?.contains(&place.s) {
        return Err(Problem::unknown("unknown_stream"));
    }
    let frames = app.ledger.facts().read(&place.s, place.after.unwrap_or(0), FACTS_PAGE).await?;
    let mut lines = Vec::new();
    for frame in frames {
        lines.extend_from_slice(&frame);
        lines.push(b'\n');
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], lines))
}
