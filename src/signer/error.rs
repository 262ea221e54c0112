//! What a signer refuses, and what can go wrong around it.

use std::io;
use std::path::PathBuf;

use kaibiao_crypto::checkpoint::NoteError;
use kaibiao_crypto::key::KeyError;

use crate::base::Span;
use crate::pinned::PinnedError;

/// Why a head is not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignRefused {
    /// The head is of fewer entries than the one that was signed last: a restored database.
    #[error("a head of {kept} entries was signed already; a smaller one is not")]
    Older {
        /// Size of the head that was signed last.
        kept: u64,
    },
    /// Another head of that size was signed: a fork.
    #[error("another head of {kept} entries was signed already")]
    OtherRoot {
        /// Size of the head that was signed last.
        kept: u64,
    },
    /// The proof does not begin at the head that was signed last.
    #[error("the head that was signed last has {kept} entries; the proof begins elsewhere")]
    NotNext {
        /// Size of the head that was signed last.
        kept: u64,
    },
    /// The proof does not lead to the head: a fork.
    #[error("the head is not proven to continue the one of {kept} entries")]
    Unproven {
        /// Size of the head that was signed last.
        kept: u64,
    },
    /// The signer's clock has stepped.
    #[error("the signer's clock has stepped by {} ms; its people must accept that (kaibiao signer accept-clock)", .0.0)]
    ClockStepped(Span),
}

impl SignRefused {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Older { .. } => "head_older",
            Self::OtherRoot { .. } => "head_differs",
            Self::NotNext { .. } => "head_not_next",
            Self::Unproven { .. } => "head_unproven",
            Self::ClockStepped(_) => "clock_stepped",
        }
    }
}

/// A head that is not signed, or a signer that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// Against its rules.
    #[error("the signer refuses: {0} [{code}]", code = .0.code())]
    Refused(#[from] SignRefused),
    /// The same, as a signer behind its door says it.
    #[error("the signer refuses: {message} [{code}]")]
    RefusedThere {
        /// Stable code.
        code: String,
        /// What it says.
        message: String,
    },
    /// It does not answer.
    #[error("the signer is not reached: {0}")]
    Unreachable(String),
    /// It answers something else.
    #[error("the signer gives a wrong answer: {0}")]
    WrongAnswer(&'static str),
    /// A file.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// A file that is not what it should be.
    #[error("{0} is not what the signer wrote")]
    Malformed(PathBuf),
    /// Something stands there already and is not overwritten.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// Another process signs from this folder.
    #[error("another process is at work in {0}")]
    Busy(PathBuf),
    /// The clock has not stepped.
    #[error("there is no step of the clock to accept")]
    NoStep,
    /// A key.
    #[error("a key of the log cannot be used: {0}")]
    Key(#[from] KeyError),
    /// A name or note.
    #[error("a head cannot be signed: {0}")]
    Note(#[from] NoteError),
    /// A certificate.
    #[error(transparent)]
    Certificate(#[from] PinnedError),
}

impl SignerError {
    /// Stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refused) => refused.code(),
            Self::RefusedThere { code, .. } => code,
            Self::Unreachable(_) => "signer_unreachable",
            Self::WrongAnswer(_) => "wrong_answer",
            Self::File(..) => "file",
            Self::Malformed(_) => "malformed",
            Self::Exists(_) => "exists",
            Self::Busy(_) => "house_busy",
            Self::NoStep => "no_step",
            Self::Key(error) => error.code(),
            Self::Note(error) => error.code(),
            Self::Certificate(_) => "certificate",
        }
    }
}
