//! Who does something, and in which role.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{KeyId, OrgId, PersonId};

/// What a person may be. A person may hold several roles and acts in one of them at a time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Keeps the centre's register: organisations, people, keys (登记员).
    Registrar,
    /// Decides for the procuring entity (招标人).
    Buyer,
    /// Presides, writes and publishes (主持人).
    Host,
    /// Keeps the record in the room (记录人).
    Recorder,
    /// Submits for a bidder (投标人).
    Bidder,
    /// Evaluates (评标专家).
    Expert,
    /// Watches, and replays years later (监督人员).
    Supervisor,
}

/// A person acting in one role with one key, resolved in the centre's register at that place of the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Person {
    /// Who.
    pub person: PersonId,
    /// For which organisation.
    pub org: OrgId,
    /// As what.
    pub role: Role,
    /// With which key.
    pub key: KeyId,
}

/// Who does something: a person, or the platform itself by a published rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// A person, by a signed act.
    Person(Person),
    /// The platform: closing, released keys, draws by a published derivation, the passing of time.
    System,
}
