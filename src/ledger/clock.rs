//! The one clock of the platform. Nothing else reads the time; tests and the demo set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::base::{Instant, Span};

/// A clock: the system's, or one that a test holds.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's wall clock (kept right by the host's time service).
    System,
    /// Held by a test: milliseconds since 1970.
    Held(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now` until it is moved.
    pub fn held_at(now: Instant) -> Self {
        Self::Held(Arc::new(AtomicI64::new(now.0)))
    }

    /// The moment now.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                Instant(since.ok().and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0))
            }
            Self::Held(now) => Instant(now.load(Ordering::SeqCst)),
        }
    }

    /// Moves a held clock forward. The system's clock cannot be moved: then nothing happens.
    pub fn advance(&self, span: Span) {
        match self {
            Self::System => {}
            Self::Held(now) => {
                now.fetch_add(span.0, Ordering::SeqCst);
            }
        }
    }
}
