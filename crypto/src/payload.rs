//! The payload of an envelope: documents or a statement, encrypted in segments of 1 MiB.
//!
//! ```text
//! segment i  = AEAD(payload_key, nonce = 7 zero bytes || u32 i || u8 last, AAD = SHA-256(core))
//! plaintext  = u32 |head| || head || documents, one after another || zeros
//! ```
//!
//! The AEAD is AES-256-GCM in suite 1 and SM4-GCM in suite 2 (`suite`); the layout is the same.
//!
//! Nothing here holds a document in memory: sealing is a `Write`, opening takes segments in order or any one alone.
//! A failure is an error and never a deletion.
//!
//! *Invariant*: what opens without an error has exactly the documents whose sizes and roots its head names, and
//! nothing but zeros behind them.

mod document;
mod head;
mod seal;
mod segment;
mod unseal;

use std::io;

use zeroize::Zeroizing;

pub use document::DocumentHasher;
pub use head::{DocumentHead, HEAD_BYTES_MAX, Head, padme};
pub use seal::{PayloadWriter, Sealed, Sealer, seal_statement};
pub use segment::{Layout, SEGMENT_BYTES, SegmentCipher, TAG_BYTES};
pub use unseal::{Opener, Unsealer, open_statement, unseal};

use crate::envelope::Core;
use crate::suite::Suite;

/// Bytes of the plaintext of a statement, padding included.
pub const STATEMENT_BYTES: u64 = 65_536;

/// Why a payload could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// A segment fails its authentication: another key or core, changed, out of its place, or not the last.
    #[error("segment {0} does not authenticate")]
    Segment(u32),
    /// A length that no payload has or that the head does not call for, or more or fewer bytes than announced.
    #[error("length: {0}")]
    Length(&'static str),
    /// The head is not canonical, or not one that this kind of envelope may have.
    #[error("head: {0}")]
    Head(&'static str),
    /// Something stands behind the documents.
    #[error("the padding is not zeros")]
    Padding,
    /// A document is not the one that the head names. When sealing: the file changed meanwhile.
    #[error("document {0} is not the one that the head names")]
    Document(usize),
    /// The key is of another suite than the core.
    #[error("the key is of another suite than the core")]
    Suite,
    /// The reader or writer at the other end.
    #[error("reading or writing: {0}")]
    Io(#[from] io::Error),
}

impl PayloadError {
    /// Stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Segment(_) => "payload_segment",
            Self::Length(_) => "payload_length",
            Self::Head(_) => "payload_head",
            Self::Padding => "payload_padding",
            Self::Document(_) => "payload_document",
            Self::Suite => "payload_suite",
            Self::Io(_) => "payload_io",
        }
    }
}

/// The key of one payload, AES-256 or SM4 by its suite. Overwritten when dropped.
pub struct PayloadKey(KeyBytes);

enum KeyBytes {
    Aes256(Zeroizing<[u8; 32]>),
    Sm4(Zeroizing<[u8; 16]>),
}

impl PayloadKey {
    /// The AES-256 key of suite 1, as [`crate::envelope::SealSeed::payload_key`] derives it.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(KeyBytes::Aes256(Zeroizing::new(*bytes)))
    }

    /// The SM4 key of suite 2, as [`crate::envelope::SealSeed::payload_key_in`] derives it.
    pub fn from_sm4(bytes: &[u8; 16]) -> Self {
        Self(KeyBytes::Sm4(Zeroizing::new(*bytes)))
    }

    /// The suite that this is a key of.
    pub fn suite(&self) -> Suite {
        match &self.0 {
            KeyBytes::Aes256(_) => Suite::Standard,
            KeyBytes::Sm4(_) => Suite::National,
        }
    }

    /// The bytes: 32 in suite 1, 16 in suite 2.
    pub fn expose(&self) -> &[u8] {
        match &self.0 {
            KeyBytes::Aes256(bytes) => bytes.as_ref(),
            KeyBytes::Sm4(bytes) => bytes.as_ref(),
        }
    }

    /// Refuses to work for a core of another suite.
    fn check(&self, core: &Core) -> Result<(), PayloadError> {
        if self.suite() == core.suite() { Ok(()) } else { Err(PayloadError::Suite) }
    }
}

#[cfg(test)]
mod tests;
