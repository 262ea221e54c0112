//! Chaum–Pedersen proofs that two points have the same logarithm, to two bases, made non-interactive (Fiat–Shamir).
//!
//! ```text
//! statement: A = x·G, B = x·H                 w = s·G, v = s·H            s secret and fresh
//! e = SM3("TL1/sm2lock/proof\0" || claim || A || H || B || w || v) mod n  f = s + x·e mod n
//! proof = e || f, 64 bytes                    accept iff e fits w = f·G − e·A, v = f·H − e·B
//! ```
//!
//! `claim` is the digest of everything the proof is *about*: two claims never share a proof.

use sm2::elliptic_curve::Group;
use sm2::{ProjectivePoint, Scalar, SecretKey};
use zeroize::Zeroizing;

use super::NationalLockError;
use super::element::{Element, SCALAR_BYTES, challenge, read_scalar};
use crate::lock::{NoRandomness, Randomness};
use crate::suite::{Suite, sm3};

/// Bytes of a proof.
pub(super) const PROOF_BYTES: usize = 2 * SCALAR_BYTES;

/// `e || f`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Proof {
    challenge: Scalar,
    response: Scalar,
}

/// The public half: A = x·G and B = x·H.
#[derive(Clone, Copy)]
pub(super) struct Statement<'a> {
    /// The digest of what the proof is about.
    pub(super) claim: &'a [u8; 32],
    pub(super) first: Element,
    pub(super) base: Element,
    pub(super) second: Element,
}

impl Proof {
    /// Proves with the secret x. A generator that repeats itself does not give x away: s depends on x and the statement.
    pub(super) fn make(
        statement: &Statement<'_>,
        secret: &SecretKey,
        random: &dyn Randomness,
    ) -> Result<Self, NoRandomness> {
        let nonce = nonce(statement, secret, random)?;
        let commitments = [Element::of_secret(&nonce), statement.base.times(&nonce)];
        let challenge = statement.challenge(commitments);
        let response = *nonce.to_nonzero_scalar() + *secret.to_nonzero_scalar() * challenge;
        Ok(Self { challenge, response })
    }

    /// Whether the proof fits the statement.
    pub(super) fn fits(&self, statement: &Statement<'_>) -> bool {
        let by_generator = ProjectivePoint::mul_by_generator(&self.response);
        let first = by_generator - statement.first.projective() * self.challenge;
        let by_base = statement.base.projective() * self.response;
        let second = by_base - statement.second.projective() * self.challenge;
        match (Element::of(first), Element::of(second)) {
            (Some(first), Some(second)) => statement.challenge([first, second]) == self.challenge,
            (None, _) | (_, None) => false,
        }
    }

    pub(super) fn to_bytes(self) -> [u8; PROOF_BYTES] {
        let mut bytes = [0; PROOF_BYTES];
        bytes[..SCALAR_BYTES].copy_from_slice(&self.challenge.to_bytes());
        bytes[SCALAR_BYTES..].copy_from_slice(&self.response.to_bytes());
        bytes
    }

    /// The proof of 64 bytes. Errors: a number that is not below the order.
    pub(super) fn from_bytes(bytes: &[u8; PROOF_BYTES]) -> Result<Self, NationalLockError> {
        let half = |at: usize| read_scalar(&std::array::from_fn(|i| bytes[at + i]));
        Ok(Self { challenge: half(0)?, response: half(SCALAR_BYTES)? })
    }
}

impl Statement<'_> {
    fn challenge(&self, commitments: [Element; 2]) -> Scalar {
        let [w, v] = commitments.map(Element::to_bytes);
        let [first, base, second] = [self.first, self.base, self.second].map(Element::to_bytes);
        challenge(sm3(&[b"TL1/sm2lock/proof\0", self.claim, &first, &base, &second, &w, &v]))
    }
}

/// s: from fresh randomness, the secret and the statement.
fn nonce(
    statement: &Statement<'_>,
    secret: &SecretKey,
    random: &dyn Randomness,
) -> Result<SecretKey, NoRandomness> {
    let mut salt = Zeroizing::new([0; 32]);
    random.fill(salt.as_mut())?;
    let prk = Suite::National.extract(salt.as_ref(), &Zeroizing::new(secret.to_bytes()));
    let about =
        [statement.claim.as_slice(), &statement.base.to_bytes(), &statement.second.to_bytes()].concat();
    let attempt = |counter: u8| {
        let mut bytes = Zeroizing::new([0; SCALAR_BYTES]);
        prk.expand(&[b"TL1/sm2lock/nonce\0", &about, &[counter]], bytes.as_mut());
        SecretKey::from_slice(bytes.as_ref()).ok()
    };
    Ok((0..=u8::MAX).find_map(attempt).expect("one in 2^32 attempts is not below the order"))
}
