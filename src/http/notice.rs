//! The hall, a tender, and its documents.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::entry::{Entry, LogItem};
use serde::{Deserialize, Serialize};

use super::App;
use super::extract::{Asker, InRole, PathOf, QueryOf, SignedIn};
use super::problem::Problem;
use super::ranges::{self, Caching};
use super::route::{Route, Who, tagged};
use crate::base::{Digest, ShortText, TenderId};
use crate::centre::Committee;
use crate::limits::{ENTRIES_PAGE, SEARCH_CHARACTERS_MAX, TENDERS_PAGE};
use crate::store::EntryRow;
use crate::tender::{Category, Document, Phase, Tender, TenderSummary, TenderView};

const IN_ROLE: (&str, &str) = ("role", "The role to read in, of a person with several.");

pub(super) fn routes() -> Vec<Route> {
    let hall = &[
        ("q", "Words of the title, the region, the project code or the buyer's name; all must be there."),
        ("stage", "Stage of any lot, or a phase of the tender (`cancelled`, `archived`)."),
        ("category", "`works`, `goods` or `services`."),
        ("region", "Words of the region."),
        ("scope", "`house`: the tenders of one's own house with its drafts."),
        ("page", "From 1; 20 tenders a page."),
    ];
    let document = "A document of the notice or of an addendum; ranges are served.";
    tagged(
        "notice",
        vec![
            Route::get(
                "/api/tenders",
                Who::Anyone,
                "The hall: published tenders, newest first.",
                get(hall_page),
            )
            .query(hall)
            .gives("`{tenders: TenderSummary[], total}`"),
            Route::get("/api/tenders/{id}", Who::Anyone, "A tender as this reader may see it.", get(tender))
                .query(&[IN_ROLE])
                .gives("`TenderView`"),
            Route::get(
                "/api/tenders/{id}/publication",
                Who::Anyone,
                "The notice as its host signed it: what a client checks before it seals.",
                get(publication),
            )
            .gives("`Publication`: `{payload, body, spki, signature, committee}`; payload, key and signature in base64."),
            Route::get("/api/tenders/{id}/documents/{sha256}", Who::Anyone, document, get(tender_document))
                .gives_as(200, Some("*/*"), "The document."),
            Route::get(
                "/api/tenders/{id}/evidence/{sha256}",
                Who::SignedIn,
                "A file that an objection or a complaint rests on, for those who may read why it was brought.",
                get(evidence),
            )
            .query(&[IN_ROLE])
            .gives_as(200, Some("*/*"), "The file."),
        ],
    )
}

#[derive(Deserialize, Default)]
struct Hall {
    q: Option<String>,
    stage: Option<String>,
    category: Option<Category>,
    region: Option<String>,
    scope: Option<Scope>,
    page: Option<usize>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Scope {
    House,
}

#[derive(Serialize)]
struct HallPage {
    tenders: Vec<TenderSummary>,
    total: usize,
}

async fn hall_page(
    State(app): State<Arc<App>>,
    asker: Asker,
    QueryOf(hall): QueryOf<Hall>,
) -> Result<Json<HallPage>, Problem> {
    let words = hall.q.as_deref().unwrap_or_default();
    if words.chars().count() > SEARCH_CHARACTERS_MAX {
        return Err(Problem::malformed("query_form").with("characters_max", SEARCH_CHARACTERS_MAX));
    }
    let centre = app.ledger.centre();
    let matches = |summary: &TenderSummary| {
        let buyer = centre.organisations.get(&summary.buyer);
        let names = buyer.map(|buyer| [buyer.name.as_str(), buyer.name_en.as_str()]).unwrap_or_default();
        hall.fits(summary, &names)
    };
    let listed = |tender: &Arc<Tender>| match hall.scope {
        None => tender.summary(),
        Some(Scope::House) if asker.reader().is_some_and(|reader| reader.is_house(tender)) => {
            summary_of(tender)
        }
        Some(Scope::House) => None,
    };
    let all: Vec<TenderSummary> = app.ledger.tenders().iter().filter_map(listed).filter(matches).collect();
    let (total, page) = (all.len(), hall.page.unwrap_or(1).max(1));
    let tenders = all.into_iter().skip((page - 1).saturating_mul(TENDERS_PAGE)).take(TENDERS_PAGE).collect();
    Ok(Json(HallPage { tenders, total }))
}

impl Hall {
    fn fits(&self, summary: &TenderSummary, buyer: &[&str]) -> bool {
        let title =
            [summary.title.zh.as_str(), summary.title.en.as_str(), &summary.region, &summary.project_code];
        let text = [&title, buyer].concat().join("\n").to_lowercase();
        let has_all = |words: &Option<String>, text: &str| {
            let words = words.as_deref().unwrap_or_default().to_lowercase();
            words.split_whitespace().all(|word| text.contains(word))
        };
        has_all(&self.q, &text)
            && has_all(&self.region, &summary.region.to_lowercase())
            && self.category.is_none_or(|category| category == summary.category)
            && self.stage.as_deref().is_none_or(|stage| stage.is_empty() || is_at(summary, stage))
    }
}

fn is_at(summary: &TenderSummary, stage: &str) -> bool {
    let is_named = |value: serde_json::Result<serde_json::Value>, name: &str| {
        value.is_ok_and(|value| value.get("stage").unwrap_or(&value) == name)
    };
    let is_lot_there = || summary.lots.iter().any(|lot| is_named(serde_json::to_value(lot.stage), stage));
    match summary.phase {
        Phase::Published => is_lot_there(),
        Phase::None | Phase::Draft | Phase::Approved | Phase::Cancelled => {
            is_named(serde_json::to_value(summary.phase), stage)
        }
        Phase::Archived => is_named(serde_json::to_value(summary.phase), stage) || is_lot_there(),
    }
}

/// A tender of the own house, drafts too.
fn summary_of(tender: &Tender) -> Option<TenderSummary> {
    if let Some(summary) = tender.summary() {
        return Some(summary);
    }
    let terms = tender.notice.terms()?;
    Some(TenderSummary {
        id: tender.id,
        phase: tender.notice.phase,
        title: terms.title.clone(),
        buyer: terms.buyer,
        region: terms.region.as_str().to_owned(),
        category: terms.category,
        project_code: terms.project_code.as_str().to_owned(),
        ceiling_minor: terms.lots.iter().map(|lot| lot.ceiling.minor()).sum(),
        opening_at: Some(terms.opening_at),
        published_at: None,
        lots: Vec::new(),
    })
}

async fn tender(
    State(app): State<Arc<App>>,
    asker: Asker,
    PathOf(id): PathOf<TenderId>,
    QueryOf(wanted): QueryOf<InRole>,
) -> Result<Json<TenderView>, Problem> {
    let tender = app.tender(asker.reader(), id)?;
    let view = tender.view(asker.acting(wanted.role, &tender)?);
    view.map(Json).ok_or_else(|| Problem::unknown("unknown_tender"))
}

/// The signed notice. SHA-256 of the payload is the digest that stands in every label.
#[derive(Serialize)]
struct Publication {
    payload: String,
    /// The act's body, if it stands beside the payload.
    body: Option<serde_json::Value>,
    /// Public key of the host.
    spki: Option<String>,
    /// By the host over the payload. No receipt: its head would tell how much the log has grown.
    signature: String,
    /// The custodians of the group key that it names, as last appointed.
    committee: Option<Committee>,
}

async fn publication(
    State(app): State<Arc<App>>,
    asker: Asker,
    PathOf(id): PathOf<TenderId>,
) -> Result<Json<Publication>, Problem> {
    let tender = app.tender(asker.reader(), id)?;
    let notice = tender.notice.digest.ok_or_else(|| Problem::unknown("unknown_tender"))?;
    let (row, entry) =
        app.publication_entry(id, notice).await?.ok_or_else(|| Problem::unknown("unknown_tender"))?;
    let body = row.body.as_ref().map(|body| serde_json::from_slice(body)).transpose();
    let centre = app.ledger.centre();
    Ok(Json(Publication {
        payload: STANDARD.encode(&entry.payload),
        body: body.map_err(|error| Problem::fault(&error, "body_damaged"))?,
        spki: centre.keys.get(&entry.key_id).map(|key| key.record.spki.clone()),
        signature: STANDARD.encode(&entry.sig),
        committee: tender.notice.committee.as_ref().and_then(|(key, _)| centre.committees.get(key)).cloned(),
    }))
}

impl App {
    /// The act whose payload has the digest `notice`: near the beginning of its tender's stream, after the draft.
    async fn publication_entry(
        &self,
        tender: TenderId,
        notice: Digest,
    ) -> Result<Option<(EntryRow, Entry)>, Problem> {
        let stream = tender.to_string();
        let mut from = 0;
        loop {
            let rows = self.database.stream_entries(&stream, from, ENTRIES_PAGE).await?;
            let Some((_, last)) = rows.last().and_then(|row| row.place.clone()) else { return Ok(None) };
            from = last + 1;
            for row in rows {
                let LogItem::Act(entry) =
                    LogItem::parse(&row.bytes).map_err(|error| Problem::fault(&error, error.code()))?
                else {
                    continue;
                };
                if Digest::of(&entry.payload) == notice {
                    return Ok(Some((row, entry)));
                }
            }
        }
    }
}

async fn tender_document(
    State(app): State<Arc<App>>,
    asker: Asker,
    PathOf((id, sha256)): PathOf<(TenderId, Digest)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tender = app.tender(asker.reader(), id)?;
    let document = document_of(&tender, sha256).ok_or_else(|| Problem::unknown("unknown_document"))?;
    let is_public = tender.notice.published_at.is_some();
    let caching = if is_public { Caching::Public } else { Caching::Never };
    ranges::answer(&app.files, document, &headers, caching).await
}

/// Whoever may read what a case rests on may read its files.
async fn evidence(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf((id, sha256)): PathOf<(TenderId, Digest)>,
    QueryOf(wanted): QueryOf<InRole>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asker = Asker(Some(signed_in));
    let tender = app.tender(asker.reader(), id)?;
    let view = tender.view(asker.acting(wanted.role, &tender)?);
    let view = view.ok_or_else(|| Problem::unknown("unknown_tender"))?;
    let objections = view.objections.iter().filter_map(|case| case.argued.as_ref());
    let complaints = view.complaints.iter().filter_map(|case| case.argued.as_ref());
    let is_named = objections.chain(complaints).any(|argued| argued.evidence.contains(&sha256));
    let name = ShortText::new(sha256.to_string()).ok().filter(|_| is_named);
    let name = name.ok_or_else(|| Problem::unknown("unknown_document"))?;
    let document = Document { len: 0, media_type: "application/octet-stream".to_owned(), name, sha256 };
    ranges::answer(&app.files, &document, &headers, Caching::Never).await
}

fn document_of(tender: &Tender, sha256: Digest) -> Option<&Document> {
    let of_addenda = tender.notice.addenda.iter().flat_map(|addendum| &addendum.documents);
    tender.notice.documents.iter().chain(of_addenda).find(|document| document.sha256 == sha256)
}
