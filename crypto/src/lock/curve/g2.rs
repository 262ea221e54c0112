//! Points of G2.

use blst::{
    BLST_ERROR, blst_p2, blst_p2_add_or_double, blst_p2_affine, blst_p2_affine_compress,
    blst_p2_affine_generator, blst_p2_affine_in_g2, blst_p2_affine_is_inf, blst_p2_from_affine,
    blst_p2_is_inf, blst_p2_mult, blst_p2_to_affine, blst_p2_uncompress,
};

use super::{G2_BYTES, PointError, SCALAR_BITS, Scalar, comb};

/// A point of G2: a group key, a public share, the commitment to a coefficient, the `U` of a capsule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct G2(pub(super) blst_p2_affine);

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

    /// `scalar` times the generator, from a table, in a time that does not depend on the scalar. `None` of a zero
    /// scalar.
    pub(crate) fn generator_times(scalar: &Scalar) -> Option<Self> {
        Self::finite(&comb::generator_times(scalar))
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
