//! What bidders ask before the deadline.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{BidId, Manifest};

bodies! {
    /// See [`super::LotCommand::SubmitBid`].
    SubmitBid {
        /** Id of this bid. */ bid: BidId,
        /** Newest addendum that the bid takes into account; 0 before the first. */ document_set: u32,
        /** One line per envelope, ascending. */ #[ts(type = "ManifestLine[]")] manifest: Manifest,
        /** The bid that this one replaces. */ replaces: Option<BidId>,
    }
    /// See [`super::LotCommand::WithdrawBid`].
    WithdrawBid { /** Which. */ bid: BidId, }
    /// See [`super::LotCommand::ReconfirmBid`].
    ReconfirmBid {
        /** Which. */ bid: BidId,
        /** The newest addendum, which it is to stand under. */ document_set: u32,
    }
    /// See [`super::LotCommand::CheckIn`].
    CheckIn {}
}
