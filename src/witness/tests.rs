//! The rules of C2SP `tlog-witness`, case by case.

use kaibiao_crypto::checkpoint::{Note, NoteSigner};
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::succession::Succession;
use kaibiao_crypto::tree::{Tree, leaf_hash};
use ring::rand::SystemRandom;

use super::*;
use crate::base::Instant;
use crate::dice::Dice;
use crate::drill::{held, times};

const ORIGIN: &str = "log.example/1";

struct Desk {
    folder: std::path::PathBuf,
    log: NoteSigner,
    witness: Witness,
    clock: Clock,
}

impl Desk {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("kaibiao-witness-{}", uuid::Uuid::new_v4()));
        let log = signer();
        let clock = Clock::held_at(Instant(1_728_922_413_000));
        let witness = Witness::open(&folder, "witness.example/w1", clock.clone()).expect("a witness");
        // Added while it runs.
        let file = LogFile { last: None, log: log.verifier().vkey(), next: None, origin: ORIGIN.to_owned() };
        Folder::at(&folder).keep(&file).expect("added");
        Self { folder, log, witness, clock }
    }

    fn restart(&mut self) {
        self.witness =
            Witness::open(&self.folder, "witness.example/w1", self.clock.clone()).expect("a witness");
    }

    /// Asks for the head of `tree` with a proof from `old`.
    fn ask(&self, old: u64, tree: &Tree) -> Result<String, NotCosigned> {
        self.witness.add_checkpoint(self.body(old, tree, &self.log).as_bytes())
    }

    fn body(&self, old: u64, tree: &Tree, log: &NoteSigner) -> String {
        let note = head(tree).sign(log).expect("signed");
        let proof =
            if old == 0 { Vec::new() } else { tree.consistency(old, tree.size()).unwrap_or_default() };
        AddCheckpoint::text(old, &proof, &note)
    }

    /// Whether a line is a cosignature of the head of `tree`, and of when.
    fn time(&self, tree: &Tree, line: &str) -> Option<u64> {
        let note = Note::parse(format!("{}\n{line}", head(tree).to_text()).as_bytes()).expect("a note");
        note.verify(self.witness.cosigner.verifier()).expect("a cosignature")
    }

    fn evidence(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.join("evidence")).into_iter().flatten();
        files.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("text")).collect()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn signer() -> NoteSigner {
    NoteSigner::new(ORIGIN, SigningKey::generate(&SystemRandom::new()).expect("randomness"))
        .expect("a signer")
}

fn head(tree: &Tree) -> Checkpoint {
    Checkpoint { origin: ORIGIN.to_owned(), size: tree.size(), root: tree.root() }
}

/// A log of `size` entries; from `fork_at` on they are others.
fn log(size: u64, fork_at: u64) -> Tree {
    let leaf = |n: u64| leaf_hash(format!("{}{n}", if n >= fork_at { "other " } else { "" }).as_bytes());
    (0..size).map(leaf).collect()
}

#[test]
fn heads_of_one_history_are_cosigned_and_the_same_one_again_with_the_time_that_it_is_now() {
    let mut desk = Desk::new();
    let first = desk.ask(0, &log(700, u64::MAX)).expect("the first head");
    assert_eq!(desk.time(&log(700, u64::MAX), &first), Some(1_728_922_413));
    let second = desk.ask(700, &log(1000, u64::MAX)).expect("an extension");
    assert_eq!(desk.ask(1000, &log(1000, u64::MAX)).expect("again"), second, "in the same second");
    desk.clock.advance(crate::base::Span::seconds(5));
    desk.restart();
    let third = desk.ask(1000, &log(1000, u64::MAX)).expect("after a restart");
    assert_eq!(desk.time(&log(1000, u64::MAX), &third), Some(1_728_922_418));
    let kept = desk.witness.checkpoint(Digest::of(ORIGIN.as_bytes())).expect("a head");
    let kept = Note::parse(kept.as_bytes()).expect("a note");
    assert_eq!(kept.verify(desk.log.verifier()), Ok(None));
    assert!(kept.to_text().ends_with(&third));
    assert!(desk.witness.checkpoint(Digest::of(b"another")).is_none());
    assert_eq!(desk.evidence(), [""; 0]);
}

#[test]
fn another_old_size_is_told_the_size_cosigned_last() {
    let desk = Desk::new();
    let ten = log(10, u64::MAX);
    assert!(matches!(desk.ask(4, &ten), Err(NotCosigned::OtherSize(0))));
    desk.ask(0, &log(4, u64::MAX)).expect("cosigned");
    assert!(matches!(desk.ask(0, &ten), Err(NotCosigned::OtherSize(4))));
    assert!(matches!(desk.ask(3, &ten), Err(NotCosigned::OtherSize(4))));
    desk.ask(4, &ten).expect("cosigned");
    assert!(matches!(desk.ask(4, &log(7, u64::MAX)), Err(NotCosigned::OtherSize(10))), "a restored log");
    assert!(matches!(desk.ask(10, &log(7, u64::MAX)), Err(NotCosigned::Malformed(_))), "400: old above new");
}

#[test]
fn forks_are_refused_and_kept_as_evidence() {
    let mut desk = Desk::new();
    desk.ask(0, &log(10, u64::MAX)).expect("cosigned");
    assert!(matches!(desk.ask(10, &log(10, 3)), Err(NotCosigned::Unproven)), "same size, other root");
    assert!(matches!(desk.ask(10, &log(12, 3)), Err(NotCosigned::Unproven)), "larger, other history");
    let good = desk.body(10, &log(12, u64::MAX), &desk.log);
    let cut = good.replacen(good.lines().nth(1).expect("a hash"), "", 1).replacen("\n\n", "\n", 1);
    assert!(
        matches!(desk.witness.add_checkpoint(cut.as_bytes()), Err(NotCosigned::Unproven)),
        "a hash short"
    );
    let evidence = desk.evidence();
    assert_eq!(evidence.len(), 3);
    assert!(
        evidence
            .iter()
            .all(|text| text.contains("— witness.example/w1 ") && text.contains("\n----\nold 10\n"))
    );
    desk.restart();
    desk.ask(10, &log(12, u64::MAX)).expect("the true history goes on");
}

#[test]
fn only_logs_that_it_knows_and_only_under_their_own_key() {
    let desk = Desk::new();
    let tree = log(3, u64::MAX);
    let forged = desk.body(0, &tree, &signer());
    assert!(matches!(desk.witness.add_checkpoint(forged.as_bytes()), Err(NotCosigned::NotSigned)));
    let other = desk.body(0, &tree, &desk.log).replacen("\nlog.example/1\n", "\nlog.example/2\n", 1);
    assert!(matches!(desk.witness.add_checkpoint(other.as_bytes()), Err(NotCosigned::UnknownLog)));
    desk.ask(0, &tree).expect("cosigned");
}

#[test]
fn what_has_not_its_form_is_malformed() {
    let desk = Desk::new();
    let good = desk.body(0, &log(3, u64::MAX), &desk.log);
    let too_many = format!("old 0\n{}\n{}", "A".repeat(43) + "=\n", good).repeat(1);
    let hashes = format!("old 0\n{}\n", format!("{}=\n", "A".repeat(43)).repeat(64));
    for bad in [
        String::new(),
        "old 0\n".to_owned(),
        good.replacen("old 0", "old 00", 1),
        good.replacen("old 0", "old +0", 1),
        good.replacen("old 0", "old", 1),
        good.replacen("old 0\n", "old 0\nabc\n", 1),
        good.replacen("old 0\n", &hashes, 1),
        too_many,
        good.trim_end().to_owned(),
    ] {
        assert!(
            matches!(desk.witness.add_checkpoint(bad.as_bytes()), Err(NotCosigned::Malformed(_))),
            "{bad}"
        );
    }
}

#[test]
fn a_head_is_kept_before_it_is_cosigned() {
    let desk = Desk::new();
    desk.ask(0, &log(3, u64::MAX)).expect("cosigned");
    let way = desk.folder.join("logs").join(format!("{}.new", Digest::of(ORIGIN.as_bytes())));
    std::fs::create_dir(&way).expect("in the way of the next write");
    assert!(matches!(desk.ask(3, &log(5, u64::MAX)), Err(NotCosigned::Fault(_))));
    std::fs::remove_dir(&way).expect("removed");
    desk.ask(3, &log(5, u64::MAX)).expect("cosigned once it is kept");
}

/// Whoever has the log's key can sign any head (F9, F15).
#[test]
fn a_fork_at_any_size_is_refused_though_the_log_signed_it() {
    let mut desk = Desk::new();
    let (mut dice, rounds, mut size) = (Dice::of(9), times(50, 1000), 1);
    desk.ask(0, &log(size, u64::MAX)).expect("the first head");
    for round in 0..rounds {
        let fork_at = dice.below(size);
        let forked = log(size + dice.below(16), fork_at);
        let refused = desk.ask(size, &forked);
        assert!(matches!(refused, Err(NotCosigned::Unproven)), "forked at {fork_at} of {size}: {refused:?}");
        let older = log(size - dice.below(size), fork_at);
        assert!(desk.ask(older.size(), &older).is_err(), "a head before the last one");
        if round % 10 == 0 {
            desk.restart();
        }
        let next = size + dice.below(6);
        desk.ask(size, &log(next, u64::MAX)).expect("the true history goes on");
        size = next;
    }
    held(
        "F9 F15 forks signed with the log's key, at the witness",
        &format!("{rounds} of {rounds} refused, up to {size} entries"),
    );
}

/// A stolen key signs what it likes; who follows it is for people to say (F15).
#[test]
fn a_key_follows_once_it_was_accepted_and_then_the_old_one_signs_nothing_alone() {
    let desk = Desk::new();
    let (next, grown) = (signer(), |size| log(size, u64::MAX));
    let succession = desk.folder.join("succession");
    std::fs::write(&succession, Succession::sign(&desk.log, &next).to_text()).expect("written");
    desk.ask(0, &grown(3)).expect("cosigned");
    let by = |old, size, log: &NoteSigner| {
        desk.witness.add_checkpoint(desk.body(old, &grown(size), log).as_bytes())
    };
    assert!(matches!(by(3, 5, &next), Err(NotCosigned::NotSigned)), "nobody has accepted it");

    let accept = |vkey: String| commands::accept_key(&desk.folder, &succession, vkey);
    let code = |refused: Result<(), WitnessError>| matches!(refused, Err(WitnessError::OtherSuccession(_)));
    assert!(code(accept(signer().verifier().vkey())), "another key than the one that was told");
    accept(next.verifier().vkey()).expect("accepted");
    by(3, 4, &desk.log).expect("the old one signs until the new one does");
    by(4, 5, &next).expect("the same history goes on under the new key");
    assert!(matches!(by(5, 9, &desk.log), Err(NotCosigned::NotSigned)), "the thief's later head");
    let forked = desk.body(5, &log(9, 2), &next);
    assert!(matches!(desk.witness.add_checkpoint(forked.as_bytes()), Err(NotCosigned::Unproven)));
    accept(next.verifier().vkey()).expect("accepted before: nothing to do");
    by(5, 9, &next).expect("cosigned");
}
