//! The parts of a label: each a type that holds only what its format allows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::LabelError;
use crate::digest::Digest;
use crate::lock::hex_bytes;

/// Bytes of a submission id.
pub const SUBMISSION_BYTES: usize = 16;

/// What an envelope holds, and so when its label's key is released. Written as its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnvelopeKind {
    /// 1: qualification and technical documents.
    Documents,
    /// 2: price documents.
    PriceDocuments,
    /// 3: the statement read out at the opening.
    Statement,
    /// 4: the statement of the price, read out at the second opening.
    PriceStatement,
}

impl EnvelopeKind {
    /// All kinds, ascending.
    pub const ALL: [Self; 4] = [Self::Documents, Self::PriceDocuments, Self::Statement, Self::PriceStatement];

    /// The number in formats and manifests.
    pub fn number(self) -> u8 {
        match self {
            Self::Documents => 1,
            Self::PriceDocuments => 2,
            Self::Statement => 3,
            Self::PriceStatement => 4,
        }
    }

    /// The kind of a number.
    pub fn from_number(number: u8) -> Result<Self, LabelError> {
        Self::ALL.into_iter().find(|kind| kind.number() == number).ok_or(LabelError::Envelope)
    }

    /// Whether it holds a statement of fixed size, and no documents.
    pub fn is_statement(self) -> bool {
        match self {
            Self::Documents | Self::PriceDocuments => false,
            Self::Statement | Self::PriceStatement => true,
        }
    }
}

impl Serialize for EnvelopeKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

impl<'de> Deserialize<'de> for EnvelopeKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_number(u8::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The id of a lot: 1 to 16 of `[A-Za-z0-9-]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LotId(String);

impl LotId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LotId {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if text.is_empty() || text.len() > 16 || !text.bytes().all(is_allowed) {
            return Err(LabelError::Lot);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for LotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The random id of one envelope of one bid, chosen by the client. Written as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionId(pub [u8; SUBMISSION_BYTES]);

impl fmt::Display for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for SubmissionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SubmissionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        hex_bytes(deserializer).map(Self)
    }
}

/// What the public value of a draw depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawSubject {
    /// The draws of an opening: the closed root of the lot.
    Opening(Digest),
    /// The draw of a panel: SHA-256 of the sorted commitments of the pool.
    Panel(Digest),
}

/// A day, `YYYY-MM-DD`. Only its form is checked: it names a rehearsal and means no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RehearsalDate([u8; 10]);

impl FromStr for RehearsalDate {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        let bytes: [u8; 10] = text.as_bytes().try_into().map_err(|_| LabelError::Date)?;
        let fits = |(i, b): (usize, &u8)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() };
        if bytes.iter().enumerate().all(fits) { Ok(Self(bytes)) } else { Err(LabelError::Date) }
    }
}

impl fmt::Display for RehearsalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{}", char::from(*b)))
    }
}

/// JSON of a part that is its text.
macro_rules! as_text {
    ($part:ty) => {
        impl Serialize for $part {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $part {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

as_text!(LotId);
as_text!(RehearsalDate);
