//! Two verifiers that share no code say the same: this one, and the one of `docs/verify` in Node.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;

use super::each::CASES;
use super::*;
use crate::replay::check::fixture::Parts;

/// Changed bundles beside those of every check.
const MUTANTS: u64 = 24;
/// What the other verifier sees only in part: it has no pairing, and no clocks of others yet.
const UNSEEN: [&str; 4] = ["A9", "E2", "S1", "S2"];

/// Ids that fail; none if the file is no bundle.
type Failed = Option<BTreeSet<String>>;

/// Bundles in a folder that goes away with it.
struct Folder {
    path: PathBuf,
    written: Vec<(String, Failed)>,
}

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("kaibiao-{}", uuid::Uuid::new_v4()));
        fs::create_dir_all(&path).expect("a folder");
        Self { path, written: Vec::new() }
    }

    fn put(&mut self, what: &str, bytes: Vec<u8>) {
        let name = format!("{:03} {what}", self.written.len());
        fs::write(self.path.join(&name), &bytes).expect("written");
        let report =
            Bundle::open(Cursor::new(bytes)).and_then(|mut bundle| verify(&mut bundle, &Trust::default()));
        let failed = |report: Report| seen(failures(&report).into_iter().map(|(id, _)| id.code()));
        self.written.push((name, report.ok().map(failed)));
    }

    /// What the other verifier says of each; none without Node.
    fn other(&self) -> Option<Vec<(String, Failed)>> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify/support/verdicts.mjs");
        let said = Command::new("node").arg(script).arg(&self.path).output().ok()?;
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let read = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).expect("a line");
            let ids = |ids: &Vec<serde_json::Value>| seen(ids.iter().filter_map(|id| id.as_str()));
            (line["name"].as_str().expect("a name").to_owned(), line["failed"].as_array().map(ids))
        };
        Some(String::from_utf8(said.stdout).expect("text").lines().map(read).collect())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn seen<'a>(ids: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    ids.filter(|id| !UNSEEN.contains(id)).map(str::to_owned).collect()
}

/// Numbers from a seed (splitmix64): the same test every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).expect("below a length")
    }
}

/// One bit of one record flipped, and the container written anew around it.
fn mutant(honest: &Parts, numbers: &mut Numbers) -> Parts {
    let mut parts = honest.clone();
    let stream = if numbers.below(3) == 0 { &mut parts.centre } else { &mut parts.tender };
    let place = numbers.below(stream.len());
    let record = &mut stream[place];
    let bytes = match &mut record.content {
        Content::Withheld { leaf } => leaf.0.as_mut_slice(),
        Content::Whole { entry, events, body } => match (numbers.below(5), body) {
            (0, _) => record.proof[0].0.as_mut_slice(),
            (1, Some(body)) => body,
            (1 | 2, _) => events,
            _ => entry,
        },
    };
    let at = numbers.below(bytes.len());
    bytes[at] ^= 1 << numbers.below(8);
    parts
}

#[test]
fn both_verifiers_say_the_same() {
    let mut folder = Folder::new();
    for plan in [
        Plan::default(),
        Plan { ends: End::Closed, ..Plan::default() },
        Plan { ends: End::Opened, close_delay_s: 5, ..Plan::default() },
        Plan { reshares: true, without_heads: true, ..Plan::default() },
    ] {
        let parts = Fixture::of(plan).parts();
        folder.put("honest", parts.to_bytes());
        folder.put("public", parts.for_public().to_bytes());
    }
    assert!(folder.written.iter().all(|(_, failed)| failed.as_ref().is_some_and(BTreeSet::is_empty)));
    CASES.iter().for_each(|(id, _, case)| folder.put(id.code(), case().to_bytes()));
    let (whole, mut numbers) = (Fixture::honest().parts(), Numbers(1));
    let public = whole.clone().for_public();
    for round in 0..MUTANTS {
        let honest = if round % 4 == 0 { &public } else { &whole };
        folder.put("mutant", mutant(honest, &mut numbers).to_bytes());
    }
    let Some(other) = folder.other() else { return };
    for (ours, theirs) in folder.written.iter().zip(&other) {
        assert_eq!(ours, theirs, "ours beside theirs");
    }
    assert_eq!(other.len(), folder.written.len());
}
