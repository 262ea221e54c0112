//! What a signer signs, and what it does not.

use kaibiao_crypto::act::{Nonce, Payload, SignedAct};
use kaibiao_crypto::checkpoint::Note;
use kaibiao_crypto::entry::{Entry, Header};
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::succession::{ROTATE_LOG_KEY, Succession};
use kaibiao_crypto::tree::{Tree, leaf_hash};

use super::*;
use crate::dice::Dice;
use crate::drill::{held, times};

struct Desk {
    folder: std::path::PathBuf,
    signer: Signer,
}

impl Desk {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("kaibiao-signer-{}", uuid::Uuid::new_v4()));
        let signer = open(&folder);
        Self { folder, signer }
    }

    fn refuses(&self, wanted: &Extension) -> &'static str {
        match self.signer.sign(wanted) {
            Err(SignerError::Refused(refused)) => refused.code(),
            other => panic!("{other:?}"),
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn open(folder: &Path) -> Signer {
    Signer::embedded("log.example/1", &folder.join("log.key"), &folder.join("head.json")).expect("a signer")
}

/// A log of `size` entries; from `fork_at` on they are others.
fn log(size: u64, fork_at: u64) -> Tree {
    let leaf = |n: u64| leaf_hash(format!("{}{n}", if n >= fork_at { "other " } else { "" }).as_bytes());
    (0..size).map(leaf).collect()
}

fn extension(log: &Tree, old_size: u64) -> Extension {
    let proof =
        if old_size == 0 { Vec::new() } else { log.consistency(old_size, log.size()).expect("a proof") };
    Extension { old_size, proof, root: log.root(), size: log.size() }
}

#[test]
fn only_a_proven_extension_is_signed_and_the_same_head_gets_the_same_bytes() {
    let desk = Desk::new();
    let (three, ten) = (log(3, u64::MAX), log(10, u64::MAX));
    desk.signer.sign(&extension(&three, 0)).expect("the first head");
    assert_eq!(desk.refuses(&extension(&ten, 0)), "head_not_next");
    assert_eq!(desk.refuses(&extension(&ten, 2)), "head_not_next");
    assert_eq!(desk.refuses(&extension(&log(10, 1), 3)), "head_unproven");
    let mut cut = extension(&ten, 3);
    cut.proof.pop();
    assert_eq!(desk.refuses(&cut), "head_unproven");
    let first = desk.signer.sign(&extension(&ten, 3)).expect("an extension");
    assert_eq!(desk.signer.sign(&extension(&ten, 3)).expect("again"), first);
    let text = Checkpoint { origin: "log.example/1".to_owned(), size: 10, root: ten.root() }.to_text();
    let note = Note { text, signatures: first };
    assert_eq!(note.verify(desk.signer.verifier()), Ok(None));
}

#[test]
fn a_restored_database_and_a_fork_are_refused_across_restarts() {
    let desk = Desk::new();
    let ten = log(10, u64::MAX);
    let first = desk.signer.sign(&extension(&ten, 0)).expect("a head");
    let again = open(&desk.folder);
    assert_eq!(again.kept().expect("kept"), Some(KeptHead { root: ten.root(), size: 10 }));
    assert_eq!(again.sign(&extension(&ten, 0)).expect("the same head"), first);
    let desk = Desk { signer: again, folder: desk.folder.clone() };
    assert_eq!(desk.refuses(&extension(&log(7, u64::MAX), 3)), "head_older");
    assert_eq!(desk.refuses(&extension(&log(10, 9), 9)), "head_differs");
    assert_eq!(desk.refuses(&extension(&log(12, 9), 10)), "head_unproven");
}

/// A platform that is not to be trusted asks for a signature of another history (F9).
#[test]
fn a_fork_at_any_size_is_not_signed() {
    let desk = Desk::new();
    let (mut dice, rounds, mut size) = (Dice::of(10), times(50, 1000), 1);
    desk.signer.sign(&extension(&log(size, u64::MAX), 0)).expect("the first head");
    for _ in 0..rounds {
        let fork_at = dice.below(size);
        let forked = log(size + dice.below(16), fork_at);
        let wanted = if forked.size() == size { "head_differs" } else { "head_unproven" };
        assert_eq!(desk.refuses(&extension(&forked, size)), wanted, "forked at {fork_at} of {size}");
        let next = size + dice.below(6);
        desk.signer.sign(&extension(&log(next, u64::MAX), size)).expect("the true history goes on");
        size = next;
    }
    held("F9 forks shown to the signer", &format!("{rounds} of {rounds} not signed, up to {size} entries"));
}

#[test]
fn a_head_is_kept_before_it_is_signed() {
    let desk = Desk::new();
    desk.signer.sign(&extension(&log(3, u64::MAX), 0)).expect("a head");
    let path = desk.folder.join("head.new");
    std::fs::create_dir(&path).expect("in the way of the next write");
    let wanted = extension(&log(5, u64::MAX), 3);
    assert!(
        matches!(desk.signer.sign(&wanted), Err(SignerError::File(..))),
        "no signature of what is not kept"
    );
    std::fs::remove_dir(&path).expect("removed");
    desk.signer.sign(&wanted).expect("signed once it is kept");
}

/// The keys of a desk, and the receipt of the act that brings `succession` into a log whose heads `signatures` are of.
fn receipt(desk: &Desk, succession: &str) -> Receipt {
    let payload = Payload {
        body: Some(serde_json::json!({ "succession": succession })),
        ..Payload::system("log.example/1", ROTATE_LOG_KEY, Nonce([1; 16]))
    };
    let act = SignedAct::system(&payload, None).expect("an act");
    let stream = "centre".to_owned();
    let header = Header { outcome: Digest::of(b"[]"), rules: 2, sprev: None, sseq: 0, stream, ts: 0 };
    let entry = Entry::of_act(&act, header).encode().expect("an entry");
    let mut grown = log(3, u64::MAX);
    let index = grown.append(leaf_hash(&entry));
    let text = Checkpoint { origin: "log.example/1".to_owned(), size: 4, root: grown.root() }.to_text();
    let signatures = desk.signer.sign(&extension(&grown, 3)).expect("the true history goes on");
    Receipt {
        index,
        proof: grown.inclusion(index, 4).expect("a place"),
        entry,
        note: Note { text, signatures },
    }
}

#[test]
fn a_key_is_rotated_in_steps_of_which_each_may_be_the_last() {
    let desk = Desk::new();
    let files = KeyFiles::at("log.example/1", &desk.folder.join("log.key"), &desk.folder.join("head.json"));
    let old = desk.signer.verifier().clone();
    desk.signer.sign(&extension(&log(3, u64::MAX), 0)).expect("a head");
    let note = files.prepare().expect("a succession").to_text();
    assert_eq!(files.prepare().expect("killed before it was carried away: again").to_text(), note);
    let succession = Succession::open(&note).expect("both have signed");
    assert_eq!(succession.from, old);

    // The running signer takes it up by itself; a restarted one too.
    assert_eq!(desk.signer.sign(&extension(&log(3, u64::MAX), 0)).expect("again").len(), 2);
    assert_eq!(open(&desk.folder).verifiers().expect("keys"), [old.clone(), succession.to.clone()]);
    let refused = |receipt: &Receipt| {
        files.finish(receipt.to_text().as_bytes()).expect_err("refused").code().to_owned()
    };
    let good = receipt(&desk, &note);
    let mut by_old_alone = good.clone();
    by_old_alone.note.signatures.truncate(1);
    assert_eq!(refused(&by_old_alone), "signature_missing", "the platform has not seen it in the log yet");
    let mut of_other = good.clone();
    of_other.entry[200] ^= 1;
    assert_ne!(refused(&of_other), "");
    assert_eq!(open(&desk.folder).verifiers().expect("keys").len(), 2, "nothing has changed");

    let key = files.finish(good.to_text().as_bytes()).expect("the old key retires");
    assert_eq!(key, succession.to.vkey());
    assert_eq!(files.finish(good.to_text().as_bytes()).expect("killed before it was said: again"), key);
    for signer in [&desk.signer, &open(&desk.folder)] {
        let signed = signer.sign(&extension(&log(3, u64::MAX), 0)).map(|lines| lines.len());
        assert!(matches!(signed, Err(SignerError::Refused(SignRefused::Older { .. }))), "{signed:?}");
        assert_eq!(signer.verifiers().expect("keys"), std::slice::from_ref(&succession.to));
    }

    let next = files.prepare().expect("the next succession").to_text();
    assert_ne!(next, note);
    assert_eq!(refused(&good), "succession_not_prepared", "the receipt of the one before");
}

#[test]
fn a_key_that_is_gone_is_never_made_again() {
    let desk = Desk::new();
    desk.signer.sign(&extension(&log(3, u64::MAX), 0)).expect("a head");
    let (key, head) = (desk.folder.join("log.key"), desk.folder.join("head.json"));
    std::fs::rename(&key, desk.folder.join("elsewhere")).expect("moved");
    let missing = Signer::embedded("log.example/1", &key, &head).map(|_| ()).expect_err("refused");
    assert_eq!(missing.code(), "log_key_missing");
    assert!(missing.to_string().contains("restore it"), "{missing}");
    assert!(!key.exists());
    let signed = desk.signer.sign(&extension(&log(5, u64::MAX), 3)).map(drop);
    assert!(matches!(signed, Err(SignerError::KeyMissing(_))), "nor by a signer that runs");
    std::fs::rename(desk.folder.join("elsewhere"), &key).expect("restored");
    desk.signer.sign(&extension(&log(5, u64::MAX), 3)).expect("it goes on");
}
