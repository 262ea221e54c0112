//! What a bundle says of itself: which log, which tender, how much of it, under which head.

use kaibiao_crypto::digest::Digest;
use serde::{Deserialize, Serialize};

use super::BUNDLE_VERSION;
use crate::base::TenderId;

/// For whom a bundle was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// For the supervisor: every act whole.
    Supervisor,
    /// For anyone: acts that everybody may know; of the others only their leaf hashes.
    Public,
}

/// `bundle.json`. Claims of whoever wrote the bundle: the verifier believes none of them unchecked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Records in `centre.entries`.
    pub centre_entries: u64,
    /// The signed and cosigned checkpoint that all proofs lead to.
    pub head: String,
    /// The log's public key that is in force under the head, a `vkey` line.
    pub log_vkey: String,
    /// Origin of the log.
    pub origin: String,
    /// Which witnesses must have cosigned a head (C2SP `tlog-policy`).
    pub policy: String,
    /// How the log's key was rotated: empty, and then left out, while it was not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rotations: Vec<ShownRotation>,
    /// Version of the rules in the platform that wrote the bundle.
    pub rules: u32,
    /// For whom.
    pub scope: Scope,
    /// The tender.
    pub tender: TenderId,
    /// Records in `tender.entries`.
    pub tender_entries: u64,
    /// Version of the layout: 2.
    pub v: u8,
    /// The witnesses' public keys, `vkey` lines.
    pub witness_vkeys: Vec<String>,
}

impl About {
    /// Whether this build can read the layout.
    pub(super) fn is_readable(&self) -> bool {
        self.v == BUNDLE_VERSION
    }
}

/// An entry by which the log's key was rotated, for readers who get no entries of the centre's stream too.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownRotation {
    /// The entry, base64.
    pub entry: String,
    /// Its place in the log.
    pub index: u64,
    /// Its inclusion proof under the bundle's head.
    pub proof: Vec<Digest>,
}
