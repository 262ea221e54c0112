//! Acts: vectors of a second implementation, signing, and bodies inside and beside the payload.

use kaibiao_crypto::act::{ActError, Nonce, Payload, SignedAct, VERSION, pae};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::PublicKey;
use proptest::prelude::*;
use ring::rand::SystemRandom;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::key::key_of_seed;
use crate::{from_base64, from_hex, vectors};

#[derive(Deserialize)]
struct Vectors {
    keys: Vec<Key>,
    good: Vec<Good>,
    bad: Vec<Bad>,
    payloads: Vec<BadPayload>,
}

#[derive(Deserialize)]
struct Key {
    name: String,
    secret: String,
    spki: String,
}

#[derive(Deserialize)]
struct Good {
    name: String,
    key: Option<String>,
    act: SignedAct,
    payload: String,
    pae: String,
    payload_sha256: Digest,
    body_value: Value,
}

#[derive(Deserialize)]
struct Bad {
    name: String,
    call: String,
    key: Option<String>,
    act: SignedAct,
    code: String,
}

#[derive(Deserialize)]
struct BadPayload {
    name: String,
    text: String,
    code: String,
}

impl Vectors {
    fn key(&self, name: &str) -> PublicKey {
        let key = self.keys.iter().find(|key| key.name == name).expect("the key is in the vectors");
        PublicKey::from_spki(&from_base64(&key.spki)).expect("a good key")
    }
}

#[test]
fn good_acts_are_verified_and_read() {
    let vectors: Vectors = vectors("act");
    for case in &vectors.good {
        assert_eq!(case.act.payload, case.payload.as_bytes(), "{}", case.name);
        assert_eq!(pae(&case.act.payload), from_hex(&case.pae), "{}", case.name);
        assert_eq!(case.act.payload_digest(), case.payload_sha256, "{}", case.name);
        let payload = case.act.read_payload().expect(&case.name);
        assert_eq!(payload.encode().expect("it was read"), case.act.payload);
        assert_eq!(case.act.body_value().expect(&case.name), case.body_value, "{}", case.name);
        match &case.key {
            Some(key) => assert_eq!(case.act.verify(&vectors.key(key)), Ok(()), "{}", case.name),
            None => assert_eq!(SignedAct::system(&payload, None).as_ref(), Ok(&case.act)),
        }
    }
}

#[test]
fn our_signature_is_the_other_implementation_s() {
    let vectors: Vectors = vectors("act");
    let bidder = vectors.keys.iter().find(|key| key.name == "bidder").expect("the key is in the vectors");
    let key = key_of_seed(&bidder.secret);
    for case in vectors.good.iter().filter(|case| case.act.alg == 1) {
        let payload = Payload::parse(case.payload.as_bytes()).expect(&case.name);
        let signed = SignedAct::sign(&key, &payload, case.act.body.clone());
        assert_eq!(signed.as_ref(), Ok(&case.act), "{}", case.name);
    }
}

#[test]
fn bad_acts_are_refused() {
    let vectors: Vectors = vectors("act");
    for case in &vectors.bad {
        let result = match (case.call.as_str(), &case.key) {
            ("verify", Some(key)) => case.act.verify(&vectors.key(key)),
            ("read", None) => case.act.read_payload().map(|_| ()),
            ("body", None) => case.act.body_value().map(|_| ()),
            other => panic!("{}: an unknown call {other:?}", case.name),
        };
        assert_eq!(result.expect_err(&case.name).code(), case.code, "{}", case.name);
    }
    for case in &vectors.payloads {
        let refused = Payload::parse(case.text.as_bytes()).expect_err(&case.name);
        assert_eq!(refused.code(), case.code, "{}", case.name);
    }
}

#[test]
fn the_wire_form_is_exact() {
    let act = &vectors::<Vectors>("act").good[0].act;
    let wire = serde_json::to_value(act).expect("an act has a wire form");
    let broken = |name: &str, value: Value| {
        let mut wire = wire.clone();
        wire[name] = value;
        serde_json::from_value::<SignedAct>(wire).is_err()
    };
    assert_eq!(&serde_json::from_value::<SignedAct>(wire.clone()).expect("written by ourselves"), act);
    assert!(broken("extra", json!(1)));
    assert!(broken("sig", json!("A")));
    assert!(broken("sig", json!("AB==")), "bits beyond the last byte");
    assert!(broken("sig", json!("AA")), "without padding");
    assert!(broken("key_id", json!("00")));
    assert!(broken("alg", json!(256)));
}

fn payload() -> Payload {
    Payload {
        actor: "system".to_owned(),
        body: None,
        body_sha256: None,
        client_time: 0,
        lot: None,
        nonce: Nonce::generate(&SystemRandom::new()).expect("the system's generator works"),
        origin: "kaibiao.example/tlog/1".to_owned(),
        prev: None,
        role: "system".to_owned(),
        seen: None,
        tender: None,
        kind: "Tick".to_owned(),
        v: VERSION,
    }
}

#[test]
fn a_body_stands_inside_up_to_its_limit_and_beside_beyond() {
    let frame = r#"{"text":""}"#.len();
    for (length, is_inside) in [(2048, true), (2049, false), (1 << 20, false)] {
        let body = json!({ "text": "x".repeat(length - frame) });
        let mut payload = payload();
        let detached = payload.take_body(&body).expect("small enough");
        assert_eq!((payload.body.is_some(), detached.is_none()), (is_inside, is_inside), "{length}");
        let act = SignedAct::system(&payload, detached).expect("a good payload");
        assert_eq!(act.body_value(), Ok(body));
    }
    let mut payload = payload();
    let too_large = json!({ "text": "x".repeat((1 << 20) + 1 - frame) });
    assert_eq!(payload.take_body(&too_large), Err(ActError::BodySize));
    assert_eq!(payload.take_body(&json!([1])), Err(ActError::BodyForm));
}

proptest! {
    #[test]
    fn a_payload_with_any_byte_changed_is_another_or_none(place in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = payload().encode().expect("a good payload");
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = Payload::parse(&bytes) {
            prop_assert_eq!(read.encode().expect("it was read"), bytes);
        }
    }
}
