//! The ledger: the one writer of the log.
//!
//! An act is stamped with its time when its last byte is read and takes its place in a queue at that instant; its
//! signature is checked while it waits, by threads of their own; the writer takes what is queued, decides, appends in one transaction, has the head
//! kept and signed by the signer, and only then answers and publishes (docs: log, order of writing). Witnesses cosign
//! behind that; only what binds waits for them.
//!
//! *Invariants*: only this module appends. An error between the transaction and the answer drops all that is in memory;
//! the next batch starts from what the database holds, re-checked.

mod batch;
mod checkers;
mod export;
mod facts;
mod mirror;
mod rebuild;
mod recover;
mod recovery;
mod refold;
mod witnesses;
mod writer;

pub use crate::clock::Clock;
pub use export::ExportError;
pub use facts::{Facts, Follower, stream_name};
pub use mirror::{Mirror, MirrorError};
pub use rebuild::{Keeping, Rebuilt, rebuild};
pub use recover::{Recovered, recover};
pub use witnesses::{Standing, Witnesses};

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use kaibiao_crypto::act::{Nonce, Payload, SignedAct};
use kaibiao_crypto::canonical::CanonicalError;
use kaibiao_crypto::checkpoint::{Note, NoteError, NoteVerifier};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::EntryError;
use kaibiao_crypto::key::KeyError;
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::succession::LogKeys;
use kaibiao_crypto::tree::{ProofError, Tree};
use ring::rand::SystemRandom;
use tokio::sync::{mpsc, oneshot, watch};

use checkers::Checkers;
use witnesses::Round;

use crate::base::{Instant, LongText, Refusal, TenderId};
use crate::centre::{Centre, CentreCommand, RotateLogKey};
use crate::replay::evidence::nonce_of_step;
use crate::replay::{ReadAct, Rejection, Stream, World};
use crate::signer::{SignerError, SignerPort};
use crate::store::{self, Database};
use crate::tender::{Command, Event, Tender};
use crate::witness::WitnessError;

/// Acts that may wait for the writer; beyond it the platform says `busy`.
pub const QUEUE_MAX: usize = 8192;
/// Acts of one transaction.
pub const BATCH_MAX: usize = 2048;
/// Seconds after which a client tries again when the queue is full.
const RETRY_AFTER_S: u32 = 2;

/// A fault of the ledger: ours, never the actor's.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database.
    #[error("the database failed")]
    Store(#[from] store::Error),
    /// A file of keys or heads.
    #[error("a file of the log failed")]
    File(#[from] std::io::Error),
    /// A key, or the generator.
    #[error("a key of the log cannot be used")]
    Key(#[from] KeyError),
    /// The signer.
    #[error("no head is signed")]
    Signer(#[from] SignerError),
    /// A witness cannot be set up.
    #[error("a witness cannot be used")]
    Witness(#[from] WitnessError),
    /// The mirror.
    #[error("the mirror cannot be used")]
    Mirror(#[from] MirrorError),
    /// The policy of the witnesses.
    #[error("the policy of the witnesses cannot be used: {0}")]
    Policy(String),
    /// The entry does not stand under a head that a quorum of witnesses has cosigned yet.
    #[error("entry {0} waits for witnesses")]
    AwaitsWitnesses(u64),
    /// A note.
    #[error("a head cannot be signed")]
    Note(#[from] NoteError),
    /// A proof.
    #[error("no such proof")]
    Proof(#[from] ProofError),
    /// An entry.
    #[error("an entry cannot be written or read")]
    Entry(#[from] EntryError),
    /// Text.
    #[error("an act or event has no canonical text")]
    Canonical(#[from] CanonicalError),
    /// An act of the platform itself.
    #[error("an act of the platform cannot be written")]
    Act(#[from] kaibiao_crypto::act::ActError),
    /// JSON of events.
    #[error("stored events cannot be read or written")]
    Encode(serde_json::Error),
    /// Nothing is stored there, or it is not under a signed head yet.
    #[error("no entry {0} under a signed head")]
    NoEntry(u64),
    /// What is stored contradicts itself: the log stays closed.
    #[error("the log is closed: {0}")]
    Closed(String),
}

impl LedgerError {
    /// The database ends before what somebody else knows of the log: a restored backup, until proven otherwise.
    fn missing(here: u64, who: &str, there: u64) -> Self {
        let last = there - 1;
        Self::Closed(format!(
            "the database ends at {here}, {who} at {there}: entries {here} to {last} are missing"
        ))
    }
}

/// Why an act was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Rejected {
    /// Against a rule, or not readable.
    #[error(transparent)]
    Refused(Rejection),
    /// The queue is full; nothing was recorded.
    #[error("busy")]
    Busy {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// A fault of ours; the chain of sources is logged once.
    #[error("failed")]
    Failed(Arc<LedgerError>),
}

impl Rejected {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(rejection) => rejection.code(),
            Self::Busy { .. } => "busy",
            Self::Failed(_) => "internal",
        }
    }
}

impl<E: Into<Rejection>> From<E> for Rejected {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// An accepted act.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Place in the log.
    pub index: u64,
    /// The moment that counts.
    pub ts: Instant,
    /// The stream that it stands in.
    pub stream: Stream,
    /// What it led to; empty for the centre.
    pub events: Vec<Event>,
    /// The same bytes had been accepted before; nothing new was written.
    pub is_repeat: bool,
}

/// A head of the log.
#[derive(Clone, Debug)]
pub struct Head {
    /// Entries.
    pub size: u64,
    /// Tree head.
    pub root: Digest,
    /// Signed checkpoint, with the cosignatures that it has; none before the first entry.
    pub note: Option<Note>,
}

/// What readers see: committed, in the second store, signed.
struct Published {
    world: World,
    keys: LogKeys,
    tree: Tree,
    head: Head,
    /// The newest head that a quorum of witnesses has cosigned.
    witnessed: Option<Head>,
}

/// What waits for the writer.
enum Slot {
    /// An act.
    Act(Queued),
    /// A batch of cover, as if one act of it were sealed; and who waits for it.
    Cover(oneshot::Sender<()>),
}

/// An act in the queue.
struct Queued {
    arrived: Instant,
    act: Arc<SignedAct>,
    checked: oneshot::Receiver<Result<Arc<ReadAct>, Rejected>>,
    /// Whether what the act names lets it in; none if nothing was to be looked at.
    admitted: Option<oneshot::Receiver<Result<(), Rejected>>>,
    answer: oneshot::Sender<Result<Accepted, Rejected>>,
}

impl Slot {
    /// Whether the writer need not wait for it.
    fn is_checked(&self) -> bool {
        let Self::Act(queued) = self else { return true };
        let is_admitted = queued.admitted.as_ref().is_none_or(|admitted| !admitted.is_empty());
        is_admitted && !queued.checked.is_empty()
    }
}

struct Shared {
    database: Database,
    signer: SignerPort,
    witnesses: Witnesses,
    clock: Clock,
    published: RwLock<Published>,
    facts: Facts,
    checkers: Checkers,
    /// The queue with the time of its last act: stamping and queueing are one step, so order is order of time.
    queue: Mutex<(mpsc::Sender<Slot>, Instant)>,
    grown: watch::Sender<u64>,
    /// The head that witnesses are asked to cosign.
    round: watch::Sender<Option<Round>>,
    /// Size of the witnessed head.
    witnessed: watch::Sender<u64>,
    /// How it stands with each witness, in the order of the policy.
    standings: Mutex<Vec<Standing>>,
    /// What a witness proved against this log: nothing is written any more.
    contradiction: Mutex<Option<String>>,
    /// Folder of heads of another history than ours.
    evidence: PathBuf,
}

/// The ledger.
#[derive(Clone)]
pub struct Ledger(Arc<Shared>);

/// Where the ledger keeps things.
pub struct Places {
    /// The database.
    pub database: Database,
    /// Who holds the log's key and the second store. The name of the key is the origin of the log.
    pub signer: SignerPort,
    /// Who witnesses the log.
    pub witnesses: Witnesses,
    /// A copy of the log on another disk, if there is one.
    pub mirror: Option<Mirror>,
    /// Folder for heads of another history than ours.
    pub evidence: PathBuf,
}

impl Shared {
    fn published<T>(&self, read: impl FnOnce(&Published) -> T) -> T {
        read(&self.published.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The log's keys.
    fn keys(&self) -> LogKeys {
        self.published(|published| published.keys.clone())
    }

    /// The newest head.
    fn head(&self) -> Head {
        self.published(|published| published.head.clone())
    }
}

impl Ledger {
    /// Opens the log, re-checks what is stored and starts the writer.
    pub async fn open(places: Places, clock: Clock) -> Result<Self, LedgerError> {
        let Places { database, signer, witnesses, mirror, evidence } = places;
        let state = recovery::load(&database, &signer).await?;
        let keys = state.keys(&signer);
        witnesses::compare(&witnesses, &keys, &state.tree, &evidence).await?;
        if let Some(mirror) = &mirror {
            mirror::compare(mirror, &keys, &state.tree)?;
        }
        let facts = Facts::new(database.clone());
        facts.load().await?;
        let (sender, receiver) = mpsc::channel(QUEUE_MAX);
        let head = state.signed_head(&signer, &witnesses, clock.now()).await?;
        let witnessed = witnesses.last_witnessed(&keys, &head, &state.tree, &database).await?;
        let size_witnessed = witnessed.as_ref().map_or(0, |head| head.size);
        let grown = watch::Sender::new(head.size);
        let (world, tree) = (state.world.clone(), state.tree.clone());
        let published = Published { world, keys, tree, head, witnessed };
        let shared = Arc::new(Shared {
            database,
            clock,
            queue: Mutex::new((sender, state.last_ts)),
            published: RwLock::new(published),
            facts,
            checkers: Checkers::start()?,
            grown,
            round: watch::Sender::new(None),
            witnessed: watch::Sender::new(size_witnessed),
            standings: Mutex::new(witnesses.standings()),
            contradiction: Mutex::default(),
            evidence,
            signer,
            witnesses,
        });
        for place in 0..shared.witnesses.lines().len() {
            tokio::spawn(witnesses::follow(Arc::downgrade(&shared), place));
        }
        if let Some(mirror) = mirror {
            tokio::spawn(mirror::follow(Arc::downgrade(&shared), mirror, shared.grown.subscribe()));
        }
        witnesses::begin_round(&shared);
        tokio::spawn(writer::run(Arc::downgrade(&shared), state, receiver));
        Ok(Self(shared))
    }

    /// Takes an act: its time is now.
    pub async fn submit(&self, act: SignedAct) -> Result<Accepted, Rejected> {
        let waiting = self.queue_for_check(act, None, None)?;
        answered(waiting).await
    }

    /// Takes an act that was read already, whose time is now and that counts only if `admission` lets it in. The place
    /// is taken first, so looking at what an act names costs nobody the deadline.
    pub async fn submit_admitted(
        &self,
        act: SignedAct,
        read: Arc<ReadAct>,
        admission: impl Future<Output = Result<(), Rejected>>,
    ) -> Result<Accepted, Rejected> {
        let (admit, admitted) = oneshot::channel();
        let waiting = self.queue_for_check(act, Some(read), Some(admitted))?;
        // The writer may have stopped; then the answer below says so.
        let _ = admit.send(admission.await);
        answered(waiting).await
    }

    /// Appends a batch of cover entries alone: from outside it is what a batch with a sealed act is, on the same way. Comes
    /// back when its head is signed.
    pub async fn cover(&self) -> Result<(), Rejected> {
        let (written, waiting) = oneshot::channel();
        let sender = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).0.clone();
        sender.try_send(Slot::Cover(written)).map_err(|_| Rejected::Busy { retry_after_s: RETRY_AFTER_S })?;
        waiting.await.map_err(|_| failed(LedgerError::Closed("a batch of cover was not written".to_owned())))
    }

    /// An act of the platform itself on a tender.
    pub async fn system(&self, tender: TenderId, command: Command) -> Result<Accepted, Rejected> {
        let (kind, lot, body) = command.encode().map_err(|error| failed(LedgerError::Encode(error)))?;
        self.system_act(Some(tender), lot.map(|lot| lot.to_string()), kind, &body).await
    }

    /// An act of the platform itself on the centre.
    pub async fn system_centre(&self, command: &CentreCommand) -> Result<Accepted, Rejected> {
        let mut tagged = serde_json::to_value(command).map_err(|error| failed(LedgerError::Encode(error)))?;
        let kind = tagged["type"].as_str().unwrap_or_default().to_owned();
        self.system_act(None, None, kind, &tagged["body"].take()).await
    }

    async fn system_act(
        &self,
        tender: Option<TenderId>,
        lot: Option<String>,
        kind: String,
        body: &serde_json::Value,
    ) -> Result<Accepted, Rejected> {
        let nonce = Nonce::generate(&SystemRandom::new()).map_err(|error| failed(error.into()))?;
        let mut payload = Payload {
            client_time: u64::try_from(self.0.clock.now().0).unwrap_or(0),
            lot,
            tender: tender.map(|tender| tender.to_string()),
            ..Payload::system(self.origin(), &kind, nonce)
        };
        let detached = payload.take_body(body)?;
        let act = SignedAct::system(&payload, detached)?;
        let read = ReadAct::of(&act, self.origin());
        let (checked, waiting) = self.queue(Arc::new(act), None)?;
        let _ = checked.send(read.map(Arc::new).map_err(Rejected::from));
        answered(waiting).await
    }

    /// Queues an act and has it checked while it waits.
    fn queue_for_check(
        &self,
        act: SignedAct,
        read: Option<Arc<ReadAct>>,
        admitted: Option<oneshot::Receiver<Result<(), Rejected>>>,
    ) -> Result<oneshot::Receiver<Result<Accepted, Rejected>>, Rejected> {
        let act = Arc::new(act);
        let (checked, waiting) = self.queue(Arc::clone(&act), admitted)?;
        let ledger = self.clone();
        self.0.checkers.ask(move || drop(checked.send(ledger.check(&act, read))));
        Ok(waiting)
    }

    /// Stamps an act and puts it in its place, in one step.
    #[expect(clippy::type_complexity, reason = "the two ends of one slot")]
    fn queue(
        &self,
        act: Arc<SignedAct>,
        admitted: Option<oneshot::Receiver<Result<(), Rejected>>>,
    ) -> Result<
        (oneshot::Sender<Result<Arc<ReadAct>, Rejected>>, oneshot::Receiver<Result<Accepted, Rejected>>),
        Rejected,
    > {
        let (send_check, checked) = oneshot::channel();
        let (answer, waiting) = oneshot::channel();
        let mut queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let arrived = self.0.clock.now().max(queue.1);
        let slot = Slot::Act(Queued { arrived, act, checked, admitted, answer });
        queue.0.try_send(slot).map_err(|_| Rejected::Busy { retry_after_s: RETRY_AFTER_S })?;
        queue.1 = arrived;
        Ok((send_check, waiting))
    }

    /// Everything about an act that needs no lock: bytes, form, signature.
    fn check(&self, act: &SignedAct, read: Option<Arc<ReadAct>>) -> Result<Arc<ReadAct>, Rejected> {
        let read = match read {
            Some(read) => read,
            None => Arc::new(ReadAct::of(act, self.origin())?),
        };
        if act.alg == 0 {
            return Err(Refusal::forbidden("system_only").into());
        }
        let key = self.published(|published| published.world.key(act.key_id))?;
        act.verify(&key)?;
        Ok(read)
    }

    /// The clock of the platform.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The database, for rows that are no part of the log.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Origin of the log.
    pub fn origin(&self) -> &str {
        self.0.signer.verifier().name()
    }

    /// Public keys of the log, oldest first.
    pub fn log_keys(&self) -> LogKeys {
        self.0.keys()
    }

    /// Public key of the log that signs its newest witnessed head, as a `vkey` line: nobody is told of another before its
    /// rotation can be shown.
    pub fn log_vkey(&self) -> String {
        let size = self.witnessed().map_or(0, |head| head.size);
        self.log_keys().at(size).vkey()
    }

    /// Whether the signer holds just the two keys that a succession names: once it stands in the log, heads are signed by
    /// the new one, or none is. Error: `succession_not_prepared`.
    pub async fn is_prepared(&self, rotation: &RotateLogKey) -> Result<(), Rejected> {
        let held = self.0.signer.keys().await.map_err(|error| failed(error.into()))?;
        let named = rotation.named().map(|(from, to)| [from.to_owned(), to.to_owned()]);
        let is_held = named.is_some_and(|named| named.as_slice() == held);
        if is_held { Ok(()) } else { Err(Refusal::rule("succession_not_prepared").into()) }
    }

    /// The notes by which keepers have accepted steps of the signer's clock and which the log does not tell yet, oldest first.
    pub async fn untold_clock_steps(&self) -> Result<Vec<LongText>, LedgerError> {
        let told = &self.centre().clock_steps;
        let is_untold = |note: &String| {
            nonce_of_step(note).is_some_and(|nonce| !told.iter().any(|step| step.nonce == nonce))
        };
        let notes = self.0.signer.clock_steps().await?.into_iter().filter(is_untold);
        Ok(notes.filter_map(|note| LongText::new(note).ok()).collect())
    }

    /// The receipts by which readers follow from key to key: of every rotation that stands under a witnessed head.
    pub async fn rotations(&self) -> Result<Vec<String>, LedgerError> {
        let mut receipts = Vec::new();
        for index in self.log_keys().rotations() {
            match self.witnessed_inclusion(index) {
                Err(LedgerError::AwaitsWitnesses(_)) => break,
                Err(error) => return Err(error),
                Ok(_) => receipts.push(self.receipt(index).await?),
            }
        }
        Ok(receipts)
    }

    /// Public keys of the witnesses.
    pub fn witness_vkeys(&self) -> Vec<String> {
        self.0.witnesses.keys().iter().map(NoteVerifier::vkey).collect()
    }

    /// The centre, as committed.
    pub fn centre(&self) -> Arc<Centre> {
        self.published(|published| Arc::clone(&published.world.centre))
    }

    /// A tender, as committed.
    pub fn tender(&self, id: TenderId) -> Option<Arc<Tender>> {
        self.published(|published| published.world.tenders.get(&id).map(Arc::clone))
    }

    /// All tenders, newest publication first.
    pub fn tenders(&self) -> Vec<Arc<Tender>> {
        let mut tenders: Vec<Arc<Tender>> =
            self.published(|published| published.world.tenders.values().map(Arc::clone).collect());
        tenders.sort_by_key(|tender| std::cmp::Reverse(tender.notice.published_at));
        tenders
    }

    /// The newest head.
    pub fn head(&self) -> Head {
        self.0.head()
    }

    /// Wakes when the log grows.
    pub fn grown(&self) -> watch::Receiver<u64> {
        self.0.grown.subscribe()
    }

    /// Hashes of a tile (C2SP tlog-tiles); empty if the log does not hold it all.
    pub fn tile(&self, level: u8, n: u64, width: u16) -> Vec<Digest> {
        self.published(|published| published.tree.tile(level, n, width))
    }

    /// Proof that the head of size `to` extends that of size `from`.
    pub fn consistency(&self, from: u64, to: u64) -> Result<Vec<Digest>, ProofError> {
        self.published(|published| published.tree.consistency(from, to))
    }

    /// Proof that the entry at `index` stands under the newest witnessed head, with that head. Error: the entry waits for
    /// witnesses.
    pub fn witnessed_inclusion(&self, index: u64) -> Result<(Vec<Digest>, Head), LedgerError> {
        self.published(|published| {
            let covers = published.witnessed.as_ref().filter(|head| head.size > index);
            let head = covers.cloned().ok_or(LedgerError::AwaitsWitnesses(index))?;
            Ok((published.tree.inclusion(index, head.size)?, head))
        })
    }

    /// The receipt of the entry at `index`: under the newest witnessed head, or, until that covers it, under the newest
    /// head that the log has signed.
    pub async fn receipt(&self, index: u64) -> Result<String, LedgerError> {
        let row = self.0.database.entry(index).await?.ok_or(LedgerError::NoEntry(index))?;
        let (proof, head) = match self.witnessed_inclusion(index) {
            Err(LedgerError::AwaitsWitnesses(_)) => self.published(|published| {
                let head = published.head.clone();
                Ok::<_, LedgerError>((published.tree.inclusion(index, head.size)?, head))
            })?,
            witnessed => witnessed?,
        };
        let note = head.note.ok_or(LedgerError::NoEntry(index))?;
        Ok(Receipt { index, proof, entry: row.bytes, note }.to_text())
    }

    /// What the rooms hear.
    pub fn facts(&self) -> &Facts {
        &self.0.facts
    }

    fn published<T>(&self, read: impl FnOnce(&Published) -> T) -> T {
        self.0.published(read)
    }
}

async fn answered(waiting: oneshot::Receiver<Result<Accepted, Rejected>>) -> Result<Accepted, Rejected> {
    let stopped = || failed(LedgerError::Closed("the writer has stopped".to_owned()));
    waiting.await.unwrap_or_else(|_| Err(stopped()))
}

fn failed(error: LedgerError) -> Rejected {
    Rejected::Failed(Arc::new(error))
}
