//! HTTP: the routes, who may ask what, and how answers look (docs/api.md).
//!
//! A handler is short: extract, look who asks, one call, answer. The rules live in the core; what a reader may see is
//! decided by the core's views, for each answer anew. Not here: rooms (`live`), the acts' way in (`intake`).
//!
//! *Invariants*: before a lot is closed no answer depends on its bids, but for the answers to their own bidder; every
//! answer that is not public has `Cache-Control: no-store`; every route is in the one list and so in the description.

mod acts;
mod admin;
mod award;
mod bid;
mod centre;
mod ceremonies;
mod custodians;
mod extract;
mod feeds;
mod headers;
mod imports;
mod keys;
mod law;
mod listen;
mod local;
mod log;
mod notice;
mod openapi;
mod opening;
mod panel;
mod problem;
mod ranges;
mod review;
mod rooms;
mod route;
mod session;
mod supervise;
mod uploads;
mod web;

pub use bid::BidPlaces;
pub use listen::listen;
pub use local::LocalReplay;
pub use problem::Problem;
pub use route::{Route, Who};
pub use web::{page_digest, page_files};

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;

use crate::base::{Instant, LotId, TenderId};
use crate::custody::Custody;
use crate::files::Files;
use crate::files::upload::Uploads;
use crate::identity::{Authority, Identity, Reader};
use crate::intake::Intake;
use crate::ledger::Ledger;
use crate::limits::JSON_BYTES_MAX;
use crate::store::Database;
use crate::tender::{Lot, Phase, Tender};

/// What handlers work with.
pub struct App {
    /// The log and the state that it leads to.
    pub ledger: Ledger,
    /// The way in for acts.
    pub intake: Intake,
    /// Accounts and sessions.
    pub identity: Identity,
    /// Certifies first keys.
    pub authority: Arc<Authority>,
    /// Rows that are not in the log: uploads, files, texts, salts of pools.
    pub database: Database,
    /// The way to the custodians.
    pub custody: Option<Custody>,
    /// The bytes.
    pub files: Files,
    /// Uploads under way.
    pub uploads: Uploads,
    /// Where bids stand in the log.
    pub bid_places: BidPlaces,
    /// Whether readers come over TLS: decides the cookie's name and HSTS.
    pub is_tls: bool,
}

/// Everything that can be asked over HTTP, but for the socket of the rooms.
pub fn routes() -> Vec<Route> {
    [
        session::routes(),
        keys::routes(),
        acts::routes(),
        centre::routes(),
        law::routes(),
        notice::routes(),
        imports::routes(),
        feeds::routes(),
        bid::routes(),
        opening::routes(),
        panel::routes(),
        review::routes(),
        award::routes(),
        supervise::routes(),
        log::routes(),
        uploads::routes(),
        rooms::routes(),
        admin::routes(),
        ceremonies::routes(),
        custodians::routes(),
        openapi::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The platform's HTTP. `sockets` is the router of the rooms' sockets, which gets the same headers and limits.
pub fn router(app: Arc<App>, sockets: Router) -> Router {
    let is_tls = app.is_tls;
    let routed =
        routes().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler));
    routed
        .method_not_allowed_fallback(headers::method_not_allowed)
        .with_state(app)
        .merge(sockets)
        .fallback(web::serve)
        .layer(DefaultBodyLimit::max(JSON_BYTES_MAX))
        .layer(middleware::from_fn(extract::same_origin))
        .layer(middleware::from_fn(move |request, next| headers::harden(is_tls, request, next)))
        .layer(middleware::from_fn(headers::traced))
}

impl App {
    fn now(&self) -> Instant {
        self.ledger.clock().now()
    }

    /// A tender that the reader may know of.
    fn tender(&self, reader: Option<&Reader>, id: TenderId) -> Result<Arc<Tender>, Problem> {
        let tender = self.ledger.tender(id).ok_or_else(|| Problem::unknown("unknown_tender"))?;
        let is_public = matches!(tender.notice.phase, Phase::Published | Phase::Cancelled | Phase::Archived);
        let is_house = reader.is_some_and(|reader| reader.is_house(&tender));
        if is_public || is_house { Ok(tender) } else { Err(Problem::unknown("unknown_tender")) }
    }
}

/// A lot of a published tender.
fn lot_of<'a>(tender: &'a Tender, lot: &LotId) -> Result<&'a Lot, Problem> {
    tender.lots.get(lot).ok_or_else(|| Problem::unknown("unknown_lot"))
}

#[cfg(test)]
mod tests;
