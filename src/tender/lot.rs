//! One lot: its stage and everything that its stages have left behind. Composes the stages; no stage reads it whole
//! but through this struct.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bid::Bid;
use super::command::LotCommand;
use super::contract::AfterAward;
use super::custody::{self, Awaited};
use super::event::{Candidate, FailureReason, LotEvent};
use super::notice::Notice;
use super::opening::{Held, Opening};
use super::panel::Panel;
use super::review::Review;
use super::terms::LotTerms;
use super::{Context, award, bid, contract, opening, panel, review};
use crate::base::{BidId, Digest, Instant, ManifestLine, OrgId, Refusal, SharedMap, SubmissionId, require};
use crate::formula::Decimal;

/// Where a lot stands (domain.md, 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(tag = "stage", content = "reason", rename_all = "snake_case")]
pub enum Stage {
    /// Bids may be submitted.
    #[default]
    Receiving,
    /// From the close to the recorded opening.
    Opening,
    /// Opened and recorded; the panel has not begun.
    Opened,
    /// The panel works.
    Reviewing,
    /// Two-stage: who passed is signed, the second opening has not begun.
    Passed,
    /// The second opening.
    SecondOpening,
    /// Ranked; the experts sign the report.
    Reporting,
    /// The report is signed.
    Reported,
    /// Candidates are public.
    Candidates,
    /// Awarded; letters are to be sent.
    Awarded,
    /// Letters are out; the contract is to be signed.
    Completed,
    /// The contract is signed by both.
    Contracted,
    /// Failed.
    Failed(FailureReason),
}

/// A lot.
#[derive(Clone, Debug, Default)]
pub struct Lot {
    /// Where it stands.
    pub stage: Stage,
    /// All bids ever received, by id.
    pub bids: SharedMap<BidId, Bid>,
    /// The bid of each bidder that stands: in the rush a bid is decided without looking at all others.
    pub(super) standing_by: SharedMap<OrgId, BidId>,
    /// Every envelope that a bid has named, as its bidder named it first.
    pub(super) named: SharedMap<SubmissionId, (OrgId, ManifestLine)>,
    /// Bidders who checked in.
    pub checked_in: BTreeSet<OrgId>,
    /// Clocks of others when the opening was held for them; none while it is not.
    pub held: Option<Held>,
    /// The closed root, once closed.
    pub closed_root: Option<Digest>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// Bids in reading order, once drawn.
    pub order: Vec<BidId>,
    /// The coefficient, once drawn.
    pub coefficient: Option<Decimal>,
    /// Whom the opening waits for; none while it goes on.
    pub awaited: Option<Awaited>,
    /// The openings: the first and, in a two-stage procedure, the second.
    pub openings: Vec<Opening>,
    /// The panel.
    pub panel: Panel,
    /// The evaluation.
    pub review: Review,
    /// Candidates, once published, and until when.
    pub candidates: Option<(Vec<Candidate>, Instant)>,
    /// The winning bid.
    pub awarded: Option<BidId>,
    /// What follows from the award.
    pub after: AfterAward,
}

impl Lot {
    /// Bids that stand: neither replaced nor withdrawn.
    pub fn standing(&self) -> impl Iterator<Item = &Bid> {
        self.bids.values().filter(|bid| bid.is_standing())
    }

    /// The standing bid of `org`.
    pub fn standing_of(&self, org: OrgId) -> Option<&Bid> {
        self.bids.get(self.standing_by.get(&org)?)
    }

    /// A standing bid.
    pub fn bid(&self, bid: BidId) -> Result<&Bid, Refusal> {
        self.bids.get(&bid).filter(|bid| bid.is_standing()).ok_or_else(|| Refusal::unknown("unknown_bid"))
    }

    /// The opening now going on.
    pub fn opening(&self) -> Option<&Opening> {
        self.openings.last()
    }

    pub(super) fn at(&self, stage: Stage) -> Result<(), Refusal> {
        require(self.stage == stage, || Refusal::not_now("wrong_stage").with("stage", self.stage))
    }
}

pub(super) fn decide(
    notice: &Notice,
    terms: &LotTerms,
    lot: &Lot,
    command: &LotCommand,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    match command {
        LotCommand::SubmitBid(body) => bid::submit(notice, lot, body, context),
        LotCommand::WithdrawBid(body) => bid::withdraw(notice, lot, body, context),
        LotCommand::ReconfirmBid(body) => bid::reconfirm(notice, lot, body, context),
        LotCommand::CheckIn(_) => bid::check_in(notice, lot, context),
        LotCommand::HoldOpening(body) => opening::hold(notice, lot, body, context),
        LotCommand::CloseLot(body) => opening::close(notice, terms, lot, body, context),
        LotCommand::RecordDraw(body) => opening::draw(terms, lot, body, context),
        LotCommand::RecordSealCheck(body) => opening::seal_check(lot, body, context),
        LotCommand::RecordRelease(body) => opening::release(lot, body, context),
        LotCommand::RecordWaiting(body) => custody::record_waiting(lot, body, context),
        LotCommand::RecordUnsealed(body) => opening::unsealed(notice, terms, lot, body, context),
        LotCommand::StartReading(_) => opening::start_reading(notice, lot, context),
        LotCommand::ReadBid(body) => opening::read(notice, lot, body, context),
        LotCommand::ConfirmReading(body) => opening::confirm(lot, body, context),
        LotCommand::ObjectInRoom(body) => opening::object(lot, body, context),
        LotCommand::AnswerObjection(body) => opening::answer(notice, lot, body, context),
        LotCommand::SignRecord(body) => opening::sign(notice, terms, lot, body, context),
        LotCommand::CallPanel(body) => panel::call(notice, terms, lot, body, context),
        LotCommand::RecordPanelDraw(body) => panel::draw(lot, body, context),
        LotCommand::TakeSeat(body) => panel::take_seat(terms, lot, body, context),
        LotCommand::RecuseSelf(body) => panel::recuse(terms, lot, body, context),
        LotCommand::StartReview(_) => review::start(notice, terms, lot, context),
        LotCommand::JudgePreliminary(body) => review::judge(terms, lot, body, context),
        LotCommand::CommitScores(body) => review::commit(terms, lot, body, context),
        LotCommand::RevealScores(body) => review::reveal(terms, lot, body, context),
        LotCommand::SignStage(body) => review::sign_stage(notice, terms, lot, body, context),
        LotCommand::StartSecondOpening(_) => opening::start_second(notice, lot, context),
        LotCommand::SignReport(body) => review::sign_report(terms, lot, body, context),
        LotCommand::PublishCandidates(_) => award::publish_candidates(notice, terms, lot, context),
        LotCommand::ConfirmAward(body) => award::confirm(notice, lot, body, context),
        LotCommand::IssueLetters(_) => award::letters(notice, lot, context),
        LotCommand::ReturnToPanel(body) => contract::return_to_panel(notice, &terms.id, lot, body, context),
        LotCommand::ReportAward(body) => contract::report(notice, lot, body, context),
        LotCommand::ReportWinnerFallen(body) => contract::fall(notice, lot, body, context),
        LotCommand::DeclareRetender(body) => {
            contract::retender(notice, &terms.id, lot, &body.reason, context)
        }
        LotCommand::SignContract(body) => contract::sign(notice, lot, body, context),
        LotCommand::AmendContract(body) => contract::amend(notice, lot, body, context),
        LotCommand::RecordPerformance(body) => contract::perform(notice, lot, body, context),
    }
}

pub(super) fn apply(lot: &mut Lot, event: &LotEvent, now: Instant) {
    custody::apply(lot, event);
    match event {
        LotEvent::CustodiansAwaited { .. } => {}
        LotEvent::BidSubmitted { .. }
        | LotEvent::BidWithdrawn { .. }
        | LotEvent::BidReconfirmed { .. }
        | LotEvent::CheckedIn { .. } => bid::apply(lot, event, now),
        LotEvent::OpeningHeld { .. }
        | LotEvent::LotClosed { .. }
        | LotEvent::LotFailed { .. }
        | LotEvent::OpeningDrawn { .. }
        | LotEvent::SealsChecked { .. }
        | LotEvent::KeysReleased { .. }
        | LotEvent::EnvelopeUnsealed { .. }
        | LotEvent::ContentsRecorded { .. }
        | LotEvent::ReadingStarted { .. }
        | LotEvent::BidRead { .. }
        | LotEvent::ReadingFinished { .. }
        | LotEvent::LineConfirmed { .. }
        | LotEvent::ObjectionRaised { .. }
        | LotEvent::ObjectionAnswered { .. }
        | LotEvent::RecordSigned { .. }
        | LotEvent::OpeningRecorded { .. }
        | LotEvent::SecondOpeningStarted { .. } => opening::apply(lot, event, now),
        LotEvent::PanelCalled { .. }
        | LotEvent::PanelDrawn { .. }
        | LotEvent::SeatTaken { .. }
        | LotEvent::ExpertRecused { .. } => panel::apply(&mut lot.panel, event),
        LotEvent::ReviewStarted { .. }
        | LotEvent::PreliminaryJudged { .. }
        | LotEvent::PreliminaryConcluded { .. }
        | LotEvent::ScoresCommitted { .. }
        | LotEvent::ScoresRevealed { .. }
        | LotEvent::ScoresConcluded { .. }
        | LotEvent::StageSigned { .. }
        | LotEvent::StagePassed { .. }
        | LotEvent::BidsRanked { .. }
        | LotEvent::ReportSigned { .. }
        | LotEvent::ReportClosed { .. } => review::apply(lot, event),
        LotEvent::CandidatesPublished { .. }
        | LotEvent::AwardConfirmed { .. }
        | LotEvent::LetterIssued { .. }
        | LotEvent::LettersIssued { .. } => award::apply(lot, event),
        LotEvent::ReportDue { .. }
        | LotEvent::ContractDue { .. }
        | LotEvent::ReturnedToPanel { .. }
        | LotEvent::AwardReported { .. }
        | LotEvent::WinnerFallen { .. }
        | LotEvent::RetenderDeclared { .. }
        | LotEvent::ContractSigned { .. }
        | LotEvent::ContractConcluded { .. }
        | LotEvent::AmendmentSigned { .. }
        | LotEvent::ContractAmended { .. }
        | LotEvent::PerformanceRecorded { .. } => contract::apply(lot, event, now),
    }
}
