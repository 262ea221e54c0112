//! Who witnesses the log: one in the process by default, or those of a policy, k of n of whom must have cosigned a head.
//!
//! The newest head goes to all of them at once, as a *round*; the next round begins when a quorum has cosigned this one,
//! again with the newest head then. So witnesses always meet at the same head, however fast the log grows, and whoever
//! was away joins the round that is under way. What was written meanwhile waits for nobody; only gates do.
//!
//! *Invariant*: the witnessed head is of our history and cosigned by a quorum; it never goes back.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use kaibiao_crypto::checkpoint::{Checkpoint, Cosigner, Note, NoteSignature, NoteVerifier};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::succession::LogKeys;
use kaibiao_crypto::tree::Tree;
use serde::Serialize;

use super::{Head, Ledger, LedgerError, Shared};
use crate::base::Instant;
use crate::held;
use crate::limits::WITNESS_RETRY_MS;
use crate::replay::check::Policy;
use crate::signer::stored_key;
use crate::store::{Cosignature, Database};
use crate::witness::{Refused, WitnessLine};

/// Whose cosignatures a head needs.
pub struct Witnesses {
    policy: Policy,
    reach: Reach,
}

/// How they are reached.
enum Reach {
    /// One in this process. It needs no memory of its own: it cosigns what the signer has just kept and signed.
    Here(Box<Cosigner>),
    /// Programs of others.
    There(Vec<WitnessLine>),
}

/// How it stands with a witness.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing was asked of it yet.
    Unknown,
    /// It cosigned what it was asked last.
    Cosigns,
    /// It is not reached.
    Unreachable,
    /// It does not cosign.
    Refuses,
}

/// A head that witnesses are asked to cosign.
#[derive(Clone)]
pub(super) struct Round {
    size: u64,
    note: Note,
    is_done: bool,
}

impl Witnesses {
    /// One witness in this process, its key in the file `key`: policy 1 of 1.
    pub fn embedded(log: &NoteVerifier, key: &Path) -> Result<Self, LedgerError> {
        let cosigner = Cosigner::new(&format!("{}/witness", log.name()), stored_key(key)?)?;
        let witnesses = vec![cosigner.verifier().clone()];
        let policy = Policy { logs: vec![log.clone()], witnesses, quorum: 1, addresses: Default::default() };
        Ok(Self { policy, reach: Reach::Here(Box::new(cosigner)) })
    }

    /// The witnesses of a policy, each with its address there. A policy that names logs must name this one.
    pub fn of_policy(log: &NoteVerifier, policy: Policy) -> Result<Self, LedgerError> {
        let unusable = |what: String| LedgerError::Policy(what);
        if policy.quorum == 0 {
            return Err(unusable("its quorum is none".to_owned()));
        }
        // By name: the file may be older than the key.
        if !policy.logs.is_empty() && !policy.logs.iter().any(|known| known.name() == log.name()) {
            return Err(unusable("it is for another log".to_owned()));
        }
        let line = |witness: &NoteVerifier| {
            let address = policy.addresses.get(&witness.vkey());
            let address = address.ok_or_else(|| unusable(format!("{} has no address", witness.name())))?;
            Ok(WitnessLine::new(witness.clone(), address)?)
        };
        let lines = policy.witnesses.iter().map(line).collect::<Result<_, LedgerError>>()?;
        Ok(Self { policy, reach: Reach::There(lines) })
    }

    /// Their public keys.
    pub fn keys(&self) -> &[NoteVerifier] {
        &self.policy.witnesses
    }

    /// How many of them must have cosigned.
    pub fn quorum(&self) -> usize {
        self.policy.quorum
    }

    pub(super) fn lines(&self) -> &[WitnessLine] {
        match &self.reach {
            Reach::Here(_) => &[],
            Reach::There(lines) => lines,
        }
    }

    /// How it stands with them before anything was asked.
    pub(super) fn standings(&self) -> Vec<Standing> {
        let first = if self.are_here() { Standing::Cosigns } else { Standing::Unknown };
        vec![first; self.policy.witnesses.len()]
    }

    /// Whether the only witness is in this process, and every signed head therefore a witnessed one.
    pub(super) fn are_here(&self) -> bool {
        matches!(self.reach, Reach::Here(_))
    }

    /// A note with the cosignature of the witness in this process, if that is the one.
    pub(super) fn cosigned_here(&self, mut note: Note, now: Instant) -> Note {
        if let Reach::Here(cosigner) = &self.reach {
            note.signatures.push(cosigner.cosign(&note.text, now.unix_seconds()));
        }
        note
    }

    /// Whether a head has its quorum.
    pub(super) fn suffice(&self, log: &LogKeys, note: &Note) -> bool {
        log.open(note, &self.policy.witnesses, self.policy.quorum).is_ok()
    }

    /// The newest head that is known to have its quorum: of the head just signed, or from the store.
    pub(super) async fn last_witnessed(
        &self,
        log: &LogKeys,
        newest: &Head,
        tree: &Tree,
        database: &Database,
    ) -> Result<Option<Head>, LedgerError> {
        if newest.note.as_ref().is_some_and(|note| self.suffice(log, note)) {
            return Ok(Some(newest.clone()));
        }
        let Some(row) = database.last_signed_head().await? else { return Ok(None) };
        let lines = database.cosignatures(row.size).await?;
        let lines: String = lines.into_iter().map(|cosignature| cosignature.line).collect();
        let text = format!("{}{lines}", row.note.unwrap_or_default());
        let Ok(note) = Note::parse(text.as_bytes()) else { return Ok(None) };
        // Under another policy than today's it counts for nothing.
        let is_good = self.suffice(log, &note) && tree.root_at(row.size) == Ok(row.root);
        Ok(is_good.then_some(Head { size: row.size, root: row.root, note: Some(note) }))
    }
}

impl Ledger {
    /// Public keys of the witnesses, with how it stands with each.
    pub fn witnesses(&self) -> Vec<(NoteVerifier, Standing)> {
        let standings = self.0.standings.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.witnesses.keys().iter().cloned().zip(standings.iter().copied()).collect()
    }

    /// Whether witnesses are programs of others, with clocks of their own.
    pub fn has_witnesses_elsewhere(&self) -> bool {
        !self.0.witnesses.are_here()
    }

    /// How many witnesses must have cosigned a head.
    pub fn witness_quorum(&self) -> usize {
        self.0.witnesses.quorum()
    }

    /// Whether too few witnesses cosign at present: what binds waits for them, everything else goes on.
    pub fn lacks_witnesses(&self) -> bool {
        let standings = self.0.standings.lock().unwrap_or_else(PoisonError::into_inner);
        let fails = |standing: &&Standing| matches!(standing, Standing::Unreachable | Standing::Refuses);
        standings.len() - standings.iter().filter(fails).count() < self.0.witnesses.quorum()
    }

    /// The newest head that a quorum of witnesses has cosigned.
    pub fn witnessed(&self) -> Option<Head> {
        self.published(|published| published.witnessed.clone())
    }

    /// Waits until the entry at `index` stands under a witnessed head, at most so long; whether it does.
    pub async fn is_witnessed_within(&self, index: u64, wait: Duration) -> bool {
        let mut witnessed = self.0.witnessed.subscribe();
        let covers = witnessed.wait_for(|size| *size > index);
        tokio::time::timeout(wait, covers).await.is_ok_and(|covers| covers.is_ok())
    }
}

/// Begins the next round with the newest head, if none is under way.
pub(super) fn begin_round(shared: &Shared) {
    let newest = shared.head();
    let Some(note) = newest.note else { return };
    if shared.witnesses.lines().is_empty() {
        return;
    }
    shared.round.send_if_modified(|round| {
        let is_due = round.as_ref().is_none_or(|round| round.is_done && round.size < newest.size);
        if is_due {
            *round = Some(Round { size: newest.size, note, is_done: false });
        }
        is_due
    });
}

/// Asks one witness, round after round, until the ledger is gone.
pub(super) async fn follow(shared: Weak<Shared>, place: usize) {
    let Some(mut rounds) = shared.upgrade().map(|shared| shared.round.subscribe()) else { return };
    let mut line = Line { place, cosigned: 0, answered: 0, corrected: 0, pause_ms: WITNESS_RETRY_MS.0 };
    loop {
        let round = rounds.borrow_and_update().clone();
        let pause = match (shared.upgrade(), round) {
            (None, _) => return,
            (Some(shared), Some(round)) if round.size > line.answered => line.ask(&shared, &round).await,
            (Some(_), Some(_) | None) => None,
        };
        match pause {
            Some(pause) => tokio::time::sleep(pause).await,
            None if rounds.changed().await.is_err() => return,
            None => {}
        }
    }
}

/// What is remembered of a witness between two questions.
struct Line {
    place: usize,
    /// Size of the head that it cosigned last, as far as known: where the proof begins.
    cosigned: u64,
    /// Size of the last round that it gave a cosignature for. After a restart it may hold the head of the round already,
    /// and is asked for it again.
    answered: u64,
    /// Size of the round for which it has named another size: once is a correction, twice is not.
    corrected: u64,
    pause_ms: u64,
}

impl Line {
    /// Asks for a cosignature; gives a pause after which it is to be asked again, or none.
    async fn ask(&mut self, shared: &Arc<Shared>, round: &Round) -> Option<Duration> {
        let witness = &shared.witnesses.lines()[self.place];
        let proof = {
            let published = shared.published.read().unwrap_or_else(PoisonError::into_inner);
            if self.cosigned == 0 {
                Ok(Vec::new())
            } else {
                published.tree.consistency(self.cosigned, round.size)
            }
        };
        let given = match proof {
            Ok(proof) => witness.add(self.cosigned, &proof, &round.note).await,
            Err(_) => Err(Refused::OtherSize(self.cosigned)),
        };
        match given {
            Ok(cosignature) => {
                (self.cosigned, self.answered) = (round.size, round.size);
                self.pause_ms = WITNESS_RETRY_MS.0;
                shared.stands(self.place, Standing::Cosigns);
                cosigned(shared, round, cosignature).await;
                None
            }
            Err(Refused::OtherSize(size)) if size <= round.size && self.corrected != round.size => {
                (self.cosigned, self.corrected) = (size, round.size);
                Some(Duration::ZERO)
            }
            Err(refused) => {
                self.failed(shared, &refused).await;
                let pause = Duration::from_millis(self.pause_ms);
                self.pause_ms = (self.pause_ms * 2).min(WITNESS_RETRY_MS.1);
                Some(pause)
            }
        }
    }

    async fn failed(&mut self, shared: &Arc<Shared>, refused: &Refused) {
        let witness = &shared.witnesses.lines()[self.place];
        let standing = match refused {
            Refused::Unreachable(_) => Standing::Unreachable,
            _ => Standing::Refuses,
        };
        if shared.stands(self.place, standing) {
            tracing::warn!(witness = witness.verifier().name(), %refused, "a witness does not cosign");
        }
        if !matches!(refused, Refused::OtherSize(_) | Refused::Unproven) {
            return;
        }
        // It knows another head than ours. Its word alone stops nothing; a head that our log's key signed does, once.
        if shared.contradiction.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return;
        }
        let tree = shared.published.read().unwrap_or_else(PoisonError::into_inner).tree.clone();
        match compare_one(witness, &shared.keys(), &tree, &shared.evidence).await {
            Ok(size) => self.cosigned = size.unwrap_or(self.cosigned),
            Err(error) => {
                tracing::error!(%error, "a witness knows another history");
                *shared.contradiction.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some(error.to_string());
            }
        }
    }
}

impl Shared {
    /// Notes how it stands with a witness; whether that is news.
    fn stands(&self, place: usize, standing: Standing) -> bool {
        let mut standings = self.standings.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut standings[place], standing) != standing
    }
}

/// Keeps a cosignature. With the one that makes the quorum the head is the witnessed one, and the next round begins.
async fn cosigned(shared: &Arc<Shared>, round: &Round, cosignature: NoteSignature) {
    let (name, line) = (cosignature.name.clone(), cosignature.to_line());
    let kept = shared.database.keep_cosignature(&Cosignature { size: round.size, name, line }).await;
    if let Err(error) = kept {
        tracing::error!(%error, "a cosignature was not kept");
    }
    let mut gathered = None;
    shared.round.send_if_modified(|current| {
        if let Some(current) = current.as_mut().filter(|current| current.size == round.size) {
            current.note.signatures.push(cosignature);
            gathered = Some(current.clone());
        }
        false
    });
    let Some(gathered) = gathered else { return };
    if !shared.witnesses.suffice(&shared.keys(), &gathered.note) {
        return;
    }
    if let Err(error) =
        shared.database.keep_note(round.size, &round_note(&gathered, shared.signer.verifier().name())).await
    {
        tracing::error!(%error, "the note of a witnessed head was not kept");
    }
    publish(shared, gathered);
    shared.round.send_if_modified(|current| {
        if let Some(current) = current.as_mut().filter(|current| current.size == round.size) {
            current.is_done = true;
        }
        false
    });
    begin_round(shared);
}

/// The note with the log's own signatures alone: cosignatures are kept beside it.
fn round_note(round: &Round, origin: &str) -> String {
    let signatures = round.note.signatures.iter().filter(|line| line.name == origin).cloned().collect();
    Note { text: round.note.text.clone(), signatures }.to_text()
}

/// Lets readers see a witnessed head; one that comes with a further cosignature replaces the same one.
fn publish(shared: &Shared, round: Round) {
    let Ok(Checkpoint { size, root, .. }) = Checkpoint::parse(&round.note.text) else { return };
    {
        let mut published = shared.published.write().unwrap_or_else(PoisonError::into_inner);
        let signatures = |head: &Head| head.note.as_ref().map_or(0, |note| note.signatures.len());
        let new = Head { size, root, note: Some(round.note) };
        let is_newer = published
            .witnessed
            .as_ref()
            .is_none_or(|old| (old.size, signatures(old)) < (size, signatures(&new)));
        if !is_newer {
            return;
        }
        published.witnessed = Some(new);
    }
    shared.witnessed.send_if_modified(|witnessed| std::mem::replace(witnessed, size.max(*witnessed)) < size);
}

/// Compares what every witness that answers cosigned last with the log that was found. One that is ahead, or knows
/// another root, closes the log: entries are missing, or there are two histories.
pub(super) async fn compare(
    witnesses: &Witnesses,
    log: &LogKeys,
    tree: &Tree,
    evidence: &Path,
) -> Result<(), LedgerError> {
    let asked = witnesses.lines().iter().map(|line| compare_one(line, log, tree, evidence));
    futures_util::future::join_all(asked).await.into_iter().try_for_each(|compared| compared.map(drop))
}

/// The size that a witness cosigned last, if it tells a head that the log's key signed and that is of our history.
async fn compare_one(
    line: &WitnessLine,
    log: &LogKeys,
    tree: &Tree,
    evidence: &Path,
) -> Result<Option<u64>, LedgerError> {
    let Ok(Some(note)) = line.last(log.origin()).await else { return Ok(None) };
    let Ok(opened) = log.open(&note, &[], 0) else { return Ok(None) };
    let Checkpoint { size, root, .. } = opened.checkpoint;
    let (here, name) = (tree.size(), line.verifier().name());
    if size > here {
        keep_evidence(evidence, line, &note, tree)?;
        return Err(LedgerError::Closed(format!(
            "the database ends at {here}, the witness {name} cosigned {size}: entries {here} to {} are missing",
            size - 1
        )));
    }
    if tree.root_at(size)? != root {
        let path = keep_evidence(evidence, line, &note, tree)?;
        let path = path.display();
        return Err(LedgerError::Closed(format!(
            "the witness {name} cosigned another history of {size} entries; both heads are in {path}"
        )));
    }
    Ok(Some(size))
}

fn keep_evidence(
    folder: &Path,
    line: &WitnessLine,
    note: &Note,
    tree: &Tree,
) -> Result<PathBuf, LedgerError> {
    let text = note.to_text();
    let path = folder.join(format!("{}.txt", Digest::of(text.as_bytes())));
    let own = format!("{}\n{}\n", tree.size(), tree.root());
    let text = format!("{}\n----\n{text}----\n{own}", line.verifier().vkey());
    held::write(&path, text.as_bytes())?;
    Ok(path)
}
