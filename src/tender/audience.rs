//! Who may hear what: one function for rooms, views and exports. Decided here, on the server, for each event.
//!
//! *Invariant*: before `lot_closed` nothing but a bidder's own events tells that there is a bid, a bidder or a visitor.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::event::{Event, LotEvent, LotFact, TenderEvent};
use crate::base::OrgId;

/// A group of readers. A reader follows `Public` and those of the own roles.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Anyone.
    Public,
    /// The people of one bidder.
    Own(OrgId),
    /// Host, recorder and buyer of this tender.
    Host,
    /// The seated experts.
    Panel,
    /// The supervisor.
    Supervisor,
}

const EVERYBODY: &[Audience] = &[Audience::Public];
const HOST: &[Audience] = &[Audience::Host];
const HOST_AND_SUPERVISOR: &[Audience] = &[Audience::Host, Audience::Supervisor];
const REVIEW: &[Audience] = &[Audience::Panel, Audience::Supervisor];
const REVIEW_AND_HOST: &[Audience] = &[Audience::Host, Audience::Panel, Audience::Supervisor];
const NOBODY: &[Audience] = &[];

/// Who hears `event` when it happens.
pub fn audience(event: &Event) -> Vec<Audience> {
    match event {
        Event::Tender(event) => of_tender(event),
        Event::Lot(LotFact { event, .. }) => of_lot(event),
    }
}

fn of_tender(event: &TenderEvent) -> Vec<Audience> {
    match event {
        TenderEvent::TenderDrafted { .. }
        | TenderEvent::TenderRevised { .. }
        | TenderEvent::DocumentAdded { .. }
        | TenderEvent::RetenderNamed { .. }
        | TenderEvent::TenderApproved { .. }
        | TenderEvent::EnquiryAsked { .. } => HOST.to_vec(),
        TenderEvent::TenderPublished { .. }
        | TenderEvent::AddendumIssued { .. }
        | TenderEvent::EnquiryAnswered { .. }
        | TenderEvent::TenderCancelled { .. }
        | TenderEvent::SchedulePinned { .. }
        | TenderEvent::FloorKeyRecorded { .. }
        | TenderEvent::DirectiveIssued { .. }
        | TenderEvent::DirectiveAnswered { .. }
        | TenderEvent::ObjectionFiled { .. }
        | TenderEvent::ObjectionWithdrawn { .. }
        | TenderEvent::ObjectionDecided { .. }
        | TenderEvent::ComplaintAccepted { .. }
        | TenderEvent::ComplaintDecided { .. }
        | TenderEvent::TenderArchived { .. } => EVERYBODY.to_vec(),
        TenderEvent::ObjectionArgued { .. } => HOST_AND_SUPERVISOR.to_vec(),
        // Before the close a name would tell of a bidder: buyer and supervisor read it in their views afterwards.
        TenderEvent::ObjectorNamed { org, .. } => vec![Audience::Own(*org)],
        TenderEvent::ComplaintFiled { org, .. } | TenderEvent::ComplaintRefused { org, .. } => {
            vec![Audience::Own(*org), Audience::Supervisor]
        }
        TenderEvent::ClockRead {} => NOBODY.to_vec(),
    }
}

fn of_lot(event: &LotEvent) -> Vec<Audience> {
    match event {
        LotEvent::BidSubmitted { org, .. }
        | LotEvent::BidWithdrawn { org, .. }
        | LotEvent::BidReconfirmed { org, .. }
        | LotEvent::CheckedIn { org }
        | LotEvent::LetterIssued { org, .. } => vec![Audience::Own(*org)],
        LotEvent::OpeningHeld { .. }
        | LotEvent::LotClosed { .. }
        | LotEvent::LotFailed { .. }
        | LotEvent::OpeningDrawn { .. }
        | LotEvent::SealsChecked { .. }
        | LotEvent::KeysReleased { .. }
        | LotEvent::CustodiansAwaited { .. }
        | LotEvent::EnvelopeUnsealed { .. }
        | LotEvent::ReadingStarted { .. }
        | LotEvent::BidRead { .. }
        | LotEvent::ReadingFinished { .. }
        | LotEvent::LineConfirmed { .. }
        | LotEvent::ObjectionRaised { .. }
        | LotEvent::ObjectionAnswered { .. }
        | LotEvent::RecordSigned { .. }
        | LotEvent::OpeningRecorded { .. }
        | LotEvent::ReviewStarted { .. }
        | LotEvent::StagePassed { .. }
        | LotEvent::SecondOpeningStarted { .. }
        | LotEvent::CandidatesPublished { .. }
        | LotEvent::AwardConfirmed { .. }
        | LotEvent::LettersIssued { .. }
        | LotEvent::ReportDue { .. }
        | LotEvent::ContractDue { .. }
        | LotEvent::ReturnedToPanel { .. }
        | LotEvent::WinnerFallen { .. }
        | LotEvent::RetenderDeclared { .. }
        | LotEvent::ContractSigned { .. }
        | LotEvent::ContractConcluded { .. }
        | LotEvent::AmendmentSigned { .. }
        | LotEvent::ContractAmended { .. }
        | LotEvent::PerformanceRecorded { .. } => EVERYBODY.to_vec(),
        LotEvent::AwardReported { .. } => HOST_AND_SUPERVISOR.to_vec(),
        LotEvent::ContentsRecorded { .. }
        | LotEvent::PreliminaryConcluded { .. }
        | LotEvent::ScoresCommitted { .. }
        | LotEvent::ScoresConcluded { .. }
        | LotEvent::StageSigned { .. } => REVIEW.to_vec(),
        LotEvent::BidsRanked { .. } | LotEvent::ReportSigned { .. } | LotEvent::ReportClosed { .. } => {
            REVIEW_AND_HOST.to_vec()
        }
        LotEvent::PanelCalled { .. }
        | LotEvent::PanelDrawn { .. }
        | LotEvent::SeatTaken { .. }
        | LotEvent::ExpertRecused { .. }
        | LotEvent::PreliminaryJudged { .. }
        | LotEvent::ScoresRevealed { .. } => NOBODY.to_vec(),
    }
}
