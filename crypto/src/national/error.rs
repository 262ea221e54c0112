//! Why a ciphertext, a partial or an opening is refused.

use crate::lock::NoRandomness;
use crate::threshold::ThresholdError;

/// Why the prototype refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NationalLockError {
    /// Bytes that are not the one form of a point, a number, a ciphertext or a partial.
    #[error("not the form of {0}")]
    Form(&'static str),
    /// The ciphertext was not made for this label and committee, or not by one who knows its exponent: the sealer's
    /// fault, visible to everybody before anything is released.
    #[error("the ciphertext is not one for this label and committee")]
    Ciphertext,
    /// All partials are right and the ciphertext's own check still fails: the sealer's fault.
    #[error("the ciphertext does not pass its check")]
    Check,
    /// Of quorum, committee, shares and partials.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// The generator failed.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

impl NationalLockError {
    /// Stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "national_form",
            Self::Ciphertext => "national_ciphertext",
            Self::Check => "national_check",
            Self::Threshold(error) => error.code(),
            Self::Random(error) => error.code(),
        }
    }
}
