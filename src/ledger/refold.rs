//! What the log leads to, from nothing but the bytes of its entries: rows, events and frames, decided again.
//!
//! `rebuild` makes the projections anew from it, `recover` the entries that a restored database lacks.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::{self, Entry, LogItem};

use super::LedgerError;
use super::recovery::{State, StreamEnd};
use crate::base::Instant;
use crate::replay::{RULES, ReadAct};
use crate::store::{EntryRow, FactRow};

/// An entry as it can be had from anywhere: its bytes, and the body that stands beside them.
pub(super) struct Source {
    pub(super) bytes: Vec<u8>,
    pub(super) body: Option<Vec<u8>>,
}

/// Decides the next entry of the log again and folds it in: its row, and what rooms heard of it.
pub(super) fn refold(
    state: &mut State,
    source: Source,
    origin: &str,
) -> Result<(EntryRow, Vec<FactRow>), LedgerError> {
    let Source { bytes, body } = source;
    let leaf = entry::leaf_hash(&bytes);
    let seq = state.tree.append(leaf);
    let LogItem::Act(entry) = LogItem::parse(&bytes)? else {
        return Ok((EntryRow::cover(seq, state.entry_ts.0, leaf, bytes), Vec::new()));
    };
    let again = Again::decide(state, &entry, &body, origin)
        .map_err(|fault| LedgerError::Closed(format!("entry {seq}: {fault}")))?;
    let Again { read, ts, events, frames } = again;
    let stream = read.stream();
    (state.entry_ts, state.last_ts) = (ts, ts);
    state.ends.insert(stream, StreamEnd { sseq: entry.header.sseq, leaf });
    let place = Some((stream.to_string(), entry.header.sseq));
    let act = Some((read.payload.actor, read.payload.nonce.0));
    Ok((EntryRow { seq, place, ts: ts.0, leaf, bytes, events, body, act }, frames))
}

/// An act decided again.
struct Again {
    read: ReadAct,
    ts: Instant,
    events: Vec<u8>,
    frames: Vec<FactRow>,
}

impl Again {
    fn decide(
        state: &mut State,
        entry: &Entry,
        body: &Option<Vec<u8>>,
        origin: &str,
    ) -> Result<Self, String> {
        let header = &entry.header;
        if header.rules != RULES {
            return Err(format!("it was decided by version {} of the rules, this is {RULES}", header.rules));
        }
        let act = entry.to_act(body.clone());
        let read = ReadAct::of(&act, origin).map_err(|error| error.to_string())?;
        if header.stream.parse() != Ok(read.stream()) {
            return Err("it stands in another stream than its act names".to_owned());
        }
        let ts = Instant(i64::try_from(header.ts).map_err(|_| "its time is out of range")?);
        let happened = state.world.decide(&read, act.key_id, ts).map_err(|error| error.to_string())?;
        let (events, outcome) = happened.encode().map_err(|error| error.to_string())?;
        if outcome != header.outcome {
            return Err(format!("it leads to {outcome}, not to what it names"));
        }
        state.world.apply(&happened, ts);
        let frames = state.facts.frames(&state.world, &happened, ts).map_err(|error| error.to_string())?;
        Ok(Self { read, ts, events, frames })
    }
}

/// The digest of a body that stands beside the entry in `bytes`; none if it has none.
pub(super) fn body_digest(bytes: &[u8]) -> Result<Option<Digest>, LedgerError> {
    let LogItem::Act(entry) = LogItem::parse(bytes)? else { return Ok(None) };
    Ok(entry.read_payload()?.body_sha256)
}
