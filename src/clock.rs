//! The one clock of the platform. Nothing else reads the time; tests and the demo set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::base::{Instant, Span};

/// A clock: the system's, or one that a test or a demo sets.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's wall clock (kept right by the host's time service).
    System,
    /// Held by a test: milliseconds since 1970.
    Held(Arc<AtomicI64>),
    /// Runs with the system's, so many milliseconds ahead: for a demo that does not wait.
    Ahead(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now` until it is moved.
    pub fn held_at(now: Instant) -> Self {
        Self::Held(Arc::new(AtomicI64::new(now.0)))
    }

    /// A clock that runs with the system's until it is moved ahead.
    pub fn settable() -> Self {
        Self::Ahead(Arc::default())
    }

    /// The moment now.
    pub fn now(&self) -> Instant {
        match self {
            Self::System => system(),
            Self::Held(now) => Instant(now.load(Ordering::SeqCst)),
            Self::Ahead(ahead) => system() + Span(ahead.load(Ordering::SeqCst)),
        }
    }

    /// Moves the clock forward, if it can be: the system's cannot.
    pub fn advance(&self, span: Span) {
        match self {
            Self::System => {}
            Self::Held(set) | Self::Ahead(set) => {
                set.fetch_add(span.0, Ordering::SeqCst);
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
fn system() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Instant(since.ok().and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0))
}
