//! Canonical JSON: the one text of a value, for everything that is signed or hashed.
//!
//! A restriction of RFC 8785 (JCS): UTF-8 in NFC, keys `[a-z0-9_]{1,64}` ascending, integers within ±(2^53−1), no
//! fractions, depth ≤ 16, no white space, the shortest escapes. Not a general JSON reader: it repairs nothing.
//!
//! *Invariant*: for every text that [`parse`] accepts, [`to_vec`] of the value gives the same bytes back.

mod reader;
mod writer;

use serde::Serialize;
use serde_json::Value;

use crate::digest::Digest;

/// How deep arrays and objects may stand inside each other.
pub const DEPTH_MAX: usize = 16;
/// The longest key, in bytes.
pub const KEY_BYTES_MAX: usize = 64;
/// The largest absolute value of an integer: 2^53 − 1, exact in every JSON implementation.
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Why a text is not canonical, or a value has no canonical text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// The bytes are not UTF-8.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// A byte that cannot stand here: white space, a byte order mark, a comma too many.
    #[error("a byte that cannot stand here")]
    UnexpectedByte,
    /// The text ends inside a value.
    #[error("the text ends too early")]
    UnexpectedEnd,
    /// Something follows the value.
    #[error("bytes after the value")]
    TrailingBytes,
    /// A fraction, an exponent, a leading zero, a plus sign or `-0`.
    #[error("a number that is not a plain integer")]
    NumberForm,
    /// An integer outside ±(2^53−1).
    #[error("an integer outside ±(2^53−1)")]
    NumberRange,
    /// An escape that is not the shortest one, or escapes what stands for itself.
    #[error("an escape that is not canonical")]
    BadEscape,
    /// A control character that is not escaped.
    #[error("a bare control character")]
    ControlCharacter,
    /// A string that is not in Unicode normalisation form C.
    #[error("a string that is not in NFC")]
    NotNfc,
    /// A key that is not `[a-z0-9_]{1,64}`.
    #[error("a key that is not [a-z0-9_]{{1,64}}")]
    KeyForm,
    /// Keys that do not ascend.
    #[error("keys out of order")]
    KeyOrder,
    /// The same key twice in one object.
    #[error("a key twice")]
    KeyTwice,
    /// More than 16 arrays and objects inside each other.
    #[error("nested too deep")]
    TooDeep,
    /// A value that has no canonical text by its kind, or that refuses to be written.
    #[error("a value without canonical text")]
    Unwritable,
}

impl CanonicalError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::UnexpectedByte => "unexpected_byte",
            Self::UnexpectedEnd => "unexpected_end",
            Self::TrailingBytes => "trailing_bytes",
            Self::NumberForm => "number_form",
            Self::NumberRange => "number_range",
            Self::BadEscape => "bad_escape",
            Self::ControlCharacter => "control_character",
            Self::NotNfc => "not_nfc",
            Self::KeyForm => "key_form",
            Self::KeyOrder => "key_order",
            Self::KeyTwice => "key_twice",
            Self::TooDeep => "too_deep",
            Self::Unwritable => "unwritable",
        }
    }
}

/// The value of a canonical text; refuses every text that is not exactly canonical. Cost is linear in the bytes.
pub fn parse(text: &[u8]) -> Result<Value, CanonicalError> {
    reader::read(text)
}

/// The canonical text of a value.
///
/// Errors: floats of any value (`number_form`), integers beyond ±(2^53−1), strings that are not in NFC, keys of
/// another form, keys twice, too deep a nesting, and whatever the value's own `Serialize` refuses (`unwritable`).
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    writer::write(value)
}

/// SHA-256 of the canonical text of a value.
pub fn digest_of<T: Serialize + ?Sized>(value: &T) -> Result<Digest, CanonicalError> {
    to_vec(value).map(|text| Digest::of(&text))
}

/// Whether a key may stand in an object.
fn is_key(key: &str) -> bool {
    let good = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    !key.is_empty() && key.len() <= KEY_BYTES_MAX && key.bytes().all(good)
}

/// Whether a string is in normalisation form C; ASCII always is.
fn is_nfc(text: &str) -> bool {
    text.is_ascii() || unicode_normalization::is_nfc(text)
}
