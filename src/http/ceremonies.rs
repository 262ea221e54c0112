//! The relay of the custodians' ceremonies. It carries signed messages and reads no share; what a member said once
//! stands, so nobody can be told two different things without both being on record.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use kaibiao_crypto::digest::Digest;
use serde::Serialize;

use super::App;
use super::extract::{BodyOf, PathOf, SignedIn};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use crate::base::{Refusal, Role, require};
use crate::custodian::ceremony::{Ceremony, Message};

pub(super) fn routes() -> Vec<Route> {
    const PATH: &str = "/api/ceremonies/{session}";
    let begin =
        Route::post("/api/ceremonies", Who::Registrar, "Begins a ceremony of custodians.", post(begin))
            .takes_json("`Ceremony`: the members' cards, threshold, nonce, and for a resharing the old committee and its dealers.")
            .gives("`{session}`, by which the members find it.");
    let read = Route::get(PATH, Who::Anyone, "A ceremony with what its members have said.", get(read))
        .gives("`{ceremony, messages}`.");
    let say = Route::post(
        "/api/ceremonies/{session}/messages",
        Who::Anyone,
        "A member's message; it counts by its signature.",
        post(say),
    )
    .takes_json("`Message`, signed by the member's identity key.")
    .gives("The message that stands.");
    tagged("custody", vec![begin, read, say])
}

#[derive(Serialize)]
struct Begun {
    session: Digest,
}

async fn begin(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    BodyOf(ceremony): BodyOf<Ceremony>,
) -> Result<Json<Begun>, Problem> {
    signed_in.require(Role::Registrar)?;
    ceremony.check().map_err(|error| Refusal::rule(error.code()))?;
    if let Some(origin) = &ceremony.from {
        let centre = app.ledger.centre();
        let registered = centre.committees.get(&origin.committee.group_key);
        require(registered == Some(&origin.committee), || Refusal::rule("ceremony_outdated"))?;
    }
    let session = ceremony.session();
    let text = serde_json::to_string(&ceremony).map_err(unreadable)?;
    app.database.put_ceremony(session, &text, app.now().0).await?;
    Ok(Json(Begun { session }))
}

#[derive(Serialize)]
struct Relayed {
    ceremony: Ceremony,
    messages: Vec<Message>,
}

async fn read(
    State(app): State<Arc<App>>,
    PathOf(session): PathOf<Digest>,
) -> Result<Json<Relayed>, Problem> {
    let ceremony = app.ceremony(session).await?;
    let texts = app.database.ceremony_messages(session).await?;
    let messages = texts.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>();
    Ok(Json(Relayed { ceremony, messages: messages.map_err(unreadable)? }))
}

async fn say(
    State(app): State<Arc<App>>,
    PathOf(session): PathOf<Digest>,
    BodyOf(message): BodyOf<Message>,
) -> Result<Json<Message>, Problem> {
    let ceremony = app.ceremony(session).await?;
    message.check(&ceremony).map_err(|error| Refusal::rule(error.code()))?;
    let text = serde_json::to_string(&message).map_err(unreadable)?;
    let name = message.step.name();
    let stands = app.database.put_ceremony_message(session, message.sender, name, &text).await?;
    if stands != text {
        return Err(Refusal::rule("ceremony_said_otherwise").into());
    }
    Ok(Json(message))
}

impl App {
    async fn ceremony(&self, session: Digest) -> Result<Ceremony, Problem> {
        let text = self.database.ceremony(session).await?;
        let text = text.ok_or_else(|| Problem::unknown("unknown_ceremony"))?;
        serde_json::from_str(&text).map_err(unreadable)
    }
}

fn unreadable(error: serde_json::Error) -> Problem {
    Problem::fault(&error, "ceremony_unreadable")
}
