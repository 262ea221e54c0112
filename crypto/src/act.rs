//! An act: what a person signs, or what the platform itself does. Format 2 of `docs/formats.md`.
//!
//! A signature covers exactly the bytes of the payload; they are stored and never written anew. Not the meaning of
//! an act: `kind` and `body` are read by the core.
//!
//! *Invariant*: one act has one text. A payload that does not come out the same when written again is refused.

mod signed;

pub use signed::SignedAct;
pub(crate) use signed::{read_payload_parts, verify_parts};

use ring::rand::SecureRandom;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::canonical::{self, CanonicalError};
use crate::digest::Digest;
use crate::key::KeyError;

/// The largest payload, in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 4096;
/// The largest body that stands inside the payload, in bytes of canonical text; a larger one is detached.
pub const INLINE_BODY_BYTES_MAX: usize = 2048;
/// The largest detached body, in bytes.
pub const DETACHED_BODY_BYTES_MAX: usize = 1 << 20;
/// The payload type in the pre-authentication encoding.
pub const PAYLOAD_TYPE: &str = "application/vnd.kaibiao.act+json";
/// The version of the payload.
pub const VERSION: u8 = 1;
/// The actor of an act without a signature.
pub const SYSTEM_ACTOR: &str = "system";

/// Why an act is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// The payload or the body is not canonical JSON.
    #[error("not canonical: {0}")]
    Canonical(#[from] CanonicalError),
    /// The key or the signature is not good.
    #[error("not signed: {0}")]
    Key(#[from] KeyError),
    /// The payload is longer than [`PAYLOAD_BYTES_MAX`].
    #[error("the payload is too large")]
    PayloadSize,
    /// A field is missing, unknown or of another type.
    #[error("the payload has not exactly the fields of an act")]
    PayloadFields,
    /// A field holds a text that cannot be one: an id, a role, a kind, an origin, a version.
    #[error("a field of the payload has a value that it cannot have")]
    PayloadValue,
    /// The act names another key than the one it is checked with.
    #[error("the act names another key")]
    OtherKey,
    /// A system act with a signature, or another act without one.
    #[error("actor and algorithm do not fit each other")]
    Author,
    /// The payload names a detached body that is not there.
    #[error("the detached body is missing")]
    BodyMissing,
    /// A body came along that the payload does not name.
    #[error("a body that the payload does not name")]
    BodyUnnamed,
    /// The detached body has another digest.
    #[error("the detached body is another one")]
    BodyMismatch,
    /// The body stands on the wrong side of [`INLINE_BODY_BYTES_MAX`] or is beyond [`DETACHED_BODY_BYTES_MAX`].
    #[error("the body is too large or wrongly placed")]
    BodySize,
    /// The body is not an object.
    #[error("the body is not an object")]
    BodyForm,
}

impl ActError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Canonical(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::PayloadSize => "payload_size",
            Self::PayloadFields => "payload_fields",
            Self::PayloadValue => "payload_value",
            Self::OtherKey => "other_key",
            Self::Author => "author",
            Self::BodyMissing => "body_missing",
            Self::BodyUnnamed => "body_unnamed",
            Self::BodyMismatch => "body_mismatch",
            Self::BodySize => "body_size",
            Self::BodyForm => "body_form",
        }
    }
}

/// The signed content of an act. Fields in the order of the canonical text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payload {
    /// Who acts: the id of a person, or [`SYSTEM_ACTOR`].
    pub actor: String,
    /// The command's own fields, an object, if its text has at most [`INLINE_BODY_BYTES_MAX`].
    pub body: Option<Value>,
    /// The digest of the detached body, if there is one.
    pub body_sha256: Option<Digest>,
    /// The signer's clock, unix milliseconds; a statement, not a proof.
    pub client_time: u64,
    /// The lot, if the act is about one: 1–16 of `[A-Za-z0-9-]`.
    pub lot: Option<String>,
    /// Chosen by the signer; the same actor and nonce are the same act.
    pub nonce: Nonce,
    /// The origin of the log the act is meant for.
    pub origin: String,
    /// The digest of the signer's previous payload.
    pub prev: Option<Digest>,
    /// The role in which the actor acts.
    pub role: String,
    /// The newest log head that the signer has seen.
    pub seen: Option<Seen>,
    /// The tender, if the act is about one.
    pub tender: Option<String>,
    /// The command's name, written as `type`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Always [`VERSION`].
    pub v: u8,
}

/// A log head as its signer saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The RFC 6962 head.
    pub root: Digest,
    /// The number of entries under it.
    pub size: u64,
}

/// 16 random bytes, written as 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce(pub [u8; 16]);

impl Nonce {
    /// A fresh nonce. Error: `generator`.
    pub fn generate(rng: &dyn SecureRandom) -> Result<Self, KeyError> {
        let mut bytes = [0; 16];
        rng.fill(&mut bytes).map_err(|_| KeyError::Generator)?;
        Ok(Self(bytes))
    }
}

impl Serialize for Nonce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 16];
        hex::decode_to_slice(&text, &mut bytes).map_err(de::Error::custom)?;
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(de::Error::custom("a nonce is written in lower case"));
        }
        Ok(Self(bytes))
    }
}

impl Payload {
    /// What the platform itself says: of nobody's key, of no tender and without a body, which may be set.
    pub fn system(origin: &str, kind: &str, nonce: Nonce) -> Self {
        Self {
            actor: SYSTEM_ACTOR.to_owned(),
            body: None,
            body_sha256: None,
            client_time: 0,
            kind: kind.to_owned(),
            lot: None,
            nonce,
            origin: origin.to_owned(),
            prev: None,
            role: SYSTEM_ACTOR.to_owned(),
            seen: None,
            tender: None,
            v: VERSION,
        }
    }

    /// Reads a payload. Errors: `payload_size`, those of canonical JSON, `payload_fields`, `payload_value`,
    /// `body_size`, `body_form`.
    pub fn parse(bytes: &[u8]) -> Result<Self, ActError> {
        if bytes.len() > PAYLOAD_BYTES_MAX {
            return Err(ActError::PayloadSize);
        }
        let value = canonical::parse(bytes)?;
        let payload: Self = serde_json::from_value(value).map_err(|_| ActError::PayloadFields)?;
        // A field left out would be read as null; written again it would stand there.
        if payload.encode()? != bytes {
            return Err(ActError::PayloadFields);
        }
        Ok(payload)
    }

    /// The canonical text, to be signed. Errors as for [`Payload::parse`].
    pub fn encode(&self) -> Result<Vec<u8>, ActError> {
        self.check_values()?;
        let bytes = canonical::to_vec(self)?;
        // In a short payload no body can be too long, and its text need not be made a second time.
        if bytes.len() > INLINE_BODY_BYTES_MAX {
            self.check_body_size()?;
        }
        if bytes.len() > PAYLOAD_BYTES_MAX { Err(ActError::PayloadSize) } else { Ok(bytes) }
    }

    /// Takes a body: inside if its text has at most [`INLINE_BODY_BYTES_MAX`], otherwise by its digest; then the
    /// bytes of the detached body are given back. Errors: `body_form`, `body_size`, those of canonical JSON.
    pub fn take_body<T: Serialize + ?Sized>(&mut self, body: &T) -> Result<Option<Vec<u8>>, ActError> {
        let text = canonical::to_vec(body)?;
        if text.first() != Some(&b'{') {
            return Err(ActError::BodyForm);
        }
        if text.len() <= INLINE_BODY_BYTES_MAX {
            (self.body, self.body_sha256) = (Some(canonical::parse(&text)?), None);
            return Ok(None);
        }
        if text.len() > DETACHED_BODY_BYTES_MAX {
            return Err(ActError::BodySize);
        }
        (self.body, self.body_sha256) = (None, Some(Digest::of(&text)));
        Ok(Some(text))
    }

    fn check_values(&self) -> Result<(), ActError> {
        let is_name = |text: &str, most: usize, good: fn(u8) -> bool| {
            !text.is_empty() && text.len() <= most && text.bytes().all(good)
        };
        let is_good = (self.actor == SYSTEM_ACTOR || is_uuid(&self.actor))
            && self.tender.as_deref().is_none_or(is_uuid)
            && self
                .lot
                .as_deref()
                .is_none_or(|lot| is_name(lot, 16, |b| b.is_ascii_alphanumeric() || b == b'-'))
            && is_name(&self.role, 32, |b| b.is_ascii_lowercase() || b == b'_')
            && is_name(&self.kind, 64, |b| b.is_ascii_alphanumeric())
            && is_name(&self.origin, 128, |b| b.is_ascii_graphic() && b != b'+')
            && self.v == VERSION;
        if !is_good {
            return Err(ActError::PayloadValue);
        }
        match &self.body {
            Some(body) if !body.is_object() => Err(ActError::BodyForm),
            Some(_) if self.body_sha256.is_some() => Err(ActError::BodySize),
            Some(_) | None => Ok(()),
        }
    }

    fn check_body_size(&self) -> Result<(), ActError> {
        let Some(body) = &self.body else { return Ok(()) };
        let is_inline = canonical::to_vec(body)?.len() <= INLINE_BODY_BYTES_MAX;
        if is_inline { Ok(()) } else { Err(ActError::BodySize) }
    }
}

/// The DSSE pre-authentication encoding of a payload: what a signature covers.
pub fn pae(payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

/// Whether a text is a UUID in its one written form: lower case, with hyphens.
pub(crate) fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}
