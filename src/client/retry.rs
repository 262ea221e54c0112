//! How long to wait before trying again: full jitter, so that clients that failed together do not return together.

use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

use super::limits::RETRY_AFTER_MAX;

/// A policy of retries. Attempts are counted from 1 and start anew after any progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Attempts without progress after which it is given up.
    pub attempts_max: u32,
    /// The wait before the second attempt is below twice this.
    pub base: Duration,
    /// No wait is longer, unless the server asks for it.
    pub cap: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts_max: 12, base: Duration::from_millis(500), cap: Duration::from_secs(20) }
    }
}

impl Retry {
    /// The wait after `attempt` failed: random below base · 2^attempt and below the cap, but at least what the server
    /// asked for; none when it is time to give up.
    pub fn wait(&self, attempt: u32, asked: Option<Duration>) -> Option<Duration> {
        if attempt >= self.attempts_max {
            return None;
        }
        let bound = self.base.saturating_mul(1 << attempt.min(16)).min(self.cap);
        let bound_ms = u64::try_from(bound.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
        let jitter = Duration::from_millis(random() % bound_ms);
        Some(jitter.max(asked.unwrap_or_default().min(RETRY_AFTER_MAX)))
    }
}

/// Without a generator all clients wait the full bound: later, but never all at once with those that have one.
fn random() -> u64 {
    let mut bytes = [0xff; 8];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) | Err(ring::error::Unspecified) => u64::from_be_bytes(bytes),
    }
}

/// Whether the same request may succeed later: the offset has moved or is held (409 is left to uploads), too many
/// requests, or a fault of the server.
pub(super) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 423 | 425 | 429 | 460) || status >= 500
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_end() {
        let retry =
            Retry { attempts_max: 5, base: Duration::from_millis(10), cap: Duration::from_millis(40) };
        for attempt in 1..5 {
            let bound = Duration::from_millis((10 << attempt).min(40));
            for _ in 0..200 {
                assert!(retry.wait(attempt, None).expect("not given up") <= bound);
            }
        }
        assert_eq!(retry.wait(5, None), None);
        let asked = Duration::from_secs(7);
        assert_eq!(retry.wait(1, Some(asked)), Some(asked));
        assert_eq!(retry.wait(1, Some(Duration::from_secs(9999))), Some(RETRY_AFTER_MAX));
    }
}
