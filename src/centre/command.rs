//! What can be asked of the centre.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::event::{Committee, KeyRecord, RehearsalFault, TimeAuthorityRecord};
use super::register::Organisation;
use crate::base::{Digest, KeyId, LongText, OrgId, PersonId, Role, SealingPolicy, ShortText, Tick};
use crate::law::{Holidays, TimeLimits};

/// A command to the centre.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "type", content = "body")]
pub enum CentreCommand {
    /// System, once: founds the centre with its certification authority, the first registrar.
    FoundCentre(FoundCentre),
    /// Registrar: an organisation.
    RegisterOrganisation(RegisterOrganisation),
    /// Registrar: a person of an organisation.
    RegisterPerson(RegisterPerson),
    /// Registrar: the roles that a person holds from now on.
    GrantRoles(GrantRoles),
    /// Registrar (the certification authority): the first key of a person.
    CertifyKey(CertifyKey),
    /// A person: a further key of the own, signed by an older one.
    EndorseKey(CertifyKey),
    /// A person or a registrar: a key that is lost or in other hands.
    RevokeKey(RevokeKey),
    /// Registrar: after a loss, a new key for a person; waits for a second registrar and for a day.
    RequestReplacement(CertifyKey),
    /// Another registrar: agrees.
    ApproveReplacement(ApproveReplacement),
    /// Registrar: limits of time that differ from the law's.
    SetTimeLimits(SetTimeLimits),
    /// Registrar: a year's holidays, as announced or as a decree moves them.
    SetHolidays(Holidays),
    /// Registrar: how envelopes are sealed beside the committee's lock.
    SetSealingPolicy(SetSealingPolicy),
    /// Registrar: the custodians and their group key.
    AppointCommittee(AppointCommittee),
    /// System: the custodians have rehearsed.
    RecordRehearsal(RecordRehearsal),
    /// System: digest of the page that seals.
    RecordSealingPage(RecordSealingPage),
    /// Registrar: the authorities whose time-stamps count.
    NameTimeAuthorities(NameTimeAuthorities),
    /// Registrar: another key signs the log from this entry on.
    RotateLogKey(RotateLogKey),
    /// System: clocks of others are read.
    Tick(Tick),
}

/// See [`CentreCommand::FoundCentre`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FoundCentre {
    /// Key of the certification authority.
    pub authority: KeyRecord,
    /// The centre as an organisation.
    pub centre: Organisation,
    /// Its id.
    pub org: OrgId,
}

/// See [`CentreCommand::RegisterOrganisation`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterOrganisation {
    /// Its id.
    pub org: OrgId,
    /// The organisation.
    pub organisation: Organisation,
}

/// See [`CentreCommand::RegisterPerson`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterPerson {
    /// Name.
    pub name: ShortText,
    /// Organisation.
    pub org: OrgId,
    /// Id.
    pub person: PersonId,
    /// Roles.
    pub roles: Vec<Role>,
}

/// See [`CentreCommand::GrantRoles`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct GrantRoles {
    /// Who.
    pub person: PersonId,
    /// All roles from now on.
    pub roles: Vec<Role>,
}

/// See [`CentreCommand::CertifyKey`], [`CentreCommand::EndorseKey`], [`CentreCommand::RequestReplacement`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CertifyKey {
    /// The key.
    pub key: KeyRecord,
}

/// See [`CentreCommand::RevokeKey`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RevokeKey {
    /// Which.
    #[ts(type = "string")]
    pub key_id: KeyId,
    /// Why.
    pub reason: ShortText,
}

/// See [`CentreCommand::ApproveReplacement`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ApproveReplacement {
    /// Which.
    #[ts(type = "string")]
    pub key_id: KeyId,
}

/// See [`CentreCommand::SetTimeLimits`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetTimeLimits {
    /// The limits.
    pub limits: TimeLimits,
}

/// See [`CentreCommand::SetSealingPolicy`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetSealingPolicy {
    /// For tenders that are published from now on.
    pub policy: SealingPolicy,
}

/// See [`CentreCommand::AppointCommittee`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AppointCommittee {
    /// The custodians.
    pub committee: Committee,
}

/// See [`CentreCommand::RecordRehearsal`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RecordRehearsal {
    /// Who answered rightly.
    pub answered: Vec<u8>,
    /// SHA-256("TL1/committee\0" ‖ group key).
    #[ts(type = "string")]
    pub committee: Digest,
    /// Who did not, and why.
    pub failed: Vec<RehearsalFault>,
}

/// See [`CentreCommand::RecordSealingPage`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RecordSealingPage {
    /// SHA-256 over the page's files, as `docs/formats.md` lists them.
    #[ts(type = "string")]
    pub sha256: Digest,
}

/// See [`CentreCommand::NameTimeAuthorities`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NameTimeAuthorities {
    /// All that count from now on.
    pub authorities: Vec<TimeAuthorityRecord>,
}

/// See [`CentreCommand::RotateLogKey`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RotateLogKey {
    /// The note that both keys have signed (`docs/formats.md`, 8).
    pub succession: LongText,
}

impl RotateLogKey {
    /// The old and the new key as the note's text names them, `vkey` lines.
    pub fn named(&self) -> Option<(&str, &str)> {
        let mut lines = self.succession.as_str().lines().skip(2);
        lines.next().zip(lines.next())
    }
}
