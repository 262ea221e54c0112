//! The RFC 6962 tree: heads, proofs of inclusion, proofs of consistency, hash tiles.
//!
//! Serves the log, the segments of a file and the closed root of a lot. Not a store: [`Tree`] holds hashes in
//! memory and is rebuilt from its leaf hashes; it never sees an entry.
//!
//! *Invariant*: a leaf and a node are hashed with different prefixes (0x00, 0x01), so neither can stand for the
//! other; a proof is accepted only if every one of its hashes was needed.

mod frontier;
mod grown;
mod inclusions;

pub use frontier::Frontier;
pub use grown::Tree;
pub use inclusions::Inclusions;

use crate::digest::Digest;

/// Why a proof is not accepted or cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf index is not below the size of the tree.
    #[error("the index is not inside the tree")]
    IndexOutOfRange,
    /// The size is larger than the tree, or the older size is larger than the newer one.
    #[error("the size does not fit the tree")]
    SizeOutOfRange,
    /// The proof has more or fewer hashes than the index and the size demand.
    #[error("the proof has the wrong number of hashes")]
    ProofLength,
    /// The hashes lead to another head than the one shown.
    #[error("the proof leads to another head")]
    RootMismatch,
}

impl ProofError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::IndexOutOfRange => "index_out_of_range",
            Self::SizeOutOfRange => "size_out_of_range",
            Self::ProofLength => "proof_length",
            Self::RootMismatch => "root_mismatch",
        }
    }
}

/// `SHA-256(0x00 || data)`, RFC 6962 section 2.1.
pub fn leaf_hash(data: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], data])
}

/// `SHA-256(0x01 || left || right)`, RFC 6962 section 2.1.
pub fn node_hash(left: Digest, right: Digest) -> Digest {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(left.as_bytes());
    bytes[33..].copy_from_slice(right.as_bytes());
    Digest::of(&bytes)
}

/// The head of the empty tree: SHA-256 of nothing.
pub fn empty_root() -> Digest {
    Digest::of(b"")
}

/// The head of the tree with these leaf hashes.
pub fn root(leaf_hashes: &[Digest]) -> Digest {
    let mut row = leaf_hashes.to_vec();
    // A row's lone last node rises unchanged: the same tree as splitting at the largest power of two.
    while row.len() > 1 {
        row = row.chunks(2).map(|pair| if let [l, r] = pair { node_hash(*l, *r) } else { pair[0] }).collect();
    }
    row.first().copied().unwrap_or_else(empty_root)
}

/// The head of the tree whose leaf data are these digests, 32 bytes each.
pub fn root_of_digests(digests: &[Digest]) -> Digest {
    let leaf_hashes: Vec<Digest> = digests.iter().map(|digest| leaf_hash(digest.as_bytes())).collect();
    root(&leaf_hashes)
}

/// The inclusion proof of leaf `index` in the tree of all `leaf_hashes`, lowest sibling first. Empty, and good
/// for nothing, when the index lies outside the tree. For many proofs of one tree use [`Tree`].
pub fn inclusion_proof(leaf_hashes: &[Digest], index: u64) -> Vec<Digest> {
    let tree: Tree = leaf_hashes.iter().copied().collect();
    tree.inclusion(index, tree.size()).unwrap_or_default()
}

/// The consistency proof between the first `old` and the first `new` leaves. Empty, and good for nothing, when
/// the sizes are out of order or outside the tree. For many proofs of one tree use [`Tree`].
pub fn consistency_proof(leaf_hashes: &[Digest], old: u64, new: u64) -> Vec<Digest> {
    let tree: Tree = leaf_hashes.iter().copied().collect();
    tree.consistency(old, new).unwrap_or_default()
}

/// Checks that the leaf hash `leaf` stands at `index` in the tree of `size` leaves with head `root`
/// (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(
    leaf: Digest,
    index: u64,
    size: u64,
    proof: &[Digest],
    root: Digest,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::IndexOutOfRange);
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::ProofLength);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(*sibling, hash);
            rise_to_right_child(&mut node, &mut last);
        } else {
            hash = node_hash(hash, *sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::ProofLength);
    }
    if hash == root { Ok(()) } else { Err(ProofError::RootMismatch) }
}

/// Checks that the tree of `new_size` leaves with head `new_root` begins with the tree of `old_size` leaves with
/// head `old_root` (RFC 9162 section 2.1.4.2). Everything begins with the empty tree; its proof is empty.
pub fn verify_consistency(
    old_size: u64,
    old_root: Digest,
    new_size: u64,
    new_root: Digest,
    proof: &[Digest],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::SizeOutOfRange);
    }
    if old_size == 0 || old_size == new_size {
        let known = if old_size == 0 { empty_root() } else { new_root };
        let new_fits = new_size != 0 || new_root == known;
        return match (proof.is_empty(), old_root == known && new_fits) {
            (false, _) => Err(ProofError::ProofLength),
            (true, false) => Err(ProofError::RootMismatch),
            (true, true) => Ok(()),
        };
    }
    let (old_hash, new_hash) = heads_of_consistency(old_size, old_root, new_size, proof)?;
    if old_hash == old_root && new_hash == new_root { Ok(()) } else { Err(ProofError::RootMismatch) }
}

/// Both heads that a consistency proof leads to, for `0 < old_size < new_size`.
fn heads_of_consistency(
    old_size: u64,
    old_root: Digest,
    new_size: u64,
    proof: &[Digest],
) -> Result<(Digest, Digest), ProofError> {
    // A complete old tree is a node of the new one, so the proof does not repeat its head.
    let (first, rest) = if old_size.is_power_of_two() {
        (old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(ProofError::ProofLength)?;
        (*first, rest)
    };
    let (mut node, mut last) = (old_size - 1, new_size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (first, first);
    for sibling in rest {
        if last == 0 {
            return Err(ProofError::ProofLength);
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(*sibling, old_hash);
            new_hash = node_hash(*sibling, new_hash);
            rise_to_right_child(&mut node, &mut last);
        } else {
            new_hash = node_hash(new_hash, *sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 { Ok((old_hash, new_hash)) } else { Err(ProofError::ProofLength) }
}

/// A node at the ragged right edge rises unchanged until it is somebody's right child.
fn rise_to_right_child(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}
