//! The centre: its register of organisations, people, roles and keys, its time limits and its custodians.
//!
//! One stream of the log, folded like a tender. Who an act's key belongs to, and whether that person may act in a role,
//! is resolved here *at that place of the log*, so that a replay years later proves who was allowed.

mod command;
mod event;
mod register;

pub use command::*;
pub use event::*;
pub use register::{Key, KeyStatus, Member, Organisation};

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{
    Actor, Digest, Instant, KeyId, OrgId, Person, PersonId, Refusal, Role, SealingPolicy, SharedMap,
    ShortText, require,
};
use crate::law::Law;

/// Time authorities that may be named.
const TIME_AUTHORITIES_MAX: usize = 8;

/// What a decision may know besides the state.
#[derive(Clone, Copy, Debug)]
pub struct CentreContext {
    /// Who asks.
    pub actor: Actor,
    /// The moment that counts.
    pub now: Instant,
    /// Digest of the key that a command brings, as computed by the caller from its bytes.
    pub key: Option<Digest>,
    /// Whether the committee that a command brings is one: its shares and its key belong together, and each custodian has
    /// signed its id. The caller computes it.
    pub is_committee_signed: bool,
    /// Whether the succession of keys that a command brings is one of this log, signed by both. The caller computes it.
    pub is_succession_signed: bool,
}

/// The centre.
#[derive(Clone, Debug, Default)]
pub struct Centre {
    /// Its name.
    pub name: Option<ShortText>,
    /// Organisations.
    pub organisations: SharedMap<OrgId, Organisation>,
    /// Which of them have a credit code: more than one only in a log that broke the rules.
    pub(crate) orgs_of_code: SharedMap<String, BTreeSet<OrgId>>,
    /// People.
    pub people: SharedMap<PersonId, Member>,
    /// Keys of people, by id.
    pub keys: SharedMap<KeyId, Key>,
    /// Which of them are a person's, whatever their status.
    pub(crate) ids_of_person: SharedMap<PersonId, BTreeSet<KeyId>>,
    /// Who asked for the keys that wait for a second registrar.
    pub pending_by: BTreeMap<KeyId, PersonId>,
    /// The law with the centre's own limits, and the calendar that it knows.
    pub law: Law,
    /// How new tenders are sealed beside the committee's lock.
    pub sealing: SealingPolicy,
    /// When clocks of others were read last.
    pub clocks_read_at: Option<Instant>,
    /// Whose time-stamps count.
    pub time_authorities: Vec<TimeAuthorityRecord>,
    /// Keys of the log in their order, once one has followed another; the last is in force.
    pub log_keys: Vec<String>,
    /// The custodians in office, to whom new tenders are sealed.
    pub committee: Option<Committee>,
    /// Since when they are: a rehearsal before that was not theirs.
    pub committee_since: Option<Instant>,
    /// Every committee by its group key, as last appointed: bids stay sealed to the one that their notice names.
    pub committees: SharedMap<String, Committee>,
    /// Every dealing of shares that was ever registered, in order: who its custodians were.
    pub dealings: Vec<Dealing>,
    /// The last rehearsal of each committee, by its id.
    pub rehearsals: BTreeMap<Digest, Rehearsal>,
    /// Digest of the page that seals, as the centre built it.
    pub sealing_page: Option<Digest>,
}

impl Centre {
    /// The person that `key` belongs to, acting in `role`, if the key counts at `now` and the person holds the role.
    pub fn resolve(
        &self,
        key: KeyId,
        claimed: PersonId,
        role: Role,
        now: Instant,
    ) -> Result<Person, Refusal> {
        let held = self.keys.get(&key).ok_or_else(|| Refusal::forbidden("unknown_key"))?;
        require(held.person == claimed, || Refusal::forbidden("key_of_another"))?;
        require(held.status == KeyStatus::Active, || Refusal::forbidden("key_revoked"))?;
        require(now >= held.valid_from, || {
            Refusal::forbidden("key_not_yet_valid").with("from", held.valid_from)
        })?;
        let member = self.people.get(&claimed).ok_or_else(|| Refusal::forbidden("unknown_person"))?;
        require(member.roles.contains(&role), || Refusal::forbidden("role_not_held").with("role", role))?;
        Ok(Person { person: claimed, org: member.org, role, key })
    }

    /// What `command` leads to, or why not.
    pub fn decide(
        &self,
        command: &CentreCommand,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        match command {
            CentreCommand::FoundCentre(body) => self.found(body, context),
            CentreCommand::RegisterOrganisation(body) => self.register_organisation(body, context),
            CentreCommand::RegisterPerson(body) => self.register_person(body, context),
            CentreCommand::GrantRoles(body) => self.grant(body, context),
            CentreCommand::CertifyKey(body) => self.certify(body, context),
            CentreCommand::EndorseKey(body) => self.endorse(body, context),
            CentreCommand::RevokeKey(body) => self.revoke(body, context),
            CentreCommand::RequestReplacement(body) => self.request_replacement(body, context),
            CentreCommand::ApproveReplacement(body) => self.approve_replacement(body, context),
            CentreCommand::SetTimeLimits(body) => {
                registrar(context)?;
                body.limits.check()?;
                Ok(vec![CentreEvent::TimeLimitsSet { limits: body.limits.clone() }])
            }
            CentreCommand::SetHolidays(body) => {
                registrar(context)?;
                body.check()?;
                Ok(vec![CentreEvent::HolidaysSet { announced: body.clone() }])
            }
            CentreCommand::SetSealingPolicy(body) => {
                registrar(context)?;
                Ok(vec![CentreEvent::SealingPolicySet { policy: body.policy }])
            }
            CentreCommand::NameTimeAuthorities(body) => {
                registrar(context)?;
                let count = body.authorities.len();
                require(count <= TIME_AUTHORITIES_MAX, || Refusal::rule("too_many_items"))?;
                Ok(vec![CentreEvent::TimeAuthoritiesNamed { authorities: body.authorities.clone() }])
            }
            CentreCommand::RotateLogKey(body) => self.rotate_log_key(body, context),
            CentreCommand::AppointCommittee(body) => {
                registrar(context)?;
                let fits = body.committee.is_well_formed() && context.is_committee_signed;
                require(fits, || Refusal::rule("committee_malformed"))?;
                self.follows(&body.committee)?;
                Ok(vec![CentreEvent::CommitteeAppointed { committee: body.committee.clone() }])
            }
            CentreCommand::RecordRehearsal(body) => {
                require(context.actor == Actor::System, || Refusal::forbidden("system_only"))?;
                Ok(vec![CentreEvent::RehearsalHeld {
                    answered: body.answered.clone(),
                    committee: body.committee,
                    failed: body.failed.clone(),
                }])
            }
            CentreCommand::RecordSealingPage(body) => {
                require(context.actor == Actor::System, || Refusal::forbidden("system_only"))?;
                Ok(vec![CentreEvent::SealingPageRecorded { sha256: body.sha256 }])
            }
            CentreCommand::Tick(_) => {
                require(context.actor == Actor::System, || Refusal::forbidden("system_only"))?;
                Ok(vec![CentreEvent::ClockRead {}])
            }
        }
    }

    /// The last rehearsal of the custodians in office, whose committee has this id.
    pub fn rehearsal(&self, committee: &Digest) -> Option<&Rehearsal> {
        self.rehearsals
            .get(committee)
            .filter(|held| self.committee_since.is_some_and(|since| held.at >= since))
    }

    /// The new key follows the one in force, and was none of the log's before: no key comes back.
    fn rotate_log_key(
        &self,
        body: &RotateLogKey,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        registrar(context)?;
        let named = body.named().filter(|_| context.is_succession_signed);
        let (from, to) = named.ok_or_else(|| Refusal::rule("succession_malformed"))?;
        let follows = self.log_keys.last().is_none_or(|key| key == from);
        let is_new = !self.log_keys.iter().any(|key| key == to);
        require(follows && is_new, || Refusal::rule("succession_outdated"))?;
        Ok(vec![CentreEvent::LogKeyRotated { from: from.to_owned(), to: to.to_owned() }])
    }

    /// A new group key begins at epoch 0; under a known one, shares were dealt again since: its epoch has risen.
    fn follows(&self, committee: &Committee) -> Result<(), Refusal> {
        match self.committees.get(&committee.group_key) {
            None => require(committee.epoch == 0, || Refusal::rule("committee_unknown")),
            Some(known) => require(committee.epoch > known.epoch, || {
                Refusal::rule("committee_outdated").with("epoch", known.epoch)
            }),
        }
    }

    /// Folds an event in; cannot fail.
    pub fn apply(&mut self, event: &CentreEvent, now: Instant) {
        match event {
            CentreEvent::CentreFounded { name, .. } => self.name = Some(name.clone()),
            CentreEvent::OrganisationRegistered { org, organisation } => {
                self.add_organisation(*org, organisation.clone());
            }
            CentreEvent::PersonRegistered { name, org, person, roles } => {
                let member = Member { name: name.clone(), org: *org, roles: roles.clone() };
                self.people.insert_mut(*person, member);
            }
            CentreEvent::RolesGranted { person, roles } => {
                if let Some(member) = self.people.get_mut(person) {
                    member.roles = roles.clone();
                }
            }
            CentreEvent::KeyCertified { endorsed_by, key, key_id } => {
                self.add_key(*key_id, key, KeyStatus::Active, *endorsed_by, now);
            }
            CentreEvent::ReplacementRequested { by, key, key_id } => {
                self.pending_by.insert(*key_id, *by);
                self.add_key(*key_id, key, KeyStatus::Pending, None, now);
            }
            CentreEvent::ReplacementApproved { key_id, valid_from } => {
                if let Some(key) = self.keys.get_mut(key_id) {
                    key.status = KeyStatus::Active;
                    key.valid_from = *valid_from;
                }
            }
            CentreEvent::KeyRevoked { key_id, .. } => {
                if let Some(key) = self.keys.get_mut(key_id) {
                    key.status = KeyStatus::Revoked;
                }
            }
            CentreEvent::TimeLimitsSet { limits } => self.law.limits = limits.clone(),
            CentreEvent::HolidaysSet { announced } => self.law.calendar.set(announced),
            CentreEvent::SealingPolicySet { policy } => self.sealing = *policy,
            CentreEvent::TimeAuthoritiesNamed { authorities } => {
                self.time_authorities.clone_from(authorities);
            }
            CentreEvent::LogKeyRotated { from, to } => {
                if self.log_keys.is_empty() {
                    self.log_keys.push(from.clone());
                }
                self.log_keys.push(to.clone());
            }
            CentreEvent::CommitteeAppointed { committee } => {
                // Shares of a retired key that are dealt anew, for bids that are still sealed to it, bring it no office.
                let is_known = self.committees.contains_key(&committee.group_key);
                let in_office = self.committee.as_ref().map(|committee| &committee.group_key);
                if !is_known || in_office == Some(&committee.group_key) {
                    self.committee = Some(committee.clone());
                    self.committee_since = Some(now);
                }
                self.dealings.push(Dealing::of(committee));
                self.committees.insert_mut(committee.group_key.clone(), committee.clone());
            }
            CentreEvent::RehearsalHeld { answered, committee, failed } => {
                let held = Rehearsal { answered: answered.clone(), at: now, failed: failed.clone() };
                self.rehearsals.insert(*committee, held);
            }
            CentreEvent::SealingPageRecorded { sha256 } => self.sealing_page = Some(*sha256),
            CentreEvent::ClockRead {} => self.clocks_read_at = Some(now),
        }
    }
}

fn registrar(context: &CentreContext) -> Result<Person, Refusal> {
    match context.actor {
        Actor::Person(person) if person.role == Role::Registrar => Ok(person),
        Actor::Person(_) | Actor::System => {
            Err(Refusal::forbidden("role_not_allowed").with("role", Role::Registrar))
        }
    }
}

#[cfg(test)]
mod tests;
