//! BLS12-381 as the lock needs it: scalars, points of the two groups, one pairing. A thin cover over `blst`.
//!
//! It is not a general curve library: there is no group element here that can be the point at infinity, and no
//! serialisation but the compressed one of the BLS signature drafts (48 bytes for G1, 96 for G2).
//!
//! *Invariant*: every `G1` and `G2` is on the curve, in the subgroup of prime order and not infinity; every
//! `Scalar` is below the group's order. All foreign calls of the workspace stand in this file; each passes
//! pointers to initialised values of the exact size that `blst` reads or writes, and `blst` keeps none of them.
#![expect(unsafe_code, reason = "blst offers scalar and point arithmetic only as C functions")]

use std::ptr;

use blst::{
    BLST_ERROR, blst_bendian_from_scalar, blst_fp12, blst_fr, blst_fr_add, blst_fr_eucl_inverse,
    blst_fr_from_scalar, blst_fr_from_uint64, blst_fr_mul, blst_fr_sub, blst_hash_to_g1, blst_p1,
    blst_p1_add_or_double, blst_p1_affine, blst_p1_affine_compress, blst_p1_affine_in_g1,
    blst_p1_affine_is_inf, blst_p1_from_affine, blst_p1_is_inf, blst_p1_mult, blst_p1_to_affine,
    blst_p1_uncompress, blst_p2, blst_p2_add_or_double, blst_p2_affine, blst_p2_affine_compress,
    blst_p2_affine_generator, blst_p2_affine_in_g2, blst_p2_affine_is_inf, blst_p2_from_affine,
    blst_p2_is_inf, blst_p2_mult, blst_p2_to_affine, blst_p2_uncompress, blst_scalar, blst_scalar_fr_check,
    blst_scalar_from_bendian, blst_scalar_from_fr,
};
use zeroize::{Zeroize, Zeroizing};

use super::{NoRandomness, Randomness};

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

/// An integer modulo the order of the groups. Overwritten when dropped; not `Debug`, because it is often secret.
#[derive(Clone)]
pub(crate) struct Scalar(blst_fr);

impl Drop for Scalar {
    fn drop(&mut self) {
        self.0.l.zeroize();
    }
}

impl Scalar {
    /// The scalar of 32 big-endian bytes; `None` at or above the group's order.
    pub(crate) fn from_be_bytes(bytes: &[u8; SCALAR_BYTES]) -> Option<Self> {
        let mut scalar = blst_scalar::default();
        let mut field = blst_fr::default();
        // SAFETY: `bytes` has the 32 bytes that are read; both targets are initialised values of their type.
        unsafe {
            blst_scalar_from_bendian(&mut scalar, bytes.as_ptr());
            if !blst_scalar_fr_check(&scalar) {
                return None;
            }
            blst_fr_from_scalar(&mut field, &scalar);
        }
        Some(Self(field))
    }

    /// A uniform scalar other than 0. Rejects, never reduces.
    pub(crate) fn random(random: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; SCALAR_BYTES]);
        // One try in ten is rejected: 128 failures in a row mean that the source is broken.
        for _ in 0..128 {
            random.fill(bytes.as_mut())?;
            bytes[0] >>= 1;
            if let Some(scalar) = Self::from_be_bytes(&bytes).filter(|scalar| !scalar.is_zero()) {
                return Ok(scalar);
            }
        }
        Err(NoRandomness)
    }

    /// A small public integer, such as an index.
    pub(crate) fn from_u64(value: u64) -> Self {
        let limbs = [value, 0, 0, 0];
        let mut field = blst_fr::default();
        // SAFETY: `blst_fr_from_uint64` reads four limbs.
        unsafe { blst_fr_from_uint64(&mut field, limbs.as_ptr()) };
        Self(field)
    }

    /// 32 big-endian bytes. The caller answers for overwriting them.
    pub(crate) fn to_be_bytes(&self) -> [u8; SCALAR_BYTES] {
        let mut bytes = [0; SCALAR_BYTES];
        // SAFETY: 32 bytes are written.
        unsafe { blst_bendian_from_scalar(bytes.as_mut_ptr(), &self.canonical()) };
        bytes
    }

    /// Whether this is 0.
    pub(crate) fn is_zero(&self) -> bool {
        self.0.l.iter().fold(0, |all, limb| all | limb) == 0
    }

    /// Sum.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let mut out = blst_fr::default();
        // SAFETY: three values of type `blst_fr`.
        unsafe { blst_fr_add(&mut out, &self.0, &other.0) };
        Self(out)
    }

    /// Difference.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        let mut out = blst_fr::default();
        // SAFETY: three values of type `blst_fr`.
        unsafe { blst_fr_sub(&mut out, &self.0, &other.0) };
        Self(out)
    }

    /// Product.
    pub(crate) fn times(&self, other: &Self) -> Self {
        let mut out = blst_fr::default();
        // SAFETY: three values of type `blst_fr`.
        unsafe { blst_fr_mul(&mut out, &self.0, &other.0) };
        Self(out)
    }

    /// Multiplicative inverse, in a time that depends on the value: for public values only. `None` of 0.
    pub(crate) fn public_inverse(&self) -> Option<Self> {
        if self.is_zero() {
            return None;
        }
        let mut out = blst_fr::default();
        // SAFETY: two values of type `blst_fr`.
        unsafe { blst_fr_eucl_inverse(&mut out, &self.0) };
        Some(Self(out))
    }

    fn canonical(&self) -> blst_scalar {
        let mut scalar = blst_scalar::default();
        // SAFETY: both are initialised values of their type; the result is below the order.
        unsafe { blst_scalar_from_fr(&mut scalar, &self.0) };
        scalar
    }
}

/// A point of G1: a hashed identity, a label key or a partial one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct G1(blst_p1_affine);

impl G1 {
    /// `hash_to_curve` of RFC 9380 for G1, with the domain `dst`.
    pub(crate) fn hash(message: &[u8], dst: &[u8]) -> Self {
        let mut point = blst_p1::default();
        // SAFETY: each pointer goes with the length of its slice; the augmentation is empty.
        unsafe {
            blst_hash_to_g1(
                &mut point,
                message.as_ptr(),
                message.len(),
                dst.as_ptr(),
                dst.len(),
                ptr::null(),
                0,
            );
        }
        Self::finite(&point).expect("nobody can find a message that hashes to infinity")
    }

    /// The point of a canonical compressed encoding.
    pub(crate) fn from_compressed(bytes: &[u8]) -> Result<Self, PointError> {
        let bytes: &[u8; G1_BYTES] = bytes.try_into().map_err(|_| PointError::Length)?;
        let mut point = blst_p1_affine::default();
        // SAFETY: `bytes` has the 48 bytes that are read; the checks read an initialised point.
        unsafe {
            if blst_p1_uncompress(&mut point, bytes.as_ptr()) != BLST_ERROR::BLST_SUCCESS {
                return Err(PointError::Encoding);
            }
            if blst_p1_affine_is_inf(&point) {
                return Err(PointError::Infinity);
            }
            if !blst_p1_affine_in_g1(&point) {
                return Err(PointError::Subgroup);
            }
        }
        Ok(Self(point))
    }

    /// The canonical compressed encoding.
    pub(crate) fn compressed(&self) -> [u8; G1_BYTES] {
        let mut bytes = [0; G1_BYTES];
        // SAFETY: 48 bytes are written.
        unsafe { blst_p1_affine_compress(bytes.as_mut_ptr(), &self.0) };
        bytes
    }

    /// `scalar` times this point, in a time that does not depend on the scalar. `None` of a zero scalar.
    pub(crate) fn times(&self, scalar: &Scalar) -> Option<Self> {
        let mut out = blst_p1::default();
        // SAFETY: `canonical` has the 32 little-endian bytes that 255 bits are read from.
        unsafe {
            let mut point = blst_p1::default();
            blst_p1_from_affine(&mut point, &self.0);
            blst_p1_mult(&mut out, &point, scalar.canonical().b.as_ptr(), SCALAR_BITS);
        }
        Self::finite(&out)
    }

    /// The sum of `points`; `None` when it is infinity.
    pub(crate) fn sum(points: &[Self]) -> Option<Self> {
        let mut total = blst_p1::default();
        for point in points {
            let (mut term, mut next) = (blst_p1::default(), blst_p1::default());
            // SAFETY: all are initialised points; the all-zero value is infinity.
            unsafe {
                blst_p1_from_affine(&mut term, &point.0);
                blst_p1_add_or_double(&mut next, &total, &term);
            }
            total = next;
        }
        Self::finite(&total)
    }

    fn finite(point: &blst_p1) -> Option<Self> {
        let mut affine = blst_p1_affine::default();
        // SAFETY: both are initialised points.
        unsafe {
            if blst_p1_is_inf(point) {
                return None;
            }
            blst_p1_to_affine(&mut affine, point);
        }
        Some(Self(affine))
    }
}

/// A point of G2: a group key, a public share, the commitment to a coefficient, the `U` of a capsule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct G2(blst_p2_affine);

impl G2 {
    /// The generator of the group.
    pub(crate) fn generator() -> Self {
        // SAFETY: the function returns a pointer to a constant of the library.
        Self(unsafe { *blst_p2_affine_generator() })
    }

    /// The point of a canonical compressed encoding.
    pub(crate) fn from_compressed(bytes: &[u8]) -> Result<Self, PointError> {
        let bytes: &[u8; G2_BYTES] = bytes.try_into().map_err(|_| PointError::Length)?;
        let mut point = blst_p2_affine::default();
        // SAFETY: `bytes` has the 96 bytes that are read; the checks read an initialised point.
        unsafe {
            if blst_p2_uncompress(&mut point, bytes.as_ptr()) != BLST_ERROR::BLST_SUCCESS {
                return Err(PointError::Encoding);
            }
            if blst_p2_affine_is_inf(&point) {
                return Err(PointError::Infinity);
            }
            if !blst_p2_affine_in_g2(&point) {
                return Err(PointError::Subgroup);
            }
        }
        Ok(Self(point))
    }

    /// The canonical compressed encoding.
    pub(crate) fn compressed(&self) -> [u8; G2_BYTES] {
        let mut bytes = [0; G2_BYTES];
        // SAFETY: 96 bytes are written.
        unsafe { blst_p2_affine_compress(bytes.as_mut_ptr(), &self.0) };
        bytes
    }

    /// `scalar` times this point, in a time that does not depend on the scalar. `None` of a zero scalar.
    pub(crate) fn times(&self, scalar: &Scalar) -> Option<Self> {
        let mut out = blst_p2::default();
        // SAFETY: `canonical` has the 32 little-endian bytes that 255 bits are read from.
        unsafe {
            let mut point = blst_p2::default();
            blst_p2_from_affine(&mut point, &self.0);
            blst_p2_mult(&mut out, &point, scalar.canonical().b.as_ptr(), SCALAR_BITS);
        }
        Self::finite(&out)
    }

    /// The polynomial with these coefficients at a small public point: Σ x^k·C_k, by Horner. `None` when it is
    /// infinity or there are no coefficients.
    pub(crate) fn polynomial_at(coefficients: &[Self], x: u8) -> Option<Self> {
        let mut value = blst_p2::default();
        for coefficient in coefficients.iter().rev() {
            let (mut shifted, mut term, mut next) =
                (blst_p2::default(), blst_p2::default(), blst_p2::default());
            // SAFETY: 8 bits are read from one byte; all points are initialised, all-zero is infinity.
            unsafe {
                blst_p2_mult(&mut shifted, &value, &x, u8::BITS as usize);
                blst_p2_from_affine(&mut term, &coefficient.0);
                blst_p2_add_or_double(&mut next, &shifted, &term);
            }
            value = next;
        }
        Self::finite(&value)
    }

    /// The sum of `points`; `None` when it is infinity.
    pub(crate) fn sum(points: &[Self]) -> Option<Self> {
        Self::polynomial_at(points, 1)
    }

    fn finite(point: &blst_p2) -> Option<Self> {
        let mut affine = blst_p2_affine::default();
        // SAFETY: both are initialised points.
        unsafe {
            if blst_p2_is_inf(point) {
                return None;
            }
            blst_p2_to_affine(&mut affine, point);
        }
        Some(Self(affine))
    }
}

/// e(p, q), serialised: c1 before c0 at each level of the tower, each coordinate 48 bytes big-endian.
pub(crate) fn pairing(p: &G1, q: &G2) -> [u8; GT_BYTES] {
    let rows = blst_fp12::miller_loop(&q.0, &p.0).final_exp().to_bendian();
    // blst writes [sixth 0..3][twelfth 0..2][square 0..2]; the lock wants [twelfth][sixth][square], all descending.
    let mut out = [0; GT_BYTES];
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
