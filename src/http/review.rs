//! What the panel works with: opened documents, their text, and the report that it signs.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kaibiao_crypto::canonical;
use serde::{Deserialize, Serialize};

use super::extract::{Asker, PathOf, QueryOf, SignedIn};
use super::problem::Problem;
use super::ranges::{self, Caching};
use super::route::{Route, Who, tagged};
use super::{App, lot_of};
use crate::base::{BidId, Digest, LotId, Role, TenderId};
use crate::limits::{SEARCH_CHARACTERS_MAX, TEXT_HITS_MAX};
use crate::tender::{Document, Lot, Report, Stage, Tender, Unsealed};

pub(super) fn routes() -> Vec<Route> {
    let text = "/api/tenders/{id}/lots/{lot}/files/{sha256}/text";
    tagged(
        "review",
        vec![
            Route::get("/api/tenders/{id}/lots/{lot}/report", Who::Anyone, "The evaluation report.", get(report))
                .gives("`{report: Report, sha256}`; panel and supervisor once ranked, everybody once candidates are public."),
            Route::get("/api/tenders/{id}/lots/{lot}/files", Who::Review, "Documents in opened envelopes.", get(list))
                .gives("`[{bid, envelope, document}]`"),
            Route::get("/api/tenders/{id}/lots/{lot}/files/{sha256}", Who::Review, "An opened document; ranges are served.", get(file))
                .gives_as(200, Some("*/*"), "The document."),
            Route::get(text, Who::Review, "Pages of an opened document that contain a text.", get(search))
                .query(&[("q", "What to look for, in any case.")])
                .gives("`{is_read, pages: [{page, content}], unread: [{page, verdict}]}`; `unread` are pages without text."),
        ],
    )
}

#[derive(Serialize)]
struct ReportAnswer {
    report: Report,
    sha256: Digest,
}

async fn report(
    State(app): State<Arc<App>>,
    asker: Asker,
    PathOf((id, lot)): PathOf<(TenderId, LotId)>,
) -> Result<Json<ReportAnswer>, Problem> {
    let tender = app.tender(asker.reader(), id)?;
    let lot = lot_of(&tender, &lot)?;
    if lot.candidates.is_none() {
        let signed_in = asker.0.ok_or_else(Problem::not_signed_in)?;
        require_review(&signed_in, lot)?;
        if lot.review.ranking.is_empty() {
            return Err(Problem::not_now("wrong_stage").with("stage", lot.stage));
        }
    }
    let report = lot.report();
    let sha256 = canonical::digest_of(&report).map_err(|error| Problem::fault(&error, error.code()))?;
    Ok(Json(ReportAnswer { report, sha256 }))
}

/// Passes seated experts of the lot and the supervisor.
fn require_review(signed_in: &SignedIn, lot: &Lot) -> Result<(), Problem> {
    let reader = &signed_in.reader;
    let is_seated = reader.holds(Role::Expert) && lot.panel.seat_of(reader.person).is_some();
    if is_seated || reader.holds(Role::Supervisor) {
        return Ok(());
    }
    let code = if reader.holds(Role::Expert) { "not_on_panel" } else { "role_not_allowed" };
    Err(Problem::forbidden(code))
}

#[derive(Serialize)]
struct OpenedFile {
    bid: BidId,
    envelope: u8,
    document: Document,
}

impl App {
    /// The opened documents of a lot, for those who evaluate and supervise, from the hand-over to the panel on.
    fn opened(
        &self,
        signed_in: SignedIn,
        id: TenderId,
        lot: &LotId,
    ) -> Result<(Arc<Tender>, Vec<OpenedFile>), Problem> {
        let lot_id = lot;
        let tender = self.tender(None, id)?;
        let lot = lot_of(&tender, lot_id)?;
        require_review(&signed_in, lot)?;
        let before_review = matches!(lot.stage, Stage::Receiving | Stage::Opening | Stage::Opened);
        if before_review && !signed_in.reader.holds(Role::Supervisor) {
            return Err(Problem::not_now("wrong_stage").with("stage", lot.stage));
        }
        let files = lot.standing().flat_map(|bid| documents(bid.id, &bid.unsealed)).collect();
        Ok((tender, files))
    }
}

fn documents(bid: BidId, unsealed: &BTreeMap<u8, Unsealed>) -> Vec<OpenedFile> {
    let in_envelope = |(envelope, contents): (&u8, &Unsealed)| match contents {
        Unsealed::Opened { files, .. } => {
            let file =
                |document: &Document| OpenedFile { bid, envelope: *envelope, document: document.clone() };
            files.iter().map(file).collect()
        }
        Unsealed::Failed { .. } => Vec::new(),
    };
    unsealed.iter().flat_map(in_envelope).collect()
}

async fn list(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf((id, lot)): PathOf<(TenderId, LotId)>,
) -> Result<Json<Vec<OpenedFile>>, Problem> {
    Ok(Json(app.opened(signed_in, id, &lot)?.1))
}

async fn file(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf((id, lot, sha256)): PathOf<(TenderId, LotId, Digest)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let document = app.opened_document(signed_in, id, &lot, sha256)?;
    ranges::answer(&app.files, &document, &headers, Caching::Never).await
}

impl App {
    fn opened_document(
        &self,
        signed_in: SignedIn,
        id: TenderId,
        lot: &LotId,
        sha256: Digest,
    ) -> Result<Document, Problem> {
        let (_, files) = self.opened(signed_in, id, lot)?;
        let found = files.into_iter().find(|file| file.document.sha256 == sha256);
        found.map(|file| file.document).ok_or_else(|| Problem::unknown("unknown_document"))
    }
}

#[derive(Deserialize)]
struct Search {
    q: String,
}

#[derive(Serialize)]
struct TextAnswer {
    /// Whether the document's text has been read yet.
    is_read: bool,
    pages: Vec<FoundPage>,
    unread: Vec<UnreadPage>,
}

#[derive(Serialize)]
struct FoundPage {
    page: u32,
    content: String,
}

#[derive(Serialize)]
struct UnreadPage {
    page: u32,
    verdict: String,
}

async fn search(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    PathOf((id, lot, sha256)): PathOf<(TenderId, LotId, Digest)>,
    QueryOf(search): QueryOf<Search>,
) -> Result<Json<TextAnswer>, Problem> {
    if !(1..=SEARCH_CHARACTERS_MAX).contains(&search.q.trim().chars().count()) {
        return Err(Problem::malformed("query_form").with("characters_max", SEARCH_CHARACTERS_MAX));
    }
    app.opened_document(signed_in, id, &lot, sha256)?;
    let hits = app.database.search_text(&[sha256], search.q.trim(), TEXT_HITS_MAX).await?;
    let text = app.database.text(sha256).await?;
    let unread = text.iter().filter(|page| page.verdict != "text");
    let unread = unread.map(|page| UnreadPage { page: page.page, verdict: page.verdict.clone() });
    Ok(Json(TextAnswer {
        is_read: !text.is_empty(),
        unread: unread.collect(),
        pages: hits.into_iter().map(|hit| FoundPage { page: hit.page, content: hit.content }).collect(),
    }))
}
