//! Checkpoints: signed heads of the log, by C2SP `tlog-checkpoint`, `signed-note` and `tlog-cosignature`.
//!
//! A checkpoint is three lines (origin, size, root) that the log signs and witnesses cosign with their time. Not a
//! policy: which witnesses count and how many must agree is an argument.
//!
//! *Invariant*: the text of a note is believed only after a signature of a known key; each witness key counts once,
//! whatever names it goes by.

mod note;
mod signer;
mod verifier;

pub use note::{NOTE_BYTES_MAX, Note, NoteSignature, SIGNATURES_MAX};
pub use signer::{Cosigner, NoteSigner};
pub use verifier::{NoteVerifier, SignatureType};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::digest::Digest;

/// Why a checkpoint, a note or a verifier's text is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More bytes than [`NOTE_BYTES_MAX`] or more signatures than [`SIGNATURES_MAX`].
    #[error("the note is too large")]
    NoteSize,
    /// Not a signed note.
    #[error("not a signed note")]
    NoteForm,
    /// Not a key's name: empty, or with a space, a plus sign or a control character.
    #[error("not the name of a key")]
    NameForm,
    /// Not `name+hash+key`, or the hash does not fit name and key, or the type is not known.
    #[error("not a verifier key")]
    VerifierForm,
    /// Notes are signed with Ed25519 only.
    #[error("notes are signed with Ed25519")]
    SignerAlgorithm,
    /// The note is not signed by the key.
    #[error("the note is not signed by the key")]
    SignatureMissing,
    /// A signature of a known key does not fit the text.
    #[error("a signature does not fit the note")]
    BadSignature,
    /// The text is not a checkpoint of three lines.
    #[error("not a checkpoint")]
    CheckpointForm,
    /// The checkpoint is of another log.
    #[error("a checkpoint of another log")]
    OtherOrigin,
    /// Fewer witnesses cosigned than the policy demands.
    #[error("too few cosignatures")]
    Quorum,
}

impl NoteError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoteSize => "note_size",
            Self::NoteForm => "note_form",
            Self::NameForm => "name_form",
            Self::VerifierForm => "verifier_form",
            Self::SignerAlgorithm => "signer_algorithm",
            Self::SignatureMissing => "signature_missing",
            Self::BadSignature => "bad_signature",
            Self::CheckpointForm => "checkpoint_form",
            Self::OtherOrigin => "other_origin",
            Self::Quorum => "quorum",
        }
    }
}

/// A head of a log, not yet signed: origin, decimal size and base64 root, each a line. No extension lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, which is also the name of its key.
    pub origin: String,
    /// The number of entries.
    pub size: u64,
    /// The RFC 6962 head.
    pub root: Digest,
}

impl Checkpoint {
    /// The three lines, each ended by a newline: the text that is signed.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.as_bytes()))
    }

    /// Reads the three lines. Error: `checkpoint_form`.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut lines = text.split('\n');
        let mut next = || lines.next().ok_or(NoteError::CheckpointForm);
        let (origin, size, root, after) = (next()?, next()?, next()?, next()?);
        if !verifier::is_name(origin) || !after.is_empty() || lines.next().is_some() {
            return Err(NoteError::CheckpointForm);
        }
        let size = parse_decimal(size).ok_or(NoteError::CheckpointForm)?;
        let root = parse_hash(root).ok_or(NoteError::CheckpointForm)?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// The note of this checkpoint with the log's own signature. Error: `other_origin` if the signer goes by
    /// another name than the log.
    pub fn sign(&self, log: &NoteSigner) -> Result<Note, NoteError> {
        if log.verifier().name() != self.origin {
            return Err(NoteError::OtherOrigin);
        }
        let text = self.to_text();
        let signature = log.sign(&text);
        Ok(Note { text, signatures: vec![signature] })
    }
}

/// A checkpoint whose signatures were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The head.
    pub checkpoint: Checkpoint,
    /// Which witnesses of the policy cosigned, and when by their clocks (unix seconds).
    pub cosignatures: Vec<(String, u64)>,
}

/// Checks a checkpoint's note: signed by `log` under its own name, and cosigned by at least `quorum` different
/// keys of `policy`. Errors: `signature_missing`, `bad_signature`, `checkpoint_form`, `other_origin`, `quorum`.
pub fn open(
    note: &Note,
    log: &NoteVerifier,
    policy: &[NoteVerifier],
    quorum: usize,
) -> Result<Opened, NoteError> {
    if log.signature_type() != SignatureType::Ed25519 {
        return Err(NoteError::VerifierForm);
    }
    note.verify(log)?;
    let checkpoint = Checkpoint::parse(&note.text)?;
    if checkpoint.origin != log.name() {
        return Err(NoteError::OtherOrigin);
    }
    let mut counted: Vec<&[u8]> = Vec::new();
    let mut cosignatures = Vec::new();
    for witness in policy {
        let time = match note.verify(witness) {
            Ok(Some(time)) => time,
            // Only a cosignature says that somebody saw the log grow.
            Ok(None) => return Err(NoteError::VerifierForm),
            Err(NoteError::SignatureMissing) => continue,
            Err(error) => return Err(error),
        };
        if !counted.contains(&witness.raw_key()) {
            counted.push(witness.raw_key());
            cosignatures.push((witness.name().to_owned(), time));
        }
    }
    if cosignatures.len() < quorum { Err(NoteError::Quorum) } else { Ok(Opened { checkpoint, cosignatures }) }
}

/// A decimal number without sign or leading zeros.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

/// A digest in base64.
pub(crate) fn parse_hash(text: &str) -> Option<Digest> {
    STANDARD.decode(text).ok().and_then(|bytes| Digest::from_slice(&bytes))
}
