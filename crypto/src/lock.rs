//! The lock: Boneh–Franklin identity-based encryption of 16 bytes with the Fujisaki–Okamoto check on BLS12-381,
//! signatures in G1, exactly as in drand/tlock (`bls-unchained-g1-rfc9380`).
//!
//! ```text
//! capsule = U (96) || V (16) || W (16)
//! r = H3(sigma, msg)   U = r·G2   V = sigma XOR H2(e(Q, P)^r)   W = msg XOR H4(sigma)
//! ```
//!
//! It knows identities, not labels, rounds or times, and it draws no randomness: `sigma` is an argument.
//!
//! *Invariant*: a capsule opens only when `U` is exactly what its own randomness makes it, so nobody can change a
//! capsule and have it open to something else.

mod curve;
mod key;
mod random;

use serde::{Deserialize, Deserializer, de};
use zeroize::Zeroizing;

pub(crate) use curve::{G1, G2, Scalar, pairings_equal};
pub use curve::{G1_BYTES, G2_BYTES, PointError, SCALAR_BYTES};
pub(crate) use key::point_text;
pub use key::{GroupKey, Identity, LabelKey, ProvenKey};
pub use random::{NoRandomness, Randomness};

use crate::digest::Digest;

/// Bytes of the message in a capsule, and of the randomness that it is made with.
pub const MESSAGE_BYTES: usize = 16;
/// Bytes of a capsule.
pub const CAPSULE_BYTES: usize = G2_BYTES + 2 * MESSAGE_BYTES;

/// A message, or the randomness that it is locked with.
pub(crate) type Block = Zeroizing<[u8; MESSAGE_BYTES]>;

/// A capsule that cannot be what an honest sealer made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// `U` is not an accepted point.
    #[error("the point of the capsule: {0}")]
    Point(#[from] PointError),
    /// The check failed: another identity's key, or a capsule that was changed or wrongly made.
    #[error("the capsule does not open with this key")]
    Check,
}

impl LockError {
    /// Stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Point(error) => error.code(),
            Self::Check => "capsule_check",
        }
    }
}

/// A capsule whose `U` is an accepted point.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Capsule {
    u: G2,
    v: [u8; MESSAGE_BYTES],
    w: [u8; MESSAGE_BYTES],
}

impl Capsule {
    /// Locks `message` to `identity` under `key`. `sigma` must be secret, uniform and used for nothing else.
    pub fn seal(
        key: &GroupKey,
        identity: &Identity,
        message: &[u8; MESSAGE_BYTES],
        sigma: &[u8; MESSAGE_BYTES],
    ) -> Self {
        Self::with_exponent(key, identity, message, sigma, &exponent(sigma, message))
    }

    fn with_exponent(
        key: &GroupKey,
        identity: &Identity,
        message: &[u8; MESSAGE_BYTES],
        sigma: &[u8; MESSAGE_BYTES],
        r: &Scalar,
    ) -> Self {
        // e(Q, P)^r = e(r·Q, P): a multiplication in G1 is cheaper than a power in the target group.
        let shared = identity.point().times(r).expect("H3 is not zero, and Q is not infinity");
        Self {
            u: G2::generator_times(r).expect("H3 is not zero"),
            v: xor(sigma, &h2(&shared, &key.0)),
            w: xor(message, &h4(sigma)),
        }
    }

    /// The message, with the signature that opens this identity. The caller has verified `label_key` against the
    /// group key, so a failed check is the fault of who made the capsule.
    pub fn open(&self, label_key: &LabelKey) -> Result<Zeroizing<[u8; MESSAGE_BYTES]>, LockError> {
        self.open_whole(label_key).map(|(message, _)| message)
    }

    /// The message and the randomness it was locked with.
    pub(crate) fn open_whole(&self, label_key: &LabelKey) -> Result<(Block, Block), LockError> {
        let sigma = Zeroizing::new(xor(&self.v, &h2(&label_key.0, &self.u)));
        let message = Zeroizing::new(xor(&self.w, &h4(&sigma)));
        // `blst` compares points in a time that does not depend on where they differ.
        match G2::generator_times(&exponent(&sigma, &message)) {
            Some(u) if u == self.u => Ok((message, sigma)),
            Some(_) | None => Err(LockError::Check),
        }
    }

    /// The capsule of 128 bytes.
    pub fn from_bytes(bytes: &[u8; CAPSULE_BYTES]) -> Result<Self, LockError> {
        let (mut v, mut w) = ([0; MESSAGE_BYTES], [0; MESSAGE_BYTES]);
        v.copy_from_slice(&bytes[G2_BYTES..][..MESSAGE_BYTES]);
        w.copy_from_slice(&bytes[G2_BYTES + MESSAGE_BYTES..]);
        Ok(Self { u: G2::from_compressed(&bytes[..G2_BYTES])?, v, w })
    }

    /// The 96 bytes of `U`, which nobody can repeat without the same message and randomness.
    pub fn u_bytes(&self) -> [u8; G2_BYTES] {
        self.u.compressed()
    }

    /// `U || V || W`.
    pub fn to_bytes(&self) -> [u8; CAPSULE_BYTES] {
        let mut bytes = [0; CAPSULE_BYTES];
        bytes[..G2_BYTES].copy_from_slice(&self.u.compressed());
        bytes[G2_BYTES..][..MESSAGE_BYTES].copy_from_slice(&self.v);
        bytes[G2_BYTES + MESSAGE_BYTES..].copy_from_slice(&self.w);
        bytes
    }
}

/// H3: the exponent of a capsule. Hashes until the masked value is below the order; it never reduces, because
/// that would make another value of about one first hash in ten.
fn exponent(sigma: &[u8; MESSAGE_BYTES], message: &[u8; MESSAGE_BYTES]) -> Scalar {
    let base = Zeroizing::new(Digest::of_parts(&[b"IBE-H3", sigma, message]).0);
    for attempt in 1..u16::MAX {
        let mut hash = Zeroizing::new(Digest::of_parts(&[&attempt.to_le_bytes(), base.as_ref()]).0);
        hash[0] >>= 1;
        if let Some(scalar) = Scalar::from_be_bytes(&hash).filter(|scalar| !scalar.is_zero()) {
            return scalar;
        }
    }
    unreachable!("65,534 hashes at or above the order: a chance below 2^-200,000")
}

fn h2(p: &G1, q: &G2) -> Zeroizing<[u8; MESSAGE_BYTES]> {
    first_16(Digest::of_parts(&[b"IBE-H2", curve::pairing(p, q).as_ref()]))
}

fn h4(sigma: &[u8; MESSAGE_BYTES]) -> Zeroizing<[u8; MESSAGE_BYTES]> {
    first_16(Digest::of_parts(&[b"IBE-H4", sigma]))
}

fn first_16(digest: Digest) -> Zeroizing<[u8; MESSAGE_BYTES]> {
    let digest = Zeroizing::new(digest.0);
    Zeroizing::new(std::array::from_fn(|i| digest[i]))
}

pub(crate) fn xor<const N: usize>(a: &[u8; N], b: &[u8; N]) -> [u8; N] {
    std::array::from_fn(|i| a[i] ^ b[i])
}

/// Reads exactly `N` bytes written as lower-case hexadecimal digits.
pub(crate) fn hex_bytes<'de, const N: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<[u8; N], D::Error> {
    let text = String::deserialize(deserializer)?;
    let mut bytes = [0; N];
    if text.bytes().any(|b| b.is_ascii_uppercase()) || hex::decode_to_slice(&text, &mut bytes).is_err() {
        return Err(de::Error::custom(format!("expected {} lower-case hexadecimal digits", 2 * N)));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
