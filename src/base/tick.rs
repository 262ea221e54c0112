//! Readings of others' clocks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A reading of others' clocks, in the centre's stream or a tender's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Tick {
    /// The newest head that a quorum of witnesses has cosigned: a signed note, with the time of each cosignature.
    pub head: String,
    /// Tokens of RFC 3161 over the head's text (origin, size, root), DER in base64.
    pub tokens: Vec<String>,
}
