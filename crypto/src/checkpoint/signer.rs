//! The private keys of notes: the log's own, and a witness's.
//!
//! They sign what they are given. That a head extends the last one is checked by whoever holds the key.

use super::verifier::cosigned_message;
use super::{NoteError, NoteSignature, NoteVerifier, SignatureType};
use crate::key::SigningKey;

/// The key with which a log signs its checkpoints (type 0x01).
pub struct NoteSigner {
    key: SigningKey,
    verifier: NoteVerifier,
}

impl NoteSigner {
    /// A signer by the log's name. Errors: `name_form`, `signer_algorithm`.
    pub fn new(name: &str, key: SigningKey) -> Result<Self, NoteError> {
        let verifier = NoteVerifier::new(name, SignatureType::Ed25519, key.public().clone())?;
        Ok(Self { key, verifier })
    }

    /// The public half.
    pub fn verifier(&self) -> &NoteVerifier {
        &self.verifier
    }

    /// Signs a note's text, which ends with a newline. The same text gives the same bytes.
    pub fn sign(&self, text: &str) -> NoteSignature {
        line(&self.verifier, self.key.sign(text.as_bytes()))
    }
}

/// The key with which a witness cosigns checkpoints (`cosignature/v1`, type 0x04).
pub struct Cosigner {
    key: SigningKey,
    verifier: NoteVerifier,
}

impl Cosigner {
    /// A cosigner by the witness's name. Errors: `name_form`, `signer_algorithm`.
    pub fn new(name: &str, key: SigningKey) -> Result<Self, NoteError> {
        let verifier = NoteVerifier::new(name, SignatureType::Cosignature, key.public().clone())?;
        Ok(Self { key, verifier })
    }

    /// The public half.
    pub fn verifier(&self) -> &NoteVerifier {
        &self.verifier
    }

    /// Cosigns a checkpoint's text at `unix_seconds`; a time beyond 2^63 − 1 is written as that.
    pub fn cosign(&self, text: &str, unix_seconds: u64) -> NoteSignature {
        let unix_seconds = unix_seconds.min(i64::MAX as u64);
        let signature = self.key.sign(cosigned_message(unix_seconds, text).as_bytes());
        line(&self.verifier, [unix_seconds.to_be_bytes().as_slice(), &signature].concat())
    }
}

fn line(verifier: &NoteVerifier, bytes: Vec<u8>) -> NoteSignature {
    NoteSignature { name: verifier.name().to_owned(), key_hash: verifier.key_hash(), bytes }
}
