//! The writer: batches in, durable entries out, in an order that is never changed.
//!
//! transaction → second store and signature, both by the signer → answers and frames. A crash after the transaction is repaired by
//! `recovery`: what is committed stands, and what was not answered is answered when it is repeated.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, Weak};

use tokio::sync::{mpsc, oneshot};

use super::batch::{Gathered, Timed};
use super::recovery::{self, ActName, State};
use super::{
    Accepted, BATCH_MAX, Head, LedgerError, Published, Queued, Rejected, Shared, Slot, failed, witnesses,
};
use crate::base::{Instant, Refusal};
use crate::replay::{Happened, ReadAct, Stream};
use crate::store::{Batch, NewHead};

/// Runs until the ledger is dropped.
pub(super) async fn run(shared: Weak<Shared>, state: State, mut queue: mpsc::Receiver<Slot>) {
    let mut loaded = Some(state);
    let mut slots = VecDeque::with_capacity(BATCH_MAX);
    let mut fresh = Vec::with_capacity(BATCH_MAX);
    loop {
        if slots.is_empty() && queue.recv_many(&mut fresh, BATCH_MAX).await == 0 {
            return;
        }
        slots.extend(fresh.drain(..));
        while slots.len() < BATCH_MAX
            && let Ok(slot) = queue.try_recv()
        {
            slots.push_back(slot);
        }
        let Some(shared) = shared.upgrade() else { return };
        let state = match (contradiction(&shared), loaded.take()) {
            (Some(said), _) => Err(LedgerError::Closed(said)),
            (None, Some(state)) => Ok(state),
            (None, None) => reload(&shared).await,
        };
        match state {
            Ok(state) => loaded = write(&shared, state, &mut slots).await,
            Err(error) => {
                tracing::error!(error = %chain(&error), "the log is closed");
                refuse_all(slots.drain(..), error);
            }
        }
    }
}

/// What a witness proved against this log. Nothing is written until people have looked at it and started again.
fn contradiction(shared: &Shared) -> Option<String> {
    shared.contradiction.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Loads the state again after an error. What was committed and never answered or published is published now.
async fn reload(shared: &Shared) -> Result<State, LedgerError> {
    let state = recovery::load(&shared.database, &shared.signer).await?;
    let head = state.signed_head(&shared.signer, &shared.witnesses, shared.clock.now()).await?;
    shared.facts.load().await?;
    {
        let mut published = shared.published.write().unwrap_or_else(PoisonError::into_inner);
        published.world = state.world.clone();
        published.keys = state.keys(&shared.signer);
        published.tree = state.tree.clone();
        published.show(shared, head);
    }
    shared.grown.send_replace(state.tree.size());
    witnesses::begin_round(shared);
    Ok(state)
}

/// Writes one batch. Gives the state back only if all of it is done; otherwise the next batch loads it again.
///
/// At least half of what waits is taken, and then whatever is checked already: the rest is checked while this batch is
/// written, and makes the next one.
async fn write(shared: &Shared, mut state: State, slots: &mut VecDeque<Slot>) -> Option<State> {
    let least = slots.len().div_ceil(2);
    let mut gathered = Gathered::default();
    let mut repeats = Vec::new();
    let mut last = state.last_ts;
    let mut fault = None;
    let mut taken_count = 0;
    while let Some(slot) = slots.pop_front_if(|slot| taken_count < least || slot.is_checked()) {
        taken_count += 1;
        let Queued { arrived, act, checked, admitted, answer } = match slot {
            Slot::Act(queued) => queued,
            Slot::Cover(written) => {
                gathered.wanted_covers.push(written);
                continue;
            }
        };
        last = last.max(arrived);
        let taken = match verdict(checked, admitted).await {
            Err(rejected) => Err(rejected),
            Ok(read) => match repeated(shared, &state, &read).await {
                Err(error) => Err(failed(error)),
                Ok(Some(index)) => {
                    repeats.push((answer, read, index));
                    continue;
                }
                Ok(None) => gathered.take(&mut state, &Timed { act: &act, read: &read, ts: last }),
            },
        };
        match taken {
            Ok(accepted) => gathered.answers.push((answer, accepted)),
            Err(rejected) => {
                if let Rejected::Failed(error) = &rejected {
                    fault = Some(LedgerError::Closed(format!("an act was left half done: {error}")));
                }
                // A receiver that is gone does not want the answer.
                let _ = answer.send(Err(rejected));
            }
        }
    }
    state.last_ts = last;
    let done = match fault {
        Some(error) => Err(error),
        None => commit(shared, &mut state, &mut gathered).await,
    };
    match done {
        Ok(()) => {
            for (answer, accepted) in gathered.answers {
                let _ = answer.send(Ok(accepted));
            }
            for written in gathered.wanted_covers {
                let _ = written.send(());
            }
            for (answer, read, index) in repeats {
                let _ = answer.send(repeat(shared, &read, index).await);
            }
            Some(state)
        }
        Err(error) => {
            tracing::error!(error = %chain(&error), entries = gathered.entries.len(), "a batch was not written");
            let error = Arc::new(error);
            for (answer, _) in gathered.answers {
                let _ = answer.send(Err(Rejected::Failed(Arc::clone(&error))));
            }
            None
        }
    }
}

/// What admission and check said. A client that went away while its act was looked at has taken it back.
async fn verdict(
    checked: oneshot::Receiver<Result<Arc<ReadAct>, Rejected>>,
    admitted: Option<oneshot::Receiver<Result<(), Rejected>>>,
) -> Result<Arc<ReadAct>, Rejected> {
    let unsaid = || Rejected::from(Refusal::rule("unreadable_act"));
    if let Some(admitted) = admitted {
        admitted.await.unwrap_or_else(|_| Err(unsaid()))?;
    }
    checked.await.unwrap_or_else(|_| Err(unsaid()))
}

async fn commit(shared: &Shared, state: &mut State, gathered: &mut Gathered) -> Result<(), LedgerError> {
    gathered.cover(state)?;
    if gathered.entries.is_empty() {
        return Ok(());
    }
    let (size, root) = (state.tree.size(), state.tree.root());
    let old_size = size - gathered.entries.len() as u64;
    let batch = Batch {
        old_size,
        entries: &gathered.entries,
        facts: &gathered.facts,
        head: NewHead { root, note: None },
    };
    shared.database.append(&batch).await?;
    let head = state.signed_head(&shared.signer, &shared.witnesses, shared.clock.now()).await?;
    state.keep(size, root);
    publish(shared, state, gathered, head);
    Ok(())
}

/// Lets readers see what is durable and signed.
fn publish(shared: &Shared, state: &State, gathered: &mut Gathered, head: Head) {
    {
        let mut published = shared.published.write().unwrap_or_else(PoisonError::into_inner);
        for entry in &gathered.entries {
            published.tree.append(entry.leaf);
        }
        for stream in &gathered.changed {
            match stream {
                Stream::Centre => published.world.centre = state.world.centre.clone(),
                Stream::Tender(id) => {
                    if let Some(tender) = state.world.tenders.get(id) {
                        published.world.tenders.insert(*id, tender.clone());
                    }
                }
            }
        }
        published.keys = state.keys(&shared.signer);
        published.show(shared, head);
    }
    shared.facts.publish(std::mem::take(&mut gathered.facts));
    shared.grown.send_replace(state.tree.size());
    witnesses::begin_round(shared);
}

impl Published {
    /// The newest signed head; a witnessed one too, where the only witness is in this process.
    fn show(&mut self, shared: &Shared, head: Head) {
        let size = head.size;
        if shared.witnesses.are_here() {
            self.witnessed = Some(head.clone());
            shared.witnessed.send_replace(size);
        }
        self.head = head;
    }
}

/// The place of an act that was accepted before, by who acted and the nonce.
async fn repeated(shared: &Shared, state: &State, read: &ReadAct) -> Result<Option<u64>, LedgerError> {
    let name: ActName = (read.payload.actor.clone(), read.payload.nonce.0);
    if let Some(index) = state.recent.place(&name) {
        return Ok(Some(index));
    }
    if !state.nonces.may_hold(&name.1) {
        return Ok(None);
    }
    let row = shared.database.entry_by_nonce(&name.0, &name.1).await?;
    // What another writer appended is not ours to answer for: the batch will fail, and the state is loaded again.
    Ok(row.map(|row| row.seq).filter(|seq| *seq < state.tree.size()))
}

/// The same answer again; a nonce used for other bytes is refused.
async fn repeat(shared: &Shared, read: &ReadAct, index: u64) -> Result<Accepted, Rejected> {
    let row = shared.database.entry(index).await.map_err(|error| failed(error.into()))?;
    let row = row.ok_or_else(|| failed(LedgerError::Closed(format!("entry {index} is gone"))))?;
    let entry = kaibiao_crypto::entry::Entry::parse(&row.bytes).map_err(|error| failed(error.into()))?;
    if kaibiao_crypto::digest::Digest::of(&entry.payload) != read.digest {
        return Err(Refusal::rule("nonce_reused").into());
    }
    let stream: Stream = read.stream();
    let happened =
        Happened::decode(stream, &row.events).map_err(|error| failed(LedgerError::Encode(error)))?;
    let events = match happened {
        Happened::Centre(_) => Vec::new(),
        Happened::Tender(_, events) => events,
    };
    Ok(Accepted { index, ts: Instant(row.ts), stream, events, is_repeat: true })
}

fn refuse_all(slots: impl Iterator<Item = Slot>, error: LedgerError) {
    let error = Arc::new(error);
    for slot in slots {
        // Who waits for cover hears of it when the other end is gone.
        let Slot::Act(Queued { answer, .. }) = slot else { continue };
        let _ = answer.send(Err(Rejected::Failed(Arc::clone(&error))));
    }
}

/// An error with its sources, for the log of the operator.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
