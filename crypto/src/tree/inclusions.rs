//! Many inclusion proofs under one head. What one proof has shown need not be hashed again for the next: neighbours share
//! all of their path but its beginning, so the proofs of a whole log cost about one hash a leaf and not twenty.
//!
//! *Invariant*: the verdict on each proof is that of [`verify_inclusion`] alone, whatever was checked before.

use super::{ProofError, node_hash, verify_inclusion};
use crate::digest::Digest;

/// Checks proofs under one head, cheapest in the order of their leaves.
#[derive(Debug, Clone)]
pub struct Inclusions {
    size: u64,
    root: Digest,
    /// The way from the leaf that was found in the tree last up to the root. All its hashes are of the tree.
    path: Vec<Step>,
}

/// A node on the way up, and the one beside it.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// Its place in its level, and that of the level's last node, which no two levels have alike.
    node: u64,
    last: u64,
    hash: Digest,
    sibling: Digest,
}

impl Inclusions {
    /// For the tree of `size` leaves with head `root`.
    pub fn new(size: u64, root: Digest) -> Self {
        Self { size, root, path: Vec::new() }
    }

    /// Checks that the leaf hash `leaf` stands at `index`. Errors: as [`verify_inclusion`].
    pub fn verify(&mut self, leaf: Digest, index: u64, proof: &[Digest]) -> Result<(), ProofError> {
        match self.way(leaf, index, proof) {
            Some((mut way, known_from)) => {
                way.extend_from_slice(&self.path[known_from..]);
                self.path = way;
                Ok(())
            }
            None => verify_inclusion(leaf, index, self.size, proof, self.root),
        }
    }

    /// The way from the leaf up to a node that is known to be of the tree, and from where on the known way goes on. None
    /// if the proof does not lead there.
    fn way(&self, leaf: Digest, index: u64, proof: &[Digest]) -> Option<(Vec<Step>, usize)> {
        let (mut node, mut last, mut hash) = (index, self.size.checked_sub(1)?, leaf);
        if index > last {
            return None;
        }
        let mut way = Vec::with_capacity(proof.len());
        let mut known = 0;
        for (used, sibling) in proof.iter().enumerate() {
            if last == 0 {
                return None;
            }
            // A node at the ragged right edge rises unchanged until it is somebody's right child.
            while node == last && node & 1 == 0 {
                (node, last) = (node >> 1, last >> 1);
            }
            known += self.path[known..].iter().take_while(|step| step.last > last).count();
            let step = Step { node, last, hash, sibling: *sibling };
            match self.path.get(known).filter(|at| at.last == last && at.node >> 1 == node >> 1) {
                Some(at) => {
                    let beside = Step { node: at.node ^ 1, hash: at.sibling, sibling: at.hash, ..*at };
                    let authentic = if at.node == node { *at } else { beside };
                    let is_same = (hash, *sibling) == (authentic.hash, authentic.sibling);
                    let rest = self.path[known + 1..].iter().map(|step| step.sibling);
                    way.push(step);
                    return (is_same && rest.eq(proof[used + 1..].iter().copied()))
                        .then_some((way, known + 1));
                }
                None => way.push(step),
            }
            hash = if node & 1 == 1 { node_hash(*sibling, hash) } else { node_hash(hash, *sibling) };
            (node, last) = (node >> 1, last >> 1);
        }
        (last == 0 && hash == self.root).then_some((way, self.path.len()))
    }
}
