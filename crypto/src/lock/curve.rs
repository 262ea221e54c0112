//! BLS12-381 as the lock needs it: scalars, points of the two groups, one pairing. A thin cover over `blst`.
//!
//! It is not a general curve library: there is no group element here that can be the point at infinity, and no
//! serialisation but the compressed one of the BLS signature drafts (48 bytes for G1, 96 for G2).
//!
//! *Invariant*: every `G1` and `G2` is on the curve, in the subgroup of prime order and not infinity; every
//! `Scalar` is below the group's order. All foreign calls of the workspace stand in this module; each passes
//! pointers to initialised values of the exact size that `blst` reads or writes, and `blst` keeps none of them.
#![expect(unsafe_code, reason = "blst offers scalar and point arithmetic only as C functions")]

mod comb;
mod g1;
mod g2;
mod scalar;

use blst::blst_fp12;
use zeroize::Zeroizing;

pub(crate) use g1::G1;
pub(crate) use g2::G2;
pub(crate) use scalar::Scalar;

/// Bytes of a compressed point of G1: signatures, label keys, partial label keys.
pub const G1_BYTES: usize = 48;
/// Bytes of a compressed point of G2: public keys, the `U` of a capsule.
pub const G2_BYTES: usize = 96;
/// Bytes of a scalar, big-endian.
pub const SCALAR_BYTES: usize = 32;
/// Bytes of a serialised element of the target group.
pub const GT_BYTES: usize = 576;
/// Bits that a multiplication by a scalar looks at; always all of them, so that its time tells nothing.
const SCALAR_BITS: usize = 255;

/// Why bytes are not a point that we accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// Not 48 (G1) or 96 (G2) bytes.
    #[error("a compressed point has another length")]
    Length,
    /// Wrong flags, a coordinate at or above the field's modulus, or not on the curve.
    #[error("not the canonical encoding of a point on the curve")]
    Encoding,
    /// The point at infinity, as which every pairing is 1.
    #[error("the point at infinity is not accepted")]
    Infinity,
    /// On the curve, but outside the subgroup of prime order.
    #[error("the point is outside the subgroup of prime order")]
    Subgroup,
}

impl PointError {
    /// Stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Length => "point_length",
            Self::Encoding => "point_encoding",
            Self::Infinity => "point_infinity",
            Self::Subgroup => "point_subgroup",
        }
    }
}

/// Bytes of a weight of a batch: 128 bits, so that a wrong member passes with a chance of 2^-128.
pub(crate) const WEIGHT_BYTES: usize = 16;

/// e(p, q), serialised: c1 before c0 at each level of the tower, each coordinate 48 bytes big-endian.
pub(crate) fn pairing(p: &G1, q: &G2) -> Zeroizing<[u8; GT_BYTES]> {
    let rows = Zeroizing::new(blst_fp12::miller_loop(&q.0, &p.0).final_exp().to_bendian());
    // blst writes [sixth 0..3][twelfth 0..2][square 0..2]; the lock wants [twelfth][sixth][square], all descending.
    let mut out = Zeroizing::new([0; GT_BYTES]);
    for twelfth in 0..2 {
        for sixth in 0..3 {
            for square in 0..2 {
                let from = sixth * 4 + twelfth * 2 + square;
                let to = (1 - twelfth) * 6 + (2 - sixth) * 2 + (1 - square);
                out[to * 48..][..48].copy_from_slice(&rows[from * 48..][..48]);
            }
        }
    }
    out
}

/// Whether e(p, q) = e(r, s): the equation of a BLS signature.
pub(crate) fn pairings_equal(p: &G1, q: &G2, r: &G1, s: &G2) -> bool {
    blst_fp12::finalverify(&blst_fp12::miller_loop(&q.0, &p.0), &blst_fp12::miller_loop(&s.0, &r.0))
}
