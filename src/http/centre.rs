//! The centre: what readers check everything else against, and names for display.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;
use serde_json::{Value, json};

use super::App;
use super::extract::PathOf;
use super::problem::Problem;
use super::route::{Route, Who, tagged};
use crate::base::{Digest, OrgId, PersonId, Role, SealingPolicy, ShortText};
use crate::centre::{Centre, Dealing, Rehearsal};
use crate::law::TimeLimits;
use crate::ledger::Standing;
use crate::limits::LINE_BYTES_MAX;

pub(super) fn routes() -> Vec<Route> {
    let line = post(take_line).layer(DefaultBodyLimit::max(LINE_BYTES_MAX));
    tagged(
        "centre",
        vec![
            Route::get("/api/time", Who::Anyone, "The server's clock, which decides.", get(time))
                .gives("`{now_ms}`"),
            Route::get(
                "/api/centre",
                Who::Anyone,
                "The centre: keys, custodians, limits of time.",
                get(centre),
            )
            .gives("`Centre`"),
            Route::get("/api/organisations/{id}", Who::Anyone, "An organisation's name.", get(organisation))
                .gives("`{id, name, name_en}`"),
            Route::get("/api/persons/{id}", Who::Anyone, "A person's name.", get(person))
                .gives("`{id, name}`"),
            Route::post(
                "/api/preflight/line",
                Who::Anyone,
                "Takes bytes and forgets them: measures a line.",
                line,
            )
            .takes("application/octet-stream", "Up to 1 MiB of anything.")
            .gives_as(204, None, "They have come."),
        ],
    )
}

/// Something with a name in both languages.
#[derive(Serialize, Clone)]
pub(super) struct Named {
    id: String,
    name: ShortText,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<ShortText>,
}

impl Named {
    pub(super) fn organisation(centre: &Centre, id: OrgId) -> Option<Self> {
        let organisation = centre.organisations.get(&id)?;
        let (name, name_en) = (organisation.name.clone(), Some(organisation.name_en.clone()));
        Some(Self { id: id.to_string(), name, name_en })
    }
}

/// The centre as `/api/centre` tells it.
#[derive(Serialize)]
struct CentreAnswer {
    name: Option<ShortText>,
    origin: String,
    log_key: String,
    /// Receipts of the rotations of that key, in their order: how who knows an earlier one follows to it.
    rotations: Vec<String>,
    witness_keys: Vec<String>,
    witness_quorum: usize,
    /// How it stands with each of them, in the same order.
    witnesses: Vec<Standing>,
    /// Too few of them cosign at present: what binds waits.
    lacks_witnesses: bool,
    custodians: Vec<CustodianAnswer>,
    threshold: Option<u8>,
    group_key: Option<String>,
    committee: Option<Digest>,
    /// How many times the shares of this group key were dealt before.
    epoch: Option<u32>,
    /// Every dealing of shares, in order: rooms name custodians by their index in one of them.
    dealings: Vec<Dealing>,
    /// Digest of the transcript of the ceremony that dealt them.
    transcript: Option<Digest>,
    /// The last rehearsal of this committee.
    rehearsal: Option<Rehearsal>,
    limits: TimeLimits,
    /// How tenders that are published from now on are sealed beside the committee's lock.
    sealing: SealingPolicy,
    sealing_page_sha256: Option<Digest>,
    organisations: Vec<Named>,
}

#[derive(Serialize)]
struct CustodianAnswer {
    index: u8,
    name: ShortText,
    identity: String,
    public_share: String,
    /// By the identity key, over the committee's id: clients check at least `threshold` of them before they seal.
    signature: String,
}

async fn time(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!({ "now_ms": app.now().0 }))
}

async fn centre(State(app): State<Arc<App>>) -> Result<Json<CentreAnswer>, Problem> {
    let centre = app.ledger.centre();
    let committee = centre.committee.as_ref();
    let custodian = |record: &crate::centre::CustodianRecord| CustodianAnswer {
        index: record.index,
        name: record.name.clone(),
        identity: record.identity.clone(),
        public_share: record.public_share.clone(),
        signature: record.signature.clone(),
    };
    let committee_id = committee.and_then(|committee| committee_digest(&committee.group_key));
    let witnesses = app.ledger.witnesses();
    Ok(Json(CentreAnswer {
        name: centre.name.clone(),
        origin: app.ledger.origin().to_owned(),
        log_key: app.ledger.log_vkey(),
        rotations: app.ledger.rotations().await?,
        witness_quorum: app.ledger.witness_quorum(),
        witness_keys: witnesses.iter().map(|(key, _)| key.vkey()).collect(),
        witnesses: witnesses.iter().map(|(_, standing)| *standing).collect(),
        lacks_witnesses: app.ledger.lacks_witnesses(),
        custodians: committee.iter().flat_map(|committee| &committee.custodians).map(custodian).collect(),
        threshold: committee.map(|committee| committee.threshold),
        group_key: committee.map(|committee| committee.group_key.clone()),
        epoch: committee.map(|committee| committee.epoch),
        dealings: centre.dealings.clone(),
        transcript: committee.map(|committee| committee.transcript),
        rehearsal: committee_id.and_then(|id| centre.rehearsal(&id).cloned()),
        committee: committee_id,
        limits: centre.law.limits.clone(),
        sealing: centre.sealing,
        sealing_page_sha256: centre.sealing_page,
        organisations: house_organisations(&centre),
    }))
}

/// SHA-256("TL1/committee\0" ‖ group key).
fn committee_digest(group_key: &str) -> Option<Digest> {
    let bytes = hex::decode(group_key).ok()?;
    Some(Digest::of_parts(&[b"TL1/committee\0", &bytes]))
}

/// Organisations with a part in the procedures themselves. Not those of bidders and experts: who is registered here as
/// a bidder is nobody's to list.
fn house_organisations(centre: &Centre) -> Vec<Named> {
    let is_house =
        |role: &Role| matches!(role, Role::Registrar | Role::Buyer | Role::Host | Role::Supervisor);
    let of_house = centre.people.values().filter(|member| member.roles.iter().any(is_house));
    let ids: std::collections::BTreeSet<OrgId> = of_house.map(|member| member.org).collect();
    ids.into_iter().filter_map(|id| Named::organisation(centre, id)).collect()
}

async fn organisation(
    State(app): State<Arc<App>>,
    PathOf(id): PathOf<OrgId>,
) -> Result<Json<Named>, Problem> {
    let named = Named::organisation(&app.ledger.centre(), id);
    named.map(Json).ok_or_else(|| Problem::unknown("unknown_organisation"))
}

/// Ids of people are random and reach only those who may know the person; whoever has one may know the name.
async fn person(State(app): State<Arc<App>>, PathOf(id): PathOf<PersonId>) -> Result<Json<Named>, Problem> {
    let centre = app.ledger.centre();
    let member = centre.people.get(&id).ok_or_else(|| Problem::unknown("unknown_person"))?;
    Ok(Json(Named { id: id.to_string(), name: member.name.clone(), name_en: None }))
}

async fn take_line(
    bytes: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<StatusCode, Problem> {
    bytes?;
    Ok(StatusCode::NO_CONTENT)
}
