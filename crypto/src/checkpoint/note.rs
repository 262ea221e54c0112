//! Signed notes (C2SP `signed-note`): a text, an empty line, signature lines.
//!
//! *Invariant*: lines of keys that the reader does not know are kept and ignored, so a note can be passed on whole.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::verifier::is_name;
use super::{NoteError, NoteVerifier};

/// The largest note, in bytes; 16 signatures of the largest known kind fit.
pub const NOTE_BYTES_MAX: usize = 128 * 1024;
/// The largest number of signature lines.
pub const SIGNATURES_MAX: usize = 64;

/// A text with its signatures, checked by nobody yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text, its last newline included.
    pub text: String,
    /// The signature lines in their order.
    pub signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The first 4 bytes of SHA-256(name || newline || type || key); finds the key, proves nothing.
    pub key_hash: [u8; 4],
    /// What the key's type demands: 64 bytes for Ed25519, 8 of time and 64 for a cosignature.
    pub bytes: Vec<u8>,
}

impl Note {
    /// Reads a note. Errors: `note_size`, `note_form`.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteError::NoteSize);
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::NoteForm)?;
        if whole.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::NoteForm);
        }
        let gap = whole.rfind("\n\n").ok_or(NoteError::NoteForm)?;
        let text = whole[..gap + 1].to_owned();
        let lines = whole[gap + 2..].strip_suffix('\n').ok_or(NoteError::NoteForm)?;
        if lines.split('\n').count() > SIGNATURES_MAX {
            return Err(NoteError::NoteSize);
        }
        let signatures = lines.split('\n').map(NoteSignature::parse).collect::<Result<_, _>>()?;
        Ok(Self { text, signatures })
    }

    /// The text of the note with its signatures.
    pub fn to_text(&self) -> String {
        let lines: String = self.signatures.iter().map(NoteSignature::to_line).collect();
        format!("{}\n{lines}", self.text)
    }

    /// Checks the signature of one known key; the time of a cosignature, in unix seconds, comes back.
    /// Errors: `signature_missing`, `bad_signature`. Of two lines by one key the first counts.
    pub fn verify(&self, verifier: &NoteVerifier) -> Result<Option<u64>, NoteError> {
        let line = self.signatures.iter().find(|line| verifier.is_named_by(line));
        verifier.verify(&self.text, line.ok_or(NoteError::SignatureMissing)?)
    }

    /// The line of a key, if it is there and verifies.
    pub fn verified_line(&self, verifier: &NoteVerifier) -> Option<&NoteSignature> {
        self.verify(verifier).ok()?;
        self.signatures.iter().find(|line| verifier.is_named_by(line))
    }
}

impl NoteSignature {
    fn parse(line: &str) -> Result<Self, NoteError> {
        let (name, blob) =
            line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or(NoteError::NoteForm)?;
        let blob = STANDARD.decode(blob).map_err(|_| NoteError::NoteForm)?;
        let (key_hash, bytes) = blob.split_first_chunk::<4>().ok_or(NoteError::NoteForm)?;
        if !is_name(name) || bytes.is_empty() {
            return Err(NoteError::NoteForm);
        }
        Ok(Self { name: name.to_owned(), key_hash: *key_hash, bytes: bytes.to_vec() })
    }

    /// The line with its newline, as it is appended to a note.
    pub fn to_line(&self) -> String {
        let blob = [self.key_hash.as_slice(), &self.bytes].concat();
        format!("— {} {}\n", self.name, STANDARD.encode(blob))
    }
}
