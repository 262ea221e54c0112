//! Receipts: proof that one act stands in the log, to be checked alone and offline (C2SP `tlog-proof`).
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra <base64 of the entry>
//! index <n>
//! <inclusion hashes in base64, lowest first>
//!
//! <the signed checkpoint>
//! ```
//!
//! A receipt proves place and content. Whose key signed the act is checked with [`Entry::verify`], what the act led
//! to by replay.
//!
//! *Invariant*: one receipt has one text, and what [`Receipt::verify`] gives back was hashed into the signed head.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::act::{ActError, Payload};
use crate::checkpoint::{self, NOTE_BYTES_MAX, Note, NoteError, NoteVerifier, parse_decimal, parse_hash};
use crate::digest::Digest;
use crate::entry::{ENTRY_BYTES_MAX, Entry, EntryError, leaf_hash};
use crate::tree::{ProofError, verify_inclusion};

/// The largest number of hashes: one for each level of a tree of 2^63 leaves.
pub const HASHES_MAX: usize = 63;
/// The largest receipt, in bytes: note, entry in base64, hashes, and the words between.
pub const RECEIPT_BYTES_MAX: usize = NOTE_BYTES_MAX + 2 * ENTRY_BYTES_MAX;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// Why a receipt is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// More bytes than [`RECEIPT_BYTES_MAX`] or more hashes than [`HASHES_MAX`].
    #[error("the receipt is too large")]
    Size,
    /// Not the lines of a receipt.
    #[error("not a receipt")]
    Form,
    /// The checkpoint is not good.
    #[error("the checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The entry is not in the tree of the checkpoint.
    #[error("the proof: {0}")]
    Proof(#[from] ProofError),
    /// The bytes are not an entry with an act.
    #[error("the entry: {0}")]
    Entry(#[from] EntryError),
    /// The act in the entry is not good.
    #[error("the act: {0}")]
    Act(#[from] ActError),
    /// The act was signed for another log.
    #[error("an act for another log")]
    OtherOrigin,
}

impl ReceiptError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Size => "receipt_size",
            Self::Form => "receipt_form",
            Self::Note(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Entry(error) => error.code(),
            Self::Act(error) => error.code(),
            Self::OtherOrigin => "act_origin",
        }
    }
}

/// A receipt as it is handed over, checked by nobody yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The index of the entry in the log.
    pub index: u64,
    /// The inclusion proof, lowest sibling first.
    pub proof: Vec<Digest>,
    /// The bytes of the entry.
    pub entry: Vec<u8>,
    /// The signed checkpoint.
    pub note: Note,
}

/// What a receipt proves.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The index of the entry in the log.
    pub index: u64,
    /// The size of the log under the checkpoint.
    pub size: u64,
    /// When the server says it accepted the act, unix milliseconds.
    pub ts: u64,
    /// The act's payload.
    pub payload: Payload,
    /// The whole entry, with signature and header.
    pub entry: Entry,
    /// Which witnesses of the policy cosigned, and when by their clocks (unix seconds).
    pub cosignatures: Vec<(String, u64)>,
}

impl Receipt {
    /// The text of the receipt.
    pub fn to_text(&self) -> String {
        let mut text =
            format!("{FIRST_LINE}\nextra {}\nindex {}\n", STANDARD.encode(&self.entry), self.index);
        for hash in &self.proof {
            text.push_str(&STANDARD.encode(hash.as_bytes()));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.note.to_text());
        text
    }

    /// Reads a receipt. Errors: `receipt_size`, `receipt_form`, `note_size`, `note_form`.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        if bytes.len() > RECEIPT_BYTES_MAX {
            return Err(ReceiptError::Size);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ReceiptError::Form)?;
        let (head, note) = text.split_once("\n\n").ok_or(ReceiptError::Form)?;
        let mut lines = head.split('\n');
        let mut next = || lines.next().ok_or(ReceiptError::Form);
        if next()? != FIRST_LINE {
            return Err(ReceiptError::Form);
        }
        let entry = next()?.strip_prefix("extra ").and_then(|text| STANDARD.decode(text).ok());
        let index = next()?.strip_prefix("index ").and_then(parse_decimal);
        let proof: Option<Vec<Digest>> = lines.map(parse_hash).collect();
        let (Some(entry), Some(index), Some(proof)) = (entry, index, proof) else {
            return Err(ReceiptError::Form);
        };
        if proof.len() > HASHES_MAX || entry.len() > ENTRY_BYTES_MAX {
            return Err(ReceiptError::Size);
        }
        Ok(Self { index, proof, entry, note: Note::parse(note.as_bytes())? })
    }

    /// Checks the whole receipt: the checkpoint is signed by `log` and cosigned by at least `quorum` keys of
    /// `policy`, the entry stands at its index, and its act was made for this log.
    /// Errors: those of [`checkpoint::open`], of inclusion proofs, entries and payloads, and `act_origin`.
    pub fn verify(
        &self,
        log: &NoteVerifier,
        policy: &[NoteVerifier],
        quorum: usize,
    ) -> Result<Verified, ReceiptError> {
        let opened = checkpoint::open(&self.note, log, policy, quorum)?;
        let head = opened.checkpoint;
        verify_inclusion(leaf_hash(&self.entry), self.index, head.size, &self.proof, head.root)?;
        let entry = Entry::parse(&self.entry)?;
        let payload = entry.read_payload()?;
        if payload.origin != head.origin {
            return Err(ReceiptError::OtherOrigin);
        }
        Ok(Verified {
            index: self.index,
            size: head.size,
            ts: entry.header.ts,
            payload,
            entry,
            cosignatures: opened.cosignatures,
        })
    }
}
