//! Draws from a public random value: an order, or a choice of k out of n. Format 9 of `docs/formats.md`.
//!
//! Anybody who knows R repeats a draw. Not a source of chance: R is the hash of a label key that no one could
//! compute before the custodians released it.
//!
//! *Invariant*: a draw is a pure function of R and its arguments; a choice has no bias (values beyond the largest
//! multiple are rejected) and purposes do not share numbers.

use crate::digest::Digest;

const ORDER_PREFIX: &[u8] = b"KB/order\0";
const DRAW_PREFIX: &[u8] = b"KB/draw\0";

/// The public random value R of one draw label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Randomness(pub Digest);

impl Randomness {
    /// R = SHA-256 of the label key, the 48 bytes of a compressed point in G1. That it is the key of the right
    /// label under the committee's group key is checked before, in `threshold`.
    pub fn of_label_key(label_key: &[u8]) -> Self {
        Self(Digest::of(label_key))
    }
}

/// The drawn order of `ids`, as indices: ascending `SHA-256("KB/order\0" || R || id)`; equal ids keep their order.
pub fn order<T: AsRef<[u8]>>(randomness: Randomness, ids: &[T]) -> Vec<usize> {
    let rank = |id: &T| Digest::of_parts(&[ORDER_PREFIX, randomness.0.as_bytes(), id.as_ref()]);
    let mut drawn: Vec<(Digest, usize)> = ids.iter().map(rank).zip(0..).collect();
    drawn.sort_unstable();
    drawn.into_iter().map(|(_, index)| index).collect()
}

/// `k` different numbers below `n` in the order drawn, without replacement; all of them if `k` ≥ `n`.
/// `purpose` names the draw, so that two draws from one R are independent.
pub fn choose(randomness: Randomness, purpose: &str, n: usize, k: usize) -> Vec<usize> {
    let mut numbers = stream(randomness, purpose);
    let mut drawn: Vec<usize> = (0..n).collect();
    let k = k.min(n);
    for place in 0..k {
        let left = (n - place) as u64;
        let offset = below(left, &mut numbers) as usize;
        drawn.swap(place, place + offset);
    }
    drawn.truncate(k);
    drawn
}

/// The numbers of a draw: the first 8 bytes, big-endian, of `SHA-256("KB/draw\0" || R || purpose || u32 i)` for
/// i = 0, 1, 2, … (2^32 numbers).
pub fn stream(randomness: Randomness, purpose: &str) -> impl Iterator<Item = u64> {
    (0..=u32::MAX).map(move |i| {
        let parts = [DRAW_PREFIX, randomness.0.as_bytes(), purpose.as_bytes(), &i.to_be_bytes()];
        let [a, b, c, d, e, f, g, h, ..] = Digest::of_parts(&parts).0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    })
}

/// A number below `left`, without bias. More than half of all numbers are accepted, whatever `left` is.
fn below(left: u64, numbers: &mut impl Iterator<Item = u64>) -> u64 {
    let limit = (1_u128 << 64) - (1_u128 << 64) % u128::from(left);
    let number = numbers.find(|number| u128::from(*number) < limit);
    number.expect("2^32 numbers in a row are not all rejected") % left
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With more than 2^63 left only one multiple fits, so nearly half of all numbers are rejected.
    #[test]
    fn numbers_beyond_the_largest_multiple_are_rejected() {
        let left = (1 << 63) + 1;
        let mut numbers = [u64::MAX, left, left - 1, 7].into_iter();
        assert_eq!(below(left, &mut numbers), left - 1);
        assert_eq!(below(left, &mut numbers), 7);
        assert_eq!(below(4, &mut [u64::MAX].into_iter()), 3, "powers of two reject nothing");
        assert_eq!(below(3, &mut [u64::MAX, 5].into_iter()), 2, "2^64 - 1 is a multiple of 3");
    }
}
