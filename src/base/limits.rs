//! Limits of time as data: the law's values, and what a centre has set with a reason.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::LongText;

/// Limits of time that the centre has set (domain.md, 4); a shorter one than the law's carries a signed reason.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TimeLimits {
    /// Candidates are public for at least this long (实施条例 54: 3 days), milliseconds.
    pub candidate_publicity_ms: i64,
    /// After the loss of a key, before the new one counts (24 h), milliseconds.
    pub key_replacement_ms: i64,
    /// Document issued to deadline (招标投标法 24: 20 days), milliseconds.
    pub notice_to_deadline_ms: i64,
    /// Why a limit is shorter than the law's; shown on the tender's page.
    pub reason: Option<LongText>,
}

impl Default for TimeLimits {
    fn default() -> Self {
        const DAY: i64 = 86_400_000;
        Self {
            candidate_publicity_ms: 3 * DAY,
            key_replacement_ms: DAY,
            notice_to_deadline_ms: 20 * DAY,
            reason: None,
        }
    }
}
