//! What the verifier believes from elsewhere: the log's key, by itself or in a policy, and whose cosignatures count.

use kaibiao_crypto::checkpoint::{Checkpoint, Note, NoteVerifier, SignatureType};
use kaibiao_crypto::key::SigningKey;
use ring::rand::SystemRandom;

use super::*;
use crate::replay::check::fixture::{self, Parts};

fn stranger(parts: &Parts) -> NoteVerifier {
    let key = SigningKey::generate(&SystemRandom::new()).expect("randomness").public().clone();
    NoteVerifier::new(&parts.about.origin, SignatureType::Ed25519, key).expect("a name")
}

fn policy(log: &str, parts: &Parts) -> Option<Policy> {
    Some(Policy::parse(&Policy::text_of(log, &parts.about.witness_vkeys, 1)).expect("a policy"))
}

#[test]
fn a_policy_that_names_the_log_is_where_its_key_comes_from() {
    let parts = Fixture::honest().parts();
    let trust = Trust { log_key: None, policy: policy(&parts.about.log_vkey, &parts) };
    let report = parts.verify_with(&trust);
    assert_eq!(failures(&report), []);
    assert_eq!(result(&report, CheckId::A1).note, None, "the key is from elsewhere");
    assert!(result(&parts.verify(), CheckId::A1).note.is_some(), "without one that is said");
}

#[test]
fn a_policy_for_another_log_fails() {
    let parts = Fixture::honest().parts();
    let other = stranger(&parts).vkey();
    let without_key = parts.verify_with(&Trust { log_key: None, policy: policy(&other, &parts) });
    assert_eq!(failures(&without_key), [(CheckId::A1, None), (CheckId::A3, None)]);

    let own = NoteVerifier::parse(&parts.about.log_vkey).ok();
    let with_key = parts.verify_with(&Trust { log_key: own, policy: policy(&other, &parts) });
    let fault = result(&with_key, CheckId::A2).first_failure.as_ref().map(|failure| failure.fault.as_str());
    assert_eq!(fault, Some("policy_other_log"));
}

#[test]
fn a_policy_that_demands_nobody_leaves_nothing_to_look_at() {
    let mut parts = Fixture::honest().parts();
    parts.about.policy = format!("log {}\nquorum none\n", parts.about.log_vkey);
    let cut = parts.about.head.rfind("— witness").expect("a cosignature");
    parts.about.head.truncate(cut);
    let report = parts.verify();
    assert_eq!(failures(&report), []);
    for id in [CheckId::A2, CheckId::E8] {
        let result = result(&report, id);
        assert_eq!(result.outcome, Outcome::NotApplicable, "{id:?}");
        let note = result.note.as_ref().expect("and that is said");
        assert!(note.en.contains("policy"), "{id:?}: {}", note.en);
    }
}

#[test]
fn what_the_file_cannot_say_of_witnesses_is_said() {
    let report = Fixture::honest().parts().verify();
    let note = result(&report, CheckId::E8).note.as_ref().expect("a note");
    assert!(note.en.contains("cosigned at 2026-03-02T"), "{}", note.en);
}

/// The log's first key, with the policy of the file as the reader's own.
fn first_key(parts: &Parts, is_witnessed: bool) -> Trust {
    let first = fixture::first_key(&parts.about.origin);
    let policy = if is_witnessed { policy(&first.vkey(), parts) } else { None };
    Trust { log_key: Some(first), policy }
}

#[test]
fn who_knows_the_first_key_follows_the_rotation_as_far_as_witnesses_vouch_for_it() {
    let parts = Fixture::honest().parts();
    for parts in [parts.clone(), parts.for_public()] {
        let witnessed = parts.verify_with(&first_key(&parts, true));
        assert_eq!(failures(&witnessed), []);
        assert_eq!(result(&witnessed, CheckId::A12).note, None);
        let alone = parts.verify_with(&first_key(&parts, false));
        assert_eq!(failures(&alone), []);
        let note = result(&alone, CheckId::A12).note.as_ref().expect("and that is said");
        assert!(note.en.contains("the old key alone"), "{}", note.en);

        let mut unwitnessed = parts.clone();
        let cut = unwitnessed.about.head.rfind("— witness").expect("a cosignature");
        unwitnessed.about.head.truncate(cut);
        assert!(failures(&unwitnessed.verify_with(&first_key(&parts, true))).contains(&(CheckId::A2, None)));
    }
}

#[test]
fn a_head_that_the_retired_key_signed_is_no_head_of_the_log() {
    let mut parts = Fixture::honest().parts();
    let head =
        Checkpoint::parse(&Note::parse(parts.about.head.as_bytes()).expect("a note").text).expect("a head");
    let cosigned = parts.about.head.lines().last().expect("a cosignature").to_owned();
    let stolen = fixture::stolen_head(&parts.about.origin, (head.size, head.root)).to_text();
    parts.about.head = format!("{stolen}{cosigned}\n");
    let index = parts.about.rotations[0].index;
    let trust = first_key(&parts, true);
    // The cosignature is of the text alone, and holds; the rotation under it says who signs.
    let fault =
        |report: &Report, id| result(report, id).first_failure.as_ref().map(|first| first.fault.clone());
    let report = parts.verify_with(&trust);
    assert_eq!(failures(&report), [(CheckId::A1, None)]);
    assert_eq!(fault(&report, CheckId::A1).as_deref(), Some("signature_missing"));
    // Not told of, it stands in the stream.
    parts.about.rotations.clear();
    let report = parts.verify_with(&trust);
    assert!(failures(&report).contains(&(CheckId::A12, Some(index))), "{:?}", failures(&report));
    assert_eq!(fault(&report, CheckId::A12).as_deref(), Some("rotation_unlisted"));
}
