//! The one address to which everything that changes something is sent: signed acts.

use std::sync::Arc;

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use kaibiao_crypto::act::SignedAct;
use serde::Serialize;

use super::App;
use super::extract::{BodyOf, SignedIn};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use crate::base::Instant;
use crate::identity::{Reader, audiences};
use crate::limits::ACT_BYTES_MAX;
use crate::replay::Stream;
use crate::tender::{Audience, Event, LotFact, audience};

pub(super) fn routes() -> Vec<Route> {
    let limit = DefaultBodyLimit::max(ACT_BYTES_MAX);
    let act =
        Route::post("/api/acts", Who::SignedIn, "Does what a signed act says.", post(submit).layer(limit))
            .takes_json("The wire form of a signed act (docs/formats.md, 2).")
            .gives("`{index, ts, receipt, is_witnessed, events}`; the same bytes again give the same answer, the receipt with the cosignatures that there are by then.");
    tagged("acts", vec![act])
}

/// What came of an act.
#[derive(Serialize)]
struct Answer {
    index: u64,
    ts: Instant,
    receipt: String,
    /// Whether the receipt stands under a head that a quorum of witnesses has cosigned. The same act sent again is
    /// answered with the receipt as it is by then.
    is_witnessed: bool,
    events: Vec<Event>,
}

async fn submit(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    BodyOf(act): BodyOf<SignedAct>,
) -> Result<Json<Answer>, Problem> {
    let accepted = app.intake.submit(signed_in.reader.person, act).await?;
    // Asked before: a receipt may only be better than it is said to be.
    let is_witnessed = app.ledger.witnessed().is_some_and(|head| head.size > accepted.index);
    let receipt = app.ledger.receipt(accepted.index).await?;
    let events = app.known_to_actor(&signed_in.reader, accepted.stream, accepted.events);
    Ok(Json(Answer { index: accepted.index, ts: accepted.ts, receipt, is_witnessed, events }))
}

impl App {
    /// Those events of an own act that the actor may know: the ones that the actor hears in the room, and those that
    /// nobody hears, because they say no more than the act itself. What the act let *others* know (letters) is theirs.
    fn known_to_actor(&self, actor: &Reader, stream: Stream, events: Vec<Event>) -> Vec<Event> {
        let Stream::Tender(tender) = stream else { return Vec::new() };
        let Some(tender) = self.ledger.tender(tender) else { return Vec::new() };
        let is_known = |event: &Event| {
            let heard_by = audience(event);
            let own = match event {
                Event::Lot(LotFact { lot, .. }) => audiences(Some(actor), &tender, lot),
                Event::Tender(_) if actor.is_house(&tender) => vec![Audience::Public, Audience::Host],
                Event::Tender(_) => vec![Audience::Public],
            };
            heard_by.is_empty() || heard_by.iter().any(|audience| own.contains(audience))
        };
        events.into_iter().filter(is_known).collect()
    }
}
