//! The one place where a client reads its clocks: what a signer says about the time is a statement, not a proof.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Unix milliseconds by this computer's clock; 0 before 1970.
#[expect(clippy::disallowed_methods, reason = "a client has no ledger; its acts name its own clock")]
pub(super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A moment to measure rates from.
#[expect(clippy::disallowed_methods, reason = "rates are shown to a person and decide nothing")]
pub(super) fn tick() -> Instant {
    Instant::now()
}
