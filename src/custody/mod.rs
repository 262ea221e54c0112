//! The platform's side of custody: asks the custodians, combines what they release, and names who failed.

mod evidence;
mod port;

pub use evidence::EvidenceRoom;
pub use port::{Answer, CustodianPort, LocalCustodian};

use std::collections::BTreeMap;
use std::sync::Arc;

use kaibiao_crypto::label::Label;
use kaibiao_crypto::lock::LabelKey;
use kaibiao_crypto::threshold::{Committee, Partial};

use crate::custodian::ReleaseRequest;
use crate::tender::CustodianFault;

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

/// The committee as the platform reaches it.
#[derive(Clone)]
pub struct Custody {
    committee: Arc<Committee>,
    custodians: Vec<Arc<dyn CustodianPort>>,
}

impl Custody {
    /// The committee with a way to each of its custodians.
    pub fn new(committee: Committee, custodians: Vec<Arc<dyn CustodianPort>>) -> Self {
        Self { committee: Arc::new(committee), custodians }
    }

    /// The committee.
    pub fn committee(&self) -> &Committee {
        &self.committee
    }

    /// Asks all custodians at once and combines the keys of `labels`, which are those of `request`, in its order.
    pub async fn release(
        &self,
        request: &ReleaseRequest,
        labels: &[Label],
    ) -> Result<ReleasedKeys, TooFewCustodians> {
        let asked = self.custodians.iter().map(|custodian| custodian.release(request));
        let answers = futures_util::future::join_all(asked).await;
        let mut failed = Vec::new();
        let mut partials: BTreeMap<u8, Vec<Partial>> = BTreeMap::new();
        for (custodian, answer) in self.custodians.iter().zip(answers) {
            let index = custodian.index();
            match answer {
                Ok(given)
                    if given.len() == labels.len() && given.iter().all(|partial| partial.index == index) =>
                {
                    partials.insert(index, given);
                }
                Ok(_) => failed.push(CustodianFault { code: "wrong_answer".to_owned(), index }),
                Err(code) => failed.push(CustodianFault { code, index }),
            }
        }
        let (committee, labels) = (Arc::clone(&self.committee), labels.to_vec());
        let combining = tokio::task::spawn_blocking(move || combine(&committee, &labels, partials, failed));
        combining.await.unwrap_or_else(|_| {
            Err(TooFewCustodians { answered: 0, needed: self.needed(), failed: Vec::new() })
        })
    }

    fn needed(&self) -> usize {
        usize::from(self.committee.quorum().threshold())
    }
}

fn combine(
    committee: &Committee,
    labels: &[Label],
    mut partials: BTreeMap<u8, Vec<Partial>>,
    mut failed: Vec<CustodianFault>,
) -> Result<ReleasedKeys, TooFewCustodians> {
    let needed = usize::from(committee.quorum().threshold());
    if let Some(first) = labels.first() {
        name_wrong_shares(committee, first, &mut partials, &mut failed);
    }
    let mut keys = Vec::with_capacity(labels.len());
    for (place, label) in labels.iter().enumerate() {
        let of_label: Vec<Partial> =
            partials.values().filter_map(|given| given.get(place).cloned()).collect();
        let combined = committee.combine(label, &of_label);
        let bad = match &combined {
            Ok(combined) => combined.bad.clone(),
            Err(kaibiao_crypto::threshold::ThresholdError::TooFew { bad, .. }) => bad.clone(),
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
    Ok(ReleasedKeys { keys, answered: partials.into_keys().collect(), failed })
}

/// Names custodians with a wrong share, also where enough others answered: each partial key of one label is checked by
/// itself. Combining checks the rest only as far as it needs it, which keeps a large opening fast.
fn name_wrong_shares(
    committee: &Committee,
    label: &Label,
    partials: &mut BTreeMap<u8, Vec<Partial>>,
    failed: &mut Vec<CustodianFault>,
) {
    partials.retain(|index, given| {
        let first = given.first();
        let is_right = first.is_some_and(|partial| committee.verify_partial(label, partial) == Ok(true));
        if !is_right {
            failed.push(CustodianFault { code: "bad_partial".to_owned(), index: *index });
        }
        is_right
    });
}
