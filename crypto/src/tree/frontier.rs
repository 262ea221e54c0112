//! How a tree grew: from each of its heads to the next by the complete subtrees over the leaves between them.
//!
//! The heads of one log share nearly all of their nodes. A consistency proof from each to the newest repeats some twenty
//! hashes; what leads from one to the next is one or two hashes where they are close together.
//!
//! *Invariant*: if the last head is the tree's, all heads on the way are: each hash is a part of the last one, at a place
//! that the sizes alone decide.

use super::{ProofError, empty_root, node_hash};
use crate::digest::Digest;

/// The right edge of a growing tree: the heads of the complete subtrees that its leaves make up, largest first.
#[derive(Debug, Clone, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The head of the tree.
    pub fn root(&self) -> Digest {
        let over = |right: Digest, left: Digest| node_hash(left, right);
        self.peaks.iter().rev().copied().reduce(over).unwrap_or_else(empty_root)
    }

    /// How many subtrees lead to `size` leaves, at most 126; 0 if there are so many already.
    pub fn subtrees_to(&self, size: u64) -> usize {
        subtrees(self.size, size).count()
    }

    /// Grows to `size` leaves by the complete subtrees over those between, from left to right. Errors:
    /// `size_out_of_range` unless it grows, `proof_length`; the tree is then as it was.
    pub fn grow(&mut self, size: u64, hashes: &[Digest]) -> Result<(), ProofError> {
        if size <= self.size {
            return Err(ProofError::SizeOutOfRange);
        }
        if hashes.len() != self.subtrees_to(size) {
            return Err(ProofError::ProofLength);
        }
        for ((_, level), hash) in subtrees(self.size, size).zip(hashes) {
            self.push(level, *hash);
        }
        Ok(())
    }

    /// Adds a complete subtree of 2^`level` leaves. Two of one size are one of the next, as a carry in a sum.
    fn push(&mut self, level: u32, mut hash: Digest) {
        let mut carried = level;
        while self.size >> carried & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            hash = node_hash(left, hash);
            carried += 1;
        }
        self.peaks.push(hash);
        self.size += 1 << level;
    }
}

/// The complete subtrees over the leaves `from..to`, from left to right, each as large as it can be: where it begins, and
/// its level.
pub(super) fn subtrees(from: u64, to: u64) -> impl Iterator<Item = (u64, u32)> {
    let mut at = from;
    std::iter::from_fn(move || {
        let left = to.checked_sub(at).filter(|left| *left > 0)?;
        let subtree = (at, at.trailing_zeros().min(left.ilog2()));
        at += 1 << subtree.1;
        Some(subtree)
    })
}
