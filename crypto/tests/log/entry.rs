//! Entries: vectors of a second implementation, cover entries, and broken bytes.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::{COVER_BYTES, Entry, LogItem, cover, leaf_hash};
use proptest::prelude::*;
use ring::rand::SystemRandom;
use serde::Deserialize;

use crate::{from_hex, vectors};

#[derive(Deserialize)]
struct Vectors {
    good: Vec<Good>,
    cover: Cover,
    bad: Vec<Bad>,
}

#[derive(Deserialize)]
struct Good {
    name: String,
    hex: String,
    leaf_hash: Digest,
}

#[derive(Deserialize)]
struct Cover {
    hex: String,
    leaf_hash: Digest,
}

#[derive(Deserialize)]
struct Bad {
    name: String,
    hex: String,
    code: String,
}

#[test]
fn good_entries_are_read_and_come_out_the_same() {
    for case in vectors::<Vectors>("entry").good {
        let bytes = from_hex(&case.hex);
        let entry = Entry::parse(&bytes).expect(&case.name);
        assert_eq!(entry.encode().expect("it was read"), bytes, "{}", case.name);
        assert_eq!(entry.leaf_hash(), Ok(case.leaf_hash), "{}", case.name);
        assert_eq!(LogItem::parse(&bytes), Ok(LogItem::Act(entry.clone())));
        let payload = entry.read_payload().expect(&case.name);
        assert_eq!(payload.actor == "system", entry.alg == 0, "{}", case.name);
        let act = entry.to_act(None);
        assert_eq!(Entry::of_act(&act, entry.header.clone()), entry);
    }
}

#[test]
fn bad_entries_are_refused() {
    for case in vectors::<Vectors>("entry").bad {
        let refused = LogItem::parse(&from_hex(&case.hex)).expect_err(&case.name);
        assert_eq!(refused.code(), case.code, "{}", case.name);
    }
}

#[test]
fn covers_differ_and_mean_nothing() {
    let known = vectors::<Vectors>("entry").cover;
    assert_eq!(LogItem::parse(&from_hex(&known.hex)), Ok(LogItem::Cover));
    assert_eq!(leaf_hash(&from_hex(&known.hex)), known.leaf_hash);
    let rng = SystemRandom::new();
    let [one, other] = [(); 2].map(|()| cover(&rng).expect("the system's generator works"));
    assert_eq!((one.len(), LogItem::parse(&one)), (COVER_BYTES, Ok(LogItem::Cover)));
    assert_ne!(one, other);
}

#[test]
fn what_cannot_be_read_is_not_written() {
    let bytes = from_hex(&vectors::<Vectors>("entry").good[0].hex);
    let entry = Entry::parse(&bytes).expect("a good entry");
    let code = |change: fn(&mut Entry)| {
        let mut changed = entry.clone();
        change(&mut changed);
        changed.encode().expect_err("the change is not allowed").code()
    };
    assert_eq!(code(|entry| entry.flags = 1), "entry_flags");
    assert_eq!(code(|entry| entry.alg = 0), "entry_signature");
    assert_eq!(code(|entry| entry.sig.truncate(63)), "entry_signature");
    assert_eq!(code(|entry| entry.payload = vec![0; 4097]), "entry_size");
    assert_eq!(code(|entry| entry.header.stream = "tender".to_owned()), "entry_header");
    assert_eq!(code(|entry| entry.header.sseq = 1), "entry_header");
    assert_eq!(code(|entry| entry.header.ts = 1 << 53), "number_range");
}

proptest! {
    #[test]
    fn an_entry_with_any_byte_changed_is_another_or_none(place in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = from_hex(&vectors::<Vectors>("entry").good[0].hex);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = Entry::parse(&bytes) {
            prop_assert_eq!(read.encode().expect("it was read"), bytes);
        }
    }
}
