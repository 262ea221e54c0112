//! A payload with its signature and its detached body, as it travels.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::{ActError, DETACHED_BODY_BYTES_MAX, INLINE_BODY_BYTES_MAX, Payload, SYSTEM_ACTOR, pae};
use crate::canonical;
use crate::digest::Digest;
use crate::key::{PublicKey, SigningKey};

/// An act on the wire: `{"alg":…,"body":…,"key_id":…,"payload":…,"sig":…}`, byte strings in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedAct {
    /// 1 Ed25519, 2 P-256, 3 SM2, 0 no signature (a system act).
    pub alg: u8,
    /// The bytes of the detached body, if the payload names one.
    #[serde(with = "base64_text_or_null")]
    pub body: Option<Vec<u8>>,
    /// The key that signed; all zero for a system act.
    pub key_id: Digest,
    /// The exact bytes that were signed.
    #[serde(with = "base64_text")]
    pub payload: Vec<u8>,
    /// 64 bytes over [`pae`] of the payload; empty for a system act.
    #[serde(with = "base64_text")]
    pub sig: Vec<u8>,
}

impl SignedAct {
    /// Signs a payload; `body` is the detached body that [`Payload::take_body`] gave back.
    /// Errors: as for [`Payload::encode`].
    pub fn sign(key: &SigningKey, payload: &Payload, body: Option<Vec<u8>>) -> Result<Self, ActError> {
        let payload = payload.encode()?;
        let sig = key.sign(&pae(&payload));
        Ok(Self { alg: key.public().alg().byte(), body, key_id: key.public().key_id(), payload, sig })
    }

    /// An act of the platform itself: nobody signs it, the log's own head vouches for it.
    /// Errors: as for [`Payload::encode`].
    pub fn system(payload: &Payload, body: Option<Vec<u8>>) -> Result<Self, ActError> {
        let payload = payload.encode()?;
        Ok(Self { alg: 0, body, key_id: Digest([0; 32]), payload, sig: Vec::new() })
    }

    /// Checks the signature with `key`. Errors: `other_key` if the act names another key or algorithm,
    /// `bad_signature`.
    pub fn verify(&self, key: &PublicKey) -> Result<(), ActError> {
        verify_parts(self.alg, self.key_id, &self.sig, &self.payload, key)
    }

    /// The payload, and that it fits the kind of act: the actor is `system` exactly if nobody signed.
    /// Errors: those of [`Payload::parse`], `author`.
    pub fn read_payload(&self) -> Result<Payload, ActError> {
        read_payload_parts(self.alg, self.key_id, &self.sig, &self.payload)
    }

    /// SHA-256 of the payload's bytes: the name of the act.
    pub fn payload_digest(&self) -> Digest {
        Digest::of(&self.payload)
    }

    /// The body, wherever it stands; null if the act has none. Errors: those of [`SignedAct::read_payload`] and
    /// [`SignedAct::body_of`].
    pub fn body_value(&self) -> Result<Value, ActError> {
        self.body_of(&self.read_payload()?)
    }

    /// The body of the payload that was read from this act. Errors: `body_missing`, `body_unnamed`, `body_mismatch`,
    /// `body_size`, `body_form`, those of canonical JSON.
    pub fn body_of(&self, payload: &Payload) -> Result<Value, ActError> {
        match (payload.body_sha256, &self.body) {
            (None, None) => Ok(payload.body.clone().unwrap_or(Value::Null)),
            (None, Some(_)) => Err(ActError::BodyUnnamed),
            (Some(_), None) => Err(ActError::BodyMissing),
            (Some(digest), Some(body)) => read_detached(digest, body),
        }
    }
}

fn read_detached(digest: Digest, body: &[u8]) -> Result<Value, ActError> {
    if body.len() <= INLINE_BODY_BYTES_MAX || body.len() > DETACHED_BODY_BYTES_MAX {
        return Err(ActError::BodySize);
    }
    if Digest::of(body) != digest {
        return Err(ActError::BodyMismatch);
    }
    let value = canonical::parse(body)?;
    if value.is_object() { Ok(value) } else { Err(ActError::BodyForm) }
}

/// Checks the signature of an act or of its entry in the log.
pub(crate) fn verify_parts(
    alg: u8,
    key_id: Digest,
    sig: &[u8],
    payload: &[u8],
    key: &PublicKey,
) -> Result<(), ActError> {
    if alg != key.alg().byte() || key_id != key.key_id() {
        return Err(ActError::OtherKey);
    }
    Ok(key.verify(&pae(payload), sig)?)
}

/// Reads the payload of an act or of its entry in the log.
pub(crate) fn read_payload_parts(
    alg: u8,
    key_id: Digest,
    sig: &[u8],
    payload: &[u8],
) -> Result<Payload, ActError> {
    let payload = Payload::parse(payload)?;
    let is_unsigned = alg == 0 && key_id == Digest([0; 32]) && sig.is_empty();
    let is_fitting = if payload.actor == SYSTEM_ACTOR { is_unsigned } else { alg != 0 };
    if is_fitting { Ok(payload) } else { Err(ActError::Author) }
}

/// Bytes as base64 with padding (RFC 4648 section 4).
mod base64_text {
    use super::*;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The same, or null.
mod base64_text_or_null {
    use super::*;

    pub(super) fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        bytes.as_ref().map(|bytes| STANDARD.encode(bytes)).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| STANDARD.decode(text).map_err(de::Error::custom)).transpose()
    }
}
