//! Payloads in another spelling: none is read, by either verifier, and none that is read means the same as another (F14).

use std::io::Write;
use std::process::{Command, Stdio};

use kaibiao_crypto::act::{Payload, SignedAct};

use super::*;
use crate::dice::Dice;
use crate::drill::{held, times};
use crate::respelled::respellings;

/// The payload of an act with a nested body, a text outside ASCII and a letter with a mark.
fn good() -> String {
    let fixture = Fixture::honest();
    let act = &fixture.logged[fixture.index_of("SubmitBid", 0)].act;
    let mut payload = Payload::parse(&act.payload).expect("an act");
    let body = serde_json::json!({ "name": "价值 é", "list": [1, 2, { "deep": null }], "yes": true });
    (payload.body, payload.body_sha256, payload.client_time) = (Some(body), None, 0);
    String::from_utf8(payload.encode().expect("canonical")).expect("text")
}

fn code(payload: &[u8]) -> String {
    let of_person = SignedAct {
        alg: 1,
        body: None,
        key_id: crate::base::Digest([0x11; 32]),
        payload: payload.to_vec(),
        sig: vec![0; 64],
    };
    of_person.read_payload().map_or_else(|error| error.code().to_owned(), |_| "ok".to_owned())
}

/// What the other verifier says of each; none without Node.
fn other(payloads: &[Vec<u8>]) -> Option<Vec<String>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify/support/payloads.mjs");
    let node = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut node = node.ok()?;
    let lines: String = payloads.iter().map(|payload| hex::encode(payload) + "\n").collect();
    node.stdin.take().expect("piped").write_all(lines.as_bytes()).expect("it reads to the end");
    let said = node.wait_with_output().expect("it ends");
    assert!(said.status.success());
    Some(String::from_utf8(said.stdout).expect("text").lines().map(str::to_owned).collect())
}

/// One or two bytes removed, doubled, replaced or exchanged: mostly by those that JSON is made of.
fn mutated(good: &str, dice: &mut Dice) -> Vec<u8> {
    const MADE_OF: &[u8] = b"{}[]\",:\\ 0123456789-+.eEtrufalsn_/\n\t\0\xc3\xa9\xcc\x81";
    let mut bytes = good.as_bytes().to_vec();
    for _ in 0..=dice.below(2) {
        let mut place = || usize::try_from(dice.below(bytes.len() as u64)).expect("small");
        let (at, to) = (place(), place());
        let byte = MADE_OF[usize::try_from(dice.below(MADE_OF.len() as u64)).expect("small")];
        match dice.below(5) {
            0 => drop(bytes.remove(at)),
            1 => bytes.insert(at, bytes[at]),
            2 => bytes.insert(at, byte),
            3 => bytes[at] = byte,
            _ => bytes.swap(at, to),
        }
    }
    bytes
}

#[test]
fn what_is_read_is_spelt_in_one_way_and_both_verifiers_say_the_same() {
    let good = good();
    let meaning: serde_json::Value = serde_json::from_str(&good).expect("JSON");
    let (mut dice, rounds) = (Dice::of(14), times(400, 40_000));
    let named: Vec<Vec<u8>> = respellings(&good).into_iter().map(|(_, payload)| payload).collect();
    let made_up = (0..rounds).map(|_| mutated(&good, &mut dice));
    let all: Vec<Vec<u8>> =
        named.iter().cloned().chain(made_up).filter(|payload| payload != good.as_bytes()).collect();
    let codes: Vec<String> = all.iter().map(|payload| code(payload)).collect();
    for (payload, code) in all.iter().zip(&codes) {
        let means_the_same =
            serde_json::from_slice(payload).is_ok_and(|other: serde_json::Value| other == meaning);
        assert!(code != "ok" || !means_the_same, "{}", String::from_utf8_lossy(payload));
    }
    assert!(codes[..named.len()].iter().all(|code| code != "ok"), "{codes:?}");
    let read = codes.iter().filter(|code| *code == "ok").count();
    if let Some(said) = other(&all) {
        assert_eq!(said.len(), all.len());
        for ((payload, ours), theirs) in all.iter().zip(&codes).zip(&said) {
            assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(payload));
        }
    }
    held(
        "F14 payloads respelt, both verifiers",
        &format!("{} of {} refused alike, {read} are other acts", all.len() - read, all.len()),
    );
}

#[test]
fn a_respelt_payload_in_the_log_is_no_canonical_one() {
    let fixture = Fixture::honest();
    let index = fixture.index_of("ConfirmReading", 0);
    let good = String::from_utf8(fixture.logged[index].act.payload.clone()).expect("text");
    let spellings = ["{\"actor\"", "{ \"actor\"", "{\"actor\":0,\"actor\"", "\u{feff}{\"actor\""];
    for (round, spelling) in spellings.iter().enumerate() {
        let mut fixture = fixture.clone();
        fixture.logged[index].act.payload = good.replacen(spellings[0], spelling, 1).into_bytes();
        let failed = failures(&fixture.parts().verify());
        assert_eq!(failed.contains(&(CheckId::I6, at(index))), round > 0, "{spelling}: {failed:?}");
    }
}
