//! Why a custodian releases nothing.

use super::LABELS_MAX;
use crate::base::Instant;

/// Why a custodian releases nothing. The code goes to the platform and into the log; the text stays in the custodian's house.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseRefused {
    /// Before the opening, by the custodian's own clock.
    #[error("not before {opening_at}; it is {now} here")]
    NotYet {
        /// The latest opening that was shown.
        opening_at: Instant,
        /// What the custodian's clock shows.
        now: Instant,
    },
    /// The tender has a beacon, and none from the opening on was shown.
    #[error("no beacon from {opening_at} on was shown, and no recovery key")]
    NoBeacon {
        /// The latest opening that was shown.
        opening_at: Instant,
    },
    /// Evidence that is missing, not under a signed head, or of another tender.
    #[error("the evidence does not show it: {0}")]
    Evidence(&'static str),
    /// A second closed root for a lot.
    #[error("another closed root was shown before")]
    OtherRoot,
    /// A submission that is not in the closed box.
    #[error("a submission is not in the closed box")]
    NotInBox,
    /// A price envelope of a bid that did not pass.
    #[error("the panel has not passed this bid")]
    NotPassed,
    /// A cancellation was shown once: never.
    #[error("the tender was cancelled")]
    Cancelled,
    /// The notice names a committee of which no share is held here.
    #[error("sealed to a committee of which no share is held here")]
    OtherCommittee,
    /// A share of this group key is held here, but not of the dealing that is asked for.
    #[error("the share that is held here was dealt another time")]
    OtherEpoch,
    /// A rehearsal of another day.
    #[error("a rehearsal of another day; it is {now} here")]
    OtherDay {
        /// What the custodian's clock shows.
        now: Instant,
    },
    /// Too many labels at once.
    #[error("at most {LABELS_MAX} labels at once")]
    TooMany,
    /// The custodian's own state cannot be read or kept.
    #[error("the custodian's state cannot be read or kept")]
    State(#[from] sqlx::Error),
    /// A computation broke off.
    #[error("a computation broke off")]
    BrokeOff,
}

impl ReleaseRefused {
    /// Every code that a custodian's refusal may have on the wire.
    pub const CODES: [&str; 12] = [
        "not_yet",
        "beacon_needed",
        "evidence_insufficient",
        "other_root",
        "not_in_box",
        "not_passed",
        "cancelled",
        "other_committee",
        "other_epoch",
        "other_day",
        "too_many_labels",
        "custodian_fault",
    ];

    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotYet { .. } => "not_yet",
            Self::NoBeacon { .. } => "beacon_needed",
            Self::Evidence(_) => "evidence_insufficient",
            Self::OtherRoot => "other_root",
            Self::NotInBox => "not_in_box",
            Self::NotPassed => "not_passed",
            Self::Cancelled => "cancelled",
            Self::OtherCommittee => "other_committee",
            Self::OtherEpoch => "other_epoch",
            Self::OtherDay { .. } => "other_day",
            Self::TooMany => "too_many_labels",
            Self::State(_) | Self::BrokeOff => "custodian_fault",
        }
    }
}
