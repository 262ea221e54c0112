//! What HTTP answers look like around the core's own types (docs/api.md). Read tolerantly: a later server may say more.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::{Digest, Instant, KeyId, PersonId, Role};

/// Who is signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Me {
    /// The person.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// Name at sign-in.
    pub login: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// The person's keys.
    pub keys: Vec<KeyOfMine>,
    /// The log's origin.
    pub origin: String,
}

/// A signing key of the person who is signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyOfMine {
    /// Its id.
    pub key_id: KeyId,
    /// Name of the device.
    pub name: String,
    /// Whether it counts: `active`, `pending` or `revoked`.
    pub status: String,
}

/// The centre: what everything else is checked against.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Centre {
    /// Name, once the centre is founded.
    pub name: Option<String>,
    /// The log's origin.
    pub origin: String,
    /// Verifier key of the log.
    pub log_key: String,
    /// Receipts of the rotations of that key.
    #[serde(default)]
    pub rotations: Vec<String>,
    /// Verifier keys of the witnesses.
    #[serde(default)]
    pub witness_keys: Vec<String>,
    /// How many witnesses must have cosigned a head; all of them if it is not said.
    #[serde(default)]
    pub witness_quorum: Option<usize>,
    /// Digest of the web app, as it stands in the log.
    #[serde(default)]
    pub sealing_page_sha256: Option<Digest>,
    /// Group key of the custodians, 192 hexadecimal digits.
    #[serde(default)]
    pub group_key: Option<String>,
}

/// The answer to an act.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accepted {
    /// Place in the log, from 0.
    pub index: u64,
    /// The moment that counted.
    pub ts: Instant,
    /// The receipt: tlog-proof text.
    pub receipt: String,
    /// Whether a quorum of witnesses has cosigned the receipt's head: as this program has found out, whatever the server
    /// says.
    #[serde(default)]
    pub is_witnessed: bool,
    /// Those events that the actor may know.
    #[serde(default)]
    pub events: Vec<Value>,
}

/// What lets a socket into a room, for a minute.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ticket {
    /// To be said in the first message.
    pub ticket: String,
    /// Streams that its bearer may follow.
    pub streams: Vec<String>,
}

/// A key that is to be certified, with proof that its bearer holds the private half.
#[derive(Debug, Serialize)]
pub(super) struct KeyRequest {
    pub(super) alg: u8,
    pub(super) spki: String,
    pub(super) proof: String,
    pub(super) name: String,
}

/// What makes a session.
#[derive(Serialize)]
pub(super) struct Credentials<'a> {
    pub(super) login: &'a str,
    pub(super) password: &'a str,
}

/// A consistency proof, lowest hash first, in base64.
#[derive(Debug, Deserialize)]
pub(super) struct Consistency {
    pub(super) proof: Vec<String>,
}

/// What the server says of an envelope when its last byte has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct StoredEnvelope {
    pub(super) root: Option<Digest>,
    pub(super) core_sha256: Option<Digest>,
    pub(super) total_len: Option<u64>,
}
