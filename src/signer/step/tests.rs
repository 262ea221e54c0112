//! A step of the clock stops the signer; two keepers and the witnesses' clocks let it go on, and nothing less.

use std::path::{Path, PathBuf};

use kaibiao_crypto::checkpoint::{Cosigner, NoteSigner};
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::tree::{Tree, leaf_hash};

use super::super::clock::Watch;
use super::super::house::{Adopted, Settings};
use super::super::{Extension, Signer};
use super::*;
use crate::clock::Clock;

const ORIGIN: &str = "log.example/1";
const BEGUN: Instant = Instant(1_728_922_413_000);

fn key() -> SigningKey {
    SigningKey::generate(&SystemRandom::new()).expect("randomness")
}

/// A signer in its house, its three keepers and three witnesses, two of whom must agree.
struct Room {
    folder: PathBuf,
    clock: Clock,
    keepers: Vec<NoteSigner>,
    witnesses: Vec<Cosigner>,
}

impl Room {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("kaibiao-clock-{}", uuid::Uuid::new_v4()));
        let keeper = |n| NoteSigner::new(&format!("keeper/{n}"), key()).expect("a name");
        let witness = |n| Cosigner::new(&format!("witness/{n}"), key()).expect("a name");
        let room = Self {
            clock: Clock::held_at(BEGUN),
            keepers: (1..=3).map(keeper).collect(),
            witnesses: (1..=3).map(witness).collect(),
            folder,
        };
        let settings = Settings {
            keepers: room.keepers.iter().map(|keeper| keeper.verifier().vkey()).collect(),
            listen: String::new(),
            origin: ORIGIN.to_owned(),
            platform: String::new(),
        };
        House::create(&room.folder, &settings, "https://signer.example", Adopted::default())
            .expect("a house");
        let vkeys: Vec<String> = room.witnesses.iter().map(|witness| witness.verifier().vkey()).collect();
        room.believe(&Policy::text_of(&room.log().verifier().vkey(), &vkeys, 2));
        room
    }

    /// Three entries signed, then a clock that is an hour behind and noticed.
    fn stopped() -> Self {
        let room = Self::new();
        let signer = room.signer();
        signer.sign(&extension(3, 0)).expect("a head");
        room.clock.advance(Span::seconds(-3600));
        assert_eq!(room.refused(&signer), "clock_stepped");
        room
    }

    fn house(&self) -> House {
        House::at(&self.folder)
    }

    fn log(&self) -> NoteSigner {
        self.house().keys().and_then(|keys| keys.in_force()).expect("a key")
    }

    fn believe(&self, policy: &str) {
        std::fs::write(self.folder.join("policy.txt"), policy).expect("written");
    }

    fn signer(&self) -> Signer {
        let path = |name: &str| -> PathBuf { Path::new(&self.folder).join(name) };
        let watch = Some(Watch::new(self.clock.clone()));
        Signer::new(ORIGIN, &path("log.key"), &path("head.json"), watch).expect("a signer")
    }

    /// The code with which the next head is refused.
    fn refused(&self, signer: &Signer) -> String {
        signer.sign(&extension(5, 3)).expect_err("refused").code().to_owned()
    }

    fn asked(&self) -> Note {
        self.house().ask_about_clock(self.clock.now()).expect("a question")
    }

    /// The question as these keepers have signed it.
    fn signed(&self, mut note: Note, by: &[usize]) -> Note {
        note.signatures.extend(by.iter().map(|keeper| self.keepers[*keeper].sign(&note.text)));
        note
    }

    /// The last head as these witnesses cosign it, each so many seconds from our clock.
    fn cosigned(&self, by: &[(usize, i64)]) -> Note {
        let mut head = self.house().signed_head().expect("a head");
        for (witness, apart) in by {
            let at = self.clock.now() + Span::seconds(*apart);
            head.signatures.push(self.witnesses[*witness].cosign(&head.text, at.unix_seconds()));
        }
        head
    }

    /// What comes of it: the step, or the code of the refusal.
    fn accept(&self, note: &Note, head: &Note) -> Result<i64, String> {
        let accepted = self.house().accept_clock(note, head, self.clock.now());
        accepted.map(|stepped| stepped.0).map_err(|error| error.code().to_owned())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn log_of(size: u64) -> Tree {
    (0..size).map(|n| leaf_hash(n.to_string().as_bytes())).collect()
}

fn extension(size: u64, old_size: u64) -> Extension {
    let log = log_of(size);
    let proof = if old_size == 0 { Vec::new() } else { log.consistency(old_size, size).expect("a proof") };
    Extension { old_size, proof, root: log.root(), size }
}

fn refusal(code: &str) -> Result<i64, String> {
    Err(code.to_owned())
}

#[test]
fn a_step_stops_the_signer_until_two_keepers_and_the_witnesses_clocks_let_it_go_on() {
    let room = Room::new();
    assert_eq!(
        room.house().ask_about_clock(BEGUN).map(drop).map_err(|e| e.code().to_owned()),
        Err("no_step".to_owned())
    );
    let signer = room.signer();
    signer.sign(&extension(3, 0)).expect("a head");
    room.clock.advance(Span::seconds(-60));
    assert_eq!(room.refused(&signer), "clock_stepped");
    room.clock.advance(Span::seconds(60));
    assert_eq!(
        room.refused(&signer),
        "clock_stepped",
        "a clock that was moved to and fro is looked at by people"
    );
    assert_eq!(room.refused(&room.signer()), "clock_stepped", "a restart accepts nothing");
    assert!(signer.sign(&extension(3, 0)).is_ok(), "what was signed is signed again");

    let note = room.signed(room.asked(), &[0, 2]);
    let head = room.cosigned(&[(0, 0), (1, 1)]);
    let step = room.accept(&note, &head).expect("accepted");
    assert!(step <= -60_000, "{step}");
    assert_eq!(room.accept(&note, &head), refusal("no_step"), "once");
    assert_eq!(signer.clock_steps().expect("kept"), [note.to_text()]);
    room.clock.advance(Span::seconds(-60));
    assert_eq!(room.refused(&room.signer()), "clock_stepped", "moved again before it was started");
    room.clock.advance(Span::seconds(60));
    let again = room.signed(room.asked(), &[1, 0]);
    assert_eq!(room.accept(&note, &head), refusal("clock_question_other"), "signed for the step before");
    room.accept(&again, &room.cosigned(&[(2, 0), (1, 0)])).expect("accepted");
    assert_eq!(signer.clock_steps().expect("kept").len(), 2);
    room.signer().sign(&extension(5, 3)).expect("it goes on");
}

#[test]
fn only_the_question_that_was_asked_last_signed_by_two_keepers() {
    let room = Room::stopped();
    let head = |room: &Room| room.cosigned(&[(0, 0), (1, 0)]);
    let asked = room.asked();
    assert_eq!(room.accept(&asked, &head(&room)), refusal("two_keepers_needed"));
    assert_eq!(room.accept(&room.signed(asked.clone(), &[1]), &head(&room)), refusal("two_keepers_needed"));
    assert_eq!(
        room.accept(&room.signed(asked.clone(), &[1, 1]), &head(&room)),
        refusal("two_keepers_needed")
    );
    let mut stranger = room.signed(asked.clone(), &[1]);
    let other = NoteSigner::new("keeper/1", key()).expect("a name");
    stranger.signatures.push(other.sign(&stranger.text));
    assert_eq!(room.accept(&stranger, &head(&room)), refusal("two_keepers_needed"), "a name is no key");
    let mut forged = room.signed(asked.clone(), &[0, 1]);
    forged.signatures[2].bytes[0] ^= 1;
    assert_eq!(room.accept(&forged, &head(&room)), refusal("bad_signature"));

    let good = room.signed(asked, &[0, 1]);
    let mut smaller = ClockStep::parse(&good.text).expect("a question");
    smaller.step_ms = 1;
    let smaller = room.signed(smaller.ask(&room.log()), &[0, 1]);
    assert_eq!(room.accept(&smaller, &head(&room)), refusal("clock_question_other"));
    room.asked();
    assert_eq!(room.accept(&good, &head(&room)), refusal("clock_question_other"), "it was asked again since");
}

#[test]
fn only_a_head_that_enough_witnesses_have_cosigned_since_by_clocks_that_agree() {
    let room = Room::stopped();
    let early = room.cosigned(&[(0, 0), (1, 0)]);
    room.clock.advance(Span::seconds(5));
    let note = room.signed(room.asked(), &[0, 1]);
    let accept = |head: &Note| room.accept(&note, head);
    assert_eq!(accept(&early), refusal("head_old"), "cosigned before the question");
    assert_eq!(accept(&room.cosigned(&[(0, 0), (1, -5)])), refusal("head_old"), "one of two");
    assert_eq!(accept(&room.cosigned(&[(0, 0)])), refusal("quorum"));
    assert_eq!(
        accept(&room.cosigned(&[(0, 3600), (1, 3600)])),
        refusal("clock_disagrees"),
        "ours is still behind"
    );
    assert_eq!(accept(&room.cosigned(&[(0, 0), (1, 12)])), refusal("clock_disagrees"), "one of two");
    let other = Checkpoint { origin: ORIGIN.to_owned(), size: 4, root: log_of(4).root() };
    let mut other = other.sign(&room.log()).expect("its own");
    for witness in &room.witnesses {
        other.signatures.push(witness.cosign(&other.text, room.clock.now().unix_seconds()));
    }
    assert_eq!(accept(&other), refusal("head_other"), "never signed here");
    let mut unsigned = room.cosigned(&[(0, 0), (1, 0)]);
    unsigned.signatures.remove(0);
    assert_eq!(accept(&unsigned), refusal("signature_missing"));

    let good = room.cosigned(&[(0, 0), (1, 9), (2, 3600)]);
    room.believe("quorum none\n");
    assert_eq!(accept(&good), refusal("quorum"), "a policy without clocks");
    std::fs::remove_file(room.folder.join("policy.txt")).expect("removed");
    assert_eq!(accept(&good), refusal("policy_missing"));
    let vkeys: Vec<String> = room.witnesses.iter().map(|witness| witness.verifier().vkey()).collect();
    room.believe(&Policy::text_of(&room.log().verifier().vkey(), &vkeys, 2));
    assert!(accept(&good).is_ok(), "two of three agree");
}
