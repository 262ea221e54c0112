//! From what is stored to the writer's state. Start-up and recovery after an error are this one function.
//!
//! Every stored entry is hashed again, every outcome and column compared; the root is compared with the database's head
//! and with what the signer keeps, the second store. A database that is behind it is a restored backup: the log stays
//! closed. What is beyond it was left by a crash, or put there by a stranger: it is decided again before it is signed.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use kaibiao_crypto::act::{Payload, SYSTEM_ACTOR};
use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::{self, Entry, Header, LogItem};
use kaibiao_crypto::succession::{LogKeys, Succession};
use kaibiao_crypto::tree::Tree;

use super::facts::Ends;
use super::{Head, LedgerError, Witnesses};
use crate::base::Instant;
use crate::centre::CentreEvent;
use crate::replay::{Happened, RULES, ReadAct, Stream, World};
use crate::signer::{Extension, KeptHead, SignerError, SignerPort};
use crate::store::{Database, EntryRow};

/// Entries read at once.
pub(super) const PAGE: u32 = 1000;
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
    /// The time of the last act in the log.
    pub(super) entry_ts: Instant,
    /// The newest moment at which an act came, refused ones too.
    pub(super) last_ts: Instant,
    /// The log's keys, once one has followed another.
    keys: Option<LogKeys>,
}

impl State {
    /// Of an empty log.
    pub(super) fn empty(facts: Ends) -> Self {
        Self {
            world: World::default(),
            tree: Tree::new(),
            ends: BTreeMap::new(),
            facts,
            recent: Recent::default(),
            nonces: Nonces::default(),
            heads: Heads::default(),
            kept: None,
            entry_ts: Instant::default(),
            last_ts: Instant::default(),
            keys: None,
        }
    }

    /// Folds in what the entry at `seq` has led to.
    pub(super) fn apply(&mut self, happened: &Happened, ts: Instant, seq: u64) -> Result<(), LedgerError> {
        self.world.apply(happened, ts);
        let Happened::Centre(events) = happened else { return Ok(()) };
        for event in events {
            let CentreEvent::LogKeyRotated { from, to } = event else { continue };
            let succession = Succession { from: NoteVerifier::parse(from)?, to: NoteVerifier::parse(to)? };
            let keys = self.keys.get_or_insert_with(|| succession.from.clone().into());
            keys.follow(seq, succession).map_err(SignerError::from)?;
        }
        Ok(())
    }

    /// The log's keys: as the log says, or the one that the signer has if the log names none.
    pub(super) fn keys(&self, signer: &SignerPort) -> LogKeys {
        self.keys.clone().unwrap_or_else(|| signer.verifier().clone().into())
    }

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
        let note = if size == 0 { None } else { Some(signer.sign(&wanted, &self.keys(signer)).await?) };
        Ok(Head { size, root, note: note.map(|note| witnesses.cosigned_here(note, now)) })
    }
}

/// Loads and re-checks everything. What the signer has not signed yet is decided again, as if it came now.
pub(super) async fn load(database: &Database, signer: &SignerPort) -> Result<State, LedgerError> {
    let kept = signer.kept().await?;
    let signed = kept.map_or(0, |kept| kept.size);
    let mut state = load_from(database, signer.verifier().name(), signed).await?;
    state.kept = kept;
    compare(signer, &mut state).await?;
    Ok(state)
}

/// Loads what the database holds of the log of `origin` and checks it against itself only.
pub(super) async fn load_stored(database: &Database, origin: &str) -> Result<State, LedgerError> {
    load_from(database, origin, u64::MAX).await
}

async fn load_from(database: &Database, origin: &str, signed: u64) -> Result<State, LedgerError> {
    let mut state = State::empty(Ends::load(database).await?);
    loop {
        let rows = database.entries(state.tree.size(), PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.seq < signed {
                fold(&mut state, row, origin)?;
            } else {
                fold_unsigned(&mut state, row, origin)?;
            }
        }
    }
    let here = (state.tree.size(), state.tree.root());
    if database.last_head().await?.is_some_and(|head| (head.size, head.root) != here) {
        return Err(LedgerError::Closed("the stored head is not the root of the stored entries".to_owned()));
    }
    Ok(state)
}

/// An entry that stands under no signed head: left by a crash, or put there by a stranger who wants it signed. It counts if
/// its actor signed it and it leads to what it says; under older rules the verifier alone can tell the latter.
fn fold_unsigned(state: &mut State, row: EntryRow, origin: &str) -> Result<(), LedgerError> {
    let LogItem::Act(entry) = LogItem::parse(&row.bytes)? else { return fold(state, row, origin) };
    let forged =
        |what: &str| LedgerError::Closed(format!("entry {}, not under a signed head: {what}", row.seq));
    if entry.read_payload()?.actor != SYSTEM_ACTOR {
        let key = state.world.key(entry.key_id).map_err(|_| forged("its key is not known"))?;
        entry.verify(&key).map_err(|_| forged("its actor did not sign it"))?;
    }
    if entry.header.rules == RULES && !leads_there(state, &row, &entry, origin) {
        return Err(forged("it is not what its act leads to"));
    }
    fold(state, row, origin)
}

/// Whether an act that comes next leads to this row.
fn leads_there(state: &State, row: &EntryRow, entry: &Entry, origin: &str) -> bool {
    let decided = ReadAct::of(&entry.to_act(row.body.clone()), origin).and_then(|read| {
        let happened = state.world.decide(&read, entry.key_id, Instant(row.ts))?;
        Ok((read.stream(), happened.encode()?))
    });
    decided.is_ok_and(|(stream, (events, outcome))| {
        let end = state.ends.get(&stream);
        let Header { sseq, sprev, .. } = &entry.header;
        (events, outcome) == (row.events.clone(), entry.header.outcome)
            && entry.header.stream == stream.to_string()
            && (*sseq, *sprev) == (end.map_or(0, |end| end.sseq + 1), end.map(|end| end.leaf))
    })
}

fn fold(state: &mut State, row: EntryRow, origin: &str) -> Result<(), LedgerError> {
    let seq = row.seq;
    let closed = |what: &str| LedgerError::Closed(format!("entry {seq}: {what}"));
    let leaf = entry::leaf_hash(&row.bytes);
    if leaf != row.leaf || seq != state.tree.size() {
        return Err(closed("its bytes are not those of its leaf"));
    }
    state.tree.append(leaf);
    state.entry_ts = Instant(row.ts);
    state.last_ts = state.last_ts.max(state.entry_ts);
    let LogItem::Act(entry) = LogItem::parse(&row.bytes)? else { return Ok(()) };
    let payload = entry.read_payload()?;
    if !is_of_act(&row, &entry, &payload) {
        return Err(closed("its columns are not those of its bytes"));
    }
    if entry.header.outcome != Digest::of(&row.events) {
        return Err(closed("its events are not those of its outcome"));
    }
    let stream: Stream = entry.header.stream.parse().map_err(|_| closed("its stream is none"))?;
    if payload.origin != origin {
        return Err(closed("it is of another log"));
    }
    let happened = Happened::decode(stream, &row.events).map_err(LedgerError::Encode)?;
    state.apply(&happened, Instant(row.ts), seq)?;
    state.ends.insert(stream, StreamEnd { sseq: entry.header.sseq, leaf });
    state.nonces.insert(&payload.nonce.0);
    state.recent.insert((payload.actor, payload.nonce.0), seq);
    Ok(())
}

/// Whether the columns of a row are what its act says: a repeat, an export and a room go by them.
fn is_of_act(row: &EntryRow, entry: &Entry, payload: &Payload) -> bool {
    let Header { stream, sseq, ts, .. } = &entry.header;
    row.place.as_ref().is_some_and(|place| (&place.0, &place.1) == (stream, sseq))
        && row.act.as_ref().is_some_and(|act| (&act.0, &act.1) == (&payload.actor, &payload.nonce.0))
        && u64::try_from(row.ts) == Ok(*ts)
        && row.body.as_deref().map(Digest::of) == payload.body_sha256
}

/// Compares what the database holds with what the signer signed last.
async fn compare(signer: &SignerPort, state: &mut State) -> Result<(), LedgerError> {
    let (size, root) = (state.tree.size(), state.tree.root());
    let here = (size > 0).then_some(KeptHead { root, size });
    match state.kept {
        kept if kept == here => Ok(()),
        // A crash between the transaction and the second store: what was committed stands, nothing was answered.
        Some(kept) if kept.size < size && state.tree.root_at(kept.size)? == kept.root => {
            catch_up(signer, state, here).await
        }
        None if size > 0 => catch_up(signer, state, here).await,
        Some(kept) if kept.size > size => Err(LedgerError::missing(size, "the second store", kept.size)),
        Some(_) | None => Err(LedgerError::Closed("the second store holds another history".to_owned())),
    }
}

async fn catch_up(signer: &SignerPort, state: &mut State, here: Option<KeptHead>) -> Result<(), LedgerError> {
    signer.sign(&state.extension()?, &state.keys(signer)).await?;
    state.kept = here;
    Ok(())
}
