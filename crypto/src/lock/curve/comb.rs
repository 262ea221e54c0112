//! Multiples of the generator of G2 from a table: every seal, every opening and every commitment needs one.
//!
//! The table has d·16^w·G2 for each window w of four bits and each digit d: 64 additions instead of 255 doublings.
//! It takes 192 KiB and is computed at its first use.
//!
//! *Invariant*: which rows and entries are read, and how often, does not depend on the scalar: each entry of a row is
//! read and masked.

use std::ptr;
use std::sync::LazyLock;

use blst::{
    blst_fp2, blst_p2, blst_p2_add_or_double, blst_p2_add_or_double_affine, blst_p2_affine,
    blst_p2_from_affine, blst_p2s_to_affine,
};
use subtle::ConstantTimeEq;

use super::{G2, SCALAR_BYTES, Scalar};

/// Entries of a row: the multiples of one window, that by 0 among them.
const DIGITS: usize = 16;
/// Bits of a window.
const WINDOW_BITS: usize = 4;
/// Windows of a scalar.
const WINDOWS: usize = SCALAR_BYTES * 8 / WINDOW_BITS;

type Row = [blst_p2_affine; DIGITS];

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(rows);

/// `scalar` times the generator; the point at infinity of a zero scalar.
pub(super) fn generator_times(scalar: &Scalar) -> blst_p2 {
    let canonical = scalar.canonical();
    let digits = canonical.b.iter().flat_map(|byte| [byte & 0x0f, byte >> WINDOW_BITS]);
    let mut total = blst_p2::default();
    for (row, digit) in ROWS.iter().zip(digits) {
        let (term, mut next) = (entry(row, digit), blst_p2::default());
        // SAFETY: all are initialised points; all-zero is infinity, which the unified addition takes.
        unsafe { blst_p2_add_or_double_affine(&mut next, &total, &term) };
        total = next;
    }
    total
}

/// The entry of a digit, all others being read as well.
fn entry(row: &Row, digit: u8) -> blst_p2_affine {
    let mut found = blst_p2_affine::default();
    for (place, candidate) in (0_u8..).zip(row) {
        let mask = 0_u64.wrapping_sub(u64::from(place.ct_eq(&digit).unwrap_u8()));
        take(&mut found.x, &candidate.x, mask);
        take(&mut found.y, &candidate.y, mask);
    }
    found
}

fn take(into: &mut blst_fp2, from: &blst_fp2, mask: u64) {
    for (into, from) in into.fp.iter_mut().zip(&from.fp) {
        for (into, from) in into.l.iter_mut().zip(&from.l) {
            *into |= from & mask;
        }
    }
}

fn rows() -> Vec<Row> {
    let mut multiples = Vec::with_capacity(WINDOWS * (DIGITS - 1));
    let mut base = blst_p2::default();
    // SAFETY: both are initialised points.
    unsafe { blst_p2_from_affine(&mut base, &G2::generator().0) };
    for _ in 0..WINDOWS {
        let mut multiple = base;
        for _ in 1..DIGITS {
            multiples.push(multiple);
            let mut next = blst_p2::default();
            // SAFETY: all are initialised points.
            unsafe { blst_p2_add_or_double(&mut next, &multiple, &base) };
            multiple = next;
        }
        base = multiple;
    }
    affine(&multiples).chunks_exact(DIGITS - 1).map(row).collect()
}

fn row(multiples: &[blst_p2_affine]) -> Row {
    let mut row = [blst_p2_affine::default(); DIGITS];
    row[1..].copy_from_slice(multiples);
    row
}

/// Affine coordinates of points none of which is infinity.
fn affine(points: &[blst_p2]) -> Vec<blst_p2_affine> {
    let mut out = vec![blst_p2_affine::default(); points.len()];
    let list = [points.as_ptr(), ptr::null()];
    // SAFETY: a list that ends in null after its first pointer means consecutive points; as many are written.
    unsafe { blst_p2s_to_affine(out.as_mut_ptr(), list.as_ptr(), points.len()) };
    out
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn the_table_multiplies_as_the_curve_does() {
        let mut scalars: Vec<Scalar> = [1, 2, 15, 16, 17, 255, 256, u64::MAX].map(Scalar::from_u64).into();
        scalars.push(Scalar::from_u64(0).minus(&Scalar::from_u64(1)));
        scalars.extend((0..32).map(|_| Scalar::random(&SystemRandom::new()).expect("randomness")));
        for scalar in &scalars {
            assert!(G2::generator_times(scalar) == G2::generator().times(scalar));
        }
        assert!(G2::generator_times(&Scalar::from_u64(0)).is_none());
    }
}
