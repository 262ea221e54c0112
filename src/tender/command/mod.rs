//! What can be asked of a tender. A person's command is signed; the platform's own are marked *system*.
//!
//! A command's name is the `type` of the act, its fields the `body` (docs/formats.md, 2).

/// Bodies of commands: plain records whose unknown fields are refused.
macro_rules! bodies {
    ($($(#[doc = $doc:literal])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
            #[serde(deny_unknown_fields)]
            pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }
        )*
    };
}

mod award;
mod bid;
mod contract;
mod custody;
mod notice;
mod objection;
mod opening;
mod oversight;
mod panel;
mod review;

pub use award::*;
pub use bid::*;
pub use contract::*;
pub use custody::*;
pub use notice::*;
pub use objection::*;
pub use opening::*;
pub use oversight::*;
pub use panel::*;
pub use review::*;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{LotId, Tick, tagged};

/// A command: to the tender as a whole, or to one of its lots (the `lot` of the act).
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::large_enum_variant, reason = "one lives at a time, while its act is decided")]
pub enum Command {
    /// To the tender.
    Tender(TenderCommand),
    /// To one lot.
    Lot(LotId, LotCommand),
}

/// A command to the tender as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "type", content = "body")]
pub enum TenderCommand {
    // ── notice ──
    /// Host: begins a draft.
    DraftTender(DraftTender),
    /// Host: replaces the terms of a draft.
    ReviseTender(ReviseTender),
    /// Host: adds a document to a draft.
    AddDocument(AddDocument),
    /// Host: of which failed lot the draft is the new tender.
    NameRetender(NameRetender),
    /// Buyer: approves exactly these terms and documents.
    ApproveTender(ApproveTender),
    /// Host: publishes what was approved, under the committee's key.
    PublishTender(PublishTender),
    /// Host: a numbered addendum, to everybody at once; may postpone, never advance.
    IssueAddendum(IssueAddendum),
    /// Bidder: a question; its author is shown to nobody.
    AskEnquiry(AskEnquiry),
    /// Host: answers in public.
    AnswerEnquiry(AnswerEnquiry),
    /// Buyer: cancels before the award; locks are never released.
    CancelTender(CancelTender),
    /// System: enough custodians have pinned the schedule, so that fewer than the threshold could open otherwise.
    RecordSchedule(RecordSchedule),
    /// System: a beacon of drand that the opening waits for, or the recovery key that stands in for it.
    RecordFloorKey(RecordFloorKey),
    /// System: others' clocks were read, while the tender is busy.
    Tick(Tick),
    /// Host: closes the file; nothing follows.
    ArchiveTender(ArchiveTender),
    // ── oversight ──
    /// Supervisor: suspends the tender or a lot, lets it go on, or has something corrected.
    IssueDirective(IssueDirective),
    /// Host: answers a directive to correct.
    AnswerDirective(AnswerDirective),
    /// Bidder: objects before the buyer.
    RaiseObjection(RaiseObjection),
    /// Bidder: takes the own objection back.
    WithdrawObjection(WithdrawObjection),
    /// Buyer: decides an objection.
    DecideObjection(DecideObjection),
    /// Bidder: complains before the supervisor.
    FileComplaint(FileComplaint),
    /// Supervisor: accepts a complaint.
    AcceptComplaint(AcceptComplaint),
    /// Supervisor: does not accept a complaint.
    RefuseComplaint(RefuseComplaint),
    /// Supervisor: decides a complaint.
    DecideComplaint(DecideComplaint),
}

/// A command to one lot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "type", content = "body")]
pub enum LotCommand {
    // ── bid ──
    /// Bidder: the manifest of sealed envelopes that are already uploaded. A standing bid of the same bidder is replaced.
    SubmitBid(SubmitBid),
    /// Bidder: withdraws before the deadline.
    WithdrawBid(WithdrawBid),
    /// Bidder: the own bid stands as it is under the newest addendum.
    ReconfirmBid(ReconfirmBid),
    // ── opening ──
    /// Bidder: is there.
    CheckIn(CheckIn),
    /// System: the deadline has passed, and too few of others' clocks agree that it has.
    HoldOpening(HoldOpening),
    /// System: the deadline has passed.
    CloseLot(CloseLot),
    /// System: the public random value of the opening and what follows from it.
    RecordDraw(RecordDraw),
    /// System: every standing bid's stored bytes were compared with its receipt.
    RecordSealCheck(RecordSealCheck),
    /// System: custodians have released the keys of a stage.
    RecordRelease(RecordRelease),
    /// System: fewer custodians than needed answer; it is tried until they do.
    RecordWaiting(RecordWaiting),
    /// System: one envelope was opened, or could not be.
    RecordUnsealed(RecordUnsealed),
    /// Host: begins the reading out.
    StartReading(StartReading),
    /// System: the next statement is read out.
    ReadBid(ReadBid),
    /// Bidder: confirms the own line.
    ConfirmReading(ConfirmReading),
    /// Bidder: objects in the room.
    ObjectInRoom(ObjectInRoom),
    /// Host: answers an objection in the room.
    AnswerObjection(AnswerObjection),
    /// Host, recorder, bidder: signs the record of the opening.
    SignRecord(SignRecord),
    // ── panel ──
    /// Host: calls a panel from a pool of salted commitments.
    CallPanel(CallPanel),
    /// System: the draw over the pool.
    RecordPanelDraw(RecordPanelDraw),
    /// Expert: takes the seat and gives the pledge.
    TakeSeat(TakeSeat),
    /// Expert: must not evaluate here; the next in the draw is called.
    RecuseSelf(RecuseSelf),
    // ── review ──
    /// Host: hands the opened bids to the panel.
    StartReview(StartReview),
    /// Expert: preliminary review, all bids and criteria.
    JudgePreliminary(JudgePreliminary),
    /// Expert: commits to scores that nobody sees yet.
    CommitScores(CommitScores),
    /// Expert: reveals them, when all have committed.
    RevealScores(RevealScores),
    /// Expert: signs who has passed; more than half of the panel makes it so.
    SignStage(SignStage),
    /// Host: begins the second opening.
    StartSecondOpening(StartSecondOpening),
    /// Expert: signs the report, or dissents in writing.
    SignReport(SignReport),
    // ── award ──
    /// Host: publishes the candidates.
    PublishCandidates(PublishCandidates),
    /// Buyer: awards.
    ConfirmAward(ConfirmAward),
    /// Host: letters to winner and losers.
    IssueLetters(IssueLetters),
    // ── after the award ──
    /// Buyer: an upheld objection sends the lot back to its panel.
    ReturnToPanel(ReturnToPanel),
    /// Buyer: reports the award to the supervisor.
    ReportAward(ReportAward),
    /// Buyer: the winner, or the first candidate, does not get the contract.
    ReportWinnerFallen(ReportWinnerFallen),
    /// Buyer: the lot has come to nothing and is tendered again.
    DeclareRetender(DeclareRetender),
    /// Buyer, then the winner: signs the contract.
    SignContract(SignContract),
    /// Buyer and winner: the same change of the contract.
    AmendContract(AmendContract),
    /// Buyer: what was done under the contract.
    RecordPerformance(RecordPerformance),
}

impl Command {
    /// Reads a command from an act's type, lot and body; unknown types and unknown fields are refused.
    pub fn decode(
        kind: &str,
        lot: Option<LotId>,
        body: serde_json::Value,
    ) -> Result<Self, serde_json::Error> {
        match lot {
            None => tagged(kind, body).map(Self::Tender),
            Some(lot) => tagged(kind, body).map(|command| Self::Lot(lot, command)),
        }
    }

    /// The act's type, lot and body.
    pub fn encode(&self) -> Result<(String, Option<LotId>, serde_json::Value), serde_json::Error> {
        let (lot, mut tagged) = match self {
            Self::Tender(command) => (None, serde_json::to_value(command)?),
            Self::Lot(lot, command) => (Some(lot.clone()), serde_json::to_value(command)?),
        };
        let kind = tagged["type"].as_str().unwrap_or_default().to_owned();
        Ok((kind, lot, tagged["body"].take()))
    }

    /// Whether others rely on such an act as soon as it is answered: its answer waits for a witnessed head.
    pub fn binds(&self) -> bool {
        match self {
            Self::Tender(command) => matches!(
                command,
                TenderCommand::PublishTender(_)
                    | TenderCommand::IssueAddendum(_)
                    | TenderCommand::CancelTender(_)
                    | TenderCommand::IssueDirective(_)
            ),
            Self::Lot(_, command) => matches!(
                command,
                LotCommand::CloseLot(_)
                    | LotCommand::StartSecondOpening(_)
                    | LotCommand::PublishCandidates(_)
                    | LotCommand::ConfirmAward(_)
                    | LotCommand::SignContract(_)
            ),
        }
    }

    /// Whether the pace of such acts would tell, before the opening, how many bids or visitors there are.
    pub fn is_sealed(&self) -> bool {
        match self {
            Self::Tender(command) => matches!(command, TenderCommand::AskEnquiry(_)),
            Self::Lot(_, command) => {
                matches!(
                    command,
                    LotCommand::SubmitBid(_)
                        | LotCommand::WithdrawBid(_)
                        | LotCommand::ReconfirmBid(_)
                        | LotCommand::CheckIn(_)
                )
            }
        }
    }
}
