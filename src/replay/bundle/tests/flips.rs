//! One bit flipped anywhere in a bundle is found, and where it is of an entry, the entry is named (F5).

use std::collections::BTreeMap;
use std::io::Cursor;

use super::container::Stored;
use super::*;
use crate::dice::Dice;
use crate::drill::{held, times};
use crate::replay::check::fixture::Fixture;
use crate::replay::check::{Report, Trust, Verdict, verify};

/// Claims of `bundle.json` that nobody reads: nothing that is checked depends on them.
const UNREAD: [&str; 2] = ["rules", "witness_vkeys"];

/// A bundle with what stands where in it.
struct Subject {
    bytes: Vec<u8>,
    files: Vec<Stored>,
}

impl Subject {
    fn of(bytes: Vec<u8>) -> Self {
        let files = container::read(&mut Cursor::new(&bytes)).expect("a container");
        Self { bytes, files }
    }

    fn contents(&self, file: &Stored) -> &[u8] {
        let from = usize::try_from(file.content_at()).expect("small");
        &self.bytes[from..from + usize::try_from(file.len).expect("small")]
    }

    /// The bundle with a bit of one file flipped, and the container written anew around it.
    fn flipped(&self, which: usize, at: usize, bit: u64) -> Vec<u8> {
        let (mut bytes, mut files) = (self.bytes.clone(), self.files.clone());
        let file = &mut files[which];
        let from = usize::try_from(file.content_at()).expect("small");
        let until = from + usize::try_from(file.len).expect("small");
        bytes[from + at] ^= 1 << bit;
        file.crc = crc32fast::hash(&bytes[from..until]);
        let header = file.local_header();
        bytes[from - header.len()..from].copy_from_slice(&header);
        let end = files.last().map_or(0, |last| last.content_at() + last.len);
        bytes.truncate(usize::try_from(end).expect("small"));
        bytes.extend(container::directory(&files, end));
        bytes
    }

    /// Whether nobody reads this byte of this file.
    fn is_unread(&self, which: usize, at: usize) -> bool {
        let text = String::from_utf8_lossy(self.contents(&self.files[which]));
        let is_of = |name: &str| {
            let from = text.find(&format!("\"{name}\":")).expect("a claim") + name.len() + 3;
            let until = from + text[from..].find([',', '}']).expect("another follows, or the end");
            (from..until).contains(&at)
        };
        self.files[which].name == ABOUT && UNREAD.iter().any(|name| is_of(name))
    }

    /// The entry that this byte of a stream shows or proves; none of an index, or where no entry is.
    fn entry(&self, which: usize, at: usize) -> Option<u64> {
        let file = &self.files[which];
        let mut source = Cursor::new(self.contents(file));
        if !matches!(file.name.as_str(), CENTRE | TENDER) {
            return None;
        }
        loop {
            let from = usize::try_from(source.position()).expect("small");
            let record = Record::read(&mut source).expect("a record")?;
            if at < from + 8 {
                return None;
            }
            if (at as u64) < source.position() {
                return Some(record.index);
            }
        }
    }
}

/// What the verifier says, if this is a bundle at all.
fn report(bytes: Vec<u8>) -> Option<Report> {
    let verified =
        Bundle::open(Cursor::new(bytes)).and_then(|mut bundle| verify(&mut bundle, &Trust::default()));
    verified.ok()
}

/// Flips a bit of each file in turn, so that short files are not forgotten beside long ones; counts by what found it.
fn flip(subject: &Subject, rounds: usize, dice: &mut Dice) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for round in 0..rounds {
        let which = round % subject.files.len();
        let name = &subject.files[which].name;
        let at = usize::try_from(dice.below(subject.files[which].len)).expect("small");
        let by = match report(subject.flipped(which, at, dice.below(8))) {
            None => "unreadable".to_owned(),
            Some(report) => {
                let failed = |check: &&crate::replay::check::CheckResult| check.failed > 0;
                let failures: Vec<_> = report.checks.iter().filter(failed).collect();
                let is_verified = report.verdict == Verdict::Verified;
                assert_eq!(is_verified, subject.is_unread(which, at), "{name}, byte {at}");
                if let Some(index) = subject.entry(which, at) {
                    let is_named = |check: &&crate::replay::check::CheckResult| {
                        check.first_failure.as_ref().is_some_and(|first| first.index == Some(index))
                    };
                    assert!(failures.iter().any(is_named), "{name}, byte {at}: entry {index} is not named");
                }
                failures.first().map_or("nobody reads it", |check| check.id.code()).to_owned()
            }
        };
        *found.entry(by).or_default() += 1;
    }
    found
}

#[test]
fn a_flipped_bit_of_a_bundle_is_found_and_its_entry_named() {
    let parts = Fixture::honest().parts();
    let mut dice = Dice::of(5);
    for (name, bytes, rounds) in [
        ("whole", parts.to_bytes(), times(24, 1_500)),
        ("public", parts.for_public().to_bytes(), times(240, 40_000)),
    ] {
        let found = flip(&Subject::of(bytes), rounds, &mut dice);
        let seen: Vec<String> = found.iter().map(|(by, count)| format!("{by} {count}")).collect();
        held(
            &format!("F5 bits of a {name} bundle, checksums anew"),
            &format!("{rounds}: {}", seen.join(", ")),
        );
    }
}

#[test]
fn a_flipped_bit_of_the_bytes_on_disk_is_found() {
    let bytes = Fixture::honest().parts().for_public().to_bytes();
    let (mut dice, rounds) = (Dice::of(6), times(200, 60_000));
    for _ in 0..rounds {
        let mut changed = bytes.clone();
        let at = usize::try_from(dice.below(bytes.len() as u64)).expect("small");
        changed[at] ^= 1 << dice.below(8);
        assert!(report(changed).is_none(), "byte {at}: its checksum is another");
    }
    held("F5 bits of a bundle on disk", &format!("{rounds} of {rounds} refused by checksum and layout"));
}
