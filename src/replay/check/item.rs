//! A record as the checks see it: parsed as far as it can be, its signature checked where its key is known already.
//! Everything here looks at one record alone, so that records are looked at on every core.

use kaibiao_crypto::act::{ActError, Payload};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::{Entry, LogItem};

use super::catalogue::CheckId;
use super::tally::Tallies;
use crate::base::{Instant, KeyId, SharedMap};
use crate::centre::Key;
use crate::replay::bundle::{Content, Record};
use crate::replay::{Happened, ReadAct, Rejection, Stream, evidence};

/// Keys that are registered, as far as the log is folded.
pub(super) type Keys = SharedMap<KeyId, Key>;

/// Bytes of the name of an act: the beginning of the digest of who acted and with which nonce. Long enough that no two
/// acts have it alike by chance; whoever makes two alike on purpose makes his own file fail.
pub(super) const NAME_BYTES: usize = 12;

/// Where a record stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Which stream's file.
    pub(super) stream: Stream,
    /// Its place in that file, from 0.
    pub(super) place: u64,
}

/// One record of one stream.
pub(super) struct Item {
    pub(super) index: u64,
    /// Which stream's file it stands in.
    pub(super) stream: Stream,
    /// Its place in that file, from 0.
    pub(super) place: u64,
    pub(super) leaf: Digest,
    pub(super) proof: Vec<Digest>,
    /// The entry, if it is shown and parses.
    pub(super) act: Option<Act>,
    /// The recorded events; empty bytes if they are withheld.
    pub(super) events: Vec<u8>,
    /// The same, if they can be understood.
    pub(super) recorded: Option<Happened>,
    pub(super) is_withheld: bool,
}

/// An entry that parses.
pub(super) struct Act {
    pub(super) entry: Entry,
    pub(super) payload: Payload,
    pub(super) digest: Digest,
    pub(super) name: [u8; NAME_BYTES],
    /// The command, if it can be understood.
    pub(super) read: Result<ReadAct, Rejection>,
    /// Whether its signature holds; none if its key was not known yet.
    pub(super) signed: Option<Result<(), &'static str>>,
}

impl Act {
    /// The moment that counts; a time beyond all years stands at their end.
    pub(super) fn now(&self) -> Instant {
        Instant(i64::try_from(self.entry.header.ts).unwrap_or(i64::MAX))
    }
}

impl Item {
    pub(super) fn of(record: Record, place: Place, origin: &str, keys: &Keys, tallies: &mut Tallies) -> Self {
        let (index, leaf) = (record.index, record.leaf());
        let Place { stream, place } = place;
        let is_withheld = record.is_withheld();
        let (act, events) = match record.content {
            Content::Withheld { .. } => (None, Vec::new()),
            Content::Whole { entry, events, body } => {
                (read(index, &entry, body, origin, keys, tallies), events)
            }
        };
        let recorded = Happened::decode(stream, &events).ok();
        Self { index, stream, place, leaf, proof: record.proof, act, events, recorded, is_withheld }
    }

    pub(super) fn at(&self) -> Option<u64> {
        Some(self.index)
    }
}

/// Whether a detached body is missing, too much, or another one.
pub(super) fn is_of_body(error: &ActError) -> bool {
    matches!(
        error,
        ActError::BodyMissing | ActError::BodyUnnamed | ActError::BodyMismatch | ActError::BodySize
    )
}

fn read(
    index: u64,
    bytes: &[u8],
    body: Option<Vec<u8>>,
    origin: &str,
    keys: &Keys,
    tallies: &mut Tallies,
) -> Option<Act> {
    let at = Some(index);
    let entry = match LogItem::parse(bytes) {
        Ok(LogItem::Act(entry)) => entry,
        Ok(LogItem::Cover) => {
            tallies.fail(CheckId::I7, at, "cover_entry");
            return None;
        }
        Err(error) => {
            tallies.fail(CheckId::I7, at, error.code());
            return None;
        }
    };
    tallies.expect(CheckId::I7, at, true, "");
    let payload = match entry.read_payload() {
        Ok(payload) => payload,
        Err(error) => {
            tallies.fail(CheckId::I6, at, error.code());
            return None;
        }
    };
    tallies.expect(CheckId::I6, at, true, "");
    let signed = entry.to_act(body);
    if signed.body.is_some() || payload.body_sha256.is_some() {
        let fault = signed.body_of(&payload).err().filter(is_of_body).map(|error| error.code());
        tallies.expect(CheckId::C5, at, fault.is_none(), fault.unwrap_or_default());
    }
    let read = ReadAct::of_payload(&signed, payload.clone(), origin);
    let key = keys.get(&entry.key_id).and_then(|key| evidence::public_key(&key.record));
    Some(Act {
        digest: signed.payload_digest(),
        name: name(&payload),
        signed: key.map(|key| entry.verify(&key).map_err(|error| error.code())),
        entry,
        payload,
        read,
    })
}

/// The actor is a UUID or "system", so the two parts cannot be told apart wrongly.
fn name(payload: &Payload) -> [u8; NAME_BYTES] {
    let digest = Digest::of_parts(&[payload.actor.as_bytes(), &payload.nonce.0]);
    std::array::from_fn(|at| digest.0[at])
}
