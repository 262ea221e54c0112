//! Candidates, award, letters.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::BidId;

bodies! {
    /// See [`super::LotCommand::PublishCandidates`].
    PublishCandidates {}
    /// See [`super::LotCommand::ConfirmAward`].
    ConfirmAward { /** The winning bid: the first candidate. */ bid: BidId, }
    /// See [`super::LotCommand::IssueLetters`].
    IssueLetters {}
}
