//! Why a committee, a share or a partial is refused.

use super::{CUSTODIANS_MAX, Epoch};

/// Why a committee, a share or a set of partials was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// Not `n/2 < t ≤ n ≤ 32`.
    #[error("a quorum needs n/2 < t ≤ n ≤ {CUSTODIANS_MAX}")]
    Quorum,
    /// Public shares and group key do not lie on one polynomial, or there is not one share for each custodian.
    #[error("the public shares do not belong to the group key")]
    Committee,
    /// A secret that is not that of the public share.
    #[error("the share does not belong to the committee")]
    Share,
    /// An index that no custodian has.
    #[error("there is no custodian {0}")]
    UnknownCustodian(u8),
    /// Two partials of one custodian.
    #[error("two partials of custodian {0}")]
    DuplicateCustodian(u8),
    /// A partial of another epoch than the committee's: its custodian missed a resharing, or is ahead of us.
    #[error("the partial of custodian {index} is of epoch {epoch}")]
    OtherEpoch {
        /// Whose.
        index: u8,
        /// Its epoch.
        epoch: Epoch,
    },
    /// Fewer than `t` good partials of the committee's epoch.
    #[error(
        "{good} good partials are too few; wrong ones are from {bad:?}, of another epoch {other_epoch:?}"
    )]
    TooFew {
        /// How many were good.
        good: usize,
        /// Whose were wrong.
        bad: Vec<u8>,
        /// Whose are of another epoch.
        other_epoch: Vec<u8>,
    },
}

impl ThresholdError {
    /// Stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Quorum => "quorum",
            Self::Committee => "committee_inconsistent",
            Self::Share => "share_mismatch",
            Self::UnknownCustodian(_) => "unknown_custodian",
            Self::DuplicateCustodian(_) => "duplicate_custodian",
            Self::OtherEpoch { .. } => "other_epoch",
            Self::TooFew { .. } => "too_few_partials",
        }
    }
}
