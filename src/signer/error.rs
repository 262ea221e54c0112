//! What a signer refuses, and what can go wrong around it.

use std::io;
use std::path::PathBuf;

use kaibiao_crypto::checkpoint::NoteError;
use kaibiao_crypto::clock_step::ClockStepError;
use kaibiao_crypto::key::KeyError;
use kaibiao_crypto::policy::PolicyError;
use kaibiao_crypto::succession::SuccessionError;

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
    #[error("the signer's clock has stepped by {} ms; two of its keepers must accept that (kaibiao signer clock-question)", .0.0)]
    ClockStepped(Span),
    /// A key is to retire by the receipt of another succession than the one that was prepared here.
    #[error("the receipt is not of the succession that was prepared here")]
    NotPrepared,
    /// Keepers have signed another question than the one that this signer asked last.
    #[error(
        "that is not the question that this signer asked last; ask again (kaibiao signer clock-question)"
    )]
    OtherQuestion,
    /// The head that witnesses cosigned is not the one that was signed last here.
    #[error("the witnesses' head is not the one of {kept} entries that was signed last")]
    OtherHead {
        /// Size of the head that was signed last.
        kept: u64,
    },
    /// Too few witnesses have cosigned since the question was asked.
    #[error(
        "too few witnesses have cosigned since the question was asked; fetch a new head (kaibiao signer clock-head)"
    )]
    OldHead,
    /// The signer's clock is not that of the witnesses.
    #[error("the signer's clock is {} ms from that of a witness: set it right, then ask again", .0.0)]
    ClockDisagrees(Span),
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
            Self::NotPrepared => "succession_not_prepared",
            Self::OtherQuestion => "clock_question_other",
            Self::OtherHead { .. } => "head_other",
            Self::OldHead => "head_old",
            Self::ClockDisagrees(_) => "clock_disagrees",
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
    /// Heads were signed already, and their key is not there.
    #[error(
        "日志密钥 {0} 不见了，而日志头已签过：请由备份恢复；确已丢失的，本日志到此为止（docs/operate.md）\n\
         the log's key {0} is missing though heads were signed: restore it from its backup; if it is lost for good, this \
         log has ended (docs/operate.md)"
    )]
    KeyMissing(PathBuf),
    /// The signer does not hold the key that the log says is in force.
    #[error("the signer does not hold the key in force, {0}")]
    OtherKey(String),
    /// A succession of keys.
    #[error(transparent)]
    Succession(#[from] SuccessionError),
    /// The clock has not stepped.
    #[error("there is no step of the clock to accept")]
    NoStep,
    /// Keepers, or what they sign.
    #[error(transparent)]
    ClockStep(#[from] ClockStepError),
    /// Nobody has said whose clocks the signer believes.
    #[error("{0} is missing: the policy of the witnesses whose clocks the signer believes")]
    PolicyMissing(PathBuf),
    /// The policy.
    #[error("{0}: {1}")]
    Policy(PathBuf, PolicyError),
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
            Self::KeyMissing(_) => "log_key_missing",
            Self::OtherKey(_) => "log_key_other",
            Self::Succession(error) => error.code(),
            Self::NoStep => "no_step",
            Self::ClockStep(error) => error.code(),
            Self::PolicyMissing(_) => "policy_missing",
            Self::Policy(_, error) => error.code(),
            Self::Key(error) => error.code(),
            Self::Note(error) => error.code(),
            Self::Certificate(_) => "certificate",
        }
    }
}
