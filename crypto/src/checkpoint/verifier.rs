//! The public keys of notes: `name+hash+base64(type || key)`, as C2SP `signed-note` writes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{NoteError, NoteSignature};
use crate::digest::Digest;
use crate::key::{Algorithm, PublicKey};

/// What a signature says. The number is the type byte of C2SP `signed-note`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum SignatureType {
    /// Ed25519 over the text: the log's own signature.
    Ed25519 = 0x01,
    /// Ed25519 over time and text: a witness saw this head as the newest at that time.
    Cosignature = 0x04,
}

/// A key that signs notes: its name, its type and its public half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteVerifier {
    name: String,
    signature_type: SignatureType,
    key: PublicKey,
    key_hash: [u8; 4],
}

impl NoteVerifier {
    /// A verifier by its parts. Errors: `name_form`, `signer_algorithm`.
    pub fn new(name: &str, signature_type: SignatureType, key: PublicKey) -> Result<Self, NoteError> {
        if !is_name(name) {
            return Err(NoteError::NameForm);
        }
        if key.alg() != Algorithm::Ed25519 {
            return Err(NoteError::SignerAlgorithm);
        }
        let hash = Digest::of_parts(&[name.as_bytes(), b"\n", &[signature_type as u8], key.raw()]);
        let [a, b, c, d, ..] = hash.0;
        Ok(Self { name: name.to_owned(), signature_type, key, key_hash: [a, b, c, d] })
    }

    /// Reads `name+hash+base64(type || key)`. Error: `verifier_form`.
    pub fn parse(vkey: &str) -> Result<Self, NoteError> {
        let mut parts = vkey.splitn(3, '+');
        let mut next = || parts.next().ok_or(NoteError::VerifierForm);
        let (name, hash, blob) = (next()?, next()?, next()?);
        let blob = STANDARD.decode(blob).map_err(|_| NoteError::VerifierForm)?;
        let signature_type = match blob.first() {
            Some(0x01) => SignatureType::Ed25519,
            Some(0x04) => SignatureType::Cosignature,
            Some(_) | None => return Err(NoteError::VerifierForm),
        };
        let key = PublicKey::from_ed25519(&blob[1..]).map_err(|_| NoteError::VerifierForm)?;
        let verifier = Self::new(name, signature_type, key).map_err(|_| NoteError::VerifierForm)?;
        if hash == hex::encode(verifier.key_hash) { Ok(verifier) } else { Err(NoteError::VerifierForm) }
    }

    /// The text that [`NoteVerifier::parse`] reads.
    pub fn vkey(&self) -> String {
        let blob = [&[self.signature_type as u8], self.key.raw()].concat();
        format!("{}+{}+{}", self.name, hex::encode(self.key_hash), STANDARD.encode(blob))
    }

    /// The name of the key; of a log's key, the origin of the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first 4 bytes of SHA-256(name || newline || type || key).
    pub fn key_hash(&self) -> [u8; 4] {
        self.key_hash
    }

    /// What a signature of this key says.
    pub fn signature_type(&self) -> SignatureType {
        self.signature_type
    }

    /// The 32 bytes of the public key: who it is, under whatever name.
    pub fn raw_key(&self) -> &[u8] {
        self.key.raw()
    }

    /// Whether a line says that it is by this key.
    pub(super) fn is_named_by(&self, line: &NoteSignature) -> bool {
        line.name == self.name && line.key_hash == self.key_hash
    }

    /// Checks one line that is named by this key. Error: `bad_signature`.
    pub(super) fn verify(&self, text: &str, line: &NoteSignature) -> Result<Option<u64>, NoteError> {
        let (time, message, signature) = match self.signature_type {
            SignatureType::Ed25519 => (None, text.to_owned(), line.bytes.as_slice()),
            SignatureType::Cosignature => {
                let (time, signature) = line.bytes.split_first_chunk::<8>().ok_or(NoteError::BadSignature)?;
                let time = u64::from_be_bytes(*time);
                if i64::try_from(time).is_err() {
                    return Err(NoteError::BadSignature);
                }
                (Some(time), cosigned_message(time, text), signature)
            }
        };
        self.key.verify(message.as_bytes(), signature).map_err(|_| NoteError::BadSignature)?;
        Ok(time)
    }
}

/// What a `cosignature/v1` covers. `unix_seconds` is at most 2^63 − 1.
pub(super) fn cosigned_message(unix_seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {unix_seconds}\n{text}")
}

/// Whether a text may name a key or a log: not empty, no space, no plus sign, no control character.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '+')
}
