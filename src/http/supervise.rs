//! The log entries of a tender for the supervisor's replay, each with its proof, and the evidence bundle.
//!
//! *Invariants*: while bids may still come there are no entries at all, because their numbers alone would count the
//! bids; until the result is public, what seated experts did is shown without who did it, and what nobody hears yet is
//! withheld.

use std::io::Seek;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::act::Payload;
use kaibiao_crypto::entry::Entry;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;

use super::App;
use super::extract::{Asker, PathOf, QueryOf, SignedIn};
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use crate::base::{Instant, KeyId, Role, TenderId};
use crate::limits::{ENTRIES_PAGE, EXPORTS_MAX};
use crate::replay::bundle::Scope;
use crate::store::EntryRow;
use crate::tender::{Event, LotEvent, LotFact, Phase, Stage, Tender, TenderEvent};

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/tenders/{id}/entries";
    let entries =
        Route::get(path, Who::Supervisor, "Log entries of a tender, with events and proofs.", get(entries))
            .query(&[("from", "Position in the tender's stream, from 0; at most 100 entries follow.")])
            .gives("`ReplayEntry[]`; 409 `lot_still_open` while bids may come.");
    let bundle = Route::get("/api/tenders/{id}/export", Who::Anyone, "The evidence bundle of a tender.", get(export))
        .query(&[("files", "`true`: the supervisor's bundle carries the documents too.")])
        .gives_as(200, Some("application/octet-stream"), "A `.tdr` for `kaibiao verify`: whole for the supervisor once the result is public, the public's once the tender is archived.");
    tagged("supervise", vec![entries, bundle])
}

/// Bundles that are made at a time: each reads the whole tender.
static EXPORTS: Semaphore = Semaphore::const_new(EXPORTS_MAX);

#[derive(Deserialize)]
struct Wanted {
    files: Option<bool>,
}

/// The supervisor's bundle names the experts, so it waits for the result like every other word of them.
async fn export(
    State(app): State<Arc<App>>,
    asker: Asker,
    PathOf(id): PathOf<TenderId>,
    QueryOf(wanted): QueryOf<Wanted>,
) -> Result<impl IntoResponse, Problem> {
    let tender = app.tender(asker.reader(), id)?;
    let is_supervisor = asker.reader().is_some_and(|reader| reader.holds(Role::Supervisor));
    let scope = if is_supervisor { Scope::Supervisor } else { Scope::Public };
    let _turn = EXPORTS.try_acquire().map_err(|_| Problem::busy(10))?;
    if is_supervisor && !may_still_receive(&tender, app.now()) && !is_result_public(&tender) {
        return Err(Problem::not_now("not_yet_exportable"));
    }
    let sink = app.files.scratch().await?;
    let mut bundle = app.ledger.export(id, scope, &app.files, wanted.files.unwrap_or(false), sink).await?;
    bundle.rewind().map_err(|error| Problem::fault(&error, "disk_failed"))?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(bundle)));
    let name = format!("attachment; filename=\"{id}.tdr\"");
    Ok((
        [(header::CONTENT_TYPE, "application/octet-stream".to_owned()), (header::CONTENT_DISPOSITION, name)],
        body,
    ))
}

/// An entry. What is withheld until the result is counted in `withheld`, and then the proof is left out too: it holds
/// the whole act.
#[derive(Serialize)]
struct ReplayEntry {
    index: u64,
    ts: Instant,
    stream: String,
    sseq: u64,
    #[serde(rename = "type")]
    kind: String,
    /// A person's id, `system`, or `sealed`.
    actor: String,
    role: String,
    payload: String,
    events: Vec<Event>,
    withheld: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spki: Option<String>,
}

#[derive(Deserialize)]
struct From {
    from: Option<u64>,
}

async fn entries(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf(id): PathOf<TenderId>,
    QueryOf(from): QueryOf<From>,
) -> Result<Json<Vec<ReplayEntry>>, Problem> {
    signed_in.require(Role::Supervisor)?;
    let tender = app.tender(Some(&signed_in.reader), id)?;
    if may_still_receive(&tender, app.now()) {
        return Err(Problem::not_now("lot_still_open").with("opening_at", tender.notice.opening_at));
    }
    let rows = app.database.stream_entries(&id.to_string(), from.from.unwrap_or(0), ENTRIES_PAGE).await?;
    let is_result_public = is_result_public(&tender);
    let mut answer = Vec::with_capacity(rows.len());
    for row in rows {
        answer.push(app.replay_entry(row, is_result_public).await?);
    }
    Ok(Json(answer))
}

/// Whether a bid may still come to any lot.
fn may_still_receive(tender: &Tender, now: Instant) -> bool {
    let is_receiving = tender.lots.values().any(|lot| lot.stage == Stage::Receiving);
    match tender.notice.phase {
        Phase::Cancelled => tender.notice.opening_at.is_none_or(|opening| now <= opening),
        Phase::None | Phase::Draft | Phase::Approved | Phase::Published | Phase::Archived => is_receiving,
    }
}

/// Whether nothing of the panel is secret any more: candidates are public, or the lot came to nothing, in every lot.
fn is_result_public(tender: &Tender) -> bool {
    tender.notice.phase == Phase::Archived
        || tender.lots.values().all(|lot| lot.candidates.is_some() || matches!(lot.stage, Stage::Failed(_)))
}

impl App {
    async fn replay_entry(&self, row: EntryRow, is_result_public: bool) -> Result<ReplayEntry, Problem> {
        let entry = Entry::parse(&row.bytes).map_err(|error| Problem::fault(&error, error.code()))?;
        let payload = entry.read_payload().map_err(|error| Problem::fault(&error, error.code()))?;
        let all: Vec<Event> =
            serde_json::from_slice(&row.events).map_err(|error| Problem::fault(&error, "events_damaged"))?;
        let count = all.len();
        let events: Vec<Event> =
            all.into_iter().filter(|event| is_result_public || !is_secret(event)).collect();
        let is_sealed = !is_result_public && (is_of_panel(&payload) || events.len() < count);
        let proof = if is_sealed { None } else { Some(self.ledger.receipt(row.seq).await?) };
        let (stream, sseq) = row.place.unwrap_or_default();
        Ok(ReplayEntry {
            index: row.seq,
            ts: Instant(row.ts),
            stream,
            sseq,
            kind: payload.kind,
            actor: if is_sealed { "sealed".to_owned() } else { payload.actor },
            role: payload.role,
            payload: if is_sealed { String::new() } else { STANDARD.encode(&entry.payload) },
            withheld: count - events.len(),
            events,
            proof,
            spki: self.spki(entry.key_id).filter(|_| !is_sealed),
        })
    }

    fn spki(&self, key: KeyId) -> Option<String> {
        self.ledger.centre().keys.get(&key).map(|key| key.record.spki.clone())
    }
}

/// Whether the act names an expert, or a bidder who asked and whom nobody shall know.
fn is_of_panel(payload: &Payload) -> bool {
    payload.role == "expert" || payload.kind == "AskEnquiry"
}

/// What nobody hears before the result: who sits where, and single verdicts and scores.
fn is_secret(event: &Event) -> bool {
    match event {
        Event::Lot(LotFact { event, .. }) => matches!(
            event,
            LotEvent::SeatTaken { .. }
                | LotEvent::ExpertRecused { .. }
                | LotEvent::PreliminaryJudged { .. }
                | LotEvent::ScoresRevealed { .. }
        ),
        Event::Tender(event) => matches!(event, TenderEvent::EnquiryAsked { .. }),
    }
}
