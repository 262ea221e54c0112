//! The one place where a client reads its clock: what a signer says about the time is a statement, not a proof.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix milliseconds by this computer's clock; 0 before 1970.
pub(super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
