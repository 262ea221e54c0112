//! A log entry: one act with the server's header. Format 7 of `docs/formats.md`.
//!
//! ```text
//! entry = "TLE1" || u8 alg || u8 flags=0 || 32 key_id || u16 |sig| || sig || u16 |head| || head || u16 |payload| || payload
//! cover = "TLC1" || 92 random bytes
//! ```
//!
//! The header is the operator's claim, bound by the tree and not signed by the actor. A cover entry hides the pace
//! of sealed acts and means nothing.
//!
//! *Invariant*: [`Entry::parse`] accepts exactly the bytes that [`Entry::encode`] gives.

use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};

use crate::act::{
    ActError, PAYLOAD_BYTES_MAX, Payload, SignedAct, is_uuid, read_payload_parts, verify_parts,
};
use crate::canonical::{self, CanonicalError};
use crate::digest::Digest;
use crate::key::{Algorithm, KeyError, PublicKey, SIGNATURE_BYTES};
use crate::tree;

/// The largest entry, in bytes.
pub const ENTRY_BYTES_MAX: usize = 8192;
/// Bytes of a cover entry, magic included.
pub const COVER_BYTES: usize = 96;
/// The stream of organisations, people, keys and roles; every other stream is a tender's id.
pub const CENTRE_STREAM: &str = "centre";

const ENTRY_MAGIC: &[u8; 4] = b"TLE1";
const COVER_MAGIC: &[u8; 4] = b"TLC1";

/// Why bytes are not an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// More than [`ENTRY_BYTES_MAX`], or a payload beyond its own limit.
    #[error("the entry is too large")]
    Size,
    /// The bytes begin like no entry.
    #[error("neither an entry nor a cover entry")]
    Magic,
    /// The bytes end too early.
    #[error("the entry ends too early")]
    UnexpectedEnd,
    /// Bytes follow the payload.
    #[error("bytes after the entry")]
    TrailingBytes,
    /// A flag is set; none is known.
    #[error("unknown flags")]
    Flags,
    /// Algorithm, key and signature do not fit each other.
    #[error("algorithm, key and signature do not fit each other")]
    Signature,
    /// The header is not canonical JSON.
    #[error("the header is not canonical: {0}")]
    Canonical(#[from] CanonicalError),
    /// The header has not exactly its fields, or a field a value that it cannot have.
    #[error("not a header")]
    Header,
}

impl EntryError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Size => "entry_size",
            Self::Magic => "entry_magic",
            Self::UnexpectedEnd => "entry_unexpected_end",
            Self::TrailingBytes => "entry_trailing_bytes",
            Self::Flags => "entry_flags",
            Self::Signature => "entry_signature",
            Self::Canonical(error) => error.code(),
            Self::Header => "entry_header",
        }
    }
}

/// What the server adds to an act. Fields in the order of the canonical text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// SHA-256 of the canonical array of the events that the act led to.
    pub outcome: Digest,
    /// The version of the rules that decided.
    pub rules: u32,
    /// The leaf hash of the stream's previous entry; none for its first.
    pub sprev: Option<Digest>,
    /// The position in the stream, from 0.
    pub sseq: u64,
    /// [`CENTRE_STREAM`] or the id of a tender.
    pub stream: String,
    /// When the act was accepted, unix milliseconds by the server's clock; never decreasing.
    pub ts: u64,
}

impl Header {
    fn encode(&self) -> Result<Vec<u8>, EntryError> {
        let is_good = (self.stream == CENTRE_STREAM || is_uuid(&self.stream))
            && self.sprev.is_some() == (self.sseq > 0);
        if is_good { Ok(canonical::to_vec(self)?) } else { Err(EntryError::Header) }
    }

    fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        let header: Self =
            serde_json::from_value(canonical::parse(bytes)?).map_err(|_| EntryError::Header)?;
        // A field left out would be read as null; written again it would stand there.
        if header.encode()? == bytes { Ok(header) } else { Err(EntryError::Header) }
    }
}

/// One act in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// 1 Ed25519, 2 P-256, 0 no signature (a system act).
    pub alg: u8,
    /// Always 0.
    pub flags: u8,
    /// The key that signed; all zero for a system act.
    pub key_id: Digest,
    /// 64 bytes; empty for a system act.
    pub sig: Vec<u8>,
    /// The server's header.
    pub header: Header,
    /// The exact bytes that were signed.
    pub payload: Vec<u8>,
}

impl Entry {
    /// The entry of an act. Its detached body stays outside, known by its digest in the payload.
    pub fn of_act(act: &SignedAct, header: Header) -> Self {
        let SignedAct { alg, body: _, key_id, payload, sig } = act;
        Self { alg: *alg, flags: 0, key_id: *key_id, sig: sig.clone(), header, payload: payload.clone() }
    }

    /// The act that the entry records, joined with its detached body, if it has one.
    pub fn to_act(&self, body: Option<Vec<u8>>) -> SignedAct {
        let Self { alg, flags: _, key_id, sig, header: _, payload } = self.clone();
        SignedAct { alg, body, key_id, payload, sig }
    }

    /// The bytes of the entry. Errors: `entry_size`, `entry_flags`, `entry_signature`, `entry_header`, those of
    /// canonical JSON.
    pub fn encode(&self) -> Result<Vec<u8>, EntryError> {
        self.check()?;
        let mut bytes = Vec::with_capacity(512);
        bytes.extend_from_slice(ENTRY_MAGIC);
        bytes.extend_from_slice(&[self.alg, self.flags]);
        bytes.extend_from_slice(self.key_id.as_bytes());
        for part in [&self.sig, &self.header.encode()?, &self.payload] {
            let length = u16::try_from(part.len()).map_err(|_| EntryError::Size)?;
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part);
        }
        if bytes.len() > ENTRY_BYTES_MAX { Err(EntryError::Size) } else { Ok(bytes) }
    }

    /// Reads an entry; the payload is read by [`Entry::read_payload`]. Errors: every code of [`EntryError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::Size);
        }
        let mut rest = bytes.strip_prefix(ENTRY_MAGIC).ok_or(EntryError::Magic)?;
        let fixed = take(&mut rest, 34)?;
        let (alg, flags) = (fixed[0], fixed[1]);
        let key_id = Digest::from_slice(&fixed[2..]).expect("34 bytes less 2 are 32");
        let sig = take_part(&mut rest)?.to_vec();
        let header = Header::parse(take_part(&mut rest)?)?;
        let payload = take_part(&mut rest)?.to_vec();
        if !rest.is_empty() {
            return Err(EntryError::TrailingBytes);
        }
        let entry = Self { alg, flags, key_id, sig, header, payload };
        entry.check()?;
        Ok(entry)
    }

    /// RFC 6962 leaf hash of the encoded entry. Errors: as for [`Entry::encode`].
    pub fn leaf_hash(&self) -> Result<Digest, EntryError> {
        self.encode().map(|bytes| leaf_hash(&bytes))
    }

    /// The payload. Errors: those of [`Payload::parse`], `author`.
    pub fn read_payload(&self) -> Result<Payload, ActError> {
        read_payload_parts(self.alg, self.key_id, &self.sig, &self.payload)
    }

    /// Checks the actor's signature with `key`. Errors: `other_key`, `bad_signature`.
    pub fn verify(&self, key: &PublicKey) -> Result<(), ActError> {
        verify_parts(self.alg, self.key_id, &self.sig, &self.payload, key)
    }

    fn check(&self) -> Result<(), EntryError> {
        if self.flags != 0 {
            return Err(EntryError::Flags);
        }
        if self.payload.len() > PAYLOAD_BYTES_MAX {
            return Err(EntryError::Size);
        }
        let is_unsigned = self.key_id == Digest([0; 32]) && self.sig.is_empty();
        let is_signed = Algorithm::from_byte(self.alg).is_ok() && self.sig.len() == SIGNATURE_BYTES;
        let is_fitting = if self.alg == 0 { is_unsigned } else { is_signed };
        if is_fitting { Ok(()) } else { Err(EntryError::Signature) }
    }
}

/// One leaf of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogItem {
    /// An act.
    Act(Entry),
    /// A cover entry.
    Cover,
}

impl LogItem {
    /// Reads a leaf. Errors: every code of [`EntryError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if !bytes.starts_with(COVER_MAGIC) {
            return Entry::parse(bytes).map(Self::Act);
        }
        match bytes.len().cmp(&COVER_BYTES) {
            std::cmp::Ordering::Less => Err(EntryError::UnexpectedEnd),
            std::cmp::Ordering::Equal => Ok(Self::Cover),
            std::cmp::Ordering::Greater => Err(EntryError::TrailingBytes),
        }
    }
}

/// A fresh cover entry. Error: `generator`.
pub fn cover(rng: &dyn SecureRandom) -> Result<Vec<u8>, KeyError> {
    let mut bytes = vec![0; COVER_BYTES];
    bytes[..4].copy_from_slice(COVER_MAGIC);
    rng.fill(&mut bytes[4..]).map_err(|_| KeyError::Generator)?;
    Ok(bytes)
}

/// RFC 6962 leaf hash of the bytes of an entry or a cover entry.
pub fn leaf_hash(entry_bytes: &[u8]) -> Digest {
    tree::leaf_hash(entry_bytes)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], EntryError> {
    let (part, after) = rest.split_at_checked(length).ok_or(EntryError::UnexpectedEnd)?;
    *rest = after;
    Ok(part)
}

/// A part behind its u16 length.
fn take_part<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], EntryError> {
    let length = take(rest, 2)?;
    take(rest, usize::from(u16::from_be_bytes([length[0], length[1]])))
}
