//! Checkpoints and receipts: vectors of a second implementation and the published example of a signed note.

use kaibiao_crypto::checkpoint::{
    Checkpoint, Cosigner, Note, NoteError, NoteSigner, NoteVerifier, SIGNATURES_MAX, open,
};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::leaf_hash;
use kaibiao_crypto::key::{Algorithm, SigningKey};
use kaibiao_crypto::receipt::{RECEIPT_BYTES_MAX, Receipt};
use proptest::prelude::*;
use ring::rand::SystemRandom;
use serde::Deserialize;

use crate::drill::held;
use crate::key::key_of_seed;
use crate::vectors;

#[derive(Deserialize)]
struct Vectors {
    log: Log,
    witnesses: Vec<Witness>,
    checkpoint: Signed,
    bad_vkeys: Vec<String>,
    good: Vec<Good>,
    bad: Vec<Bad>,
}

#[derive(Deserialize)]
struct Log {
    vkey: String,
    seed: String,
    origin: String,
}

#[derive(Deserialize)]
struct Witness {
    vkey: String,
    seed: String,
}

#[derive(Deserialize)]
struct Signed {
    text: String,
    signed: String,
    time: u64,
    cosigned: String,
}

#[derive(Deserialize)]
struct Good {
    name: String,
    text: String,
    policy: Vec<String>,
    quorum: usize,
    index: u64,
    size: u64,
    ts: u64,
    leaf_hash: Digest,
    times: Vec<u64>,
}

#[derive(Deserialize)]
struct Bad {
    name: String,
    text: String,
    policy: Vec<String>,
    quorum: usize,
    code: String,
}

fn verifier(vkey: &str) -> NoteVerifier {
    NoteVerifier::parse(vkey).expect("a good verifier key")
}

fn verifiers(vkeys: &[String]) -> Vec<NoteVerifier> {
    vkeys.iter().map(|vkey| verifier(vkey)).collect()
}

#[test]
fn good_receipts_prove_their_entry() {
    let vectors: Vectors = vectors("receipt");
    let log = verifier(&vectors.log.vkey);
    for case in &vectors.good {
        let receipt = Receipt::parse(case.text.as_bytes()).expect(&case.name);
        assert_eq!(receipt.to_text(), case.text, "{}", case.name);
        let verified = receipt.verify(&log, &verifiers(&case.policy), case.quorum).expect(&case.name);
        assert_eq!((verified.index, verified.size, verified.ts), (case.index, case.size, case.ts));
        assert_eq!(verified.entry.leaf_hash(), Ok(case.leaf_hash));
        assert_eq!(verified.payload.encode().expect("it was read"), verified.entry.payload);
        let times: Vec<u64> = verified.cosignatures.iter().map(|(_, time)| *time).collect();
        assert_eq!(times, case.times, "{}", case.name);
    }
}

#[test]
fn bad_receipts_are_refused() {
    let vectors: Vectors = vectors("receipt");
    let log = verifier(&vectors.log.vkey);
    for case in &vectors.bad {
        let policy = verifiers(&case.policy);
        let result = Receipt::parse(case.text.as_bytes());
        let result = result.and_then(|receipt| receipt.verify(&log, &policy, case.quorum));
        assert_eq!(result.expect_err(&case.name).code(), case.code, "{}", case.name);
    }
    let too_large = vec![b'\n'; RECEIPT_BYTES_MAX + 1];
    assert_eq!(Receipt::parse(&too_large).expect_err("too large").code(), "receipt_size");
}

/// Every bit of every byte of a receipt of which all lines count, and of the head alone (F5).
#[test]
fn a_flipped_bit_anywhere_in_a_receipt_or_a_head_leaves_nothing_proven() {
    let vectors: Vectors = vectors("receipt");
    let log = verifier(&vectors.log.vkey);
    let case = vectors.good.iter().find(|case| case.name == "quorum of two of three").expect("it is there");
    // The third witness has not cosigned: without it every line counts.
    let policy = &verifiers(&case.policy)[..2];
    let head = case.text.split_once("\n\n").expect("a head behind the proof").1;
    let (mut bytes, mut flips) = (0, 0);
    for text in [case.text.as_str(), head] {
        let is_receipt = text.len() == case.text.len();
        let holds = |bytes: &[u8]| match is_receipt {
            true => Receipt::parse(bytes).is_ok_and(|receipt| receipt.verify(&log, policy, 2).is_ok()),
            false => Note::parse(bytes).is_ok_and(|note| open(&note, &log, policy, 2).is_ok()),
        };
        assert!(holds(text.as_bytes()), "as it was");
        for place in 0..text.len() {
            for bit in 0..8 {
                let mut changed = text.as_bytes().to_vec();
                changed[place] ^= 1 << bit;
                assert!(!holds(&changed), "bit {bit} of byte {place}");
                flips += 1;
            }
        }
        bytes += text.len();
    }
    held("F5 bits of receipts and heads", &format!("{flips} of {flips}, every bit of {bytes} bytes"));
}

#[test]
fn our_signatures_are_the_other_implementation_s() {
    let vectors: Vectors = vectors("receipt");
    let log = NoteSigner::new(&vectors.log.origin, key_of_seed(&vectors.log.seed)).expect("a good name");
    assert_eq!(log.verifier().vkey(), vectors.log.vkey);
    let checkpoint = Checkpoint::parse(&vectors.checkpoint.text).expect("a good checkpoint");
    assert_eq!(checkpoint.to_text(), vectors.checkpoint.text);
    let mut note = checkpoint.sign(&log).expect("the log's own name");
    assert_eq!(note.to_text(), vectors.checkpoint.signed);
    for (number, witness) in vectors.witnesses.iter().enumerate().take(2) {
        let name = format!("witness.example/{number}");
        let cosigner = Cosigner::new(&name, key_of_seed(&witness.seed)).expect("a good name");
        assert_eq!(cosigner.verifier().vkey(), witness.vkey);
        note.signatures.push(cosigner.cosign(&note.text, vectors.checkpoint.time));
    }
    assert_eq!(note.to_text(), vectors.checkpoint.cosigned);
    assert_eq!(Note::parse(note.to_text().as_bytes()), Ok(note));
}

#[test]
fn verifier_keys_have_one_form() {
    let vectors: Vectors = vectors("receipt");
    assert_eq!(verifier(&vectors.log.vkey).vkey(), vectors.log.vkey);
    for vkey in &vectors.bad_vkeys {
        assert_eq!(NoteVerifier::parse(vkey), Err(NoteError::VerifierForm), "{vkey}");
    }
}

/// The example in the documentation of Go's `golang.org/x/mod/sumdb/note`.
#[test]
fn the_published_note_is_verified() {
    let key = verifier("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    let text = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n\
                \n\
                — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let mut note = Note::parse(text.as_bytes()).expect("a good note");
    assert_eq!(note.verify(&key), Ok(None));
    note.text.push('\n');
    assert_eq!(note.verify(&key), Err(NoteError::BadSignature));
}

#[test]
fn names_algorithms_and_sizes_are_limited() {
    let rng = SystemRandom::new();
    let ed25519 = || SigningKey::generate(&rng).expect("the system's generator works");
    let p256 = SigningKey::generate_of(Algorithm::P256, &rng).expect("the system's generator works");
    assert_eq!(NoteSigner::new("log", p256).err(), Some(NoteError::SignerAlgorithm));
    for name in ["", "a b", "a+b", "a\nb", "a\u{3000}b"] {
        assert_eq!(Cosigner::new(name, ed25519()).err(), Some(NoteError::NameForm), "{name:?}");
    }
    let log = NoteSigner::new("log.example", ed25519()).expect("a good name");
    let checkpoint = Checkpoint { origin: "log.example".to_owned(), size: u64::MAX, root: Digest([7; 32]) };
    let mut note = checkpoint.sign(&log).expect("the log's own name");
    assert_eq!(open(&note, log.verifier(), &[], 0).map(|opened| opened.checkpoint), Ok(checkpoint.clone()));
    let other = Checkpoint { origin: "other.example".to_owned(), ..checkpoint };
    assert_eq!(other.sign(&log), Err(NoteError::OtherOrigin));
    note.signatures = vec![note.signatures[0].clone(); SIGNATURES_MAX];
    assert_eq!(Note::parse(note.to_text().as_bytes()).as_ref(), Ok(&note));
    note.signatures.push(note.signatures[0].clone());
    assert_eq!(Note::parse(note.to_text().as_bytes()), Err(NoteError::NoteSize));
}

proptest! {
    #[test]
    fn a_receipt_with_any_byte_changed_proves_the_same_or_nothing(
        place in any::<prop::sample::Index>(), byte: u8,
    ) {
        let vectors: Vectors = vectors("receipt");
        let case = &vectors.good[2];
        let mut bytes = case.text.clone().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let Ok(receipt) = Receipt::parse(&bytes) else { return Ok(()) };
        prop_assert_eq!(receipt.to_text().into_bytes(), bytes);
        let verified = receipt.verify(&verifier(&vectors.log.vkey), &verifiers(&case.policy), case.quorum);
        if let Ok(verified) = verified {
            let found = (verified.index, leaf_hash(&receipt.entry));
            prop_assert_eq!(found, (case.index, case.leaf_hash));
        }
    }
}
