//! Gathering partial keys: from whoever answers first, checked, combined; whoever failed is named.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use kaibiao_crypto::label::Label;
use kaibiao_crypto::lock::LabelKey;
use kaibiao_crypto::threshold::{Committee, Partial, ThresholdError};
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
    /// How many are needed.
    pub needed: usize,
    /// The others, and why.
    pub failed: Vec<CustodianFault>,
}

/// Keys that the custodians released.
pub struct ReleasedKeys {
    /// Label keys, in the order of the labels; each verified against the group key.
    pub keys: Vec<LabelKey>,
    /// Indices of those that answered rightly.
    pub answered: Vec<u8>,
    /// The others, and why.
    pub failed: Vec<CustodianFault>,
}

type Ways = [(u8, Option<Arc<dyn CustodianPort>>)];

/// What came in so far.
#[derive(Default)]
struct Gathered {
    partials: BTreeMap<u8, Released>,
    failed: Vec<CustodianFault>,
}

impl Gathered {
    fn fail(&mut self, index: u8, code: &str) {
        self.failed.push(CustodianFault { code: code.to_owned(), index });
    }
}

/// Asks everybody at once with `ask` and combines the keys of `labels`.
pub(super) async fn keys<F: Future<Output = Result<Released, String>>>(
    committee: &Arc<Committee>,
    ways: &Ways,
    labels: &[Label],
    ask: impl Fn(&Arc<dyn CustodianPort>) -> F,
) -> Result<ReleasedKeys, TooFewCustodians> {
    let labels: Arc<[Label]> = labels.into();
    let mut gathered = Gathered::default();
    let mut waiting = BTreeSet::new();
    let mut asked = FuturesUnordered::new();
    for (index, way) in ways {
        match way {
            Some(port) => {
                let (index, answer) = (*index, ask(port));
                waiting.insert(index);
                asked.push(async move { (index, answer.await) });
            }
            None => gathered.fail(*index, "no_address"),
        }
    }
    let needed = usize::from(committee.quorum().threshold());
    let mut deadline: Option<Instant> = None;
    while let Some((index, answer)) = next(&mut asked, deadline).await {
        waiting.remove(&index);
        match answer {
            Ok(given) => match check(committee, &labels, index, given).await {
                Ok(given) => {
                    gathered.partials.insert(index, given);
                }
                Err(code) => gathered.fail(index, code),
            },
            Err(code) => gathered.fail(index, &code),
        }
        if gathered.partials.len() >= needed && deadline.is_none() {
            deadline = Some(Instant::now() + GRACE);
        }
    }
    drop(asked);
    waiting.into_iter().for_each(|index| gathered.fail(index, "slow"));
    let committee = Arc::clone(committee);
    let combining = tokio::task::spawn_blocking(move || combine(&committee, &labels, gathered));
    combining.await.unwrap_or(Err(TooFewCustodians { answered: 0, needed, failed: Vec::new() }))
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
/// also where enough others answered. Combining checks the rest as far as it needs it, which keeps a large opening fast.
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
    if matches!(verified, Ok(Ok(true))) { Ok(given) } else { Err("bad_partial") }
}

fn combine(
    committee: &Committee,
    labels: &[Label],
    gathered: Gathered,
) -> Result<ReleasedKeys, TooFewCustodians> {
    let needed = usize::from(committee.quorum().threshold());
    let Gathered { mut partials, mut failed } = gathered;
    let mut keys = Vec::with_capacity(labels.len());
    for (place, label) in labels.iter().enumerate() {
        let of_label: Vec<Partial> =
            partials.values().filter_map(|given| given.get(place).copied()).collect();
        let combined = committee.combine(label, &of_label);
        let bad = match &combined {
            Ok(combined) => combined.bad.clone(),
            Err(ThresholdError::TooFew { bad, .. }) => bad.clone(),
            Err(_) => Vec::new(),
        };
        for index in bad {
            partials.remove(&index);
            failed.push(CustodianFault { code: "bad_partial".to_owned(), index });
        }
        match combined {
            Ok(combined) => keys.push(combined.label_key),
            Err(_) => return Err(TooFewCustodians { answered: partials.len(), needed, failed }),
        }
    }
    failed.sort_by_key(|fault| fault.index);
    Ok(ReleasedKeys { keys, answered: partials.into_keys().collect(), failed })
}
