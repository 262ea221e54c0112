//! Bytes from nowhere, and good ones broken: refused without a panic.

use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::envelope::Core;
use kaibiao_crypto::key::{PublicKey, SigningKey};
use kaibiao_crypto::national::LockPartial;
use proptest::prelude::*;

use crate::vectors::signing_key;
use crate::{file, hex_bytes, list, parsed};

const SECRET: [u8; 32] = [0x11; 32];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_broken_key_is_refused_or_another_key(place in 0..91_usize, pattern in 1..=255_u8) {
        let key = signing_key(&SECRET);
        let signature = key.sign(b"message");
        let mut spki = key.public().spki().to_vec();
        spki[place] ^= pattern;
        if let Ok(other) = PublicKey::from_spki(&spki) {
            prop_assert!(other.verify(b"message", &signature).is_err());
        }
    }

    #[test]
    fn a_broken_signature_is_refused(place in 0..64_usize, pattern in 1..=255_u8) {
        let key = signing_key(&SECRET);
        let mut signature = key.sign(b"message");
        signature[place] ^= pattern;
        prop_assert!(key.public().verify(b"message", &signature).is_err());
    }

    #[test]
    fn no_bytes_are_a_signature(bytes in proptest::collection::vec(any::<u8>(), 0..130)) {
        prop_assert!(signing_key(&SECRET).public().verify(b"message", &bytes).is_err());
    }

    #[test]
    fn no_point_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..70)) {
        prop_assert!(PublicKey::from_sm2_point(&bytes).is_err());
        prop_assert!(PublicKey::from_sm2_point(&[&[4], bytes.as_slice()].concat()).is_err());
    }

    #[test]
    fn a_broken_document_is_refused_or_a_key(place in 0..200_usize, pattern in 1..=255_u8, length in 0..200_usize) {
        let mut document = signing_key(&SECRET).to_pkcs8().to_vec();
        let place = place % document.len();
        document[place] ^= pattern;
        // A key read from a broken document, if there is one, is whole: it signs for its own public half.
        if let Ok(key) = SigningKey::from_pkcs8(&document) {
            prop_assert!(key.public().verify(b"m", &key.sign(b"m")).is_ok());
        }
        let cut = &signing_key(&SECRET).to_pkcs8()[..length.min(document.len() - 1)];
        prop_assert!(SigningKey::from_pkcs8(cut).is_err());
    }

    #[test]
    fn no_bytes_make_the_core_of_suite_2_panic(bytes in proptest::collection::vec(any::<u8>(), 0..900)) {
        prop_assert!(Core::parse(&[b"TL1\0\x02".as_slice(), &bytes].concat()).is_err());
    }

    #[test]
    fn a_broken_partial_of_the_prototype_is_refused_or_reads(place in 0..98_usize, pattern in 1..=255_u8) {
        let partials: Vec<String> = parsed(&file("national.json")["threshold"], "partials");
        let honest = hex::decode(&partials[0]).expect("hexadecimal digits");
        let mut broken: [u8; 98] = honest.try_into().expect("98 bytes");
        broken[place] ^= pattern;
        if let Ok(partial) = LockPartial::from_bytes(&broken) {
            prop_assert_eq!(partial.to_bytes(), broken);
        }
    }
}

#[test]
fn every_changed_byte_of_a_core_of_suite_2_is_refused() {
    let vectors = file("national.json");
    let vector = &list(&vectors, "envelopes")[0];
    let (core, locks) = (hex_bytes(vector, "core"), parsed(vector, "locks"));
    let label_key = parsed(vector, "label_key");
    let keys = kaibiao_crypto::envelope::OpeningKeys::Committee { label_key: &label_key };
    for place in 0..core.len() {
        let mut changed = core.clone();
        changed[place] ^= 0x01;
        let opened = Core::parse(&changed).and_then(|core| core.open(&locks, &keys));
        assert!(opened.is_err(), "byte {place}");
    }
}

#[test]
fn every_changed_byte_of_a_signed_act_is_refused() {
    let vector = &file("national.json")["act"];
    let (act, key): (SignedAct, PublicKey) = (parsed(vector, "act"), parsed(vector, "spki"));
    for place in 0..act.payload.len() {
        let mut changed = act.clone();
        changed.payload[place] ^= 0x20;
        assert!(changed.verify(&key).is_err(), "byte {place}");
    }
}
