//! Hostile cores: every changed byte is refused, by every path, and nothing panics. The flipped bits of an envelope
//! with one lock are in `hostile/envelope.rs`.

use kaibiao_crypto::beacon::{ChainParameters, Network};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, EnvelopeError, Floor, Locks, OpeningKeys, RecoverySecret, SealSeed};
use kaibiao_crypto::label::Context;
use kaibiao_crypto::lock::{Identity, LabelKey};
use proptest::prelude::*;
use serde_json::Value;

struct Case {
    core: Vec<u8>,
    locks: Locks,
    label_key: LabelKey,
    signature: Option<LabelKey>,
    secret: Option<RecoverySecret>,
}

fn case(name: &str) -> Case {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/tl1_envelope.json");
    let text = std::fs::read_to_string(path).expect("the vectors are committed");
    let vectors: Value = serde_json::from_str(&text).expect("the vectors are JSON");
    let cases = vectors["cases"].as_array().expect("a list");
    let vector = cases.iter().find(|case| case["name"] == name).expect("a case of this name");
    let field = |name: &str| vector[name].clone();
    let secret: Option<String> = serde_json::from_value(field("recovery_secret")).expect("text or null");
    let secret = secret.map(|digits| {
        let bytes = hex::decode(digits).expect("hexadecimal digits").try_into().expect("32 bytes");
        RecoverySecret::from_bytes(&bytes)
    });
    Case {
        core: hex::decode(vector["core"].as_str().expect("text")).expect("hexadecimal digits"),
        locks: serde_json::from_value(field("locks")).expect("locks"),
        label_key: serde_json::from_value(field("label_key")).expect("a key"),
        signature: serde_json::from_value(field("beacon_signature")).expect("a key or null"),
        secret,
    }
}

impl Case {
    fn paths(&self) -> Vec<OpeningKeys<'_>> {
        let label_key = &self.label_key;
        match (&self.signature, &self.secret) {
            (Some(signature), Some(secret)) => vec![
                OpeningKeys::Beacon { label_key, signature },
                OpeningKeys::Recovery { label_key, secret },
            ],
            _ => vec![OpeningKeys::Committee { label_key }],
        }
    }

    fn open(&self, core: &[u8], keys: &OpeningKeys<'_>) -> Result<(), EnvelopeError> {
        let core = Core::parse(core)?;
        let opened = core.open(&self.locks, keys).map(|_| ());
        // A proven key spares a pairing and never a check.
        let identity = core.context().label().identity();
        if let Some(proven) = self.locks.committee.prove(&identity, self.label_key) {
            let again = core.open_proven(&self.locks, keys, &proven).map(|_| ());
            assert_eq!(again, opened);
        }
        opened
    }
}

fn every_byte_counts(name: &str, patterns: &[u8]) {
    let case = case(name);
    for keys in case.paths() {
        assert_eq!(case.open(&case.core, &keys), Ok(()), "the honest core opens");
        for place in 0..case.core.len() {
            for pattern in patterns {
                let mut core = case.core.clone();
                core[place] ^= pattern;
                let error = case.open(&core, &keys).expect_err("a changed byte must be noticed");
                assert!(
                    ["malformed", "wrong_lock", "wrong_key"].contains(&error.code()),
                    "byte {place}: {error}"
                );
            }
        }
    }
}

#[test]
fn every_changed_byte_of_a_core_with_three_locks_is_refused_by_both_paths() {
    every_byte_counts("statement with beacon and recovery", &[0x10]);
}

#[test]
fn an_opening_before_the_genesis_cannot_be_sealed() {
    let case = case("statement with beacon and recovery");
    let honest = Core::parse(&case.core).expect("a good core");
    let early = Context { opening: 1_692_803_366, ..honest.context().clone() };
    let sealed = Core::seal(&SealSeed::from_bytes(&[7; 32]), &early, &case.locks).map(|_| ());
    assert_eq!(sealed, Err(EnvelopeError::WrongContext("opening")));
}

/// Whoever knows the seed can make a core for any round; the tender's own network decides which round is right,
/// also where the network is not one that the parser knows.
#[test]
fn a_network_of_ones_own_has_its_own_rounds() {
    let case = case("statement with beacon and recovery");
    let context = Core::parse(&case.core).expect("a good core").context().clone();
    let floor = case.locks.floor.expect("these locks have one");
    let own = |genesis| {
        let (key, seed) = (case.locks.committee, Digest::of(b"own"));
        let parameters = ChainParameters { key, genesis, period: 3, seed, beacon_id: "own" };
        let network = Network::of(&parameters).expect("good parameters");
        Locks { floor: Some(Floor { network, ..floor }), ..case.locks }
    };
    let seed = SealSeed::from_bytes(&[7; 32]);
    let core = Core::seal(&seed, &context, &own(1_000_000_000)).expect("it seals");
    assert_eq!(core.round(), Some((context.opening - 1_000_000_000) / 3 + 1));
    assert_eq!(core.check(&context, &own(1_000_000_000)), Ok(()));
    let (label_key, secret) = (&case.label_key, case.secret.as_ref().expect("a recovery key"));
    let opened =
        core.open(&own(1_000_000_000), &OpeningKeys::Recovery { label_key, secret }).expect("it opens");
    assert_eq!(opened.seed.expose(), seed.expose());
    assert_eq!(core.check(&context, &own(1_000_000_003)), Err(EnvelopeError::WrongLock("beacon")));

    let round_at = core.bytes().len() - 32 - 2 * 35 - 1 - (1 + 32 + 2 + 2 + 48) - (2 + 128) - 8;
    let mut moved = core.bytes().to_vec();
    moved[round_at + 7] ^= 1;
    let moved = Core::parse(&moved).expect("the parser does not know this network");
    let refused = moved.check(&context, &own(1_000_000_000)).map_err(|error| error.code());
    assert_eq!(refused, Err("malformed"));
}

#[test]
fn a_proof_of_another_key_opens_nothing() {
    let case = case("documents, committee alone");
    let core = Core::parse(&case.core).expect("a good core");
    let keys = OpeningKeys::Committee { label_key: &case.label_key };
    let own = core.context().label().identity();
    let proven = case.locks.committee.prove(&own, case.label_key).expect("the key of this label");
    assert!(core.open_proven(&case.locks, &keys, &proven).is_ok());
    assert!(case.locks.committee.prove(&Identity(Digest::of(b"other")), case.label_key).is_none());
    let (round, signature) = beacon();
    let of_a_beacon = Network::quicknet().key().prove(&Identity::of_round(round), signature);
    let refused = core.open_proven(&case.locks, &keys, &of_a_beacon.expect("a published beacon"));
    assert_eq!(refused.map(|_| ()), Err(EnvelopeError::WrongKey("label")));
}

/// A round of quicknet with its signature, from a case that has one.
fn beacon() -> (u64, LabelKey) {
    let case = case("statement with beacon and recovery");
    let round = Core::parse(&case.core).expect("a good core").round().expect("it has a beacon");
    (round, case.signature.expect("it has a beacon"))
}

#[test]
fn a_core_is_found_at_the_front_of_an_upload() {
    let case = case("documents, committee alone");
    let upload = [case.core.as_slice(), &[0xab; 40]].concat();
    let (core, length) = Core::parse_prefix(&upload).expect("it begins with a core");
    assert_eq!((core.bytes(), length), (case.core.as_slice(), case.core.len()));
    for length in 0..case.core.len() {
        assert_eq!(
            Core::parse_prefix(&upload[..length]).map_err(|error| error.code()).err(),
            Some("malformed")
        );
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..900)) {
        let parsed = Core::parse(&[b"TL1\0\x01".as_slice(), &bytes].concat());
        prop_assert!(parsed.is_err());
    }

    #[test]
    fn no_splice_of_a_core_is_another_core(from in 0..800_usize, to in 0..800_usize, length in 1..200_usize) {
        let case = case("statement with beacon and recovery");
        let honest = &case.core;
        let (from, to) = (from % honest.len(), to % honest.len());
        let length = length.min(honest.len() - from.max(to));
        let mut core = honest.clone();
        core[to..to + length].copy_from_slice(&honest[from..from + length]);
        if &core != honest {
            for keys in case.paths() {
                prop_assert!(case.open(&core, &keys).is_err());
            }
        }
    }
}
