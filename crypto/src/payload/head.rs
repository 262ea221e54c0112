//! The head of a plaintext: what the envelope holds, and how long its padding makes it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PayloadError, STATEMENT_BYTES};
use crate::canonical;
use crate::digest::Digest;
use crate::label::EnvelopeKind;

/// The longest head, in bytes: with its length it fits a statement, and so the first segment.
pub const HEAD_BYTES_MAX: usize = STATEMENT_BYTES as usize - HEAD_LENGTH_BYTES;
/// Bytes of the head's length.
pub(super) const HEAD_LENGTH_BYTES: usize = 4;
/// The longest name or media type of a document, in bytes.
const NAME_BYTES_MAX: usize = 255;

/// One document, as the bidder names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentHead {
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// Its file name: 1 to 255 bytes, no slashes or control characters.
    pub name: String,
    /// The tree head over its segments, see [`super::DocumentHasher`].
    pub root: Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// The directory of an envelope. Envelopes 1 and 2 have documents and no statement, 3 and 4 the reverse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The documents, in the order of their bytes.
    pub documents: Vec<DocumentHead>,
    /// What is read out at the opening: an object.
    pub statement: Option<Value>,
    /// The version of the head: 1.
    pub v: u8,
}

impl Head {
    /// The head of an envelope with documents.
    pub fn of_documents(documents: Vec<DocumentHead>) -> Self {
        Self { documents, statement: None, v: 1 }
    }

    /// The head of an envelope with a statement.
    pub fn of_statement(statement: Value) -> Self {
        Self { documents: Vec::new(), statement: Some(statement), v: 1 }
    }

    /// The canonical text, if it is one that an envelope of this kind may have.
    pub fn to_bytes(&self, kind: EnvelopeKind) -> Result<Vec<u8>, PayloadError> {
        self.check(kind)?;
        let text = canonical::to_vec(self).map_err(|_| PayloadError::Head("has no canonical text"))?;
        if text.len() > HEAD_BYTES_MAX {
            return Err(PayloadError::Head("longer than 65,532 bytes"));
        }
        Ok(text)
    }

    /// The head of exactly this canonical text.
    pub fn parse(text: &[u8], kind: EnvelopeKind) -> Result<Self, PayloadError> {
        if text.len() > HEAD_BYTES_MAX {
            return Err(PayloadError::Head("longer than 65,532 bytes"));
        }
        let value = canonical::parse(text).map_err(|_| PayloadError::Head("not canonical"))?;
        let head: Self = serde_json::from_value(value).map_err(|_| PayloadError::Head("other fields"))?;
        // `statement` may not be left out: `null` is written.
        if head.to_bytes(kind)? != text {
            return Err(PayloadError::Head("not the text of its fields"));
        }
        Ok(head)
    }

    /// Bytes of the plaintext that begins with this head, padding included.
    pub(super) fn plaintext_len(&self, text_len: usize, kind: EnvelopeKind) -> Result<u64, PayloadError> {
        if kind.is_statement() {
            return Ok(STATEMENT_BYTES);
        }
        let start = (HEAD_LENGTH_BYTES + text_len) as u64;
        let end = self.documents.iter().try_fold(start, |sum, document| sum.checked_add(document.size));
        end.filter(|end| *end < 1 << 62).map(padme).ok_or(PayloadError::Head("documents beyond any size"))
    }

    fn check(&self, kind: EnvelopeKind) -> Result<(), PayloadError> {
        let is_statement = matches!(self.statement, Some(Value::Object(_)));
        let fits = if kind.is_statement() {
            self.documents.is_empty() && is_statement
        } else {
            self.statement.is_none()
        };
        if self.v != 1 {
            return Err(PayloadError::Head("an unknown version"));
        }
        if !fits {
            return Err(PayloadError::Head("not what this kind of envelope holds"));
        }
        if !self.documents.iter().all(DocumentHead::is_named_well) {
            return Err(PayloadError::Head("a name or media type that a document cannot have"));
        }
        Ok(())
    }
}

impl DocumentHead {
    /// A name becomes a file's name on other people's machines: it may not leave its folder.
    fn is_named_well(&self) -> bool {
        let is_short = |text: &str| !text.is_empty() && text.len() <= NAME_BYTES_MAX;
        is_short(&self.name)
            && !matches!(self.name.as_str(), "." | "..")
            && !self.name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\'))
            && is_short(&self.media_type)
            && self.media_type.bytes().all(|b| b.is_ascii_graphic())
    }
}

/// Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs",
/// PETS 2019): rounds a length up by at most 12 %, so that it tells only O(log log length) bits.
pub fn padme(length: u64) -> u64 {
    let Some(exponent) = length.checked_ilog2().filter(|exponent| *exponent > 0) else {
        return length;
    };
    let zero_bits = exponent - (exponent.ilog2() + 1);
    let mask = (1 << zero_bits) - 1;
    length.saturating_add(mask) & !mask
}
