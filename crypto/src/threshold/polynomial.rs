//! A dealer's secret polynomial, and what its commitments promise.

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::secret::SecretText;
use crate::lock::{G2, G2_BYTES, NoRandomness, PointError, Randomness, Scalar, point_text};

/// The commitment to one coefficient: a_k·G2. Written as 192 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Commitment(pub(super) G2);

impl Commitment {
    /// The commitment of 96 compressed bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PointError> {
        G2::from_compressed(bytes).map(Self)
    }

    /// 96 compressed bytes.
    pub fn to_bytes(&self) -> [u8; G2_BYTES] {
        self.0.compressed()
    }
}

point_text!(Commitment, G2_BYTES);

/// Coefficients, the constant first; none of them is 0, and there is at least one. Overwritten when dropped.
pub(super) struct Polynomial(Vec<Scalar>);

impl ZeroizeOnDrop for Polynomial {}

impl Polynomial {
    /// A random polynomial of `coefficients` coefficients, at least one.
    pub(super) fn random(coefficients: u8, random: &dyn Randomness) -> Result<Self, NoRandomness> {
        Self::with_constant(Scalar::random(random)?, coefficients, random)
    }

    /// A polynomial with this constant, which is not 0, and otherwise random coefficients.
    pub(super) fn with_constant(
        constant: Scalar,
        coefficients: u8,
        random: &dyn Randomness,
    ) -> Result<Self, NoRandomness> {
        // All room at once: a vector that grows leaves its old place behind as it is.
        let mut all = Vec::with_capacity(usize::from(coefficients));
        all.push(constant);
        for _ in 1..coefficients {
            all.push(Scalar::random(random)?);
        }
        Ok(Self(all))
    }

    /// f(0).
    pub(super) fn constant(&self) -> &Scalar {
        &self.0[0]
    }

    /// f(x) = Σ a_k·x^k, by Horner.
    pub(super) fn at(&self, x: u8) -> Scalar {
        let x = Scalar::from_u64(u64::from(x));
        let start = Scalar::from_u64(0);
        self.0.iter().rev().fold(start, |value, coefficient| value.times(&x).plus(coefficient))
    }

    /// a_k·G2 for each coefficient.
    pub(super) fn commitments(&self) -> Vec<Commitment> {
        let commit = |scalar| Commitment(G2::generator_times(scalar).expect("no coefficient is 0"));
        self.0.iter().map(commit).collect()
    }

    /// The coefficients as they are saved.
    pub(super) fn to_text(&self) -> Vec<SecretText> {
        self.0.iter().map(|scalar| SecretText(Zeroizing::new(scalar.to_be_bytes()))).collect()
    }

    /// The polynomial of saved coefficients, if there are as many as that.
    pub(super) fn from_text(text: &[SecretText], coefficients: u8) -> Option<Self> {
        if coefficients == 0 || text.len() != usize::from(coefficients) {
            return None;
        }
        let mut all = Vec::with_capacity(text.len());
        for one in text {
            all.push(Scalar::from_be_bytes(&one.0).filter(|scalar| !scalar.is_zero())?);
        }
        Some(Self(all))
    }
}

/// Whether `value` is what `commitments` promise to custodian `recipient`.
pub(super) fn fits(commitments: &[Commitment], recipient: u8, value: &Scalar) -> bool {
    let points: Vec<G2> = commitments.iter().map(|commitment| commitment.0).collect();
    let promised = G2::polynomial_at(&points, recipient);
    promised.is_some() && promised == G2::generator_times(value)
}
