//! Gathering partial keys: from whoever answers first, checked, combined; whoever failed is named.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future;
use futures_util::stream::{FuturesUnordered, StreamExt};
use kaibiao_crypto::key::PublicKey;
use kaibiao_crypto::label::Label;
use kaibiao_crypto::lock::ProvenKey;
use kaibiao_crypto::threshold::{Committee, Partial, ThresholdError};
use ring::rand::SystemRandom;
use tokio::time::Instant;

use super::port::CustodianPort;
use crate::custodian::Released;
use crate::tender::CustodianFault;

/// How long the others have once enough have answered: time to be named as present, not to hold anything up.
const GRACE: Duration = Duration::from_millis(1500);

/// Fewer custodians than needed answered rightly. It is tried again; nothing is lost.
#[derive(Debug, thiserror::Error)]
#[error("{answered} custodians answered, {needed} are needed")]
pub struct TooFewCustodians {
    /// How many answered rightly.
    pub answered: usize,
    /// Of which dealing of the shares they are the custodians.
    pub epoch: u32,
    /// How many are needed.
    pub needed: usize,
    /// The others, and why.
    pub failed: Vec<CustodianFault>,
    /// Those that did.
    pub right: Vec<u8>,
}

/// Keys that the custodians released.
pub struct ReleasedKeys {
    /// Label keys, in the order of the labels.
    pub keys: Vec<ProvenKey>,
    /// Indices of those that answered rightly.
    pub answered: Vec<u8>,
    /// Of which dealing of the shares they are the custodians.
    pub epoch: u32,
    /// The others, and why.
    pub failed: Vec<CustodianFault>,
}

/// A custodian with the way to it.
pub(super) struct Way {
    /// Index in the committee, from 1.
    pub(super) index: u8,
    /// Its identity key.
    pub(super) identity: PublicKey,
    /// None if its address is not known.
    pub(super) port: Option<Arc<dyn CustodianPort>>,
}

/// What came in: right answers, and who failed.
pub(super) struct Answers<T> {
    pub(super) right: BTreeMap<u8, T>,
    pub(super) failed: Vec<CustodianFault>,
}

impl<T> Answers<T> {
    fn fail(&mut self, index: u8, code: &str) {
        self.failed.push(CustodianFault { code: code.to_owned(), index });
    }
}

/// Asks everybody at once and keeps the answers that `check` finds right. Once `needed` are there, the others have a
/// moment longer, and are slow after it.
pub(super) async fn answers<T, F, G>(
    ways: &[Way],
    needed: usize,
    ask: impl Fn(Arc<dyn CustodianPort>) -> F,
    check: impl Fn(&Way, T) -> G,
) -> Answers<T>
where
    F: Future<Output = Result<T, String>>,
    G: Future<Output = Result<T, &'static str>>,
{
    let mut answers = Answers { right: BTreeMap::new(), failed: Vec::new() };
    let mut waiting = BTreeSet::new();
    let mut asked = FuturesUnordered::new();
    for way in ways {
        match &way.port {
            Some(port) => {
                let answer = ask(Arc::clone(port));
                waiting.insert(way.index);
                asked.push(async move { (way, answer.await) });
            }
            None => answers.fail(way.index, "no_address"),
        }
    }
    let mut deadline: Option<Instant> = None;
    while let Some((way, answer)) = next(&mut asked, deadline).await {
        waiting.remove(&way.index);
        match answer {
            Ok(given) => match check(way, given).await {
                Ok(given) => {
                    answers.right.insert(way.index, given);
                }
                Err(code) => answers.fail(way.index, code),
            },
            Err(code) => answers.fail(way.index, &code),
        }
        if answers.right.len() >= needed && deadline.is_none() {
            deadline = Some(Instant::now() + GRACE);
        }
    }
    drop(asked);
    waiting.into_iter().for_each(|index| answers.fail(index, "slow"));
    answers.failed.sort_by_key(|fault| fault.index);
    answers
}

/// Asks everybody with `ask` and combines the keys of `labels`.
pub(super) async fn keys<F: Future<Output = Result<Released, String>>>(
    committee: &Arc<Committee>,
    ways: &[Way],
    labels: &[Label],
    ask: impl Fn(Arc<dyn CustodianPort>) -> F,
) -> Result<ReleasedKeys, TooFewCustodians> {
    let labels: Arc<[Label]> = labels.into();
    let needed = usize::from(committee.quorum().threshold());
    let gathered = answers(ways, needed, ask, |way, given| check(committee, &labels, way.index, given)).await;
    combine(committee, &labels, gathered).await
}

/// The next answer; none when all have answered or the deadline has passed.
async fn next<T>(
    asked: &mut FuturesUnordered<impl Future<Output = T>>,
    deadline: Option<Instant>,
) -> Option<T> {
    match deadline {
        None => asked.next().await,
        Some(deadline) => tokio::time::timeout_at(deadline, asked.next()).await.ok().flatten(),
    }
}

/// As many partial keys as labels, all of this custodian, the first of them checked by itself: that names a wrong share
/// also where enough others answered. The rest is checked when it is combined, all together.
async fn check(
    committee: &Arc<Committee>,
    labels: &Arc<[Label]>,
    index: u8,
    given: Released,
) -> Result<Released, &'static str> {
    if given.len() != labels.len() || given.iter().any(|partial| partial.index != index) {
        return Err("wrong_answer");
    }
    let (Some(label), Some(first)) = (labels.first().cloned(), given.first().copied()) else {
        return Ok(given);
    };
    let committee = Arc::clone(committee);
    let verified = tokio::task::spawn_blocking(move || committee.verify_partial(&label, &first)).await;
    match verified {
        Ok(Ok(true)) => Ok(given),
        Ok(Err(ThresholdError::OtherEpoch { .. })) => Err("other_epoch"),
        Ok(Ok(false) | Err(_)) | Err(_) => Err("bad_partial"),
    }
}

/// The keys of all labels, shared out over the cores.
async fn combine(
    committee: &Arc<Committee>,
    labels: &Arc<[Label]>,
    mut gathered: Answers<Released>,
) -> Result<ReleasedKeys, TooFewCustodians> {
    let partials = Arc::new(std::mem::take(&mut gathered.right));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = labels.len().div_ceil(cores).max(1);
    let parts = (0..labels.len()).step_by(share).map(|from| {
        let (committee, labels, partials) =
            (Arc::clone(committee), Arc::clone(labels), Arc::clone(&partials));
        let part = from..labels.len().min(from + share);
        tokio::task::spawn_blocking(move || combine_part(&committee, &labels, &partials, part))
    });
    let mut keys = Vec::with_capacity(labels.len());
    let mut bad = BTreeSet::new();
    for part in future::join_all(parts).await {
        let Part { keys: some, bad: named } = part.unwrap_or_default();
        keys.extend(some);
        bad.extend(named);
    }
    let answered: Vec<u8> = partials.keys().copied().filter(|index| !bad.contains(index)).collect();
    bad.into_iter().for_each(|index| gathered.fail(index, "bad_partial"));
    let mut failed = gathered.failed;
    failed.sort_by_key(|fault| fault.index);
    let epoch = committee.epoch().0;
    if keys.len() == labels.len() {
        Ok(ReleasedKeys { keys, answered, epoch, failed })
    } else {
        let needed = usize::from(committee.quorum().threshold());
        Err(TooFewCustodians { answered: answered.len(), epoch, needed, failed, right: answered })
    }
}

/// Keys of some labels; fewer than labels if too few partials are right.
#[derive(Default)]
struct Part {
    keys: Vec<ProvenKey>,
    bad: BTreeSet<u8>,
}

/// All together first; only where something is wrong, label by label, to name who it was.
fn combine_part(
    committee: &Committee,
    labels: &[Label],
    partials: &BTreeMap<u8, Released>,
    part: Range<usize>,
) -> Part {
    let labels = &labels[part.clone()];
    let needed = usize::from(committee.quorum().threshold());
    let given: Vec<&[Partial]> = partials.values().take(needed).map(|of_one| &of_one[part.clone()]).collect();
    if let Ok(Some(keys)) = committee.combine_all(labels, &given, &SystemRandom::new()) {
        return Part { keys, bad: BTreeSet::new() };
    }
    let mut made = Part::default();
    for (place, label) in part.zip(labels) {
        let good = partials.iter().filter(|(index, _)| !made.bad.contains(*index));
        let of_label: Vec<Partial> = good.map(|(_, of_one)| of_one[place]).collect();
        match committee.combine(label, &of_label) {
            Ok(combined) => {
                made.keys.push(combined.label_key);
                made.bad.extend(combined.bad);
            }
            Err(ThresholdError::TooFew { bad, .. }) => {
                made.bad.extend(bad);
                return made;
            }
            Err(_) => return made,
        }
    }
    made
}
