//! The succession of a log's key: the old key and the new one say together that the new one follows.
//!
//! ```text
//! <origin>
//! kaibiao/log-key-succession/v1
//! <vkey of the old key>
//! <vkey of the new key>
//!
//! — <origin> <signature by the old key>
//! — <origin> <signature by the new key>
//! ```
//!
//! A signed note (C2SP `signed-note`) whose second line is no size, so that it is never a checkpoint. Whoever has stolen
//! the old key can write one too. It therefore counts only where it stands in the log, in an act `RotateLogKey`, under a
//! head that witnesses have cosigned: they let no second history grow. The receipt of that act is called a *rotation*.
//!
//! *Invariant*: every size of a log has one key. Heads that hold the rotation are by the new key, heads before it by the
//! old one; what the old key signs of a later size is not by the log.

use crate::act::ActError;
use crate::checkpoint::{self, Checkpoint, Note, NoteError, NoteSigner, NoteVerifier, Opened, SignatureType};
use crate::entry::{Entry, EntryError};
use crate::receipt::{Receipt, ReceiptError};

/// The act that brings a succession into the log.
pub const ROTATE_LOG_KEY: &str = "RotateLogKey";

const MARK: &str = "kaibiao/log-key-succession/v1";

/// Why one key is not believed to follow another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SuccessionError {
    /// Not the lines of a succession, or not an act that brings one.
    #[error("not a succession of keys")]
    Form,
    /// A signature of one of the two keys.
    #[error("the succession: {0}")]
    Note(#[from] NoteError),
    /// It does not continue the key that is in force before it, or brings one back.
    #[error("the succession does not follow the one before it")]
    Gap,
    /// None of the keys is the one that is trusted.
    #[error("the trusted key is none of the log's keys")]
    UnknownKey,
    /// The entry that it stands in.
    #[error("the entry of the succession: {0}")]
    Entry(#[from] EntryError),
    /// The act that it stands in.
    #[error("the act of the succession: {0}")]
    Act(#[from] ActError),
    /// The receipt of that act.
    #[error("the receipt of the succession: {0}")]
    Receipt(#[from] ReceiptError),
}

impl SuccessionError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form => "succession_form",
            Self::Note(error) => error.code(),
            Self::Gap => "succession_gap",
            Self::UnknownKey => "log_key_unknown",
            Self::Entry(error) => error.code(),
            Self::Act(error) => error.code(),
            Self::Receipt(error) => error.code(),
        }
    }
}

/// Two keys of one log, of which the second follows the first; both have signed that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// The old key.
    pub from: NoteVerifier,
    /// The new one.
    pub to: NoteVerifier,
}

impl Succession {
    /// The note by which `to` follows `from`. The same keys give the same bytes.
    pub fn sign(from: &NoteSigner, to: &NoteSigner) -> Note {
        let text = text_of(from.verifier(), to.verifier());
        Note { signatures: vec![from.sign(&text), to.sign(&text)], text }
    }

    /// Reads a note and checks both signatures. Errors: `succession_form`, those of notes.
    pub fn open(note: &str) -> Result<Self, SuccessionError> {
        let note = Note::parse(note.as_bytes())?;
        let lines: Vec<&str> = note.text.split('\n').collect();
        let [_, MARK, from, to, ""] = lines.as_slice() else { return Err(SuccessionError::Form) };
        let (from, to) = (log_key(from)?, log_key(to)?);
        // The text is made again, so that it has one form and names one log.
        let is_one_log = from.name() == to.name() && from != to && note.text == text_of(&from, &to);
        if !is_one_log {
            return Err(SuccessionError::Form);
        }
        note.verify(&from)?;
        note.verify(&to)?;
        Ok(Self { from, to })
    }

    /// The succession that an entry's act brings. Errors: as [`Succession::open`], those of entries and acts.
    pub fn of_entry(bytes: &[u8]) -> Result<Self, SuccessionError> {
        let payload = Entry::parse(bytes)?.read_payload()?;
        if payload.kind != ROTATE_LOG_KEY || payload.tender.is_some() {
            return Err(SuccessionError::Form);
        }
        let note = payload.body.as_ref().and_then(|body| body.get("succession")?.as_str());
        let succession = Self::open(note.ok_or(SuccessionError::Form)?)?;
        if succession.from.name() == payload.origin { Ok(succession) } else { Err(SuccessionError::Form) }
    }
}

fn text_of(from: &NoteVerifier, to: &NoteVerifier) -> String {
    format!("{}\n{MARK}\n{}\n{}\n", from.name(), from.vkey(), to.vkey())
}

fn log_key(vkey: &str) -> Result<NoteVerifier, SuccessionError> {
    let key = NoteVerifier::parse(vkey)?;
    if key.signature_type() == SignatureType::Ed25519 { Ok(key) } else { Err(SuccessionError::Form) }
}

/// The keys of one log in their order, each with the sizes of the heads that it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKeys {
    first: NoteVerifier,
    /// Each with the size of the first head that it signs.
    later: Vec<(u64, NoteVerifier)>,
}

impl From<NoteVerifier> for LogKeys {
    fn from(first: NoteVerifier) -> Self {
        Self { first, later: Vec::new() }
    }
}

impl LogKeys {
    /// The keys that `rotations` prove, in the order of the log, if `trusted` is one of them: each stands under a head
    /// that `quorum` of `witnesses` have cosigned. Errors: those of successions and receipts.
    pub fn proven(
        trusted: &NoteVerifier,
        rotations: &[Receipt],
        witnesses: &[NoteVerifier],
        quorum: usize,
    ) -> Result<Self, SuccessionError> {
        let mut keys: Option<Self> = None;
        for rotation in rotations {
            let succession = Succession::of_entry(&rotation.entry)?;
            keys.get_or_insert_with(|| succession.from.clone().into()).follow(rotation.index, succession)?;
        }
        let keys = keys.unwrap_or_else(|| trusted.clone().into());
        for rotation in rotations {
            rotation.verify(keys.of_note(&rotation.note), witnesses, quorum)?;
        }
        if keys.knows(trusted) { Ok(keys) } else { Err(SuccessionError::UnknownKey) }
    }

    /// From the entry at `index` on another key is in force. Error: `succession_gap`.
    pub fn follow(&mut self, index: u64, succession: Succession) -> Result<(), SuccessionError> {
        let is_later = self.later.last().is_none_or(|(size, _)| index >= *size);
        if succession.from != *self.in_force() || !is_later || self.knows(&succession.to) {
            return Err(SuccessionError::Gap);
        }
        self.later.push((index.saturating_add(1), succession.to));
        Ok(())
    }

    /// The key that signs heads now.
    pub fn in_force(&self) -> &NoteVerifier {
        self.later.last().map_or(&self.first, |(_, key)| key)
    }

    /// The key that signs heads of this size.
    pub fn at(&self, size: u64) -> &NoteVerifier {
        self.later.iter().rev().find(|(from, _)| size >= *from).map_or(&self.first, |(_, key)| key)
    }

    /// All of them, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &NoteVerifier> {
        std::iter::once(&self.first).chain(self.later.iter().map(|(_, key)| key))
    }

    /// Whether `key` is one of them.
    pub fn knows(&self, key: &NoteVerifier) -> bool {
        self.all().any(|known| known == key)
    }

    /// The places of the rotations in the log.
    pub fn rotations(&self) -> impl Iterator<Item = u64> {
        self.later.iter().map(|(size, _)| size - 1)
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        self.first.name()
    }

    /// The key that a head must be signed by; of a text that is no checkpoint, the one in force.
    pub fn of_note(&self, note: &Note) -> &NoteVerifier {
        Checkpoint::parse(&note.text).map_or(self.in_force(), |head| self.at(head.size))
    }

    /// Checks a checkpoint's note as [`checkpoint::open`] does, by the key that signs heads of its size.
    pub fn open(&self, note: &Note, witnesses: &[NoteVerifier], quorum: usize) -> Result<Opened, NoteError> {
        checkpoint::open(note, self.of_note(note), witnesses, quorum)
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;
    use crate::act::{Nonce, Payload, SignedAct};
    use crate::checkpoint::Cosigner;
    use crate::digest::Digest;
    use crate::entry::{Header, leaf_hash};
    use crate::key::SigningKey;
    use crate::tree::Tree;

    const ORIGIN: &str = "log.example/1";

    fn signer(name: &str) -> NoteSigner {
        NoteSigner::new(name, SigningKey::generate(&SystemRandom::new()).expect("randomness"))
            .expect("a name")
    }

    fn succession(from: &NoteSigner, to: &NoteSigner) -> Succession {
        Succession::open(&Succession::sign(from, to).to_text()).expect("a succession")
    }

    #[test]
    fn both_keys_sign_one_text_of_one_log() {
        let (old, new, other) = (signer(ORIGIN), signer(ORIGIN), signer("log.example/2"));
        let note = Succession::sign(&old, &new);
        let opened = Succession::open(&note.to_text()).expect("a succession");
        assert_eq!((&opened.from, &opened.to), (old.verifier(), new.verifier()));
        let code = |note: &Note| Succession::open(&note.to_text()).expect_err("refused").code();
        for missing in 0..2 {
            let mut cut = note.clone();
            cut.signatures.remove(missing);
            assert_eq!(code(&cut), "signature_missing");
        }
        let mut forged = note.clone();
        forged.signatures[0].bytes = other.sign(&note.text).bytes;
        assert_eq!(code(&forged), "bad_signature");
        assert_eq!(code(&Succession::sign(&old, &other)), "succession_form", "another log");
        assert_eq!(code(&Succession::sign(&old, &old)), "succession_form", "no other key");
        let head = Checkpoint { origin: ORIGIN.to_owned(), size: 3, root: Digest::of(b"") };
        assert_eq!(code(&head.sign(&old).expect("its own")), "succession_form");
        assert!(Checkpoint::parse(&note.text).is_err(), "nor is a succession a head");
    }

    /// The receipt of an act that brings `note` into a log of three entries, its head signed by `log`.
    fn receipt(note: &Note, log: &NoteSigner, witness: Option<&Cosigner>) -> Receipt {
        let payload = Payload {
            body: Some(serde_json::json!({ "succession": note.to_text() })),
            ..Payload::system(ORIGIN, ROTATE_LOG_KEY, Nonce([1; 16]))
        };
        let act = SignedAct::system(&payload, None).expect("an act");
        let (outcome, stream) = (Digest::of(b"[]"), "centre".to_owned());
        let header = Header { outcome, rules: 2, sprev: None, sseq: 0, stream, ts: 0 };
        let entry = Entry::of_act(&act, header).encode().expect("an entry");
        let tree: Tree =
            [b"1", b"2"].map(|other| leaf_hash(other)).into_iter().chain([leaf_hash(&entry)]).collect();
        let head = Checkpoint { origin: ORIGIN.to_owned(), size: 3, root: tree.root() };
        let mut note = head.sign(log).expect("its own name");
        note.signatures.extend(witness.map(|witness| witness.cosign(&note.text, 1)));
        Receipt { index: 2, proof: tree.inclusion(2, 3).expect("a place"), entry, note }
    }

    #[test]
    fn who_knows_one_key_follows_what_witnesses_let_grow() {
        let (old, new) = (signer(ORIGIN), signer(ORIGIN));
        let witness = SigningKey::generate(&SystemRandom::new()).expect("randomness");
        let witness = Cosigner::new("witness.example", witness).expect("a name");
        let proven = |trusted: &NoteSigner, rotation: &Receipt| {
            LogKeys::proven(
                trusted.verifier(),
                std::slice::from_ref(rotation),
                &[witness.verifier().clone()],
                1,
            )
            .map_err(|error| error.code())
        };
        let note = Succession::sign(&old, &new);
        let good = receipt(&note, &new, Some(&witness));
        for trusted in [&old, &new] {
            let keys = proven(trusted, &good).expect("proven");
            assert_eq!((keys.at(2), keys.at(3)), (old.verifier(), new.verifier()));
        }
        assert_eq!(proven(&signer(ORIGIN), &good), Err("log_key_unknown"));
        assert_eq!(proven(&old, &receipt(&note, &new, None)), Err("quorum"), "what a thief can sign alone");
        assert_eq!(proven(&old, &receipt(&note, &old, Some(&witness))), Err("signature_missing"));
        let elsewhere = Receipt { index: 1, ..good };
        assert_eq!(proven(&old, &elsewhere), Err("proof_length"));
    }

    #[test]
    fn each_size_has_one_key() {
        let (first, second, third) = (signer(ORIGIN), signer(ORIGIN), signer(ORIGIN));
        let mut keys = LogKeys::from(first.verifier().clone());
        keys.follow(9, succession(&first, &second)).expect("the next");
        assert_eq!((keys.at(9), keys.at(10)), (first.verifier(), second.verifier()));
        let gap = Err(SuccessionError::Gap);
        assert_eq!(keys.clone().follow(20, succession(&first, &third)), gap, "not from the key in force");
        assert_eq!(keys.clone().follow(20, succession(&second, &first)), gap, "no key comes back");
        assert_eq!(keys.clone().follow(8, succession(&second, &third)), gap, "not before the last");
        keys.follow(20, succession(&second, &third)).expect("the next");
        assert_eq!(keys.in_force(), third.verifier());
        assert_eq!((keys.at(20), keys.at(21)), (second.verifier(), third.verifier()));
        let head = |size| Checkpoint { origin: ORIGIN.to_owned(), size, root: Digest::of(b"") };
        let by_old = head(10).sign(&first).expect("its own");
        assert_eq!(keys.open(&by_old, &[], 0), Err(NoteError::SignatureMissing), "a thief's later head");
        assert!(keys.open(&head(9).sign(&first).expect("its own"), &[], 0).is_ok());
    }
}
