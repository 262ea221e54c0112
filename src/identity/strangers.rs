//! Wrong tries at logins that do not exist. They are counted and locked as those of accounts are, because a lock that
//! only accounts have would tell which logins exist.

use std::collections::HashMap;

use kaibiao_crypto::digest::Digest;

use crate::limits::{LOGIN_FAILURES_MAX, LOGIN_LOCK_MS, STRANGERS_MAX};

/// Tries at unknown logins, by the digest of the login.
#[derive(Default)]
pub(super) struct Strangers(HashMap<Digest, Tries>);

#[derive(Default, Clone, Copy)]
struct Tries {
    failed: u32,
    locked_until_ms: i64,
}

impl Strangers {
    /// Until when the login is locked, unix milliseconds; 0 if it is not.
    pub(super) fn locked_until(&self, login: &str) -> i64 {
        self.0.get(&Digest::of(login.as_bytes())).map_or(0, |tries| tries.locked_until_ms)
    }

    /// Counts a wrong try.
    pub(super) fn count(&mut self, login: &str, now_ms: i64) {
        if self.0.len() >= STRANGERS_MAX {
            self.0.retain(|_, tries| tries.locked_until_ms > now_ms);
        }
        if self.0.len() >= STRANGERS_MAX {
            self.0.clear();
        }
        let tries = self.0.entry(Digest::of(login.as_bytes())).or_default();
        tries.failed += 1;
        if tries.failed >= LOGIN_FAILURES_MAX {
            tries.locked_until_ms = now_ms + LOGIN_LOCK_MS;
        }
    }
}
