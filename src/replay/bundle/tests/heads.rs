//! The heads of a bundle: few bytes each, and nothing but steps.

use std::io::Cursor;

use kaibiao_crypto::tree::Tree;

use super::*;

/// More heads than a list of consistency proofs in 64 MiB could hold.
const MANY: u64 = 60_000;

fn tree(size: u64) -> Tree {
    (0..size).map(|number| Digest::of(&number.to_be_bytes())).collect()
}

/// The steps by which a tree grew to these sizes.
fn steps(tree: &Tree, sizes: impl Iterator<Item = u64>) -> Vec<u8> {
    let (mut from, mut bytes) = (0, Vec::new());
    for size in sizes {
        let subtrees = tree.growth(from, size).expect("it grew so");
        Growth { size, subtrees }.write(&mut bytes).expect("written");
        from = size;
    }
    bytes
}

fn read(bytes: &[u8], most: usize) -> Result<Heads, &'static str> {
    Heads::read(Cursor::new(bytes), most).map_err(|error| error.code())
}

#[test]
fn a_head_of_every_entry_of_a_long_log_is_read() {
    let tree = tree(MANY);
    let bytes = steps(&tree, 1..=MANY);
    assert_eq!(bytes.len() as u64, 40 * MANY, "one hash a head");
    let heads = read(&bytes, HEADS_MAX).expect("heads");
    assert_eq!(heads.last(), Some((MANY, tree.root())));
    for size in (1..=MANY).step_by(997) {
        assert_eq!(heads.root(size), tree.root_at(size).ok(), "{size}");
    }
}

#[test]
fn only_steps_that_go_on_are_read() {
    let tree = tree(300);
    let bytes = steps(&tree, [1, 7, 8, 130, 300].into_iter());
    let heads = read(&bytes, 5).expect("heads");
    assert_eq!((heads.root(7), heads.root(9)), (tree.root_at(7).ok(), None));
    assert_eq!(read(&bytes, 4), Err("bundle_too_large"));
    assert_eq!(read(&[], 0).map(|heads| heads.last()), Ok(None));
    let ends: Vec<usize> =
        [1, 2, 3, 4, 5].map(|count| steps(&tree, [1, 7, 8, 130, 300].into_iter().take(count)).len()).to_vec();
    for length in (1..bytes.len()).filter(|length| !ends.contains(length)) {
        assert_eq!(read(&bytes[..length], 5), Err("bundle_record"), "{length} bytes");
    }
    let again = [bytes.as_slice(), &300_u64.to_be_bytes()].concat();
    assert_eq!(read(&again, 9), Err("bundle_record"), "it stands still");
    assert_eq!(read(&u64::MAX.to_be_bytes(), 9), Err("bundle_record"), "it has no hashes");
}
