//! One record of a stream: an entry of the log, what it led to, and the proof of its place.
//!
//! ```text
//! record = u64 index || part entry || (32 leaf hash, if the entry is withheld) || part events || part body
//!          || u16 count || count * 32 proof hash
//! part   = u32 length || bytes; length 0xffffffff: there is none
//! ```
//!
//! *Invariant*: [`Record::read`] accepts exactly the bytes that [`Record::write`] gives.

use std::io::{self, Read, Write};

use kaibiao_crypto::act::DETACHED_BODY_BYTES_MAX;
use kaibiao_crypto::entry::{self, ENTRY_BYTES_MAX};
use kaibiao_crypto::receipt::HASHES_MAX;

use super::EVENTS_BYTES_MAX;
use crate::base::Digest;

const NONE: u32 = u32::MAX;
/// Bytes for which there is room before the first of them has arrived.
const AT_FIRST: usize = 1 << 14;

/// What is shown of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// All of it.
    Whole {
        /// The entry's bytes, exactly as hashed.
        entry: Vec<u8>,
        /// Canonical JSON of the events.
        events: Vec<u8>,
        /// The detached body of the act, if it has one.
        body: Option<Vec<u8>>,
    },
    /// Only its leaf hash: the reader may not know more.
    Withheld {
        /// The leaf hash.
        leaf: Digest,
    },
}

/// One record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Place in the log, from 0.
    pub index: u64,
    /// The entry.
    pub content: Content,
    /// Inclusion proof under the bundle's head, lowest sibling first.
    pub proof: Vec<Digest>,
}

impl Record {
    /// The leaf hash: computed from the entry's bytes where they are shown.
    pub fn leaf(&self) -> Digest {
        match &self.content {
            Content::Whole { entry, .. } => entry::leaf_hash(entry),
            Content::Withheld { leaf } => *leaf,
        }
    }

    /// Whether no more than the leaf hash is shown.
    pub fn is_withheld(&self) -> bool {
        matches!(self.content, Content::Withheld { .. })
    }

    /// Writes the record. An entry or a proof that no log has is an error of kind `InvalidInput`.
    pub fn write(&self, sink: &mut impl Write) -> io::Result<()> {
        sink.write_all(&self.index.to_be_bytes())?;
        match &self.content {
            Content::Whole { entry, events, body } => {
                put(sink, Some(entry), ENTRY_BYTES_MAX)?;
                put(sink, Some(events), EVENTS_BYTES_MAX)?;
                put(sink, body.as_deref(), DETACHED_BODY_BYTES_MAX)?;
            }
            Content::Withheld { leaf } => {
                put(sink, None, 0)?;
                sink.write_all(leaf.as_bytes())?;
                put(sink, None, 0)?;
                put(sink, None, 0)?;
            }
        }
        let count = u16::try_from(self.proof.len()).ok().filter(|count| usize::from(*count) <= HASHES_MAX);
        let count = count.ok_or(io::ErrorKind::InvalidInput)?;
        sink.write_all(&count.to_be_bytes())?;
        self.proof.iter().try_for_each(|hash| sink.write_all(hash.as_bytes()))
    }

    /// The next record; none at the end. Bytes that are no record are an error of kind `InvalidData`.
    pub fn read(source: &mut impl Read) -> io::Result<Option<Self>> {
        let Some(index) = first_or_end(source)? else { return Ok(None) };
        let content = match part(source, ENTRY_BYTES_MAX)? {
            Some(entry) => {
                let events = part(source, EVENTS_BYTES_MAX)?.ok_or(io::ErrorKind::InvalidData)?;
                Content::Whole { entry, events, body: part(source, DETACHED_BODY_BYTES_MAX)? }
            }
            None => {
                let leaf = Digest(array(source)?);
                let has_more = part(source, 0)?.is_some() || part(source, 0)?.is_some();
                if has_more {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                Content::Withheld { leaf }
            }
        };
        let count = usize::from(u16::from_be_bytes(array(source)?));
        if count > HASHES_MAX {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let proof = (0..count).map(|_| array(source).map(Digest)).collect::<io::Result<_>>()?;
        Ok(Some(Self { index: u64::from_be_bytes(index), content, proof }))
    }
}

fn put(sink: &mut impl Write, bytes: Option<&[u8]>, most: usize) -> io::Result<()> {
    let Some(bytes) = bytes else { return sink.write_all(&NONE.to_be_bytes()) };
    let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= most);
    let length = length.ok_or(io::ErrorKind::InvalidInput)?;
    sink.write_all(&length.to_be_bytes())?;
    sink.write_all(bytes)
}

/// A part of at most `most` bytes. Memory is taken as bytes arrive, not as the length promises.
fn part(source: &mut impl Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let length = u32::from_be_bytes(array(source)?);
    if length == NONE {
        return Ok(None);
    }
    let expected = usize::try_from(length).unwrap_or(usize::MAX);
    if expected > most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::with_capacity(expected.min(AT_FIRST));
    source.by_ref().take(u64::from(length)).read_to_end(&mut bytes)?;
    if bytes.len() == expected { Ok(Some(bytes)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

pub(super) fn array<const N: usize>(source: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The eight bytes that begin a record, or none if the stream ends before the first of them.
pub(super) fn first_or_end(source: &mut impl Read) -> io::Result<Option<[u8; 8]>> {
    let mut first = Vec::with_capacity(8);
    source.by_ref().take(8).read_to_end(&mut first)?;
    match first.as_slice() {
        [] => Ok(None),
        bytes => bytes.try_into().map(Some).map_err(|_| io::ErrorKind::UnexpectedEof.into()),
    }
}
