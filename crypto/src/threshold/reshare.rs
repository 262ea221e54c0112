//! Resharing: old custodians deal the same group key to a new committee, and nobody ever holds its secret.
//!
//! ```text
//! plan     all agree: the old committee, which of its custodians deal (at least t), how many are to be, of whom t'
//! round 1  each dealer announces commitments to a random polynomial of degree t' − 1 whose constant is its old share,
//!          with a proof of possession; each new custodian enrols with a transport key
//! round 2  each dealer sends each new custodian g_d(i), encrypted; each checks what it got
//! end      share = Σ λ_d·g_d(i), public shares by the same weights of the commitments, the group key must not change
//! ```
//!
//! Refreshing is resharing to the same custodians; one who stays plays both parts, with a key of its own in each.
//! The constant that a dealer commits to is compared with its old public share, so it can deal nothing but that. All
//! dealers of the plan take part: a fault names its culprit and ends the run, and a new plan goes on without it.
//! Messages carry no signatures here: the caller signs them with the custodians' identity keys, and
//! every new custodian compares and signs [`Transcript::digest`], which names plan and dealers, before an old share is
//! destroyed.
//!
//! What it does not give: until they are destroyed, `t` old shares still open everything, and nobody can prove that
//! they were. The protocol (Desmedt and Jajodia 1997; Wong, Wang and Wing 2002) as written here had no outside review.
//!
//! *Invariant*: what [`Recipient::receive`] returns is a share of the committee that every holder of the same
//! transcript computes, under the group key of the old one and in the next epoch.

mod dealer;
mod message;
mod plan;
mod recipient;
mod saved;
mod transcript;

use std::fmt;

pub use dealer::{Dealer, Dealt};
pub use message::{Complaint, Dealing, Enrolment, SealedShare};
pub use plan::Plan;
pub use recipient::{Recipient, Reshared};
pub use transcript::Transcript;

use crate::lock::NoRandomness;

/// Who takes part: the indices of the old and of the new committee are different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// A dealer, by its index in the old committee.
    Dealer(u8),
    /// A new custodian, by its index in the new committee.
    Recipient(u8),
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dealer(index) => write!(f, "old custodian {index}"),
            Self::Recipient(index) => write!(f, "new custodian {index}"),
        }
    }
}

/// Why a resharing ended.
#[derive(Debug, thiserror::Error)]
pub enum ReshareError {
    /// No randomness for a polynomial or a transport key.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A plan that cannot be carried out.
    #[error("the plan of the resharing: {0}")]
    Plan(&'static str),
    /// A share that is not the one that the plan's committee has for its index.
    #[error("the share is not one of the committee that is to be reshared")]
    OtherShare,
    /// A message of, or a part for, somebody whom the plan does not name.
    #[error("{0} is not in the plan")]
    Stranger(Party),
    /// A party has sent nothing yet; the run can go on when it does.
    #[error("the message of {0} is missing")]
    Missing(Party),
    /// A message that no honest party sends.
    #[error("{party} is at fault: {fault}")]
    Culprit {
        /// Who.
        party: Party,
        /// What is wrong with its message.
        fault: &'static str,
    },
    /// A share that does not fit its dealer's commitments. The complaint lets everybody judge who is at fault; it
    /// opens the accuser's transport key, so the run is over.
    #[error("old custodian {} sent a share that does not fit its commitments", .0.dealer)]
    BadShare(Box<Complaint>),
    /// The dealt polynomials add up to no committee of the old group key.
    #[error("the dealings make no committee under the same group key")]
    NoCommittee,
    /// A saved state that is not one, or whose parts do not belong together.
    #[error("the saved state of the resharing is unreadable")]
    Saved,
}

impl ReshareError {
    /// Stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoRandomness(error) => error.code(),
            Self::Plan(_) => "reshare_plan",
            Self::OtherShare => "share_mismatch",
            Self::Stranger(_) => "reshare_stranger",
            Self::Missing(_) => "reshare_missing",
            Self::Culprit { .. } => "reshare_culprit",
            Self::BadShare(_) => "reshare_bad_share",
            Self::NoCommittee => "reshare_no_committee",
            Self::Saved => "reshare_saved",
        }
    }

    fn culprit(party: Party, fault: &'static str) -> Self {
        Self::Culprit { party, fault }
    }
}

#[cfg(test)]
mod tests;
