//! Limits of time for pages: computed here by the same functions that decide, never by a page itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use serde::{Deserialize, Serialize};

use super::App;
use super::extract::QueryOf;
use super::route::{Route, Who, tagged};
use crate::base::{Instant, LongText, Regime};
use crate::law::{Dated, Holidays, Rule};

pub(super) fn routes() -> Vec<Route> {
    let summary = "Limits of time, with their articles and the moments that they lead to.";
    tagged(
        "centre",
        vec![
            Route::get("/api/law", Who::Anyone, summary, get(law))
                .query(&[
                    ("regime", "`bidding` (otherwise) or `procurement`."),
                    ("published_at", "When the notice was published; otherwise now."),
                    ("opening_at", "The opening, in force or intended."),
                ])
                .gives("`Law`"),
        ],
    )
}

#[derive(Deserialize)]
struct Wanted {
    regime: Option<Regime>,
    published_at: Option<Instant>,
    opening_at: Option<Instant>,
}

/// The law as `/api/law` tells it.
#[derive(Serialize)]
struct LawAnswer {
    regime: Regime,
    limits: Vec<Dated>,
    /// Why some of them differ from the law's.
    reason: Option<LongText>,
    /// A notice published then opens no earlier.
    earliest_opening: Instant,
    /// A change of today that may affect bids opens no earlier.
    earliest_after_change: Instant,
    /// The years whose holidays are known.
    holidays: Vec<Holidays>,
}

async fn law(State(app): State<Arc<App>>, QueryOf(wanted): QueryOf<Wanted>) -> Json<LawAnswer> {
    let centre = app.ledger.centre();
    let (law, now) = (&centre.law, app.now());
    let regime = wanted.regime.unwrap_or(Regime::Bidding);
    let published = wanted.published_at.unwrap_or(now);
    Json(LawAnswer {
        regime,
        limits: law.dated(regime, published, wanted.opening_at),
        reason: law.limits.reason.clone(),
        earliest_opening: law.ends(regime, Rule::NoticeToDeadline, published),
        earliest_after_change: law.earliest_end(regime, Rule::ChangeBeforeDeadline, now),
        holidays: law.calendar.years().cloned().collect(),
    })
}
