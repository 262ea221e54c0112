//! Labels and contexts: what a lock is locked to, and what an envelope is bound to.
//!
//! ```text
//! TLV     = u8 tag || u16 length || value        tags ascending, none twice, none unknown
//! ctx     = TLV(01..07)
//! label   = "TL1/label\0" || TLV(01..04)  |  "TL1/draw\0" || TLV(01,02) || subject  |  "TL1/rehearsal\0" || date
//! subject = "opening\0" || 32 closed root  |  "panel\0" || 32 SHA-256(sorted commitments)
//! ```
//!
//! A label holds no time: postponement changes when its key is released, never the label.
//!
//! *Invariant*: text of one meaning has one encoding, and each of the three kinds of label has its own prefix;
//! what [`Label::parse`] returns writes the same bytes again. Nothing but a [`Label`] is ever signed by a share.

mod part;
mod tlv;

use serde::{Deserialize, Serialize};

pub use part::{DrawSubject, EnvelopeKind, LotId, RehearsalDate, SUBMISSION_BYTES, SubmissionId};
use tlv::{Fields, put, put_fields};

use crate::digest::Digest;
use crate::lock::Identity;

const SUBMISSION_PREFIX: &[u8] = b"TL1/label\0";
const DRAW_PREFIX: &[u8] = b"TL1/draw\0";
const REHEARSAL_PREFIX: &[u8] = b"TL1/rehearsal\0";
const OPENING_SUBJECT: &[u8] = b"opening\0";
const PANEL_SUBJECT: &[u8] = b"panel\0";

/// Bytes that are not a label, a context or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// The text of a lot id.
    #[error("a lot id is 1 to 16 of A–Z, a–z, 0–9 and -")]
    Lot,
    /// The number of an envelope kind.
    #[error("an envelope is 1, 2, 3 or 4")]
    Envelope,
    /// The day of a rehearsal.
    #[error("a rehearsal's date is YYYY-MM-DD")]
    Date,
    /// Anything else: a wrong prefix, tag, length or order, or bytes left over.
    #[error("not a label or context: {0}")]
    Encoding(&'static str),
}

impl LabelError {
    /// Stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lot => "label_lot",
            Self::Envelope => "label_envelope",
            Self::Date => "label_date",
            Self::Encoding(_) => "label_encoding",
        }
    }
}

/// What custodians sign: one of three kinds, never arbitrary bytes. As JSON: `{"submission":{…}}`, `{"draw":{…}}`
/// or `{"rehearsal":{…}}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Label {
    /// One envelope of one bid.
    Submission {
        /// SHA-256 of the payload of the `PublishTender` act.
        tender: Digest,
        /// The lot.
        lot: LotId,
        /// What the envelope holds.
        envelope: EnvelopeKind,
        /// The envelope's own id.
        submission: SubmissionId,
    },
    /// A public random value.
    Draw {
        /// SHA-256 of the payload of the `PublishTender` act.
        tender: Digest,
        /// The lot.
        lot: LotId,
        /// What the value depends on.
        subject: DrawSubject,
    },
    /// A rehearsal of the committee: its key opens nothing.
    Rehearsal {
        /// The day.
        date: RehearsalDate,
    },
}

impl Label {
    /// The bytes of the label.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self {
            Self::Submission { tender, lot, envelope, submission } => {
                bytes.extend(SUBMISSION_PREFIX);
                put_fields(&mut bytes, tender, lot);
                put(&mut bytes, 3, &[envelope.number()]);
                put(&mut bytes, 4, &submission.0);
            }
            Self::Draw { tender, lot, subject } => {
                bytes.extend(DRAW_PREFIX);
                put_fields(&mut bytes, tender, lot);
                let (prefix, digest) = match subject {
                    DrawSubject::Opening(closed_root) => (OPENING_SUBJECT, closed_root),
                    DrawSubject::Panel(commitments) => (PANEL_SUBJECT, commitments),
                };
                bytes.extend(prefix);
                bytes.extend(digest.as_bytes());
            }
            Self::Rehearsal { date } => {
                bytes.extend(REHEARSAL_PREFIX);
                bytes.extend(date.to_string().bytes());
            }
        }
        bytes
    }

    /// The label of these bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, LabelError> {
        if let Some(rest) = bytes.strip_prefix(SUBMISSION_PREFIX) {
            let mut fields = Fields(rest);
            let (tender, lot) = (fields.digest(1)?, fields.lot()?);
            let (envelope, submission) = (fields.envelope()?, SubmissionId(fields.array(4)?));
            fields.end()?;
            return Ok(Self::Submission { tender, lot, envelope, submission });
        }
        if let Some(rest) = bytes.strip_prefix(DRAW_PREFIX) {
            let mut fields = Fields(rest);
            let (tender, lot) = (fields.digest(1)?, fields.lot()?);
            return Ok(Self::Draw { tender, lot, subject: parse_subject(fields.rest())? });
        }
        let date = bytes.strip_prefix(REHEARSAL_PREFIX).ok_or(LabelError::Encoding("unknown prefix"))?;
        let date = std::str::from_utf8(date).map_err(|_| LabelError::Date)?.parse()?;
        Ok(Self::Rehearsal { date })
    }

    /// What its capsules are locked to: SHA-256 of the label.
    pub fn identity(&self) -> Identity {
        Identity(Digest::of(&self.to_bytes()))
    }
}

fn parse_subject(bytes: &[u8]) -> Result<DrawSubject, LabelError> {
    const WRONG: LabelError = LabelError::Encoding("the subject of a draw");
    let digest = |rest| Digest::from_slice(rest).ok_or(WRONG);
    if let Some(rest) = bytes.strip_prefix(OPENING_SUBJECT) {
        return digest(rest).map(DrawSubject::Opening);
    }
    digest(bytes.strip_prefix(PANEL_SUBJECT).ok_or(WRONG)?).map(DrawSubject::Panel)
}

/// What an envelope is bound to: every byte of its core depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// 01: SHA-256 of the payload of the `PublishTender` act.
    pub tender: Digest,
    /// 02: the lot.
    pub lot: LotId,
    /// 03: what the envelope holds.
    pub envelope: EnvelopeKind,
    /// 04: the envelope's own random id.
    pub submission: SubmissionId,
    /// 05: `key_id` of the bidder's signing key.
    pub bidder: Digest,
    /// 06: the committee, [`crate::lock::GroupKey::committee_id`].
    pub committee: Digest,
    /// 07: the first announced opening, unix seconds; it never changes.
    pub opening: u64,
}

impl Context {
    /// TLV(01..07).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_fields(&mut bytes, &self.tender, &self.lot);
        put(&mut bytes, 3, &[self.envelope.number()]);
        put(&mut bytes, 4, &self.submission.0);
        put(&mut bytes, 5, self.bidder.as_bytes());
        put(&mut bytes, 6, self.committee.as_bytes());
        put(&mut bytes, 7, &self.opening.to_be_bytes());
        bytes
    }

    /// The context of exactly these bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, LabelError> {
        let mut fields = Fields(bytes);
        let context = Self {
            tender: fields.digest(1)?,
            lot: fields.lot()?,
            envelope: fields.envelope()?,
            submission: SubmissionId(fields.array(4)?),
            bidder: fields.digest(5)?,
            committee: fields.digest(6)?,
            opening: u64::from_be_bytes(fields.array(7)?),
        };
        fields.end()?;
        Ok(context)
    }

    /// The label under which the envelope is locked.
    pub fn label(&self) -> Label {
        Label::Submission {
            tender: self.tender,
            lot: self.lot.clone(),
            envelope: self.envelope,
            submission: self.submission,
        }
    }
}

#[cfg(test)]
mod tests;
