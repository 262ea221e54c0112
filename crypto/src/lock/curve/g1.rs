//! Points of G1.

use std::ptr;

use blst::{
    BLST_ERROR, blst_hash_to_g1, blst_p1, blst_p1_add_or_double, blst_p1_affine, blst_p1_affine_compress,
    blst_p1_affine_in_g1, blst_p1_affine_is_inf, blst_p1_from_affine, blst_p1_is_inf, blst_p1_mult,
    blst_p1_to_affine, blst_p1_uncompress, blst_p1s_mult_pippenger, blst_p1s_mult_pippenger_scratch_sizeof,
};

use super::{G1_BYTES, PointError, SCALAR_BITS, Scalar, WEIGHT_BYTES};

/// A point of G1: a hashed identity, a label key or a partial one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct G1(pub(super) blst_p1_affine);

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

    /// Σ weight·point over little-endian weights, in a time that depends on them: for public values only. As many
    /// weights count as there are points; `None` when the sum is infinity or there is nothing to add.
    pub(crate) fn weighted_sum(points: &[Self], weights: &[[u8; WEIGHT_BYTES]]) -> Option<Self> {
        let count = points.len().min(weights.len());
        if count == 0 {
            return None;
        }
        let points: Vec<blst_p1_affine> = points.iter().map(|point| point.0).collect();
        let (points, weights) =
            ([points.as_ptr(), ptr::null()], [weights.as_ptr().cast::<u8>(), ptr::null()]);
        let mut total = blst_p1::default();
        // SAFETY: a list that ends in null after its first pointer means consecutive values; both lists have at
        // least `count` of them, each weight the 128 bits that are read; the scratch has the bytes asked for.
        unsafe {
            let mut scratch = vec![0_u64; blst_p1s_mult_pippenger_scratch_sizeof(count).div_ceil(8)];
            blst_p1s_mult_pippenger(
                &mut total,
                points.as_ptr(),
                count,
                weights.as_ptr(),
                WEIGHT_BYTES * 8,
                scratch.as_mut_ptr(),
            );
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
