//! From what is stored to the writer's state. Start-up and recovery after an error are this one function.
//!
//! Every stored entry is hashed again and every outcome compared; the root is compared with the database's head and
//! with what the signer keeps, the second store. A database that is behind it is a restored backup: the log stays closed.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::{self, LogItem};
use kaibiao_crypto::tree::Tree;

use super::facts::Ends;
use super::{Head, LedgerError, Witnesses};
use crate::base::Instant;
use crate::replay::{Happened, Stream, World};
use crate::signer::{Extension, KeptHead, SignerPort};
use crate::store::{Database, EntryRow};

/// Entries read at once.
const PAGE: u32 = 1000;
/// Acts whose nonces the writer remembers, so that a repeat that overtakes its own commit is still found.
const RECENT_MAX: usize = 16_384;

/// Heads of which the writer remembers the root.
const HEADS_MAX: usize = 4096;

/// The end of a stream of the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct StreamEnd {
    pub(super) sseq: u64,
    pub(super) leaf: Digest,
}

/// Who acted, and the nonce.
pub(super) type ActName = (String, [u8; 16]);

/// Acts accepted lately, by name, with their place.
#[derive(Default)]
pub(super) struct Recent {
    places: HashMap<ActName, u64>,
    order: VecDeque<ActName>,
}

impl Recent {
    pub(super) fn place(&self, name: &ActName) -> Option<u64> {
        self.places.get(name).copied()
    }

    pub(super) fn insert(&mut self, name: ActName, place: u64) {
        self.order.push_back(name.clone());
        self.places.insert(name, place);
        if self.order.len() > RECENT_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.places.remove(&oldest);
        }
    }
}

/// The nonces of all acts, by their first half: an act whose half is not among them was never made, and the database
/// need not be asked. Another act with the same half only costs that question.
#[derive(Default)]
pub(super) struct Nonces(HashSet<[u8; 8]>);

impl Nonces {
    pub(super) fn may_hold(&self, nonce: &[u8; 16]) -> bool {
        self.0.contains(&half(nonce))
    }

    pub(super) fn insert(&mut self, nonce: &[u8; 16]) {
        self.0.insert(half(nonce));
    }
}

fn half(nonce: &[u8; 16]) -> [u8; 8] {
    std::array::from_fn(|at| nonce[at])
}

/// Heads that were signed lately.
#[derive(Default)]
pub(super) struct Heads(BTreeMap<u64, Digest>);

impl Heads {
    pub(super) fn root(&self, size: u64) -> Option<Digest> {
        self.0.get(&size).copied()
    }

    fn insert(&mut self, size: u64, root: Digest) {
        self.0.insert(size, root);
        if self.0.len() > HEADS_MAX {
            self.0.pop_first();
        }
    }
}

/// What the writer holds. Loaded, consumed by an append, and given back only whole: after an error there is none.
pub(super) struct State {
    pub(super) world: World,
    pub(super) tree: Tree,
    pub(super) ends: BTreeMap<Stream, StreamEnd>,
    pub(super) facts: Ends,
    pub(super) recent: Recent,
    pub(super) nonces: Nonces,
    pub(super) heads: Heads,
    pub(super) kept: Option<KeptHead>,
    pub(super) last_ts: Instant,
}

impl State {
    /// The head as it is now is kept and signed.
    pub(super) fn keep(&mut self, size: u64, root: Digest) {
        self.kept = Some(KeptHead { root, size });
        self.heads.insert(size, root);
    }

    /// The head as it is, with the proof that it continues the one that the signer keeps.
    pub(super) fn extension(&self) -> Result<Extension, LedgerError> {
        let (size, root) = (self.tree.size(), self.tree.root());
        let old_size = self.kept.map_or(0, |kept| kept.size);
        let proof = if old_size == 0 { Vec::new() } else { self.tree.consistency(old_size, size)? };
        Ok(Extension { old_size, proof, root, size })
    }

    /// Has the head kept and signed; with the cosignature of the witness in this process, if that is the one.
    pub(super) async fn signed_head(
        &self,
        signer: &SignerPort,
        witnesses: &Witnesses,
        now: Instant,
    ) -> Result<Head, LedgerError> {
        let wanted = self.extension()?;
        let (size, root) = (wanted.size, wanted.root);
        let note = if size == 0 { None } else { Some(signer.sign(&wanted).await?) };
        Ok(Head { size, root, note: note.map(|note| witnesses.cosigned_here(note, now)) })
    }
}

/// Loads and re-checks everything.
pub(super) async fn load(database: &Database, signer: &SignerPort) -> Result<State, LedgerError> {
    let mut state = State {
        world: World::default(),
        tree: Tree::new(),
        ends: BTreeMap::new(),
        facts: Ends::load(database).await?,
        recent: Recent::default(),
        nonces: Nonces::default(),
        heads: Heads::default(),
        kept: signer.kept().await?,
        last_ts: Instant::default(),
    };
    loop {
        let rows = database.entries(state.tree.size(), PAGE).await?;
        if rows.is_empty() {
            break;
        }
        rows.into_iter().try_for_each(|row| fold(&mut state, row, signer.verifier().name()))?;
    }
    compare(database, signer, &mut state).await?;
    Ok(state)
}

fn fold(state: &mut State, row: EntryRow, origin: &str) -> Result<(), LedgerError> {
    let seq = row.seq;
    let closed = |what: &str| LedgerError::Closed(format!("entry {seq}: {what}"));
    let leaf = entry::leaf_hash(&row.bytes);
    if leaf != row.leaf || seq != state.tree.size() {
        return Err(closed("its bytes are not those of its leaf"));
    }
    state.tree.append(leaf);
    state.last_ts = state.last_ts.max(Instant(row.ts));
    let LogItem::Act(entry) = LogItem::parse(&row.bytes)? else { return Ok(()) };
    if entry.header.outcome != Digest::of(&row.events) {
        return Err(closed("its events are not those of its outcome"));
    }
    let stream: Stream = entry.header.stream.parse().map_err(|_| closed("its stream is none"))?;
    let payload = entry.read_payload()?;
    if payload.origin != origin {
        return Err(closed("it is of another log"));
    }
    let happened = Happened::decode(stream, &row.events).map_err(LedgerError::Encode)?;
    let ts = Instant(i64::try_from(entry.header.ts).map_err(|_| closed("its time is out of range"))?);
    state.world.apply(&happened, ts);
    state.ends.insert(stream, StreamEnd { sseq: entry.header.sseq, leaf });
    state.nonces.insert(&payload.nonce.0);
    state.recent.insert((payload.actor, payload.nonce.0), seq);
    Ok(())
}

async fn compare(database: &Database, signer: &SignerPort, state: &mut State) -> Result<(), LedgerError> {
    let (size, root) = (state.tree.size(), state.tree.root());
    let stored = database.last_head().await?;
    if stored.as_ref().is_some_and(|head| (head.size, head.root) != (size, root)) {
        return Err(LedgerError::Closed("the stored head is not the root of the stored entries".to_owned()));
    }
    let here = (size > 0).then_some(KeptHead { root, size });
    match state.kept {
        kept if kept == here => Ok(()),
        // A crash between the transaction and the second store: what was committed stands, nothing was answered.
        Some(kept) if kept.size < size && state.tree.root_at(kept.size)? == kept.root => {
            catch_up(signer, state, here).await
        }
        None if size > 0 => catch_up(signer, state, here).await,
        Some(kept) if kept.size > size => Err(LedgerError::Closed(format!(
            "the database ends at {size}, the second store at {}: entries {size} to {} are missing",
            kept.size,
            kept.size - 1
        ))),
        Some(_) | None => Err(LedgerError::Closed("the second store holds another history".to_owned())),
    }
}

async fn catch_up(signer: &SignerPort, state: &mut State, here: Option<KeptHead>) -> Result<(), LedgerError> {
    signer.sign(&state.extension()?).await?;
    state.kept = here;
    Ok(())
}
