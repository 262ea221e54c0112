//! One batch: acts decided one after another on the writer's state, gathered for one transaction, and cover for them.

use std::collections::BTreeSet;

use kaibiao_crypto::entry::{self, Entry, Header};
use ring::rand::SystemRandom;
use tokio::sync::oneshot;

use super::recovery::{ActName, State, StreamEnd};
use super::{Accepted, LedgerError, Rejected};
use crate::base::{Instant, Refusal};
use crate::replay::{Happened, RULES, ReadAct, Request, Stream};
use crate::store::{EntryRow, FactRow};

/// A batch with a sealed act, or with none but cover, is filled to a multiple of this, so that its size tells nothing.
const COVER_TO: usize = 16;

type Answer = oneshot::Sender<Result<Accepted, Rejected>>;

/// What one transaction will hold.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) entries: Vec<EntryRow>,
    pub(super) facts: Vec<FactRow>,
    pub(super) answers: Vec<(Answer, Accepted)>,
    /// The streams that it changes.
    pub(super) changed: BTreeSet<Stream>,
    /// Who asked for cover, sealed acts or not.
    pub(super) wanted_covers: Vec<oneshot::Sender<()>>,
    has_sealed: bool,
}

/// An act with its place in time.
pub(super) struct Timed<'a> {
    pub(super) act: &'a kaibiao_crypto::act::SignedAct,
    pub(super) read: &'a ReadAct,
    pub(super) ts: Instant,
}

impl Gathered {
    /// Decides an act, folds it in and gathers its entry and facts.
    pub(super) fn take(&mut self, state: &mut State, timed: &Timed<'_>) -> Result<Accepted, Rejected> {
        let Timed { act, read, ts } = timed;
        check_seen(state, read)?;
        let happened = state.world.decide(read, act.key_id, *ts)?;
        let (events, outcome) = happened.encode()?;
        let stream = read.stream();
        let end = state.ends.get(&stream);
        let header = Header {
            outcome,
            rules: RULES,
            sprev: end.map(|end| end.leaf),
            sseq: end.map_or(0, |end| end.sseq + 1),
            stream: stream.to_string(),
            ts: u64::try_from(ts.0).unwrap_or(0),
        };
        let sseq = header.sseq;
        let bytes = Entry::of_act(act, header).encode().map_err(fault)?;
        let leaf = entry::leaf_hash(&bytes);
        let name: ActName = (read.payload.actor.clone(), read.payload.nonce.0);
        state.apply(&happened, *ts, state.tree.size()).map_err(super::failed)?;
        state.entry_ts = *ts;
        let frames = state.facts.frames(&state.world, &happened, *ts).map_err(super::failed)?;
        self.facts.extend(frames);
        let seq = state.tree.append(leaf);
        state.ends.insert(stream, StreamEnd { sseq, leaf });
        state.nonces.insert(&name.1);
        state.recent.insert(name.clone(), seq);
        self.has_sealed |= matches!(&read.request, Request::Tender(_, command) if command.is_sealed());
        let place = Some((stream.to_string(), sseq));
        self.entries.push(EntryRow {
            seq,
            place,
            ts: ts.0,
            leaf,
            bytes,
            events,
            body: act.body.clone(),
            act: Some(name),
        });
        self.changed.insert(stream);
        let events = match happened {
            Happened::Centre(_) => Vec::new(),
            Happened::Tender(_, events) => events,
        };
        Ok(Accepted { index: seq, ts: *ts, stream, events, is_repeat: false })
    }

    /// Hides how many sealed acts the batch holds, and whether it holds any where cover was asked for. A cover entry has
    /// the time of the entry before it.
    pub(super) fn cover(&mut self, state: &mut State) -> Result<(), LedgerError> {
        let is_wanted = self.has_sealed || !self.wanted_covers.is_empty();
        let count = self.entries.len();
        let wanted = if is_wanted { count.max(1).next_multiple_of(COVER_TO) } else { count };
        let ts = state.entry_ts.0;
        let random = SystemRandom::new();
        while self.entries.len() < wanted {
            let bytes = entry::cover(&random)?;
            let leaf = entry::leaf_hash(&bytes);
            let seq = state.tree.append(leaf);
            self.entries.push(EntryRow::cover(seq, ts, leaf, bytes));
        }
        Ok(())
    }
}

/// A signer who has seen another history than ours is refused: one of the two is a fork. Honest signers have seen a head
/// that was signed, mostly lately; of any other the root is computed.
fn check_seen(state: &State, read: &ReadAct) -> Result<(), Rejected> {
    let Some(seen) = read.payload.seen else { return Ok(()) };
    let is_ours =
        state.heads.root(seen.size) == Some(seen.root) || state.tree.root_at(seen.size) == Ok(seen.root);
    if is_ours { Ok(()) } else { Err(Refusal::rule("unknown_head").into()) }
}

fn fault(error: entry::EntryError) -> Rejected {
    super::failed(error.into())
}
