//! Signatures that others published because libraries disagree about them: what we accept is written beside each, and the
//! second verifier (`docs/verify/vectors.test.mjs`) is held to the same list. Server, verifier and command line all go
//! through these two calls.

use kaibiao_crypto::key::{PublicKey, SIGNATURE_BYTES};
use serde::Deserialize;

use crate::drill::held;
use crate::from_hex;

#[derive(Deserialize)]
struct Vectors {
    sets: Vec<Set>,
}

#[derive(Deserialize)]
struct Set {
    name: String,
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    spki: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    message: String,
    signature: String,
    is_valid: bool,
}

#[test]
fn published_signatures_are_accepted_or_refused_as_written() {
    let path = format!("{}/vectors/signatures.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(path).expect("the vectors are part of the crate");
    let vectors: Vectors = serde_json::from_slice(&text).expect("vectors");
    for set in vectors.sets {
        let (mut count, mut accepted) = (0, 0);
        for key in &set.keys {
            let public = PublicKey::from_spki(&from_hex(&key.spki));
            for case in &key.cases {
                let (message, signature) = (from_hex(&case.message), from_hex(&case.signature));
                let is_accepted = public.as_ref().is_ok_and(|key| key.verify(&message, &signature).is_ok());
                assert_eq!(is_accepted, case.is_valid, "{}: {} {}", set.name, key.spki, case.name);
                assert!(!is_accepted || signature.len() == SIGNATURE_BYTES);
                (count, accepted) = (count + 1, accepted + usize::from(is_accepted));
            }
        }
        held(&format!("F13 {}", set.name), &format!("{count} judged as written, {accepted} of them valid"));
    }
}
