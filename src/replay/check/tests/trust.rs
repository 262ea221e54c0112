//! What the verifier believes from elsewhere: the log's key, by itself or in a policy, and whose cosignatures count.

use kaibiao_crypto::checkpoint::{NoteVerifier, SignatureType};
use kaibiao_crypto::key::SigningKey;
use ring::rand::SystemRandom;

use super::*;
use crate::replay::check::fixture::Parts;

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
