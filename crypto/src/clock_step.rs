//! A step of the signer's clock: what the signer asks, and what its keepers sign to let it go on.
//!
//! ```text
//! <origin>
//! kaibiao/clock-step/v1
//! <size of the head that was signed last>
//! <its root, base64>
//! <the step in milliseconds: how much more the wall clock has moved than time has passed>
//! <what the wall clock says as this is asked, unix milliseconds>
//! <nonce, 32 hexadecimal digits>
//!
//! — <origin> <signature by the log's key: the signer asks>
//! — <keeper> <signature>
//! — <keeper> <signature>
//! ```
//!
//! A signed note (C2SP `signed-note`) whose second line is no size, so that it is never a checkpoint. The nonce makes each
//! question another one: what was signed for one step is good for no later one.
//!
//! *Invariant*: a keeper counts once, whatever names its key goes by.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::act::Nonce;
use crate::canonical::INTEGER_MAX;
use crate::checkpoint::{
    Checkpoint, Note, NoteError, NoteSigner, NoteVerifier, SignatureType, parse_decimal,
};

/// How many keepers must sign.
pub const KEEPERS_MIN: usize = 2;
/// The most keepers that a signer or a log names.
pub const KEEPERS_MAX: usize = 8;

const MARK: &str = "kaibiao/clock-step/v1";

/// Why a note is not an accepted step of a clock, or a list not one of keepers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClockStepError {
    /// Not the lines of such a note.
    #[error("not a question about a step of a clock")]
    Form,
    /// Not so many, not all different, or not keys that sign notes.
    #[error(
        "keepers are {KEEPERS_MIN} to {KEEPERS_MAX} different Ed25519 keys, each a vkey under a name of its own"
    )]
    Keepers,
    /// Fewer keepers than needed have signed.
    #[error("{KEEPERS_MIN} keepers must sign")]
    TooFew,
    /// The note or a signature.
    #[error("the question about a step of a clock: {0}")]
    Note(#[from] NoteError),
}

impl ClockStepError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form => "clock_step_malformed",
            Self::Keepers => "keepers_malformed",
            Self::TooFew => "two_keepers_needed",
            Self::Note(error) => error.code(),
        }
    }
}

/// What the signer asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockStep {
    /// The head that was signed last.
    pub head: Checkpoint,
    /// How much more the wall clock has moved than time has passed, milliseconds.
    pub step_ms: i64,
    /// What the wall clock says as this is asked, unix milliseconds.
    pub wall_ms: i64,
    /// Of this question alone.
    pub nonce: Nonce,
}

impl ClockStep {
    /// The question, signed by the log's key.
    pub fn ask(&self, log: &NoteSigner) -> Note {
        let text = self.to_text();
        Note { signatures: vec![log.sign(&text)], text }
    }

    /// The text that is signed.
    pub fn to_text(&self) -> String {
        let Self { head: Checkpoint { origin, size, root }, step_ms, wall_ms, nonce } = self;
        let (root, nonce) = (STANDARD.encode(root.as_bytes()), hex::encode(nonce.0));
        format!("{origin}\n{MARK}\n{size}\n{root}\n{step_ms}\n{wall_ms}\n{nonce}\n")
    }

    /// Reads the text. Error: `clock_step_malformed`.
    pub fn parse(text: &str) -> Result<Self, ClockStepError> {
        let lines: Vec<&str> = text.split('\n').collect();
        let [origin, MARK, size, root, step, wall, nonce, ""] = lines.as_slice() else {
            return Err(ClockStepError::Form);
        };
        let head =
            Checkpoint::parse(&format!("{origin}\n{size}\n{root}\n")).map_err(|_| ClockStepError::Form)?;
        let mut bytes = [0; 16];
        hex::decode_to_slice(nonce, &mut bytes).map_err(|_| ClockStepError::Form)?;
        integer(size)?;
        let (step_ms, wall_ms) = (integer(step)?, integer(wall)?);
        let step = Self { head, step_ms, wall_ms, nonce: Nonce(bytes) };
        // The text is made again, so that it has one form.
        if step.to_text() == text { Ok(step) } else { Err(ClockStepError::Form) }
    }

    /// Reads a note and tells which of `keepers` have signed it, in their order. Errors: `clock_step_malformed`, those of
    /// notes; a signature in a keeper's name that does not fit is one.
    pub fn open<'a>(note: &Note, keepers: &'a [NoteVerifier]) -> Result<Signed<'a>, ClockStepError> {
        let step = Self::parse(&note.text)?;
        let mut by: Vec<&NoteVerifier> = Vec::new();
        for keeper in keepers {
            match note.verify(keeper) {
                Ok(_) if by.iter().any(|other| other.raw_key() == keeper.raw_key()) => {}
                Ok(_) => by.push(keeper),
                Err(NoteError::SignatureMissing) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Signed { step, by })
    }
}

/// A question with the keepers that have signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<'a> {
    /// The question.
    pub step: ClockStep,
    /// Who has signed.
    pub by: Vec<&'a NoteVerifier>,
}

/// Reads a list of keepers, `vkey` lines. Error: `keepers_malformed`.
pub fn keepers<S: AsRef<str>>(vkeys: &[S]) -> Result<Vec<NoteVerifier>, ClockStepError> {
    if !(KEEPERS_MIN..=KEEPERS_MAX).contains(&vkeys.len()) {
        return Err(ClockStepError::Keepers);
    }
    let mut keepers: Vec<NoteVerifier> = Vec::new();
    for vkey in vkeys {
        let keeper = NoteVerifier::parse(vkey.as_ref()).map_err(|_| ClockStepError::Keepers)?;
        let is_other =
            |known: &NoteVerifier| known.raw_key() != keeper.raw_key() && known.name() != keeper.name();
        if keeper.signature_type() != SignatureType::Ed25519 || !keepers.iter().all(is_other) {
            return Err(ClockStepError::Keepers);
        }
        keepers.push(keeper);
    }
    Ok(keepers)
}

/// A decimal number that canonical JSON can say; below zero with a sign.
fn integer(text: &str) -> Result<i64, ClockStepError> {
    let digits = parse_decimal(text.strip_prefix('-').unwrap_or(text));
    let is_exact = digits.is_some_and(|digits| digits <= INTEGER_MAX);
    is_exact.then(|| text.parse().ok()).flatten().ok_or(ClockStepError::Form)
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;
    use crate::checkpoint::Cosigner;
    use crate::digest::Digest;
    use crate::key::SigningKey;

    const ORIGIN: &str = "log.example/1";

    fn key() -> SigningKey {
        SigningKey::generate(&SystemRandom::new()).expect("randomness")
    }

    fn signer(name: &str) -> NoteSigner {
        NoteSigner::new(name, key()).expect("a name")
    }

    fn step() -> ClockStep {
        let head = Checkpoint { origin: ORIGIN.to_owned(), size: 3, root: Digest::of(b"") };
        ClockStep { head, step_ms: -3_600_000, wall_ms: 1_728_922_413_000, nonce: Nonce([7; 16]) }
    }

    #[test]
    fn the_text_has_one_form_and_is_no_checkpoint() {
        let text = step().to_text();
        assert_eq!(ClockStep::parse(&text), Ok(step()));
        assert!(Checkpoint::parse(&text).is_err());
        for (from, to) in [
            ("\n-3600000\n", "\n-03600000\n"),
            ("\n-3600000\n", "\n+3600000\n"),
            ("\n3\n", "\n03\n"),
            ("\n1728922413000\n", "\n-0\n"),
            ("clock-step/v1", "clock-step/v2"),
            ("07070707\n", "0707070A\n"),
            ("07070707\n", "07070707\nmore\n"),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(other, text);
            assert_eq!(ClockStep::parse(&other), Err(ClockStepError::Form), "{other}");
        }
        assert_eq!(ClockStep::parse(&step().head.to_text()), Err(ClockStepError::Form));
    }

    #[test]
    fn who_has_signed_is_told_and_a_false_signature_is_an_error() {
        let (log, one, two) = (signer(ORIGIN), signer("keeper/one"), signer("keeper/two"));
        let known = [one.verifier().clone(), two.verifier().clone()];
        let mut note = step().ask(&log);
        let by = |note: &Note| ClockStep::open(note, &known).map(|signed| signed.by.len());
        assert_eq!(by(&note), Ok(0), "the log's own key is no keeper");
        note.signatures.push(one.sign(&note.text));
        note.signatures.push(one.sign(&note.text));
        assert_eq!(by(&note), Ok(1));
        note.signatures.push(two.sign(&note.text));
        assert_eq!(by(&Note::parse(note.to_text().as_bytes()).expect("a note")), Ok(2));
        let twice = [known[0].clone(), known[0].clone()];
        assert_eq!(
            ClockStep::open(&note, &twice).map(|signed| signed.by.len()),
            Ok(1),
            "one key, one person"
        );
        let other = ClockStep { nonce: Nonce([8; 16]), ..step() };
        note.text = other.to_text();
        assert_eq!(by(&note), Err(NoteError::BadSignature.into()), "signed for another question");
    }

    #[test]
    fn keepers_are_two_to_eight_different_people() {
        let vkey = |name: &str| signer(name).verifier().vkey();
        let (one, two) = (vkey("one"), vkey("two"));
        assert_eq!(keepers(&[one.clone(), two.clone()]).map(|read| read.len()), Ok(2));
        let witness = Cosigner::new("witness", key()).expect("a name").verifier().vkey();
        let same_key = key();
        let of_same_key = |name: &str| {
            NoteVerifier::new(name, SignatureType::Ed25519, same_key.public().clone()).expect("a key").vkey()
        };
        for bad in [
            vec![one.clone()],
            vec![one.clone(), one.clone()],
            vec![one.clone(), vkey("one")],
            vec![of_same_key("one"), of_same_key("two")],
            vec![one, witness],
            vec![two, "keeper".to_owned()],
            (0..9).map(|n| vkey(&format!("keeper{n}"))).collect(),
        ] {
            assert_eq!(keepers(&bad), Err(ClockStepError::Keepers), "{bad:?}");
        }
    }
}
