//! From a request to what a handler works with: who reads, which ids, which body.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::App;
use super::problem::Problem;
use crate::base::{Actor, Role};
use crate::identity::{CSRF, Reader, Session, SessionToken};
use crate::tender::Tender;

/// The header that every request other than a GET carries.
pub(super) const CSRF_HEADER: &str = "x-kaibiao-csrf";

/// Ids in the path; a text that is no id is nothing that exists (404).
#[derive(FromRequestParts)]
#[from_request(via(Path), rejection(Problem))]
pub(super) struct PathOf<T>(pub T);

/// The question after the path.
#[derive(FromRequestParts)]
#[from_request(via(Query), rejection(Problem))]
pub(super) struct QueryOf<T>(pub T);

/// A JSON body.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub(super) struct BodyOf<T>(pub T);

/// The role that a person with several wants to read in.
#[derive(Deserialize, Default, Clone, Copy)]
pub(super) struct InRole {
    pub role: Option<Role>,
}

/// Who asks: somebody who is signed in and in the register, or the public.
pub(super) struct Asker(pub Option<SignedIn>);

/// Somebody who is signed in.
pub(super) struct SignedIn {
    pub session: Session,
    pub reader: Reader,
}

impl SignedIn {
    /// Passes only holders of `role`.
    pub fn require(&self, role: Role) -> Result<(), Problem> {
        if self.reader.holds(role) { Ok(()) } else { Err(role_problem(role)) }
    }

    /// Passes only holders of `role` who have a part in the tender with it.
    pub fn require_in(&self, role: Role, tender: &Tender) -> Result<(), Problem> {
        self.require(role)?;
        if self.reader.fits(role, tender) { Ok(()) } else { Err(Problem::forbidden("other_organisation")) }
    }
}

impl Asker {
    /// The reader, if signed in.
    pub fn reader(&self) -> Option<&Reader> {
        self.0.as_ref().map(|signed_in| &signed_in.reader)
    }

    /// The reader in the wanted role, or in the first that has a part in the tender; as the public otherwise.
    /// A wanted role that the person does not hold is refused, so that nobody takes the public's view for another's.
    pub fn acting(&self, wanted: Option<Role>, tender: &Tender) -> Result<Option<Actor>, Problem> {
        let Some(reader) = self.reader() else { return Ok(None) };
        match wanted {
            Some(role) => reader.acting(role).map(Some).ok_or_else(|| role_problem(role)),
            None => Ok(reader.fitting_role(tender).and_then(|role| reader.acting(role))),
        }
    }
}

fn role_problem(role: Role) -> Problem {
    Problem::forbidden("role_not_allowed").with("role", role)
}

impl FromRequestParts<Arc<App>> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Some(token) = token_of(&parts.headers, app.is_tls) else { return Ok(Self(None)) };
        let session = app.identity.session(&token, app.ledger.clock().now()).await?;
        let Some(session) = session else { return Ok(Self(None)) };
        let reader = Reader::of(&app.ledger.centre(), session.person);
        Ok(Self(reader.map(|reader| SignedIn { session, reader })))
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        Asker::from_request_parts(parts, app).await?.0.ok_or_else(Problem::not_signed_in)
    }
}

/// The name of the session's cookie. Under TLS its prefix makes browsers refuse one that another host or path set.
pub(super) fn cookie_name(is_tls: bool) -> &'static str {
    if is_tls { "__Host-kaibiao" } else { "kaibiao" }
}

fn token_of(headers: &HeaderMap, is_tls: bool) -> Option<SessionToken> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == cookie_name(is_tls)).and_then(|(_, value)| SessionToken::parse(value))
}

/// Lets through only requests that a page of another origin cannot make a browser send: reading ones, and those with
/// our header and, where the browser names one, our own origin.
pub(super) async fn same_origin(request: axum::extract::Request, next: Next) -> Response {
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let has_header =
        request.headers().get(CSRF_HEADER).is_some_and(|value| value.as_bytes() == CSRF.as_bytes());
    if is_reading || (has_header && is_own_origin(&request)) {
        return next.run(request).await;
    }
    Problem::forbidden("other_origin_page").into_response()
}

/// Whether the browser's `Origin`, if it names one, is the host that was asked.
fn is_own_origin(request: &axum::extract::Request) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return true };
    let asked = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let asked = asked.or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, host)| asked == Some(host))
}
