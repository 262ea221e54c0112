//! Organisations, people and their keys.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::command::{
    ApproveReplacement, CertifyKey, FoundCentre, GrantRoles, RegisterOrganisation, RegisterPerson, RevokeKey,
};
use super::event::{CentreEvent, KeyRecord};
use super::{Centre, CentreContext, registrar};
use crate::base::{
    Actor, Instant, KeyId, OrgId, PersonId, Refusal, Regime, Role, SharedMap, ShortText, require,
};
use crate::law::Rule;

/// An organisation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// 统一社会信用代码, 18 digits; none for foreign ones.
    pub credit_code: Option<String>,
    /// Chinese name.
    pub name: ShortText,
    /// English name.
    pub name_en: ShortText,
}

/// A person with an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Name.
    pub name: ShortText,
    /// Organisation.
    pub org: OrgId,
    /// Roles.
    pub roles: Vec<Role>,
}

/// Whether a key counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    /// It counts.
    Active,
    /// It waits for a second registrar.
    Pending,
    /// It counts no more.
    Revoked,
}

/// A person's key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// As registered.
    pub record: KeyRecord,
    /// Whose.
    pub person: PersonId,
    /// When it was registered.
    pub since: Instant,
    /// Whether it counts.
    pub status: KeyStatus,
    /// From when.
    pub valid_from: Instant,
    /// The earlier key that signed for it; none for a first key and for one that replaces a lost key.
    pub endorsed_by: Option<KeyId>,
}

/// Most keys of one person that count at a time.
pub const KEYS_MAX: usize = 8;

impl Centre {
    pub(super) fn found(
        &self,
        body: &FoundCentre,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        require(context.actor == Actor::System, || Refusal::forbidden("system_only"))?;
        require(self.name.is_none(), || Refusal::rule("centre_exists"))?;
        credit_code_is_right(&body.centre)?;
        let name = body.centre.name.clone();
        let person = body.authority.person;
        Ok(vec![
            CentreEvent::CentreFounded { name: name.clone(), org: body.org },
            CentreEvent::OrganisationRegistered { org: body.org, organisation: body.centre.clone() },
            CentreEvent::PersonRegistered { name, org: body.org, person, roles: vec![Role::Registrar] },
            CentreEvent::KeyCertified {
                endorsed_by: None,
                key: body.authority.clone(),
                key_id: brought_key(context)?,
            },
        ])
    }

    pub(super) fn register_organisation(
        &self,
        body: &RegisterOrganisation,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        registrar(context)?;
        require(!self.organisations.contains_key(&body.org), || Refusal::rule("organisation_exists"))?;
        credit_code_is_right(&body.organisation)?;
        let code = body.organisation.credit_code.as_deref();
        let same_code =
            code.and_then(|code| self.orgs_of_code.get(code)).is_some_and(|orgs| !orgs.is_empty());
        require(!same_code, || Refusal::rule("organisation_exists"))?;
        Ok(vec![CentreEvent::OrganisationRegistered {
            org: body.org,
            organisation: body.organisation.clone(),
        }])
    }

    pub(super) fn register_person(
        &self,
        body: &RegisterPerson,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        registrar(context)?;
        require(!self.people.contains_key(&body.person), || Refusal::rule("person_exists"))?;
        require(self.organisations.contains_key(&body.org), || Refusal::unknown("unknown_organisation"))?;
        Ok(vec![CentreEvent::PersonRegistered {
            name: body.name.clone(),
            org: body.org,
            person: body.person,
            roles: distinct(&body.roles),
        }])
    }

    pub(super) fn grant(
        &self,
        body: &GrantRoles,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        registrar(context)?;
        require(self.people.contains_key(&body.person), || Refusal::unknown("unknown_person"))?;
        Ok(vec![CentreEvent::RolesGranted { person: body.person, roles: distinct(&body.roles) }])
    }

    pub(super) fn certify(
        &self,
        body: &CertifyKey,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        registrar(context)?;
        let key_id = self.new_key(&body.key, context)?;
        let has_key = self.keys_of(body.key.person).next().is_some();
        require(!has_key, || Refusal::rule("not_first_key"))?;
        Ok(vec![CentreEvent::KeyCertified { endorsed_by: None, key: body.key.clone(), key_id }])
    }

    pub(super) fn endorse(
        &self,
        body: &CertifyKey,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        let Actor::Person(person) = context.actor else { return Err(Refusal::forbidden("persons_only")) };
        require(person.person == body.key.person, || Refusal::forbidden("key_of_another"))?;
        let key_id = self.new_key(&body.key, context)?;
        Ok(vec![CentreEvent::KeyCertified { endorsed_by: Some(person.key), key: body.key.clone(), key_id }])
    }

    pub(super) fn revoke(
        &self,
        body: &RevokeKey,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        let key = self.keys.get(&body.key_id).ok_or_else(|| Refusal::unknown("unknown_key"))?;
        let is_own = matches!(context.actor, Actor::Person(person) if person.person == key.person);
        require(is_own || registrar(context).is_ok(), || Refusal::forbidden("key_of_another"))?;
        require(key.status != KeyStatus::Revoked, || Refusal::rule("key_revoked"))?;
        Ok(vec![CentreEvent::KeyRevoked { key_id: body.key_id, reason: body.reason.clone() }])
    }

    pub(super) fn request_replacement(
        &self,
        body: &CertifyKey,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        let by = registrar(context)?.person;
        let key_id = self.new_key(&body.key, context)?;
        Ok(vec![CentreEvent::ReplacementRequested { key: body.key.clone(), by, key_id }])
    }

    /// Two registrars sign; all keys of the person that counted until now are revoked; a day passes (data).
    pub(super) fn approve_replacement(
        &self,
        body: &ApproveReplacement,
        context: &CentreContext,
    ) -> Result<Vec<CentreEvent>, Refusal> {
        registrar(context)?;
        let pending = self.keys.get(&body.key_id).filter(|key| key.status == KeyStatus::Pending);
        let pending = pending.ok_or_else(|| Refusal::unknown("unknown_key"))?;
        let same = self.pending_by.get(&body.key_id).is_some_and(|by| is_actor(context, *by));
        require(!same, || Refusal::forbidden("second_person_needed"))?;
        let lost = |(_, key): &(KeyId, &Key)| key.status == KeyStatus::Active;
        let reason = ShortText::new("replaced after loss").map_err(|_| Refusal::rule("text"))?;
        let mut events: Vec<CentreEvent> = self
            .keys_of(pending.person)
            .filter(lost)
            .map(|(key_id, _)| CentreEvent::KeyRevoked { key_id, reason: reason.clone() })
            .collect();
        let valid_from = self.law.ends(Regime::Bidding, Rule::KeyReplacement, context.now);
        events.push(CentreEvent::ReplacementApproved { key_id: body.key_id, valid_from });
        Ok(events)
    }

    fn new_key(&self, key: &KeyRecord, context: &CentreContext) -> Result<KeyId, Refusal> {
        let key_id = brought_key(context)?;
        require(!self.keys.contains_key(&key_id), || Refusal::rule("key_exists"))?;
        require(self.people.contains_key(&key.person), || Refusal::unknown("unknown_person"))?;
        let counted = |(_, held): &(KeyId, &Key)| held.status != KeyStatus::Revoked;
        require(self.keys_of(key.person).filter(counted).count() < KEYS_MAX, || Refusal::rule("keys_count"))?;
        Ok(key_id)
    }

    /// A key of the register that counts from `now` if it is active.
    pub(super) fn add_key(
        &mut self,
        key_id: KeyId,
        record: &KeyRecord,
        status: KeyStatus,
        endorsed_by: Option<KeyId>,
        now: Instant,
    ) {
        let (record, person) = (record.clone(), record.person);
        let key = Key { record, person, since: now, status, valid_from: now, endorsed_by };
        let before = self.keys.get(&key_id).map(|key| key.person);
        move_in(&mut self.ids_of_person, key_id, before, Some(person));
        self.keys.insert_mut(key_id, key);
    }

    pub(super) fn add_organisation(&mut self, org: OrgId, organisation: Organisation) {
        let before = self.organisations.get(&org).and_then(|known| known.credit_code.clone());
        move_in(&mut self.orgs_of_code, org, before, organisation.credit_code.clone());
        self.organisations.insert_mut(org, organisation);
    }

    /// The keys of a person, whatever their status, ascending by id.
    pub fn keys_of(&self, person: PersonId) -> impl Iterator<Item = (KeyId, &Key)> {
        let ids = self.ids_of_person.get(&person).into_iter().flatten();
        ids.filter_map(|id| Some((*id, self.keys.get(id)?)))
    }

    /// `key` and those that stand behind it: the one that endorsed it, the one that endorsed that, up to a first
    /// key. Whatever one of them signed, `key` may take back; a key that replaced a lost one stands alone.
    pub fn lineage(&self, key: KeyId) -> Vec<KeyId> {
        std::iter::successors(Some(key), |key| self.keys.get(key)?.endorsed_by).collect()
    }
}

/// In an index, moves a value from under one key to under another.
fn move_in<K: Ord + Clone, V: Ord + Clone>(
    index: &mut SharedMap<K, BTreeSet<V>>,
    value: V,
    from: Option<K>,
    to: Option<K>,
) {
    if let Some(values) = from.and_then(|from| index.get_mut(&from)) {
        values.remove(&value);
    }
    let Some(to) = to else { return };
    match index.get_mut(&to) {
        Some(values) => {
            values.insert(value);
        }
        None => index.insert_mut(to, BTreeSet::from([value])),
    }
}

fn is_actor(context: &CentreContext, person: PersonId) -> bool {
    matches!(context.actor, Actor::Person(actor) if actor.person == person)
}

fn credit_code_is_right(organisation: &Organisation) -> Result<(), Refusal> {
    let code = organisation.credit_code.as_deref();
    require(code.is_none_or(is_credit_code), || Refusal::rule("credit_code"))
}

/// The id of the key in the command, computed by the caller; none if its bytes are no key.
fn brought_key(context: &CentreContext) -> Result<KeyId, Refusal> {
    context.key.ok_or_else(|| Refusal::rule("key_malformed"))
}

fn distinct(roles: &[Role]) -> Vec<Role> {
    roles.iter().copied().collect::<BTreeSet<Role>>().into_iter().collect()
}

/// 统一社会信用代码: 17 characters of a 31-letter alphabet and a check character (GB 32100-2015, 4 and annex A).
pub fn is_credit_code(code: &str) -> bool {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let value = |byte: u8| ALPHABET.iter().position(|letter| *letter == byte);
    let Some(values) = code.bytes().map(value).collect::<Option<Vec<usize>>>() else { return false };
    if values.len() != 18 {
        return false;
    }
    let mut weight = 1;
    let mut sum = 0;
    for value in &values[..17] {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    values[17] == (31 - sum % 31) % 31
}

#[cfg(test)]
mod tests {
    use super::is_credit_code;

    #[test]
    fn a_credit_code_has_a_right_check_character() {
        assert!(is_credit_code("91350100M000100Y43"), "the standard's own example");
        assert!(!is_credit_code("91350100M000100Y44"));
        assert!(!is_credit_code("91350100M000100Y4"));
        assert!(!is_credit_code("91350100I000100Y43"), "I is not in the alphabet");
    }
}
