//! A route with what the description says of it. One list of routes makes both the router and `/api/openapi.json`, so
//! that neither has what the other lacks.

use std::sync::Arc;

use axum::http::Method;
use axum::routing::MethodRouter;

use super::App;

/// Who may ask. What each of them is told is decided by the handler, for each tender and stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// Anyone, without an account.
    Anyone,
    /// Anyone who is signed in.
    SignedIn,
    /// The registrar.
    Registrar,
    /// The host.
    Host,
    /// A bidder.
    Bidder,
    /// The supervisor.
    Supervisor,
    /// Seated experts and the supervisor.
    Review,
    /// Experts and the host.
    Panel,
}

impl Who {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Anyone => "Anyone, without an account.",
            Self::SignedIn => "Anyone who is signed in.",
            Self::Registrar => "The registrar.",
            Self::Host => "The host of the tender's agency.",
            Self::Bidder => "A bidder.",
            Self::Supervisor => "The supervisor.",
            Self::Review => "Seated experts of the lot and the supervisor.",
            Self::Panel => "Experts and the host.",
        }
    }
}

/// A route.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path, with `{names}`.
    pub path: &'static str,
    /// Group in the description: the stage.
    pub tag: &'static str,
    /// Who may ask.
    pub who: Who,
    /// What it does, in one line.
    pub summary: &'static str,
    /// Query parameters, by name and meaning.
    pub query: &'static [(&'static str, &'static str)],
    /// Media type and meaning of the body that it takes.
    pub takes: Option<(&'static str, &'static str)>,
    /// Status, media type and meaning of the answer.
    pub gives: (u16, Option<&'static str>, &'static str),
    pub(super) handler: MethodRouter<Arc<App>>,
}

/// The media type of most answers.
pub(super) const JSON: Option<&str> = Some("application/json");

impl Route {
    pub(super) fn new(
        method: Method,
        path: &'static str,
        who: Who,
        summary: &'static str,
        handler: MethodRouter<Arc<App>>,
    ) -> Self {
        Self {
            method,
            path,
            tag: "",
            who,
            summary,
            query: &[],
            takes: None,
            gives: (200, JSON, "See docs/api.md."),
            handler,
        }
    }

    /// A route that reads.
    pub(super) fn get(
        path: &'static str,
        who: Who,
        summary: &'static str,
        handler: MethodRouter<Arc<App>>,
    ) -> Self {
        Self::new(Method::GET, path, who, summary, handler)
    }

    /// A route that takes something.
    pub(super) fn post(
        path: &'static str,
        who: Who,
        summary: &'static str,
        handler: MethodRouter<Arc<App>>,
    ) -> Self {
        Self::new(Method::POST, path, who, summary, handler)
    }

    pub(super) fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    pub(super) fn takes(mut self, media_type: &'static str, meaning: &'static str) -> Self {
        self.takes = Some((media_type, meaning));
        self
    }

    pub(super) fn takes_json(self, meaning: &'static str) -> Self {
        self.takes("application/json", meaning)
    }

    pub(super) fn gives(mut self, meaning: &'static str) -> Self {
        self.gives.2 = meaning;
        self
    }

    pub(super) fn gives_as(
        mut self,
        status: u16,
        media_type: Option<&'static str>,
        meaning: &'static str,
    ) -> Self {
        self.gives = (status, media_type, meaning);
        self
    }
}

/// Gives all routes of a stage their tag.
pub(super) fn tagged(tag: &'static str, routes: Vec<Route>) -> Vec<Route> {
    routes.into_iter().map(|route| Route { tag, ..route }).collect()
}
