//! How envelopes are sealed beside the committee's lock: what a centre asks for, and what a tender names.

use kaibiao_crypto::beacon::Network;
use kaibiao_crypto::envelope::Floor;
use kaibiao_crypto::suite::Suite;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a centre asks of the tenders that are published from now on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SealingPolicy {
    /// The network whose beacon envelopes wait for beside the custodians, by its chain hash; none without.
    #[ts(type = "string | null")]
    pub beacon: Option<Network>,
    /// The algorithms below the locks.
    #[ts(type = "\"standard\" | \"national\"")]
    pub suite: Suite,
}

/// How the envelopes of a tender are sealed beside the committee's lock. It stands in the signed notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Sealing {
    /// The beacon, and the tender's own recovery key should the beacon fail.
    #[ts(type = "{ network: string, recovery: string } | null")]
    pub floor: Option<Floor>,
    /// The algorithms below the locks.
    #[ts(type = "\"standard\" | \"national\"")]
    pub suite: Suite,
}

impl Sealing {
    /// Whether it is what a centre of `policy` asks for.
    pub fn fits(&self, policy: &SealingPolicy) -> bool {
        self.suite == policy.suite && self.floor.map(|floor| floor.network) == policy.beacon
    }
}
