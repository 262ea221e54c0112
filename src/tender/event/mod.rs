//! What has happened to a tender. Events are the only record; state is their fold.
//!
//! *Invariant*: a released kind of event is never changed, only joined by new ones.

mod lot;
mod tender;

pub use lot::{Candidate, ClosedBid, FailureReason, LotEvent, PanelSeat, RejectedBid};
pub use tender::TenderEvent;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::LotId;

/// An event of a tender or of one of its lots.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Event {
    /// Of one lot; tried first, because only these have a `lot`.
    Lot(LotFact),
    /// Of the tender.
    Tender(TenderEvent),
}

/// An event of one lot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct LotFact {
    /// The lot.
    #[ts(type = "string")]
    pub lot: LotId,
    /// What happened.
    #[serde(flatten)]
    pub event: LotEvent,
}
