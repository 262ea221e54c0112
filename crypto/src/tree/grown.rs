//! A tree that grows: the hashes of all complete subtrees, level by level.
//!
//! *Invariant*: `levels[l][i]` is the hash of the complete subtree over the leaves `i·2^l .. (i+1)·2^l`, and every
//! complete subtree has its hash, so appending is O(1) amortised and heads and proofs are O(log n) at any size.

use super::frontier::subtrees;
use super::{ProofError, empty_root, node_hash};
use crate::digest::Digest;

/// Levels of the tree that one hash tile spans (C2SP tlog-tiles): a full tile has 2^8 hashes.
const TILE_HEIGHT: usize = 8;

/// An append-only RFC 6962 tree in memory; about 64 bytes a leaf.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    levels: Vec<Vec<Digest>>,
}

impl Tree {
    /// The empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a leaf hash and gives its index.
    pub fn append(&mut self, leaf_hash: Digest) -> u64 {
        let index = self.size();
        let mut complete = leaf_hash;
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(complete);
            let [.., left, right] = row.as_slice() else { break };
            if row.len() % 2 == 1 {
                break;
            }
            complete = node_hash(*left, *right);
        }
        index
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// The leaf hash at `index`.
    pub fn leaf(&self, index: u64) -> Option<Digest> {
        self.levels.first()?.get(usize::try_from(index).ok()?).copied()
    }

    /// The head of the whole tree.
    pub fn root(&self) -> Digest {
        self.span(0, self.size())
    }

    /// The head when the tree had `size` leaves. Error: `size_out_of_range`.
    pub fn root_at(&self, size: u64) -> Result<Digest, ProofError> {
        if size > self.size() {
            return Err(ProofError::SizeOutOfRange);
        }
        Ok(self.span(0, size))
    }

    /// The inclusion proof of leaf `index` in the tree of the first `size` leaves, lowest sibling first
    /// (RFC 6962 section 2.1.1). Errors: `size_out_of_range`, `index_out_of_range`.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Digest>, ProofError> {
        if size > self.size() {
            return Err(ProofError::SizeOutOfRange);
        }
        if index >= size {
            return Err(ProofError::IndexOutOfRange);
        }
        let (mut start, mut end, mut proof) = (0, size, Vec::new());
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                proof.push(self.span(middle, end));
                end = middle;
            } else {
                proof.push(self.span(start, middle));
                start = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// The consistency proof between the first `old` and the first `new` leaves (RFC 6962 section 2.1.2); empty
    /// for `old` = 0 and `old` = `new`. Error: `size_out_of_range`.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Digest>, ProofError> {
        if old > new || new > self.size() {
            return Err(ProofError::SizeOutOfRange);
        }
        if old == 0 || old == new {
            return Ok(Vec::new());
        }
        let (mut start, mut end, mut proof) = (0, new, Vec::new());
        while old < end {
            let middle = start + split(end - start);
            if old <= middle {
                proof.push(self.span(middle, end));
                end = middle;
            } else {
                proof.push(self.span(start, middle));
                start = middle;
            }
        }
        // The verifier already holds the old head; it is sent only when it is not itself a node of the new tree.
        if start != 0 {
            proof.push(self.span(start, end));
        }
        proof.reverse();
        Ok(proof)
    }

    /// The complete subtrees by which the tree grew from `from` to `to` leaves, as [`super::Frontier`] takes them. Error:
    /// `size_out_of_range`.
    pub fn growth(&self, from: u64, to: u64) -> Result<Vec<Digest>, ProofError> {
        if from > to || to > self.size() {
            return Err(ProofError::SizeOutOfRange);
        }
        Ok(subtrees(from, to).map(|(start, level)| self.span(start, start + (1 << level))).collect())
    }

    /// The first `width` (1–256) hashes of the C2SP tile at tile level `level` and position `n`. Empty when the
    /// tree does not hold all of them.
    pub fn tile(&self, level: u8, n: u64, width: u16) -> Vec<Digest> {
        let full = 1_usize << TILE_HEIGHT;
        let hashes = || {
            let row = self.levels.get(usize::from(level) * TILE_HEIGHT)?;
            let start = usize::try_from(n).ok()?.checked_mul(full)?;
            row.get(start..start.checked_add(usize::from(width))?)
        };
        match hashes() {
            Some(hashes) if usize::from(width) <= full => hashes.to_vec(),
            Some(_) | None => Vec::new(),
        }
    }

    /// The hash over the leaves `start..end`, where `start` is a multiple of a power of two not below the width.
    fn span(&self, start: u64, end: u64) -> Digest {
        let width = end - start;
        if width == 0 {
            return empty_root();
        }
        if width.is_power_of_two() {
            return self.levels[width.trailing_zeros() as usize][(start / width) as usize];
        }
        let middle = start + split(width);
        node_hash(self.span(start, middle), self.span(middle, end))
    }
}

impl FromIterator<Digest> for Tree {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaf_hashes: I) -> Self {
        let mut tree = Self::new();
        for leaf_hash in leaf_hashes {
            tree.append(leaf_hash);
        }
        tree
    }
}

/// The largest power of two below `width`, for `width` ≥ 2.
fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}
