//! Beacons against the published values of drand, and against texts that are none.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::lock::GroupKey;

fn published(network: &str) -> Value {
    let vectors: Value =
        serde_json::from_str(include_str!("../../vectors/drand.json")).expect("the file is JSON");
    vectors[network].clone()
}

fn beacons() -> Vec<(u64, String)> {
    let list = published("quicknet")["beacons"].as_array().expect("a list").clone();
    assert_eq!(list.len(), 5);
    let pair = |beacon: Value| {
        let signature = beacon["signature"].as_str().expect("digits").to_owned();
        (beacon["round"].as_u64().expect("a round"), signature)
    };
    list.into_iter().map(pair).collect()
}

fn code_of(text: &Value) -> &'static str {
    Beacon::from_json(Network::quicknet(), text.to_string().as_bytes())
        .map_err(BeaconError::code)
        .expect_err("refused")
}

#[test]
fn quicknet_is_the_published_network() {
    let (quicknet, vector) = (Network::quicknet(), published("quicknet"));
    assert_eq!(Some(quicknet.chain().to_string().as_str()), vector["chain_hash"].as_str());
    assert_eq!(Some(format!("{:?}", quicknet.key()).as_str()), vector["public_key"].as_str());
    assert_eq!(quicknet.time_of(1), vector["genesis_time"].as_u64());
    assert_eq!(quicknet.time_of(2), Some(QUICKNET_SECOND_ROUND));
    assert_eq!(Network::pinned(&quicknet.chain()), Some(quicknet));
    assert_eq!(Network::pinned(&Digest::of(b"another")), None);
}

const QUICKNET_SECOND_ROUND: u64 = 1_692_803_370;

fn quicknet_parameters() -> ChainParameters<'static> {
    let seed = "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e";
    ChainParameters {
        key: *Network::quicknet().key(),
        genesis: 1_692_803_367,
        period: 3,
        seed: seed.parse().expect("the published digest of the group"),
        beacon_id: "quicknet",
    }
}

#[test]
fn a_chain_hash_follows_from_the_parameters() {
    let quicknet = quicknet_parameters();
    assert_eq!(Network::of(&quicknet).as_ref(), Ok(Network::quicknet()));
    let other = ChainParameters { beacon_id: "rehearsal", ..quicknet.clone() };
    assert_ne!(Network::of(&other).expect("good parameters").chain(), Network::quicknet().chain());
    let default = ChainParameters { beacon_id: "default", ..quicknet.clone() };
    let unnamed = ChainParameters { beacon_id: "", ..quicknet.clone() };
    assert_eq!(Network::of(&default), Network::of(&unnamed), "the default name is left out");
    for wrong in
        [ChainParameters { period: 0, ..quicknet.clone() }, ChainParameters { genesis: 1 << 63, ..quicknet }]
    {
        assert_eq!(Network::of(&wrong), Err(BeaconError::Parameters));
    }
}

#[test]
fn a_round_is_the_last_one_signed_at_or_before_a_moment() {
    let quicknet = Network::quicknet();
    for (seconds, round) in [
        (0, None),
        (1_692_803_366, None),
        (1_692_803_367, Some(1)),
        (1_692_803_369, Some(1)),
        (1_692_803_370, Some(2)),
        (1_692_806_364, Some(1000)),
        (1_692_806_366, Some(1000)),
        (1_692_806_367, Some(1001)),
        (u64::MAX, Some(6_148_914_690_672_249_417)),
    ] {
        assert_eq!(quicknet.round_at(seconds), round, "{seconds}");
    }
    assert_eq!((quicknet.time_of(0), quicknet.time_of(u64::MAX)), (None, None));
}

#[test]
fn published_beacons_are_read_from_json_and_from_a_keyboard() {
    let quicknet = Network::quicknet();
    for (round, signature) in beacons() {
        let text = json!({"round": round, "signature": signature}).to_string();
        let read = Beacon::from_json(quicknet, text.as_bytes()).expect("published");
        assert_eq!((read.round(), read.chain()), (round, quicknet.chain()));
        let text =
            json!({"round": round, "randomness": read.randomness(), "signature": signature, "more": [1]});
        assert_eq!(Beacon::from_json(quicknet, text.to_string().as_bytes()), Ok(read));
        let (left, right) = signature.split_at(40);
        let typed = format!(" {}\n{right}\t", left.to_uppercase());
        assert_eq!(Beacon::typed(quicknet, &format!("{round} "), &typed), Ok(read));
    }
}

#[test]
fn texts_that_are_no_beacon_say_why() {
    let (round, signature) = &beacons()[1];
    let (_, next) = &beacons()[2];
    for (text, code) in [
        (json!([round, signature]), "beacon_text"),
        (json!({"signature": signature}), "beacon_text"),
        (json!({"round": round}), "beacon_text"),
        (json!({"round": round.to_string(), "signature": signature}), "beacon_text"),
        (json!({"round": -1, "signature": signature}), "beacon_text"),
        (json!({"round": 1000.5, "signature": signature}), "beacon_text"),
        (
            json!({"round": round, "signature": signature, "more": "x".repeat(BEACON_TEXT_BYTES_MAX)}),
            "beacon_text",
        ),
        (json!({"round": 0, "signature": signature}), "beacon_round"),
        (json!({"round": round, "signature": ""}), "beacon_signature_text"),
        (json!({"round": round, "signature": signature[1..]}), "beacon_signature_text"),
        (json!({"round": round, "signature": format!("{signature}00")}), "beacon_signature_text"),
        (json!({"round": round, "signature": signature.to_uppercase()}), "beacon_signature_text"),
        (json!({"round": round, "signature": "00".repeat(48)}), "point_encoding"),
        (json!({"round": round, "signature": format!("c0{}", "00".repeat(47))}), "point_infinity"),
        (json!({"round": round, "signature": signature, "randomness": "00".repeat(32)}), "beacon_randomness"),
        (json!({"round": round, "signature": signature, "randomness": ""}), "beacon_randomness"),
        (json!({"round": round, "signature": next}), "beacon_signature"),
        (json!({"round": round + 1, "signature": signature}), "beacon_signature"),
    ] {
        assert_eq!(code_of(&text), code, "{text}");
    }
    let twice = format!(r#"{{"round":1000,"round":1001,"signature":"{signature}"}}"#);
    assert_eq!(Beacon::from_json(Network::quicknet(), twice.as_bytes()), Err(BeaconError::Text));
}

#[test]
fn what_is_typed_wrongly_says_why() {
    let (_, signature) = &beacons()[1];
    for (round, typed, code) in [
        ("", signature.as_str(), "beacon_round"),
        ("+1000", signature, "beacon_round"),
        ("1000x", signature, "beacon_round"),
        ("99999999999999999999", signature, "beacon_round"),
        ("1000", &signature[2..], "beacon_signature_text"),
        ("1000", "签名", "beacon_signature_text"),
        ("1001", signature, "beacon_signature"),
    ] {
        let found = Beacon::typed(Network::quicknet(), round, typed).map_err(BeaconError::code);
        assert_eq!(found, Err(code), "{round} {typed}");
    }
}

#[test]
fn no_network_but_a_pinned_one_is_read_from_text() {
    let text = serde_json::to_string(Network::quicknet()).expect("it is JSON");
    assert_eq!(serde_json::from_str::<Network>(&text).ok().as_ref(), Some(Network::quicknet()));
    let key: GroupKey = *Network::quicknet().key();
    let own = Network::of(&ChainParameters { key, beacon_id: "own", ..quicknet_parameters() });
    let text = serde_json::to_string(&own.expect("good parameters")).expect("it is JSON");
    assert!(serde_json::from_str::<Network>(&text).is_err(), "{text}");
}

#[test]
fn the_switched_off_network_does_not_verify() {
    let fastnet = published("fastnet");
    let key = hex::decode(fastnet["public_key"].as_str().expect("digits")).expect("hexadecimal digits");
    let key = GroupKey::from_bytes(&key).expect("a published key");
    let network = Network::of(&ChainParameters { key, ..quicknet_parameters() }).expect("good parameters");
    let beacons = fastnet["must_fail_signatures"].as_array().expect("a list").clone();
    assert_eq!(beacons.len(), 3);
    for beacon in beacons {
        let found = Beacon::from_json(&network, beacon.to_string().as_bytes());
        assert_eq!(found, Err(BeaconError::Signature), "{beacon}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(text in proptest::collection::vec(any::<u8>(), 0..200), round: String, signature: String) {
        prop_assert!(Beacon::from_json(Network::quicknet(), &text).is_err());
        prop_assert!(Beacon::typed(Network::quicknet(), &round, &signature).is_err());
    }

    #[test]
    fn a_round_is_signed_within_its_period(seconds in 1_692_803_367_u64..u64::MAX / 4) {
        let quicknet = Network::quicknet();
        let round = quicknet.round_at(seconds).expect("after the genesis");
        let signed = quicknet.time_of(round).expect("a round of this time");
        prop_assert!(signed <= seconds && seconds < signed + 3);
    }
}
