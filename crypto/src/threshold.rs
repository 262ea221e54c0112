//! The committee: a group key whose secret nobody holds, and label keys that any `t` of `n` custodians make.
//!
//! BLS on BLS12-381, keys in G2, label keys in G1. Custodian `i` (1..n) holds `f(i)` of a polynomial of degree
//! `t − 1`; a partial label key is `f(i)·Q(label)`, and any `t` of distinct indices interpolate to the label key.
//!
//! The polynomial comes from joint-Feldman key generation ([`keygen`]), a protocol over the scalars and points of
//! `lock`, not a primitive of its own. It is written here, and not taken from a library, because whoever
//! checks an export checks its transcript too, without the weight of a consensus framework. It is our own
//! design and had no outside review.
//!
//! The shares can be dealt anew to other custodians, or to the same ones ([`reshare`]): the group key stays, so what
//! is sealed stays openable, and the [`Epoch`] rises, so that shares of two dealings never combine unnoticed.
//!
//! It decides nothing about *when* a label may be signed, and signs nothing but a [`Label`].
//!
//! *Invariant*: `t > n/2` always, so two sets of honest custodians never serve two different releases; a [`Committee`]
//! cannot be built unless its public shares and its group key lie on one polynomial.

mod epoch;
mod error;
pub mod keygen;
mod parcel;
mod polynomial;
mod quorum;
pub mod reshare;
mod secret;
mod share;

use serde::{Deserialize, Serialize};

pub use epoch::Epoch;
pub use error::ThresholdError;
pub use quorum::Quorum;
pub use share::{Partial, PublicShare, Share, ShareFile};

use crate::digest::Digest;
use crate::label::Label;
use crate::lock::{G1, G2, GroupKey, LabelKey, NoRandomness, ProvenKey, Randomness, Scalar, pairings_equal};

/// The largest committee.
pub const CUSTODIANS_MAX: u8 = 32;

/// The domain of proofs of possession, apart from that of labels: no proof is ever a label key.
const POSSESSION_DST: &[u8] = b"BLS_POP_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_";

/// What is public of a committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CommitteeText", into = "CommitteeText")]
pub struct Committee {
    epoch: Epoch,
    quorum: Quorum,
    group_key: GroupKey,
    public_shares: Vec<PublicShare>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommitteeText {
    epoch: Epoch,
    group_key: GroupKey,
    public_shares: Vec<PublicShare>,
    quorum: Quorum,
}

impl TryFrom<CommitteeText> for Committee {
    type Error = ThresholdError;

    fn try_from(text: CommitteeText) -> Result<Self, ThresholdError> {
        Self::new(text.epoch, text.quorum, text.group_key, text.public_shares)
    }
}

impl From<Committee> for CommitteeText {
    fn from(committee: Committee) -> Self {
        let Committee { epoch, quorum, group_key, public_shares } = committee;
        Self { epoch, group_key, public_shares, quorum }
    }
}

/// A label key and what was learnt while making it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combined {
    /// The label key.
    pub label_key: ProvenKey,
    /// Custodians whose partials are wrong. Partials that were not needed are not looked at.
    pub bad: Vec<u8>,
    /// Custodians whose partials are of another epoch, ascending. They are always named and never used.
    pub other_epoch: Vec<u8>,
}

impl Committee {
    /// The committee with these public shares, in the order of their indices. Checks that all of them and the
    /// group key lie on one polynomial of degree `t − 1`.
    pub fn new(
        epoch: Epoch,
        quorum: Quorum,
        group_key: GroupKey,
        public_shares: Vec<PublicShare>,
    ) -> Result<Self, ThresholdError> {
        if public_shares.len() != usize::from(quorum.custodians()) {
            return Err(ThresholdError::Committee);
        }
        let (basis, others) = public_shares.split_at(usize::from(quorum.threshold()));
        let indices: Vec<u8> = (1..=quorum.threshold()).collect();
        let points: Vec<G2> = basis.iter().map(|share| share.0).collect();
        let claimed = (quorum.threshold() + 1..).zip(others.iter().map(|share| share.0));
        for (x, point) in [(0, group_key.0)].into_iter().chain(claimed) {
            let terms = points.iter().zip(lagrange(&indices, x)).map(|(point, weight)| point.times(&weight));
            let sum = terms.collect::<Option<Vec<G2>>>().and_then(|terms| G2::sum(&terms));
            if sum != Some(point) {
                return Err(ThresholdError::Committee);
            }
        }
        Ok(Self { epoch, quorum, group_key, public_shares })
    }

    /// How often its shares were dealt anew.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// How many custodians, and how many must act together.
    pub fn quorum(&self) -> Quorum {
        self.quorum
    }

    /// The group key.
    pub fn group_key(&self) -> &GroupKey {
        &self.group_key
    }

    /// ctx.06: the committee's name.
    pub fn id(&self) -> Digest {
        self.group_key.committee_id()
    }

    /// The public share of a custodian, 1..n.
    pub fn public_share(&self, index: u8) -> Result<&PublicShare, ThresholdError> {
        let place = index.checked_sub(1).map(usize::from);
        place.and_then(|i| self.public_shares.get(i)).ok_or(ThresholdError::UnknownCustodian(index))
    }

    /// Whether `key` is the key of `label`.
    pub fn verify(&self, label: &Label, key: &LabelKey) -> bool {
        self.group_key.verify(&label.identity(), key)
    }

    /// Whether a partial is what its custodian's share makes of `label`. Errors: `unknown_custodian`, `other_epoch`.
    pub fn verify_partial(&self, label: &Label, partial: &Partial) -> Result<bool, ThresholdError> {
        let Partial { epoch, index, key } = partial;
        if *epoch != self.epoch {
            return Err(ThresholdError::OtherEpoch { index: *index, epoch: *epoch });
        }
        let share = self.public_share(*index)?;
        Ok(pairings_equal(&key.0, &G2::generator(), &label.identity().point(), &share.0))
    }

    /// The key of `label` from at least `t` partials of distinct custodians, in any order.
    ///
    /// Partials of another epoch are set aside and named. Tries `t` of the others first and verifies only the result;
    /// if that fails it verifies each, goes on without the wrong ones and names them.
    pub fn combine(&self, label: &Label, partials: &[Partial]) -> Result<Combined, ThresholdError> {
        let mut partials = partials.to_vec();
        partials.sort_unstable_by_key(|partial| partial.index);
        let (partials, others): (Vec<Partial>, Vec<Partial>) =
            partials.into_iter().partition(|partial| partial.epoch == self.epoch);
        let mut other_epoch: Vec<u8> = others.iter().map(|partial| partial.index).collect();
        other_epoch.dedup();
        if let Some(pair) = partials.windows(2).find(|pair| pair[0].index == pair[1].index) {
            return Err(ThresholdError::DuplicateCustodian(pair[0].index));
        }
        for partial in &partials {
            self.public_share(partial.index)?;
        }
        if let Some(label_key) = self.interpolate(label, &partials) {
            return Ok(Combined { label_key, bad: Vec::new(), other_epoch });
        }
        let is_good = |partial: &Partial| self.verify_partial(label, partial) == Ok(true);
        let (good, bad): (Vec<Partial>, Vec<Partial>) = partials.into_iter().partition(is_good);
        let bad: Vec<u8> = bad.iter().map(|partial| partial.index).collect();
        match self.interpolate(label, &good) {
            Some(label_key) => Ok(Combined { label_key, bad, other_epoch }),
            None => Err(ThresholdError::TooFew { good: good.len(), bad, other_epoch }),
        }
    }

    /// The keys of all `labels` from the partials of exactly `t` distinct custodians of this epoch, each with one for
    /// each label, in order. All are verified together, by two pairings; none if anything is wrong: what, only
    /// [`Committee::combine`] tells.
    pub fn combine_all(
        &self,
        labels: &[Label],
        given: &[&[Partial]],
        random: &dyn Randomness,
    ) -> Result<Option<Vec<ProvenKey>>, NoRandomness> {
        let Some(indices) = self.contributors(labels.len(), given) else { return Ok(None) };
        let weights = lagrange(&indices, 0);
        let key_of = |place: usize| {
            let partials: Vec<Partial> = given.iter().map(|of_one| of_one[place]).collect();
            weighted(&partials, &weights)
        };
        let Some(keys) = (0..labels.len()).map(key_of).collect::<Option<Vec<LabelKey>>>() else {
            return Ok(None);
        };
        let pairs: Vec<_> = labels.iter().map(Label::identity).zip(keys.iter().copied()).collect();
        self.group_key.prove_batch(&pairs, random)
    }

    /// The indices of `t` distinct custodians of this epoch who gave `labels` partials each.
    fn contributors(&self, labels: usize, given: &[&[Partial]]) -> Option<Vec<u8>> {
        let index_of = |of_one: &&[Partial]| {
            let index = of_one.first()?.index;
            let is_one = |partial: &Partial| partial.index == index && partial.epoch == self.epoch;
            (of_one.len() == labels && of_one.iter().all(is_one)).then_some(index)
        };
        let mut indices = given.iter().map(index_of).collect::<Option<Vec<u8>>>()?;
        let are_known = indices.iter().all(|index| self.quorum.has(*index));
        let count = indices.len();
        let in_order = indices.clone();
        indices.sort_unstable();
        indices.dedup();
        let is_right = are_known && indices.len() == count && count == usize::from(self.quorum.threshold());
        is_right.then_some(in_order)
    }

    /// The label key of the first `t` of these partials, if they make it.
    fn interpolate(&self, label: &Label, partials: &[Partial]) -> Option<ProvenKey> {
        let partials = partials.get(..usize::from(self.quorum.threshold()))?;
        let indices: Vec<u8> = partials.iter().map(|partial| partial.index).collect();
        let key = weighted(partials, &lagrange(&indices, 0))?;
        self.group_key.prove(&label.identity(), key)
    }
}

/// The sum of the partials, each by its weight.
fn weighted(partials: &[Partial], weights: &[Scalar]) -> Option<LabelKey> {
    let terms = partials.iter().zip(weights).map(|(partial, weight)| partial.key.0.times(weight));
    G1::sum(&terms.collect::<Option<Vec<G1>>>()?).map(LabelKey)
}

/// The weights that take the values at distinct `indices` to the value at `x`, which is not among them:
/// λ_i = Π (x − j) / (i − j) over all j ≠ i.
fn lagrange(indices: &[u8], x: u8) -> Vec<Scalar> {
    let number = |index: u8| Scalar::from_u64(u64::from(index));
    let weight = |i: u8| {
        let (mut above, mut below) = (number(1), number(1));
        for j in indices.iter().copied().filter(|j| *j != i) {
            above = above.times(&number(x).minus(&number(j)));
            below = below.times(&number(i).minus(&number(j)));
        }
        above.times(&below.public_inverse().expect("the indices are distinct"))
    };
    indices.iter().copied().map(weight).collect()
}

#[cfg(test)]
mod tests;
