//! Why an envelope is refused, grouped by whose fault it is.

use crate::label::LabelError;
use crate::lock::LockError;

/// Why an envelope was refused or did not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not a core, or a core that no honest sealer makes: **the bidder's fault**, provable with the keys.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// The context is not one: the bidder's fault.
    #[error("malformed: {0}")]
    Context(#[from] LabelError),
    /// A capsule that is no capsule, or fails its check although the key is right: the bidder's fault.
    #[error("malformed: {0}")]
    Capsule(#[from] LockError),
    /// A well-formed core for another tender, lot, envelope, submission, bidder or opening than expected.
    #[error("the envelope belongs to another {0}")]
    WrongContext(&'static str),
    /// The locks are not those of the tender: another suite, committee, chain, round or recovery key.
    #[error("the envelope is locked to another {0}")]
    WrongLock(&'static str),
    /// A key that was given for opening is not the right one: **the opener's fault**, nothing is said of the seal.
    #[error("the key of the {0} is not the right one")]
    WrongKey(&'static str),
    /// The keys fit no path of this envelope: the opener's fault.
    #[error("the envelope has no path for these keys")]
    WrongPath,
}

impl EnvelopeError {
    /// Stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) | Self::Context(_) | Self::Capsule(_) => "malformed",
            Self::WrongContext(_) => "wrong_context",
            Self::WrongLock(_) => "wrong_lock",
            Self::WrongKey(_) => "wrong_key",
            Self::WrongPath => "wrong_path",
        }
    }
}
