//! The tree against the recursive definitions of RFC 6962 for every size up to 130, and against the vectors.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::tree::{
    Frontier, Inclusions, ProofError, Tree, consistency_proof, empty_root, inclusion_proof, leaf_hash,
    node_hash, root, root_of_digests, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use serde::Deserialize;

use crate::{from_hex, numbered, vectors};

const SIZE_MAX: usize = 130;

#[derive(Deserialize)]
struct Vectors {
    inputs: Vec<String>,
    heads: Vec<Digest>,
    numbered: Vec<Numbered>,
    inclusion: Vec<Inclusion>,
    consistency: Vec<Consistency>,
}

#[derive(Deserialize)]
struct Numbered {
    size: usize,
    root: Digest,
}

#[derive(Deserialize, Debug)]
struct Inclusion {
    leaf: Digest,
    index: u64,
    size: u64,
    proof: Vec<Digest>,
    root: Digest,
    code: Option<String>,
}

#[derive(Deserialize, Debug)]
struct Consistency {
    old_size: u64,
    old_root: Digest,
    new_size: u64,
    new_root: Digest,
    proof: Vec<Digest>,
    code: Option<String>,
}

#[test]
fn the_heads_are_the_published_ones() {
    let vectors: Vectors = vectors("tree");
    let leaves: Vec<Digest> = vectors.inputs.iter().map(|input| leaf_hash(&from_hex(input))).collect();
    for (size, head) in vectors.heads.iter().enumerate() {
        assert_eq!(root(&leaves[..size]), *head, "{size}");
    }
    let numbered: Vec<Digest> = (0..1000).map(|n: u32| leaf_hash(n.to_string().as_bytes())).collect();
    for case in vectors.numbered {
        assert_eq!(root(&numbered[..case.size]), case.root, "{}", case.size);
    }
}

#[test]
fn the_vectors_of_proofs_are_accepted_or_refused() {
    let vectors: Vectors = vectors("tree");
    for case in vectors.inclusion {
        let result = verify_inclusion(case.leaf, case.index, case.size, &case.proof, case.root);
        assert_eq!(result.err().map(|error| error.code()), case.code.as_deref(), "{case:?}");
    }
    for case in vectors.consistency {
        let (old, new) = (case.old_size, case.new_size);
        let result = verify_consistency(old, case.old_root, new, case.new_root, &case.proof);
        assert_eq!(result.err().map(|error| error.code()), case.code.as_deref(), "{case:?}");
    }
}

#[test]
fn a_tree_grows_by_the_subtrees_between_any_two_of_its_heads() {
    let tree: Tree = (0..SIZE_MAX).map(numbered).collect();
    let growth = |from, to| tree.growth(from, to).expect("it grew so");
    for old in 0..tree.size() {
        let mut at_old = Frontier::default();
        assert_eq!(at_old.grow(old, &growth(0, old)).is_ok(), old > 0);
        assert_eq!((at_old.size(), Ok(at_old.root())), (old, tree.root_at(old)));
        for new in old + 1..=tree.size() {
            let hashes = growth(old, new);
            let grown = |hashes: &[Digest]| {
                let mut grown = at_old.clone();
                grown.grow(new, hashes).map(|()| grown.root())
            };
            assert_eq!(grown(&hashes), tree.root_at(new), "from {old} to {new}");
            assert_eq!(grown(&hashes[1..]), Err(ProofError::ProofLength));
            for place in 0..hashes.len() {
                let mut changed = hashes.clone();
                changed[place].0[0] ^= 1;
                assert_ne!(grown(&changed), tree.root_at(new), "from {old} to {new}, hash {place}");
            }
        }
        assert_eq!(at_old.grow(old, &[]), Err(ProofError::SizeOutOfRange), "it stands still");
    }
    assert_eq!(tree.growth(0, tree.size() + 1), Err(ProofError::SizeOutOfRange));
    assert_eq!(Frontier::default().subtrees_to(u64::MAX), 64, "the largest log");
}

/// MTH of RFC 6962 section 2.1.
fn head(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(head(left), head(right))
        }
    }
}

/// PATH of RFC 6962 section 2.1.1.
fn path(index: usize, leaves: &[Digest]) -> Vec<Digest> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = split(leaves.len());
    let (mut proof, sibling) = if index < k {
        (path(index, &leaves[..k]), head(&leaves[k..]))
    } else {
        (path(index - k, &leaves[k..]), head(&leaves[..k]))
    };
    proof.push(sibling);
    proof
}

/// SUBPROOF of RFC 6962 section 2.1.2.
fn subproof(old: usize, leaves: &[Digest], is_known: bool) -> Vec<Digest> {
    if old == leaves.len() {
        return if is_known { Vec::new() } else { vec![head(leaves)] };
    }
    let k = split(leaves.len());
    let (mut proof, sibling) = if old <= k {
        (subproof(old, &leaves[..k], is_known), head(&leaves[k..]))
    } else {
        (subproof(old - k, &leaves[k..], false), head(&leaves[..k]))
    };
    proof.push(sibling);
    proof
}

fn split(size: usize) -> usize {
    let mut k = 1;
    while k * 2 < size {
        k *= 2;
    }
    k
}

#[test]
fn every_head_and_inclusion_proof_is_the_defined_one() {
    let leaves: Vec<Digest> = (0..SIZE_MAX).map(numbered).collect();
    let tree: Tree = leaves.iter().copied().collect();
    let mut grown = Tree::new();
    for size in 0..=SIZE_MAX {
        let expected = head(&leaves[..size]);
        assert_eq!((root(&leaves[..size]), grown.root()), (expected, expected), "{size}");
        assert_eq!(tree.root_at(size as u64), Ok(expected), "{size}");
        for index in 0..size {
            let proof = tree.inclusion(index as u64, size as u64).expect("inside the tree");
            assert_eq!(proof, path(index, &leaves[..size]), "{index} of {size}");
            let result = verify_inclusion(leaves[index], index as u64, size as u64, &proof, expected);
            assert_eq!(result, Ok(()), "{index} of {size}");
        }
        if size < SIZE_MAX {
            assert_eq!(grown.append(leaves[size]), size as u64);
        }
    }
}

#[test]
fn every_consistency_proof_is_the_defined_one() {
    let leaves: Vec<Digest> = (0..SIZE_MAX).map(numbered).collect();
    let tree: Tree = leaves.iter().copied().collect();
    let heads: Vec<Digest> = (0..=SIZE_MAX).map(|size| head(&leaves[..size])).collect();
    for new in 0..=SIZE_MAX {
        for old in 0..=new {
            let proof = tree.consistency(old as u64, new as u64).expect("sizes in order");
            let expected = if old == 0 { Vec::new() } else { subproof(old, &leaves[..new], true) };
            assert_eq!(proof, expected, "{old} in {new}");
            let result = verify_consistency(old as u64, heads[old], new as u64, heads[new], &proof);
            assert_eq!(result, Ok(()), "{old} in {new}");
        }
    }
}

#[test]
fn questions_outside_the_tree_are_refused() {
    let leaves: Vec<Digest> = (0..5).map(numbered).collect();
    let tree: Tree = leaves.iter().copied().collect();
    assert_eq!(tree.root_at(6), Err(ProofError::SizeOutOfRange));
    assert_eq!(tree.inclusion(0, 6), Err(ProofError::SizeOutOfRange));
    assert_eq!(tree.inclusion(5, 5), Err(ProofError::IndexOutOfRange));
    assert_eq!(tree.consistency(4, 3), Err(ProofError::SizeOutOfRange));
    assert_eq!(tree.consistency(4, 6), Err(ProofError::SizeOutOfRange));
    assert_eq!((tree.leaf(4), tree.leaf(5)), (Some(leaves[4]), None));
    assert_eq!(inclusion_proof(&leaves, 5), []);
    assert_eq!(inclusion_proof(&leaves, 4), [head(&leaves[..4])]);
    assert_eq!(consistency_proof(&leaves, 3, 6), []);
    assert_eq!(consistency_proof(&leaves, 4, 5), [leaves[4]]);
}

#[test]
fn digests_as_leaf_data_are_hashed_as_leaves() {
    let digests = [numbered(1), numbered(2), numbered(3)];
    let leaves = digests.map(|digest| leaf_hash(digest.as_bytes()));
    assert_eq!(root_of_digests(&digests), head(&leaves));
    assert_eq!(root_of_digests(&[]), empty_root());
}

#[test]
fn tiles_hold_the_heads_of_full_subtrees() {
    let leaves: Vec<Digest> = (0..600).map(numbered).collect();
    let tree: Tree = leaves.iter().copied().collect();
    assert_eq!(tree.tile(0, 0, 256), leaves[..256]);
    assert_eq!(tree.tile(0, 2, 88), leaves[512..]);
    assert_eq!(tree.tile(1, 0, 2), [head(&leaves[..256]), head(&leaves[256..512])]);
    for (level, n, width) in [(0, 2, 89), (0, 3, 1), (1, 0, 3), (2, 0, 1), (0, 0, 257), (255, u64::MAX, 1)] {
        assert_eq!(tree.tile(level, n, width), [], "{level}/{n}.{width}");
    }
}

proptest! {
    #[test]
    fn a_proof_with_any_change_is_refused(
        size in 1_usize..70, at in any::<prop::sample::Index>(), bit in 0_usize..256,
        change in any::<prop::sample::Index>(),
    ) {
        let leaves: Vec<Digest> = (0..size).map(numbered).collect();
        let index = at.index(size);
        let mut hashes = path(index, &leaves);
        hashes.extend([leaves[index], head(&leaves)]);
        let changed = change.index(hashes.len());
        hashes[changed].0[bit / 8] ^= 1 << (bit % 8);
        let (proof, ends) = hashes.split_at(hashes.len() - 2);
        let result = verify_inclusion(ends[0], index as u64, size as u64, proof, ends[1]);
        prop_assert_eq!(result, Err(ProofError::RootMismatch));
    }

    #[test]
    fn random_proofs_are_refused(
        index in any::<u64>(), size in any::<u64>(), count in 0_usize..70,
    ) {
        let proof: Vec<Digest> = (0..count).map(numbered).collect();
        prop_assert!(verify_inclusion(numbered(100), index, size, &proof, numbered(101)).is_err());
        prop_assert!(verify_consistency(index, numbered(100), size, numbered(101), &proof).is_err());
    }
}

proptest! {
    /// Whatever was checked before, in whatever order, each verdict is that of the proof alone.
    #[test]
    fn many_proofs_are_judged_as_each_alone(
        size in 1..SIZE_MAX,
        asked in proptest::collection::vec((any::<prop::sample::Index>(), 0..8_u8, any::<prop::sample::Index>()), 1..80),
        in_order in any::<bool>(),
    ) {
        let leaves: Vec<Digest> = (0..size).map(numbered).collect();
        let (tree, root): (Tree, Digest) = (leaves.iter().copied().collect(), root(&leaves));
        let mut inclusions = Inclusions::new(size as u64, root);
        for (place, (index, fault, at)) in asked.iter().enumerate() {
            let index = if in_order { place % size } else { index.index(size) };
            let mut proof = tree.inclusion(index as u64, size as u64).expect("inside");
            let (mut leaf, mut claimed) = (leaves[index], index as u64);
            match fault {
                0 if !proof.is_empty() => { let at = at.index(proof.len()); proof[at].0[0] ^= 1; }
                1 => leaf.0[31] ^= 1,
                2 => claimed += 1,
                3 => drop(proof.pop()),
                4 => proof.push(leaf),
                _ => {}
            }
            let alone = verify_inclusion(leaf, claimed, size as u64, &proof, root);
            prop_assert_eq!(inclusions.verify(leaf, claimed, &proof), alone, "{} of {}", claimed, size);
        }
    }
}
