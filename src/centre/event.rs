//! What has happened in the centre's register.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::register::Organisation;
use crate::base::{Digest, Instant, KeyId, OrgId, PersonId, Role, SealingPolicy, ShortText};
use crate::law::{Holidays, TimeLimits};

/// An event of the centre's stream.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CentreEvent {
    /// The centre was founded.
    CentreFounded {
        /// Its name.
        name: ShortText,
        /// The centre as an organisation.
        org: OrgId,
    },
    /// An organisation was registered.
    OrganisationRegistered {
        /// Its id.
        org: OrgId,
        /// The organisation.
        organisation: Organisation,
    },
    /// A person was registered.
    PersonRegistered {
        /// Name.
        name: ShortText,
        /// Organisation.
        org: OrgId,
        /// Id.
        person: PersonId,
        /// Roles.
        roles: Vec<Role>,
    },
    /// A person's roles changed.
    RolesGranted {
        /// Who.
        person: PersonId,
        /// All roles from now on.
        roles: Vec<Role>,
    },
    /// A key counts from now on.
    KeyCertified {
        /// The earlier key of the same person that signed for it; none if a registrar did.
        #[ts(type = "string | null")]
        endorsed_by: Option<KeyId>,
        /// The key.
        key: KeyRecord,
        /// Its id.
        #[ts(type = "string")]
        key_id: KeyId,
    },
    /// A new key waits for a second registrar.
    ReplacementRequested {
        /// The key.
        key: KeyRecord,
        /// Who asked.
        by: PersonId,
        /// Its id.
        #[ts(type = "string")]
        key_id: KeyId,
    },
    /// A second registrar agreed.
    ReplacementApproved {
        /// Which.
        #[ts(type = "string")]
        key_id: KeyId,
        /// From when it counts.
        valid_from: Instant,
    },
    /// A key counts no more. What it signed before stands.
    KeyRevoked {
        /// Which.
        #[ts(type = "string")]
        key_id: KeyId,
        /// Why.
        reason: ShortText,
    },
    /// Limits of time.
    TimeLimitsSet {
        /// The limits.
        limits: TimeLimits,
    },
    /// A year's holidays are known, or moved.
    HolidaysSet {
        /// What was announced.
        announced: Holidays,
    },
    /// How envelopes are sealed beside the committee's lock.
    SealingPolicySet {
        /// For tenders that are published from now on.
        policy: SealingPolicy,
    },
    /// Whose time-stamps count from now on.
    TimeAuthoritiesNamed {
        /// All of them.
        authorities: Vec<TimeAuthorityRecord>,
    },
    /// Another key signs the heads that hold this entry.
    LogKeyRotated {
        /// The key before, a `vkey` line.
        from: String,
        /// The key from now on.
        to: String,
    },
    /// The custodians.
    CommitteeAppointed {
        /// The committee.
        committee: Committee,
    },
    /// The custodians have rehearsed.
    RehearsalHeld {
        /// Who answered rightly.
        answered: Vec<u8>,
        /// SHA-256("TL1/committee\0" ‖ group key).
        #[ts(type = "string")]
        committee: Digest,
        /// Who did not, and why.
        failed: Vec<RehearsalFault>,
    },
    /// Digest of the page that seals.
    SealingPageRecorded {
        /// The digest.
        #[ts(type = "string")]
        sha256: Digest,
    },
    /// The clock was read: the entry's own time says what it showed.
    ClockRead {},
}

/// A key as it is registered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    /// Algorithm: 1 Ed25519, 2 P-256, 3 SM2.
    pub alg: u8,
    /// How its owner calls the device.
    pub device: ShortText,
    /// Whose.
    pub person: PersonId,
    /// SubjectPublicKeyInfo, base64.
    pub spki: String,
}

/// The custodians and their joint key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Committee {
    /// Custodians, by index from 1.
    pub custodians: Vec<CustodianRecord>,
    /// How many times the shares of this group key were dealt before: 0 for a new key.
    pub epoch: u32,
    /// Joint public key, 192 hexadecimal digits.
    pub group_key: String,
    /// How many are needed.
    pub threshold: u8,
    /// Digest of the ceremony's transcript.
    #[ts(type = "string")]
    pub transcript: Digest,
}

/// A time authority.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TimeAuthorityRecord {
    /// The certificate that its own is issued under: DER, base64.
    pub certificate: String,
    /// Its name.
    pub name: ShortText,
}

/// Who held the shares of a dealing: what an index in a room's facts meant then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Dealing {
    /// How many times the shares of this group key were dealt before.
    pub epoch: u32,
    /// Joint public key, 192 hexadecimal digits.
    pub group_key: String,
    /// Names of the custodians, by index from 1.
    pub names: Vec<ShortText>,
    /// How many were needed.
    pub threshold: u8,
}

impl Dealing {
    pub(super) fn of(committee: &Committee) -> Self {
        let Committee { custodians, epoch, group_key, threshold, .. } = committee;
        let names = custodians.iter().map(|custodian| custodian.name.clone()).collect();
        Self { epoch: *epoch, group_key: group_key.clone(), names, threshold: *threshold }
    }
}

/// Why a custodian did not answer a rehearsal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RehearsalFault {
    /// Stable code.
    pub code: String,
    /// Index in the committee.
    pub index: u8,
}

/// The last rehearsal of a committee.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
pub struct Rehearsal {
    /// Who answered rightly.
    pub answered: Vec<u8>,
    /// When.
    pub at: Instant,
    /// Who did not, and why.
    pub failed: Vec<RehearsalFault>,
}

/// One custodian.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CustodianRecord {
    /// Identity key, SubjectPublicKeyInfo, base64.
    pub identity: String,
    /// Index from 1.
    pub index: u8,
    /// Name of the institution.
    pub name: ShortText,
    /// Public share, 192 hexadecimal digits.
    pub public_share: String,
    /// Signature over the group key's digest by the identity key, base64.
    pub signature: String,
}

impl Committee {
    /// Indices 1..n in order, and more than half are needed.
    pub fn is_well_formed(&self) -> bool {
        let in_order = self
            .custodians
            .iter()
            .enumerate()
            .all(|(place, custodian)| usize::from(custodian.index) == place + 1);
        let n = self.custodians.len();
        let t = usize::from(self.threshold);
        in_order && (1..=32).contains(&n) && t <= n && t * 2 > n
    }
}
