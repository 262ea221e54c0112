//! The custodians of an SM2 lock: shares, partials with their proof, and the message from any `t` of them.
//!
//! ```text
//! f of degree t − 1 over the group's order, P = f(0)·G, custodian i holds d_i = f(i), public share P_i = d_i·G
//! partial = u8 i || d_i·C1 || proof that log_G P_i = log_C1 (d_i·C1)       98 bytes
//! claim   = SM3("TL1/sm2lock/partial\0" || u8 i || SM3(claim of the ciphertext || twin || proof))
//! d·C1    = Σ λ_i·(d_i·C1) over any t distinct i
//! ```

use sm2::elliptic_curve::Group;
use sm2::{ProjectivePoint, Scalar, SecretKey};
use zeroize::Zeroizing;

use super::ciphertext::{Ciphertext, GroupKey};
use super::element::{Element, POINT_BYTES, lagrange, random_secret};
use super::proof::{PROOF_BYTES, Proof, Statement};
use super::{MESSAGE_BYTES, NationalLockError};
use crate::label::Label;
use crate::lock::Randomness;
use crate::suite::sm3;
use crate::threshold::{Quorum, ThresholdError};

/// What is public of the custodians.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockCommittee {
    quorum: Quorum,
    group_key: GroupKey,
    public_shares: Vec<Element>,
}

/// What one custodian holds. Overwritten when dropped; it cannot be printed or copied.
pub struct LockShare {
    index: u8,
    group_key: GroupKey,
    secret: SecretKey,
}

/// What one custodian makes of one ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockPartial {
    index: u8,
    point: Element,
    proof: Proof,
}

/// The message, and what was learnt on the way.
#[derive(Debug)]
pub struct Combined {
    /// What was sealed.
    pub message: Zeroizing<[u8; MESSAGE_BYTES]>,
    /// Custodians whose partials are wrong.
    pub bad: Vec<u8>,
}

impl LockCommittee {
    /// Deals a key: here one dealer knows it for a moment, which the joint key generation of `threshold` would avoid.
    /// Error: `no_randomness`.
    pub fn deal(
        quorum: Quorum,
        random: &dyn Randomness,
    ) -> Result<(Self, Vec<LockShare>), NationalLockError> {
        let coefficients: Vec<SecretKey> =
            (0..quorum.threshold()).map(|_| random_secret(random)).collect::<Result<_, _>>()?;
        let group_key = GroupKey(Element::of_secret(&coefficients[0]));
        let mut shares = Vec::new();
        for index in quorum.indices() {
            let x = Scalar::from(u64::from(index));
            let value =
                coefficients.iter().rev().fold(Scalar::ZERO, |sum, c| sum * x + *c.to_nonzero_scalar());
            let bytes = Zeroizing::new(value.to_bytes());
            let secret = SecretKey::from_bytes(&bytes).expect("f(i) is zero once in 2^256 polynomials");
            shares.push(LockShare { index, group_key, secret });
        }
        let public_shares = shares.iter().map(|share| Element::of_secret(&share.secret)).collect();
        Ok((Self { quorum, group_key, public_shares }, shares))
    }

    /// The committee with these public shares (33 bytes each), in the order of their indices, if they and the group key
    /// lie on one polynomial of degree t − 1. Errors: `national_form`, `committee_inconsistent`.
    pub fn new(
        quorum: Quorum,
        group_key: GroupKey,
        public_shares: &[[u8; POINT_BYTES]],
    ) -> Result<Self, NationalLockError> {
        let shares: Vec<Element> = public_shares.iter().map(Element::from_bytes).collect::<Result<_, _>>()?;
        if shares.len() != usize::from(quorum.custodians()) {
            return Err(ThresholdError::Committee.into());
        }
        let basis: Vec<u8> = (1..=quorum.threshold()).collect();
        let claimed = quorum.indices().zip(shares.iter().copied()).skip(basis.len());
        for (x, point) in [(0, group_key.0)].into_iter().chain(claimed) {
            if interpolate(&basis, &shares[..basis.len()], x) != Some(point) {
                return Err(ThresholdError::Committee.into());
            }
        }
        Ok(Self { quorum, group_key, public_shares: shares })
    }

    /// The key that is sealed to.
    pub fn group_key(&self) -> &GroupKey {
        &self.group_key
    }

    /// The public shares, 33 bytes each, in the order of their indices.
    pub fn public_shares(&self) -> Vec<[u8; POINT_BYTES]> {
        self.public_shares.iter().map(|share| share.to_bytes()).collect()
    }

    /// Opens with the partials of at least `t` custodians; wrong ones are named and left out.
    /// Errors: `national_ciphertext`, `unknown_custodian`, `duplicate_custodian`, `too_few_partials`, `national_check`.
    pub fn combine(
        &self,
        ciphertext: &Ciphertext,
        label: &Label,
        partials: &[LockPartial],
    ) -> Result<Combined, NationalLockError> {
        if !ciphertext.is_for(&self.group_key, label) {
            return Err(NationalLockError::Ciphertext);
        }
        let name = ciphertext.name(&self.group_key, label);
        let (mut good, mut bad, mut seen) = (Vec::new(), Vec::new(), Vec::new());
        for partial in partials {
            let public = self.public_share(partial.index)?;
            if seen.contains(&partial.index) {
                return Err(ThresholdError::DuplicateCustodian(partial.index).into());
            }
            seen.push(partial.index);
            let claim = partial_claim(partial.index, &name);
            let is_right = partial.proof.fits(&partial_statement(&claim, public, ciphertext, partial.point));
            if is_right { good.push(partial) } else { bad.push(partial.index) }
        }
        let threshold = usize::from(self.quorum.threshold());
        if good.len() < threshold {
            return Err(ThresholdError::TooFew { good: good.len(), bad, other_epoch: Vec::new() }.into());
        }
        let indices: Vec<u8> = good[..threshold].iter().map(|partial| partial.index).collect();
        let points: Vec<Element> = good[..threshold].iter().map(|partial| partial.point).collect();
        let shared = interpolate(&indices, &points, 0).ok_or(NationalLockError::Check)?;
        Ok(Combined { message: ciphertext.open(shared, label)?, bad })
    }

    fn public_share(&self, index: u8) -> Result<Element, ThresholdError> {
        let place = index.checked_sub(1).map(usize::from);
        let share = place.and_then(|place| self.public_shares.get(place));
        share.copied().ok_or(ThresholdError::UnknownCustodian(index))
    }
}

impl LockShare {
    /// The custodian, 1..n.
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The partial of a ciphertext. Whether the label may be released is the caller's question, before this; whether the
    /// ciphertext belongs to the label is asked here. Errors: `national_ciphertext`, `no_randomness`.
    pub fn partial(
        &self,
        ciphertext: &Ciphertext,
        label: &Label,
        random: &dyn Randomness,
    ) -> Result<LockPartial, NationalLockError> {
        if !ciphertext.is_for(&self.group_key, label) {
            return Err(NationalLockError::Ciphertext);
        }
        let point = ciphertext.c1.times(&self.secret);
        let claim = partial_claim(self.index, &ciphertext.name(&self.group_key, label));
        let statement = partial_statement(&claim, Element::of_secret(&self.secret), ciphertext, point);
        Ok(LockPartial { index: self.index, point, proof: Proof::make(&statement, &self.secret, random)? })
    }
}

impl LockPartial {
    /// Bytes of a partial.
    pub const BYTES: usize = 1 + POINT_BYTES + PROOF_BYTES;

    /// The custodian, 1..n.
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The bytes.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[0] = self.index;
        bytes[1..=POINT_BYTES].copy_from_slice(&self.point.to_bytes());
        bytes[1 + POINT_BYTES..].copy_from_slice(&self.proof.to_bytes());
        bytes
    }

    /// Reads a partial. Error: `national_form`.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self, NationalLockError> {
        let point = Element::from_bytes(&std::array::from_fn(|i| bytes[1 + i]))?;
        let proof = Proof::from_bytes(&std::array::from_fn(|i| bytes[1 + POINT_BYTES + i]))?;
        Ok(Self { index: bytes[0], point, proof })
    }
}

fn partial_claim(index: u8, name: &[u8; 32]) -> [u8; 32] {
    sm3(&[b"TL1/sm2lock/partial\0", &[index], name])
}

fn partial_statement<'a>(
    claim: &'a [u8; 32],
    public: Element,
    ciphertext: &Ciphertext,
    point: Element,
) -> Statement<'a> {
    Statement { claim, first: public, base: ciphertext.c1, second: point }
}

/// f(x)·B from the f(i)·B at `indices`; `None` if that is the neutral element.
fn interpolate(indices: &[u8], points: &[Element], x: u8) -> Option<Element> {
    let terms = points.iter().zip(lagrange(indices, x)).map(|(point, weight)| point.projective() * weight);
    Element::of(terms.fold(ProjectivePoint::identity(), |sum, term| sum + term))
}
