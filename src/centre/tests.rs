//! Which committees follow each other in the register; that an organisation and a person are found by index as by looking
//! at all.

use uuid::Uuid;

use super::*;
use crate::base::LongText;

const NOW: Instant = Instant(1_772_413_200_000);

fn context(is_signed: bool) -> CentreContext {
    let person = Person {
        person: PersonId(Uuid::from_u128(1)),
        org: OrgId(Uuid::from_u128(2)),
        role: Role::Registrar,
        key: Digest([3; 32]),
    };
    CentreContext {
        actor: Actor::Person(person),
        now: NOW,
        key: None,
        is_committee_signed: is_signed,
        is_succession_signed: is_signed,
        are_keepers: is_signed,
        clock_step: None,
    }
}

fn committee(group_key: &str, epoch: u32, custodians: u8) -> Committee {
    let text = |text: String| ShortText::new(text).expect("a short text");
    let custodian = |index| CustodianRecord {
        identity: format!("identity {index}"),
        index,
        name: text(format!("custodian {index}")),
        public_share: String::new(),
        signature: String::new(),
    };
    Committee {
        custodians: (1..=custodians).map(custodian).collect(),
        epoch,
        group_key: group_key.to_owned(),
        threshold: custodians / 2 + 1,
        transcript: Digest([4; 32]),
    }
}

/// Appoints, or gives the code of the refusal.
fn appoint(centre: &mut Centre, committee: Committee, at: Instant) -> Result<(), &'static str> {
    let command = CentreCommand::AppointCommittee(AppointCommittee { committee });
    let events = centre.decide(&command, &context(true)).map_err(|refusal| refusal.code())?;
    events.iter().for_each(|event| centre.apply(event, at));
    Ok(())
}

fn in_office(centre: &Centre) -> (&str, u32) {
    let committee = centre.committee.as_ref().expect("one is in office");
    (&committee.group_key, committee.epoch)
}

#[test]
fn the_epoch_of_a_group_key_only_rises() {
    let mut centre = Centre::default();
    let unsigned = CentreCommand::AppointCommittee(AppointCommittee { committee: committee("a", 0, 5) });
    let refused = centre.decide(&unsigned, &context(false)).map_err(|refusal| refusal.code());
    assert_eq!(refused, Err("committee_malformed"));
    assert_eq!(
        appoint(&mut centre, committee("a", 1, 5), NOW),
        Err("committee_unknown"),
        "of a key that was never made"
    );
    assert_eq!(appoint(&mut centre, committee("a", 0, 5), NOW), Ok(()));
    assert_eq!(appoint(&mut centre, committee("a", 0, 5), NOW), Err("committee_outdated"));
    assert_eq!(
        appoint(&mut centre, committee("a", 0, 7), NOW),
        Err("committee_outdated"),
        "other members, same dealing"
    );
    assert_eq!(
        appoint(&mut centre, committee("a", 2, 7), NOW),
        Ok(()),
        "one that came to nothing may lie between"
    );
    assert_eq!(appoint(&mut centre, committee("a", 1, 5), NOW), Err("committee_outdated"));
    assert_eq!(in_office(&centre), ("a", 2));
    assert_eq!(centre.committees["a"].custodians.len(), 7);
}

#[test]
fn shares_of_a_retired_key_pass_on_without_bringing_it_back() {
    let mut centre = Centre::default();
    for (key, epoch) in [("a", 0), ("b", 0), ("a", 1)] {
        appoint(&mut centre, committee(key, epoch, 5), NOW).expect("appointed");
    }
    assert_eq!((in_office(&centre), centre.committees["a"].epoch), (("b", 0), 1));
    appoint(&mut centre, committee("b", 1, 5), NOW).expect("appointed");
    assert_eq!(in_office(&centre), ("b", 1));
}

#[test]
fn a_rehearsal_is_that_of_the_custodians_who_held_it() {
    let mut centre = Centre::default();
    let id = Digest([9; 32]);
    appoint(&mut centre, committee("a", 0, 5), NOW).expect("appointed");
    let held = CentreEvent::RehearsalHeld { answered: vec![1, 2, 3], committee: id, failed: Vec::new() };
    centre.apply(&held, NOW);
    assert!(centre.rehearsal(&id).is_some());
    appoint(&mut centre, committee("a", 1, 7), Instant(NOW.0 + 1)).expect("appointed");
    assert!(centre.rehearsal(&id).is_none(), "the new ones have not rehearsed");
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn registered(org: u128, credit_code: Option<&str>) -> CentreEvent {
    let name = ShortText::new("some organisation").expect("a short text");
    let credit_code = credit_code.map(str::to_owned);
    let organisation = Organisation { credit_code, name: name.clone(), name_en: name };
    CentreEvent::OrganisationRegistered { org: OrgId(id(org)), organisation }
}

fn certified(key: u8, person: u128) -> CentreEvent {
    let device = ShortText::new("laptop").expect("a short text");
    let key_id = Digest([key; 32]);
    let key = KeyRecord { alg: 1, device, person: PersonId(id(person)), spki: String::new() };
    CentreEvent::KeyCertified { endorsed_by: None, key, key_id }
}

/// What a look at the whole register would find.
fn looked_at_all(centre: &Centre, person: PersonId) -> Vec<KeyId> {
    centre.keys.iter().filter(|(_, key)| key.person == person).map(|(id, _)| *id).collect()
}

#[test]
fn keys_and_codes_are_found_as_by_looking_at_all() {
    let mut centre = Centre::default();
    // A log that breaks the rules may register a key again for another person, or an organisation again.
    for (key, person) in [(9, 1), (3, 1), (5, 2), (4, 1), (3, 2), (3, 1), (5, 1), (5, 3)] {
        centre.apply(&certified(key, person), NOW);
        for person in [1, 2, 3].map(|person| PersonId(id(person))) {
            let found: Vec<KeyId> = centre.keys_of(person).map(|(id, _)| id).collect();
            assert_eq!(found, looked_at_all(&centre, person), "after key {key}");
        }
    }
    const CODES: [&str; 2] = ["91350100M000100Y43", "92350100M000100Y40"];
    for (org, code) in [(1, None), (2, Some(CODES[0])), (3, Some(CODES[0])), (2, Some(CODES[1])), (3, None)] {
        centre.apply(&registered(org, code), NOW);
        for code in CODES {
            let has_code = |known: &Organisation| known.credit_code.as_deref() == Some(code);
            let found = centre.orgs_of_code.get(code).is_some_and(|orgs| !orgs.is_empty());
            assert_eq!(found, centre.organisations.values().any(has_code), "after organisation {org}");
        }
    }
}

#[test]
fn a_credit_code_is_registered_once() {
    let mut centre = Centre::default();
    let mut register = |org: u128, credit_code| {
        let CentreEvent::OrganisationRegistered { org, organisation } = registered(org, credit_code) else {
            unreachable!("it registers one")
        };
        let command = CentreCommand::RegisterOrganisation(RegisterOrganisation { org, organisation });
        let events = centre.decide(&command, &context(false)).map_err(|refusal| refusal.code())?;
        events.iter().for_each(|event| centre.apply(event, NOW));
        Ok(())
    };
    assert_eq!(register(1, Some("91350100M000100Y43")), Ok(()));
    assert_eq!(register(2, Some("91350100M000100Y43")), Err("organisation_exists"));
    assert_eq!(register(3, None), Ok(()));
    assert_eq!(register(4, None), Ok(()), "without a code there is none to share");
}

#[test]
fn each_key_of_the_log_follows_the_one_in_force_and_none_comes_back() {
    let mut centre = Centre::default();
    let rotate = |centre: &mut Centre, (from, to), context: &CentreContext| {
        let succession = LongText::new(format!("origin\nmark\n{from}\n{to}\n\n— lines")).expect("a text");
        let command = CentreCommand::RotateLogKey(RotateLogKey { succession });
        let events = centre.decide(&command, context).map_err(|refusal| refusal.code())?;
        events.iter().for_each(|event| centre.apply(event, NOW));
        Ok(())
    };
    assert_eq!(rotate(&mut centre, ("a", "b"), &context(false)), Err("succession_malformed"));
    assert_eq!(rotate(&mut centre, ("a", "b"), &context(true)), Ok(()));
    assert_eq!(centre.log_keys, ["a", "b"]);
    for again in [("a", "c"), ("b", "a"), ("b", "b")] {
        assert_eq!(rotate(&mut centre, again, &context(true)), Err("succession_outdated"), "{again:?}");
    }
    assert_eq!(rotate(&mut centre, ("b", "c"), &context(true)), Ok(()));
    let system = CentreContext { actor: Actor::System, ..context(true) };
    assert_eq!(rotate(&mut centre, ("c", "d"), &system), Err("role_not_allowed"));
}

#[test]
fn two_keepers_accept_a_step_of_the_clock_once() {
    let mut centre = Centre::default();
    let text = |text: &str| ShortText::new(text).expect("a short text");
    let name = CentreCommand::NameKeepers(NameKeepers { keepers: vec![text("one"), text("two")] });
    let refused = |is_good| centre.decide(&name, &context(is_good)).map_err(|refusal| refusal.code());
    assert_eq!(refused(false), Err("keepers_malformed"));
    let named = refused(true).expect("named");
    named.iter().for_each(|event| centre.apply(event, NOW));
    assert_eq!(centre.keepers.len(), 2);
    let note = LongText::new("what the caller has read").expect("a text");
    let command = CentreCommand::RecordClockAccepted(RecordClockAccepted { note });
    let step = |nonce: &str, by: &[&str]| ClockStep {
        asked_at: NOW,
        by: by.iter().copied().map(text).collect(),
        nonce: nonce.to_owned(),
        root: Digest([5; 32]),
        size: 3,
        step_ms: crate::base::Span(-60_000),
    };
    let system = |clock_step| CentreContext { actor: Actor::System, clock_step, ..context(false) };
    let mut accept = |context: CentreContext| {
        let events = centre.decide(&command, &context).map_err(|refusal| refusal.code())?;
        events.iter().for_each(|event| centre.apply(event, NOW));
        Ok(())
    };
    assert_eq!(accept(system(None)), Err("clock_step_malformed"));
    assert_eq!(accept(system(Some(step("a", &["one"])))), Err("two_keepers_needed"));
    let by_person = CentreContext { clock_step: Some(step("a", &["one", "two"])), ..context(true) };
    assert_eq!(accept(by_person), Err("system_only"));
    assert_eq!(accept(system(Some(step("a", &["one", "two"])))), Ok(()));
    assert_eq!(accept(system(Some(step("a", &["one", "two"])))), Err("clock_step_known"));
    assert_eq!(accept(system(Some(step("b", &["one", "two"])))), Ok(()));
    assert_eq!(centre.clock_steps.len(), 2);
}
