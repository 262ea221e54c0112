//! Two verifiers that share no code say the same: this one, and the one of `docs/verify` in Node.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;

use super::each::CASES;
use super::spoiled::{flipped, spoiled};
use super::*;
use crate::dice::Dice;
use crate::drill::{held, times};

/// What the other verifier sees only in part: it has no pairing, and no clocks of others yet.
const UNSEEN: [&str; 4] = ["A9", "E2", "S1", "S2"];

/// Ids that fail; none if the file is no bundle.
type Failed = Option<BTreeSet<String>>;

/// Bundles in a folder that goes away with it, unless the verifiers differ: nobody makes the same keys again.
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
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn seen<'a>(ids: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    ids.filter(|id| !UNSEEN.contains(id)).map(str::to_owned).collect()
}

/// Honest bundles: tenders that ended at one step or another, whole and for the public, with and without documents.
fn put_good(folder: &mut Folder, dice: &mut Dice) {
    for round in 0..times(4, 100) {
        let plan = Plan {
            ends: [End::Archived, End::Closed, End::Opened][round % 3],
            close_delay_s: if round % 4 == 2 { i64::try_from(dice.below(3600)).expect("small") } else { 0 },
            reshares: round % 4 == 3,
            without_heads: round % 4 == 3,
            ..Plan::default()
        };
        let mut parts = Fixture::of(plan).parts();
        folder.put("public", parts.clone().for_public().to_bytes());
        parts.cores.retain(|_, _| round < 4 || dice.below(3) > 0);
        parts.files.retain(|_, _| round < 4 || dice.below(3) > 0);
        folder.put("honest", parts.to_bytes());
    }
    let is_verified = |(_, failed): &(String, Failed)| failed.as_ref().is_some_and(BTreeSet::is_empty);
    assert!(folder.written.iter().all(is_verified));
}

/// Bundles with one thing wrong: those of every check, and made-up ones.
fn put_bad(folder: &mut Folder, dice: &mut Dice) {
    CASES.iter().for_each(|(id, _, case)| folder.put(id.code(), case().to_bytes()));
    let whole = Fixture::honest().parts();
    let public = whole.clone().for_public();
    for round in 0..times(12, 60) {
        let honest = if round % 4 == 0 { &public } else { &whole };
        folder.put("flipped", flipped(honest, dice).to_bytes());
    }
    for round in 0..times(12, 140) {
        let (what, parts) = spoiled(round, dice);
        folder.put(what, parts.to_bytes());
    }
}

#[test]
fn both_verifiers_say_the_same() {
    let (mut folder, mut dice) = (Folder::new(), Dice::of(26));
    put_good(&mut folder, &mut dice);
    let good = folder.written.len();
    put_bad(&mut folder, &mut dice);
    let bad = folder.written.len() - good;
    let Some(other) = folder.other() else { return };
    assert_eq!(other.len(), folder.written.len());
    let differ: Vec<_> = folder.written.iter().zip(&other).filter(|(ours, theirs)| ours != theirs).collect();
    assert!(
        differ.is_empty(),
        "ours beside theirs, of the bundles in {}: {differ:#?}",
        folder.path.display()
    );
    held("F26 two verifiers, the same checks fail", &format!("{good} good and {bad} bad bundles"));
}
