//! Keys: the forms that are accepted, signatures of each algorithm, and keys kept in PKCS #8.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::{Algorithm, KeyError, PublicKey, SIGNATURE_BYTES, SigningKey};
use ring::rand::SystemRandom;
use serde::Deserialize;

use crate::{from_base64, from_hex, vectors};

#[derive(Deserialize)]
struct Vectors {
    keys: Vec<Key>,
    bad_keys: Vec<BadKey>,
}

#[derive(Deserialize)]
struct Key {
    name: String,
    alg: u8,
    secret: String,
    spki: String,
    key_id: Digest,
}

#[derive(Deserialize)]
struct BadKey {
    name: String,
    spki: String,
    code: String,
}

/// The Ed25519 key of a seed, by its PKCS #8 document without the public half (RFC 8410 section 7).
pub fn key_of_seed(seed: &str) -> SigningKey {
    let prefix = from_hex("302e020100300506032b657004220420");
    SigningKey::from_pkcs8(&[prefix, from_hex(seed)].concat()).expect("any 32 bytes are a seed")
}

#[test]
fn public_keys_are_read_and_named() {
    for case in vectors::<Vectors>("act").keys {
        let spki = from_base64(&case.spki);
        let key = PublicKey::from_spki(&spki).expect("a good key");
        assert_eq!((key.alg().byte(), key.key_id(), key.spki()), (case.alg, case.key_id, spki.as_slice()));
        let json = serde_json::to_string(&key).expect("a key is a string");
        assert_eq!(json, format!("\"{}\"", case.spki));
        assert_eq!(serde_json::from_str::<PublicKey>(&json).expect("written by ourselves"), key);
        if key.alg() == Algorithm::Ed25519 {
            assert_eq!(key_of_seed(&case.secret).public(), &key, "{}", case.name);
        }
    }
}

#[test]
fn keys_of_another_form_are_refused() {
    for case in vectors::<Vectors>("act").bad_keys {
        let refused = PublicKey::from_spki(&from_base64(&case.spki)).expect_err(&case.name);
        assert_eq!(refused.code(), case.code, "{}", case.name);
    }
}

#[test]
fn what_a_key_signs_verifies_with_its_own_public_half_only() {
    let rng = SystemRandom::new();
    let keys = [
        SigningKey::generate(&rng),
        SigningKey::generate_of(Algorithm::P256, &rng),
        SigningKey::generate_of(Algorithm::Sm2, &rng),
        SigningKey::generate(&rng),
    ]
    .map(|key| key.expect("the system's generator works"));
    for (signer, key) in keys.iter().enumerate() {
        let signature = key.sign(b"message");
        assert_eq!(signature.len(), SIGNATURE_BYTES);
        for (reader, other) in keys.iter().enumerate() {
            assert_eq!(other.public().verify(b"message", &signature).is_ok(), signer == reader);
            assert_eq!(other.public().verify(b"massage", &signature), Err(KeyError::BadSignature));
        }
    }
}

#[test]
fn a_key_survives_its_document() {
    let rng = SystemRandom::new();
    let keys = [
        SigningKey::generate(&rng),
        SigningKey::generate_of(Algorithm::P256, &rng),
        SigningKey::generate_of(Algorithm::Sm2, &rng),
    ];
    for key in keys {
        let key = key.expect("the system's generator works");
        let again = SigningKey::from_pkcs8(&key.to_pkcs8()).expect("written by ourselves");
        assert_eq!(again.public(), key.public());
        assert_eq!(key.public().verify(b"m", &again.sign(b"m")), Ok(()));
    }
    for document in [&b""[..], b"0", &[0x30; 85]] {
        assert_eq!(SigningKey::from_pkcs8(document).err(), Some(KeyError::PrivateKeyForm));
    }
    for byte in [0, 4, 255] {
        assert_eq!(Algorithm::from_byte(byte), Err(KeyError::UnknownAlgorithm));
    }
}
