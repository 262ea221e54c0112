//! Integers modulo the order of the groups.

use blst::{
    blst_bendian_from_scalar, blst_fr, blst_fr_add, blst_fr_eucl_inverse, blst_fr_from_scalar,
    blst_fr_from_uint64, blst_fr_mul, blst_fr_sub, blst_scalar, blst_scalar_fr_check,
    blst_scalar_from_bendian, blst_scalar_from_fr,
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::SCALAR_BYTES;
use crate::lock::{NoRandomness, Randomness};

/// An integer modulo the order of the groups. Overwritten when dropped; not `Debug`, because it is often secret.
#[derive(Clone)]
pub(crate) struct Scalar(blst_fr);

impl Zeroize for Scalar {
    fn zeroize(&mut self) {
        self.0.l.zeroize();
    }
}

impl Drop for Scalar {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl ZeroizeOnDrop for Scalar {}

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

    /// The 32 little-endian bytes that a multiplication reads.
    pub(super) fn canonical(&self) -> blst_scalar {
        let mut scalar = blst_scalar::default();
        // SAFETY: both are initialised values of their type; the result is below the order.
        unsafe { blst_scalar_from_fr(&mut scalar, &self.0) };
        scalar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_that_is_wiped_is_zero() {
        let mut scalar = Scalar::from_u64(7);
        assert!(!scalar.is_zero());
        scalar.zeroize();
        assert!(scalar.is_zero() && scalar.to_be_bytes() == [0; SCALAR_BYTES]);
    }
}
