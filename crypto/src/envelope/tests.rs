//! The derivations and the layout against a core that two other implementations made.

use serde_json::Value;

use super::*;
use crate::lock::{Capsule, GroupKey, LabelKey};
use crate::payload::SegmentCipher;

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("a string")).expect("hexadecimal digits")
}

fn parsed<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("a value of this type")
}

#[test]
fn a_core_made_elsewhere_is_rebuilt_byte_for_byte() {
    let vector: Value =
        serde_json::from_str(include_str!("../../vectors/tl1_interop.json")).expect("the file is JSON");
    let beacon = &vector["beacon"];
    let secret: [u8; 32] = bytes(&vector["recovery_secret"]).try_into().expect("32 bytes");
    let recovery = RecoverySecret::from_bytes(&secret).public();
    assert_eq!(recovery, parsed::<RecoveryKey>(&vector["recovery_key"]));
    let locks = Locks {
        committee: parsed(&vector["group_key"]),
        floor: Some(Floor { network: parsed(&beacon["chain"]), recovery }),
        suite: Suite::Standard,
    };
    // The context's last field is the opening, which is the very moment of the beacon's round.
    let context = bytes(&vector["context"]);
    let opening = u64::from_be_bytes(*context.last_chunk().expect("8 bytes"));
    assert_eq!(Network::quicknet().time_of(beacon["round"].as_u64().expect("a round")), Some(opening));
    assert_eq!(*Network::quicknet().key(), parsed(&beacon["key"]));
    let seed = SealSeed::from_bytes(&bytes(&vector["seed"]).try_into().expect("32 bytes"));
    let label = bytes(&vector["label"]);
    let core = wire::build(&seed, &context, &label, opening, &locks, None).expect("after the genesis");
    assert_eq!(hex::encode(&core), vector["core"].as_str().expect("a string"));
    assert_eq!(Digest::of(&core), parsed(&vector["core_sha256"]));

    let group: GroupKey = locks.committee;
    let identity = Identity(Digest::of(&label));
    assert_eq!(identity.0, parsed::<Digest>(&vector["identity"]));
    let label_key: LabelKey = parsed(&vector["label_key"]);
    assert!(group.verify(&identity, &label_key));
    let derived = Derivation::new(Suite::Standard, &seed, &context);
    let capsule = Capsule::seal(&group, &identity, &derived.lock_secret(0), &derived.sigma(0));
    assert_eq!(capsule.open(&label_key).expect("it opens"), derived.lock_secret(0));

    let cipher = SegmentCipher::new(Digest::of(&core), &derived.payload_key());
    let plaintext = cipher.open(0, true, &bytes(&vector["payload_ciphertext"])).expect("it opens");
    assert_eq!(plaintext, bytes(&vector["payload_plaintext"]));
}

#[test]
fn recovery_keys_of_small_order_or_another_encoding_are_refused() {
    let modulus = {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (0xed, 0x7f);
        bytes
    };
    let mut nine_again = modulus;
    nine_again[0] += 9;
    let mut one = [0; 32];
    one[0] = 1;
    for refused in [[0; 32], one, modulus, nine_again, [0xff; 32]] {
        assert_eq!(
            RecoveryKey::from_bytes(&refused).map_err(|error| error.code()),
            Err("malformed"),
            "{refused:?}"
        );
    }
}
