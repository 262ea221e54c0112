//! A platform that owns the log's key and signs a history that did not happen.

use kaibiao_crypto::act::{Payload, Seen, SignedAct};

use super::*;
use crate::base::{Digest, Span};
use crate::drill::{held, times};
use crate::replay::check::fixture::Logged;

/// The failures of a history that was changed before it was signed.
fn of(fixture: &Fixture) -> Vec<(CheckId, Option<u64>)> {
    failures(&fixture.parts().verify())
}

/// The failures when the `nth` act of a type is changed.
fn changed(kind: &str, nth: usize, change: impl FnOnce(&mut Logged)) -> (usize, Vec<(CheckId, Option<u64>)>) {
    let mut fixture = Fixture::honest();
    let index = fixture.index_of(kind, nth);
    change(&mut fixture.logged[index]);
    (index, of(&fixture))
}

/// The failures when the `nth` act of a type is signed otherwise by its own actor.
fn resigned(
    kind: &str,
    nth: usize,
    change: impl FnOnce(&mut kaibiao_crypto::act::Payload),
) -> (usize, Vec<(CheckId, Option<u64>)>) {
    let mut fixture = Fixture::honest();
    let index = fixture.index_of(kind, nth);
    fixture.logged[index] = fixture.resigned(index, change);
    (index, of(&fixture))
}

#[test]
fn it_cannot_sign_for_a_person() {
    let (index, failures) = changed("ConfirmReading", 0, |logged| logged.act.sig[5] ^= 1);
    assert_eq!(failures, [(CheckId::A4, at(index))]);
}

#[test]
fn events_that_do_not_follow_are_found_with_what_they_belong_to() {
    let nothing = |logged: &mut Logged| logged.events = b"[]".to_vec();
    for (kind, nth, id) in [
        ("StartReview", 0, CheckId::K8),
        ("RevealScores", 4, CheckId::K9),
        ("SignStage", 2, CheckId::K8),
        ("PublishCandidates", 0, CheckId::K10),
        ("ConfirmAward", 0, CheckId::K10),
        ("WithdrawBid", 0, CheckId::K14),
    ] {
        let (index, failures) = changed(kind, nth, nothing);
        assert!(failures.contains(&(CheckId::K4, at(index))), "{kind}: {failures:?}");
        assert!(failures.contains(&(id, at(index))), "{kind}: {failures:?}");
    }
    let (index, failures) = changed("SignStage", 2, nothing);
    assert!(failures.contains(&(CheckId::K10, at(index))), "the ranking is one of its events: {failures:?}");
}

#[test]
fn keys_count_only_from_registration_to_revocation() {
    let mut fixture = Fixture::honest();
    let recorder = fixture.index_of("SignRecord", 0);
    fixture.logged.insert(recorder, fixture.revocation(recorder));
    assert_eq!(of(&fixture), [(CheckId::A6, at(recorder + 1))]);
    let mut fixture = Fixture::honest();
    let is_last_key = |logged: &Logged| logged.kind() == "CertifyKey";
    let certified = fixture.logged.iter().rposition(is_last_key).expect("keys were certified");
    fixture.logged.remove(certified);
    let recorder = at(fixture.index_of("SignRecord", 0));
    let failures = of(&fixture);
    assert!(failures.contains(&(CheckId::A5, recorder)), "{failures:?}");
}

/// Whoever's key it is and whatever it signs, behind its revocation it counts for nothing (F16).
#[test]
fn a_revoked_key_is_found_at_the_first_act_behind_its_revocation() {
    let honest = Fixture::honest();
    let first = honest.index_of("CallPanel", 0);
    let is_of_person =
        |index: &usize| honest.logged[*index].stream.is_some() && honest.logged[*index].act.alg != 0;
    let indices: Vec<usize> = (first..honest.logged.len()).filter(is_of_person).collect();
    let mut revoked = 0;
    for index in indices.into_iter().step_by(times(6, 1)) {
        let mut fixture = honest.clone();
        fixture.logged.insert(index, honest.revocation(index));
        let failures = of(&fixture);
        assert!(failures.contains(&(CheckId::A6, at(index + 1))), "{index}: {failures:?}");
        revoked += 1;
    }
    held(
        "F16 acts behind the revocation of their key",
        &format!("{revoked} of {revoked} found by A6, the entry named"),
    );
}

#[test]
fn a_person_acts_in_a_role_that_is_held() {
    let (index, failures) = resigned("StartReading", 0, |payload| payload.role = "buyer".to_owned());
    assert_eq!(failures, [(CheckId::A7, at(index))]);
    let (index, failures) = resigned("ConfirmReading", 0, |payload| payload.role = "host".to_owned());
    assert_eq!(failures, [(CheckId::A7, at(index))]);
}

#[test]
fn acts_are_of_this_log_and_this_tender_and_used_once() {
    let (index, failures) =
        resigned("StartReading", 0, |payload| payload.origin = "other.example/1".to_owned());
    assert_eq!(failures, [(CheckId::K1, at(index))]);
    let other = uuid::Uuid::new_v4().to_string();
    let (index, failures) = resigned("StartReading", 0, |payload| payload.tender = Some(other));
    assert!(failures.contains(&(CheckId::K2, at(index))), "{failures:?}");
    let mut fixture = Fixture::honest();
    let (index, earlier) = (fixture.index_of("StartReading", 0), fixture.index_of("CallPanel", 0));
    let nonce =
        kaibiao_crypto::act::Payload::parse(&fixture.logged[earlier].act.payload).expect("an act").nonce;
    fixture.logged[index] = fixture.resigned(index, |payload| payload.nonce = nonce);
    assert_eq!(of(&fixture), [(CheckId::K3, at(index))]);
}

#[test]
fn a_signer_names_the_own_earlier_act_and_a_head_of_this_log() {
    let fixture = Fixture::honest();
    let stranger = Digest::of(&fixture.logged[fixture.index_of("ApproveTender", 0)].act.payload);
    let (index, failures) = resigned("StartReading", 0, |payload| payload.prev = Some(stranger));
    assert_eq!(failures, [(CheckId::C4, at(index))]);
    let fork = Seen { root: Digest([3; 32]), size: 5 };
    let mut fixture = Fixture::honest();
    let index = fixture.index_of("StartReading", 0);
    fixture.logged[index] = fixture.resigned(index, |payload| payload.seen = Some(fork));
    assert_eq!(failures_of(&fixture.parts()), [(CheckId::C7, at(index))]);
}

#[test]
fn what_is_revealed_was_committed_to() {
    let other = "00".repeat(32);
    for kind in ["RevealScores", "TakeSeat", "RecuseSelf"] {
        let salt = other.clone();
        let (index, failures) = resigned(kind, 0, |payload| {
            if let Some(body) = payload.body.as_mut() {
                body["salt"] = salt.into();
            }
        });
        assert!(failures.contains(&(CheckId::K4, at(index))), "{kind}: {failures:?}");
        assert!(failures.contains(&(CheckId::I8, at(index))), "{kind}: {failures:?}");
    }
}

#[test]
fn payloads_are_canonical_and_rules_known() {
    let (index, failures) = changed("ConfirmReading", 0, |logged| logged.act.payload.push(b' '));
    assert!(failures.contains(&(CheckId::I6, at(index))), "{failures:?}");
    let (index, failures) = changed("ConfirmReading", 0, |logged| logged.rules = RULES_OF_TOMORROW);
    assert_eq!(failures, [(CheckId::K13, at(index))]);
}

#[test]
fn an_act_under_unknown_rules_is_not_decided_by_these() {
    let tomorrow = |logged: &mut Logged| {
        let mut payload = Payload::parse(&logged.act.payload).expect("an act");
        payload.body = Some(serde_json::json!({ "something": "new" }));
        let act = SignedAct::system(&payload, None).expect("an act");
        *logged = Logged { act, rules: RULES_OF_TOMORROW, ..logged.clone() };
    };
    let (index, failures) = changed("RecordSealCheck", 0, tomorrow);
    assert_eq!(failures, [(CheckId::K13, at(index))]);
}

#[test]
fn ids_have_one_written_form_in_bodies_too() {
    let respelled: [fn(&str) -> String; 2] = [str::to_uppercase, |id| id.replace('-', "")];
    for respell in respelled {
        let mut fixture = Fixture::honest();
        let index = fixture.index_of("ConfirmReading", 0);
        fixture.logged[index] = fixture.resigned(index, |payload| {
            let bid = &mut payload.body.as_mut().expect("inside")["bid"];
            *bid = respell(bid.as_str().expect("an id")).into();
        });
        let report = fixture.parts().verify();
        assert_eq!(failures(&report), [(CheckId::K4, at(index))]);
        let fault = result(&report, CheckId::K4).first_failure.as_ref().map(|failure| failure.fault.as_str());
        assert_eq!(fault, Some("unknown_command"));
    }
}

#[test]
fn a_chain_that_proves_nothing_is_told_with_its_entries() {
    let note = |index: usize, prev: Option<Digest>| {
        let mut fixture = Fixture::honest();
        fixture.logged[index] = fixture.resigned(index, |payload| payload.prev = prev);
        let report = fixture.parts().verify();
        assert_eq!(failures(&report), []);
        result(&report, CheckId::C4).note.clone().expect("a note").en
    };
    let fixture = Fixture::honest();
    let (start, review) = (fixture.index_of("StartReading", 0), fixture.index_of("StartReview", 0));
    let begun = note(start, None);
    assert!(
        begun.contains(&format!("1 acts name no previous act though their key acted before ({start})")),
        "{begun}"
    );
    let named = Payload::parse(&fixture.logged[start].act.payload).expect("an act").prev;
    let forked = note(review, named);
    assert!(
        forked.contains(&format!("1 acts name a previous act that another one names too ({review})")),
        "{forked}"
    );
    let lost = note(start, Some(Digest::of(b"dropped")));
    assert!(lost.contains("that the file does not carry"), "{lost}");
}

const RULES_OF_TOMORROW: u32 = crate::replay::RULES + 1;

#[test]
fn time_does_not_run_back_and_deadlines_hold() {
    let (index, failures) = changed("ConfirmReading", 0, |logged| logged.ts = logged.ts + Span(-60_000));
    assert_eq!(failures, [(CheckId::E1, at(index))]);
    let (index, failures) = changed("SubmitBid", 4, |logged| logged.ts = logged.ts + Span(3_600_000));
    assert!(failures.contains(&(CheckId::K6, at(index))), "{failures:?}");
    let (index, failures) = changed("CloseLot", 0, |logged| logged.ts = logged.ts + Span(-1));
    assert!(failures.contains(&(CheckId::E3, at(index))), "{failures:?}");
}

#[test]
fn nothing_opens_before_the_close_and_nothing_follows_the_archive() {
    let mut fixture = Fixture::honest();
    let (close, opened) = (fixture.index_of("CloseLot", 0), fixture.index_of("RecordUnsealed", 0));
    let early = fixture.logged.remove(opened);
    fixture.logged.insert(close, early);
    let failures = of(&fixture);
    assert!(failures.contains(&(CheckId::E4, at(close))), "{failures:?}");
    assert!(failures.contains(&(CheckId::E5, at(close))), "{failures:?}");
    let mut fixture = Fixture::honest();
    let (contract, archive) = (fixture.index_of("SignContract", 1), fixture.index_of("ArchiveTender", 0));
    fixture.logged.swap(contract, archive);
    let failures = of(&fixture);
    assert!(failures.contains(&(CheckId::K5, at(archive))), "{failures:?}");
}

#[test]
fn bids_are_locked_to_the_committee_that_the_centre_appointed() {
    let mut fixture = Fixture::honest();
    let appointed = fixture.logged.iter().rposition(|logged| logged.kind() == "AppointCommittee");
    fixture.logged.remove(appointed.expect("appointed"));
    let failures = of(&fixture);
    let publication = at(fixture.index_of("PublishTender", 0));
    assert!(failures.contains(&(CheckId::A11, publication)), "{failures:?}");
}

#[test]
fn pins_are_checked_against_the_custodians_of_their_place_in_the_log() {
    let reshared = || Fixture::of(Plan { reshares: true, ends: End::Closed, ..Plan::default() });
    let fixture = reshared();
    assert_eq!(of(&fixture), [], "custodians who changed in between verify");
    let appointments = |fixture: &Fixture| -> Vec<usize> {
        let logged = fixture.logged.iter().enumerate();
        logged.filter(|(_, one)| one.kind() == "AppointCommittee").map(|(index, _)| index).collect()
    };

    // Pins of the first custodians after the second were appointed, and the other way round.
    let pinned = fixture.index_of("RecordSchedule", 0);
    let mut late = reshared();
    let [_, second] = appointments(&late)[..] else { panic!("two appointments") };
    let appointment = late.logged.remove(second);
    late.logged.insert(pinned, appointment);
    assert!(of(&late).contains(&(CheckId::K4, at(pinned + 1))), "{:?}", of(&late));
    let mut early = reshared();
    early.logged.swap(pinned, fixture.index_of("RecordSchedule", 1));
    assert!(of(&early).contains(&(CheckId::K4, at(pinned))), "{:?}", of(&early));
}

fn failures_of(parts: &crate::replay::check::fixture::Parts) -> Vec<(CheckId, Option<u64>)> {
    failures(&parts.verify())
}
