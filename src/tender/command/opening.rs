//! What the opening asks, of people and of the platform.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{BidId, Digest, Envelope, LongText, ShortText, SubmissionId};
use crate::formula::Decimal;
use crate::tender::terms::Document;

bodies! {
    /// See [`super::LotCommand::HoldOpening`].
    HoldOpening {
        /** How many agree with the platform's. */ agreeing: u32,
        /** By how much the one that is furthest away differs, milliseconds; above zero: it is ahead. */ #[ts(type = "number")] apart_ms: i64,
        /** How many clocks of others were read. */ asked: u32,
    }
    /// See [`super::LotCommand::CloseLot`].
    CloseLot {
        /** Standing bids. */ bids: u32,
        /** Closed root over the standing manifests. */ #[ts(type = "string")] root: Digest,
    }
    /// See [`super::LotCommand::RecordDraw`].
    RecordDraw {
        /** The coefficient, if the price rule needs one. */ coefficient: Option<Decimal>,
        /** The custodians' key of the draw label, 96 hexadecimal digits. */ label_key: String,
        /** Standing bids in reading order. */ order: Vec<BidId>,
    }
    /// See [`super::LotCommand::RecordSealCheck`].
    RecordSealCheck {
        /** Bids whose stored bytes are not those of the receipt: the platform's fault. */ mismatched: Vec<BidId>,
    }
    /// See [`super::LotCommand::RecordUnsealed`].
    RecordUnsealed {
        /** Which bid. */ bid: BidId,
        /** Which envelope. */ #[ts(type = "1 | 2 | 3 | 4")] envelope: Envelope,
        /** What came out. */ result: Unsealed,
        /** The submission. */ #[ts(type = "string")] submission: SubmissionId,
    }
    /// See [`super::LotCommand::StartReading`].
    StartReading {}
    /// See [`super::LotCommand::ReadBid`].
    ReadBid { /** Which. */ bid: BidId, }
    /// See [`super::LotCommand::ConfirmReading`].
    ConfirmReading { /** The own bid. */ bid: BidId, }
    /// See [`super::LotCommand::ObjectInRoom`].
    ObjectInRoom { /** The own bid. */ bid: BidId, /** What is wrong. */ text: LongText, }
    /// See [`super::LotCommand::AnswerObjection`].
    AnswerObjection { /** Whose objection. */ bid: BidId, /** The answer. */ text: LongText, }
    /// See [`super::LotCommand::SignRecord`].
    SignRecord {
        /** SHA-256 of the canonical opening record. */ #[ts(type = "string")] record_sha256: Digest,
    }
    /// See [`super::LotCommand::StartSecondOpening`].
    StartSecondOpening {}
}

/// What came out of an envelope.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum Unsealed {
    /// It opened.
    Opened {
        /// Documents inside, as their bidder named them.
        files: Vec<Document>,
        /// The label key, 96 hexadecimal digits.
        label_key: String,
        /// The statement's values, in envelopes 3 and 4.
        statement: Option<Vec<StatementValue>>,
    },
    /// It did not; nothing is deleted, and the others go on.
    Failed {
        /// Why.
        code: UnsealFailure,
        /// The label key, if it was released.
        label_key: Option<String>,
    },
}

impl Unsealed {
    /// The key of the envelope's label, if it was released.
    pub fn label_key(&self) -> Option<&str> {
        match self {
            Self::Opened { label_key, .. } => Some(label_key),
            Self::Failed { label_key, .. } => label_key.as_deref(),
        }
    }
}

/// One value of an opening statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct StatementValue {
    /// The field's id in the notice.
    pub id: String,
    /// Its value.
    pub value: FieldValue,
}

/// A value: text, or an integer (days, minor units).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum FieldValue {
    /// Days or minor units of money.
    Integer(#[ts(type = "number")] i64),
    /// Text.
    Text(ShortText),
}

/// Why an envelope did not open, and so whose fault it is (domain.md, 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UnsealFailure {
    /// Stored bytes differ from the receipt: the platform's fault.
    FileCorrupt,
    /// Sealed to another lock.
    WrongLock,
    /// Sealed against the format: provable by anyone with the key.
    Malformed,
    /// The context names another bidder.
    IdentityMismatch,
    /// The platform could not read it.
    PlatformFault,
    /// Too few custodians answered; it is tried again.
    CustodiansUnavailable,
}
