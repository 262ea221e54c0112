//! The locks that a tender calls for, and the keys that open them.

use serde::{Deserialize, Serialize};

use super::recovery::{RecoveryKey, RecoverySecret};
use crate::beacon::Network;
use crate::lock::{GroupKey, LabelKey};
use crate::suite::Suite;

/// The optional floor under the opening time: a beacon, and the recovery key should the beacon fail. The round is
/// the network's at the first announced opening (ctx.07), so it stands nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// The network, pinned in code and never taken from a ciphertext.
    pub network: Network,
    /// The offline recovery key.
    pub recovery: RecoveryKey,
}

/// What a tender's envelopes are locked and sealed with. Without a floor: path 1 = committee. With one: path 1 =
/// committee AND beacon, path 2 = committee AND recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locks {
    /// The committee's group key.
    pub committee: GroupKey,
    /// The beacon and the recovery key, if the tender has them.
    pub floor: Option<Floor>,
    /// The algorithms below the locks.
    #[serde(default)]
    pub suite: Suite,
}

impl Locks {
    /// The committee's lock alone, in the standard suite.
    pub fn of(committee: GroupKey) -> Self {
        Self { committee, floor: None, suite: Suite::Standard }
    }
}

/// The keys of one path.
pub enum OpeningKeys<'a> {
    /// Path 1 without a beacon.
    Committee {
        /// The key of the envelope's label.
        label_key: &'a LabelKey,
    },
    /// Path 1 with a beacon.
    Beacon {
        /// The key of the envelope's label.
        label_key: &'a LabelKey,
        /// The beacon's signature on the envelope's round.
        signature: &'a LabelKey,
    },
    /// Path 2 with a beacon.
    Recovery {
        /// The key of the envelope's label.
        label_key: &'a LabelKey,
        /// The offline key.
        secret: &'a RecoverySecret,
    },
}

impl OpeningKeys<'_> {
    /// The key of the envelope's label: every path has it.
    pub(super) fn label_key(&self) -> &LabelKey {
        match self {
            Self::Committee { label_key }
            | Self::Beacon { label_key, .. }
            | Self::Recovery { label_key, .. } => label_key,
        }
    }
}
