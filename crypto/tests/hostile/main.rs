//! Edited bytes: the fuzzer's targets over its seeds in a bounded run, and every flipped bit of a whole envelope.

#[path = "../../fuzz/targets.rs"]
mod targets;

mod envelope;

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// The seeds of a target, as they are committed.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = std::fs::read_dir(&folder).expect("each target has seeds");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a seed").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{target} has no seeds");
    paths.iter().map(|path| std::fs::read(path).expect("a seed")).collect()
}

/// One edit of some bytes.
#[derive(Debug, Clone)]
enum Edit {
    Flip { place: usize, bit: u8 },
    Set { place: usize, to: u8 },
    Cut { place: usize },
    Extend { with: Vec<u8> },
    Remove { place: usize, length: usize },
    Insert { place: usize, bytes: Vec<u8> },
    Repeat { from: usize, to: usize, length: usize },
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let bytes = || prop::collection::vec(any::<u8>(), 1..24);
    // Bytes that mean something in the formats: bounds of lengths, flags of points, JSON.
    let telling = prop::sample::select(b"\x00\x01\x7f\x80\xc0\xff\"{}[],:\\0-\n ".to_vec());
    prop_oneof![
        (any::<usize>(), 0..8_u8).prop_map(|(place, bit)| Edit::Flip { place, bit }),
        (any::<usize>(), telling).prop_map(|(place, to)| Edit::Set { place, to }),
        any::<usize>().prop_map(|place| Edit::Cut { place }),
        bytes().prop_map(|with| Edit::Extend { with }),
        (any::<usize>(), 1..64_usize).prop_map(|(place, length)| Edit::Remove { place, length }),
        (any::<usize>(), bytes()).prop_map(|(place, bytes)| Edit::Insert { place, bytes }),
        (any::<usize>(), any::<usize>(), 1..64_usize).prop_map(|(from, to, length)| Edit::Repeat {
            from,
            to,
            length
        }),
    ]
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len();
        let at = |place: usize| place % (length + 1);
        match self {
            Self::Flip { place, bit } => {
                bytes.iter_mut().skip(at(*place)).take(1).for_each(|byte| *byte ^= 1 << bit)
            }
            Self::Set { place, to } => bytes.iter_mut().skip(at(*place)).take(1).for_each(|byte| *byte = *to),
            Self::Cut { place } => bytes.truncate(at(*place)),
            Self::Extend { with } => bytes.extend(with),
            Self::Remove { place, length: count } => {
                bytes.drain(at(*place)..length.min(at(*place) + count));
            }
            Self::Insert { place, bytes: new } => {
                bytes.splice(at(*place)..at(*place), new.iter().copied());
            }
            Self::Repeat { from, to, length: count } => {
                let again = bytes[at(*from)..length.min(at(*from) + count)].to_vec();
                bytes.splice(at(*to)..at(*to), again);
            }
        }
    }
}

/// How often a target is called: parsers often, those that multiply points seldom.
fn rounds(target: &str) -> u32 {
    match target {
        "open" | "keygen" | "reshare" => 96,
        "share_file" | "capsule" | "core" => 256,
        _ => 1024,
    }
}

#[test]
fn no_edit_of_a_seed_makes_a_parser_panic() {
    for (name, target) in targets::ALL {
        let seeds = seeds(name);
        seeds.iter().for_each(|seed| target(seed));
        let cases = (prop::sample::select(seeds), prop::collection::vec(any_edit(), 1..6));
        let config = Config { cases: rounds(name), failure_persistence: None, ..Config::default() };
        let outcome = TestRunner::new(config).run(&cases, |(mut bytes, edits)| {
            edits.iter().for_each(|edit| edit.apply(&mut bytes));
            target(&bytes);
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn no_bytes_at_all_make_a_parser_panic() {
    for (name, target) in targets::ALL {
        let config = Config { cases: rounds(name), failure_persistence: None, ..Config::default() };
        let outcome = TestRunner::new(config).run(&prop::collection::vec(any::<u8>(), 0..512), |bytes| {
            target(&bytes);
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
