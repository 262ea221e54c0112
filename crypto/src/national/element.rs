//! Points and numbers of the SM2 group in their one written form, and the second generator. The arithmetic is that of
//! the crate `sm2`.

use std::sync::LazyLock;

use sm2::elliptic_curve::PrimeField;
use sm2::elliptic_curve::ops::Reduce;
use sm2::elliptic_curve::sec1::ToSec1Point;
use sm2::{FieldBytes, ProjectivePoint, PublicKey, Scalar, SecretKey};
use zeroize::Zeroizing;

use super::NationalLockError;
use crate::lock::{NoRandomness, Randomness};
use crate::suite::sm3;

/// Bytes of a compressed point.
pub(super) const POINT_BYTES: usize = 33;
/// Bytes of a number below the group's order.
pub(super) const SCALAR_BYTES: usize = 32;

/// A point of the group that is not its neutral element. The group has prime order, so there are no others to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element(PublicKey);

impl Element {
    /// The point of 33 compressed bytes.
    pub(super) fn from_bytes(bytes: &[u8; POINT_BYTES]) -> Result<Self, NationalLockError> {
        let is_compressed = matches!(bytes[0], 2 | 3);
        let key = PublicKey::from_sec1_bytes(bytes).ok().filter(|_| is_compressed);
        key.map(Self).ok_or(NationalLockError::Form("a point"))
    }

    /// The point of 65 bytes 04, x, y, as SM2 writes its keys and C1.
    pub(super) fn from_uncompressed(bytes: &[u8; 65]) -> Result<Self, NationalLockError> {
        let key = PublicKey::from_sec1_bytes(bytes).ok().filter(|_| bytes[0] == 4);
        key.map(Self).ok_or(NationalLockError::Form("a point"))
    }

    /// What arithmetic gave, unless it is the neutral element.
    pub(super) fn of(point: ProjectivePoint) -> Option<Self> {
        PublicKey::from_affine(point.to_affine()).ok().map(Self)
    }

    /// G times a secret.
    pub(super) fn of_secret(secret: &SecretKey) -> Self {
        Self(secret.public_key())
    }

    pub(super) fn to_bytes(self) -> [u8; POINT_BYTES] {
        written(self.0.to_sec1_point(true).as_bytes())
    }

    pub(super) fn to_uncompressed(self) -> [u8; 65] {
        written(self.0.to_sec1_point(false).as_bytes())
    }

    pub(super) fn projective(self) -> ProjectivePoint {
        self.0.to_projective()
    }

    /// This point times a secret: never the neutral element, since the order is prime and the secret is not 0.
    pub(super) fn times(self, secret: &SecretKey) -> Self {
        let product = self.projective() * *secret.to_nonzero_scalar();
        Self::of(product).expect("neither factor is zero")
    }
}

/// The second generator of the ciphertext's proof. Nobody knows its logarithm: x is the first SM3 of a name and a counter
/// that is the abscissa of a point, y is even.
pub(super) static SECOND_GENERATOR: LazyLock<Element> = LazyLock::new(|| {
    let candidate = |counter: u8| {
        let x = sm3(&[b"TL1/sm2lock/generator\0", &[counter]]);
        Element::from_bytes(&written(&[[2].as_slice(), &x].concat())).ok()
    };
    (0..=u8::MAX).find_map(candidate).expect("every second number is an abscissa")
});

/// A secret, uniform in 1..n−1, by rejection.
pub(super) fn random_secret(random: &dyn Randomness) -> Result<SecretKey, NoRandomness> {
    loop {
        let mut bytes = Zeroizing::new([0; SCALAR_BYTES]);
        random.fill(bytes.as_mut())?;
        if let Ok(secret) = SecretKey::from_slice(bytes.as_ref()) {
            return Ok(secret);
        }
    }
}

/// A number in its one form: 32 bytes, big-endian, below the order.
pub(super) fn read_scalar(bytes: &[u8; SCALAR_BYTES]) -> Result<Scalar, NationalLockError> {
    Option::from(Scalar::from_repr(FieldBytes::from(*bytes))).ok_or(NationalLockError::Form("a number"))
}

/// The number that a digest stands for in a challenge; what reduction takes from its uniformity is below 2^-32.
pub(super) fn challenge(digest: [u8; 32]) -> Scalar {
    Scalar::reduce(&FieldBytes::from(digest))
}

/// The weights λ_i(x) of the points at `indices` (distinct, not 0): f(x) = Σ λ_i·f(i).
pub(super) fn lagrange(indices: &[u8], x: u8) -> Vec<Scalar> {
    let number = |index: u8| Scalar::from(u64::from(index));
    let weight = |i: u8| {
        let others = indices.iter().filter(|j| **j != i);
        let (above, below) = others.fold((Scalar::ONE, Scalar::ONE), |(above, below), j| {
            (above * (number(x) - number(*j)), below * (number(i) - number(*j)))
        });
        above * Option::<Scalar>::from(below.invert()).expect("the indices are distinct")
    };
    indices.iter().map(|i| weight(*i)).collect()
}

fn written<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("the length of the form")
}
