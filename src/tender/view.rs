//! A tender as one reader may see it: what pages are drawn from.
//!
//! Built from the state by the same rules as [`super::audience`]; what is not for this reader is not in it at all.

use serde::Serialize;
use ts_rs::TS;

use super::Tender;
use super::bid::Bid;
use super::cases::{ComplaintCase, ObjectionCase};
use super::command::StatementValue;
use super::contract::AfterAward;
use super::custody::{Awaited, PinnedSchedule};
use super::directive::Directive;
use super::event::{Candidate, RejectedBid};
use super::floor::FloorKeys;
use super::lot::{Lot, Stage};
use super::notice::{Addendum, Enquiry, Phase, RetenderOf};
use super::opening::{Opening, OpeningStep};
use super::review::{BidScore, RankedBid};
use super::terms::{Category, Document, LotTerms, Terms};
use crate::base::{
    Actor, BidId, Digest, Instant, LongText, LotId, OrgId, Person, Role, Sealing, TenderId, Text2,
};
use crate::formula::Decimal;

/// A tender in the hall.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TenderSummary {
    /// Its id.
    pub id: TenderId,
    /// Where it stands.
    pub phase: Phase,
    /// Its terms without the lots' details are enough for a list; the whole terms are in the view.
    pub title: Text2,
    /// Procuring entity.
    pub buyer: OrgId,
    /// Region.
    pub region: String,
    /// Works, goods, services.
    pub category: Category,
    /// Project code.
    pub project_code: String,
    /// Sum of the lots' ceilings, in minor units of their one currency.
    #[ts(type = "number")]
    pub ceiling_minor: i64,
    /// Deadline and opening.
    pub opening_at: Option<Instant>,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// Stage of each lot.
    pub lots: Vec<LotStage>,
}

/// Stage of one lot.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LotStage {
    /// The lot.
    #[ts(type = "string")]
    pub id: LotId,
    /// Its stage.
    pub stage: Stage,
}

/// A tender.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TenderView {
    /// Its id.
    pub id: TenderId,
    /// Where it stands.
    pub phase: Phase,
    /// Revision of the terms.
    pub revision: u32,
    /// The terms.
    pub terms: Terms,
    /// Documents.
    pub documents: Vec<Document>,
    /// Addenda.
    pub addenda: Vec<Addendum>,
    /// Enquiries; unanswered ones only for the host.
    pub enquiries: Vec<Enquiry>,
    /// The failed lot that this is the new tender of.
    pub retender_of: Option<RetenderOf>,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// Tag 01 of sealed contexts.
    #[ts(type = "string | null")]
    pub notice: Option<Digest>,
    /// Group key of the custodians.
    pub group_key: Option<String>,
    /// Tag 06.
    #[ts(type = "string | null")]
    pub committee: Option<Digest>,
    /// How envelopes are sealed beside the committee's lock.
    pub sealing: Sealing,
    /// Rounds of the beacon that the opening waits for, ascending.
    pub beacon_rounds: Vec<u64>,
    /// Keys of the floor that have come.
    pub floor_keys: FloorKeys,
    /// Tag 07.
    pub first_opening_at: Option<Instant>,
    /// Deadline and opening in force.
    pub opening_at: Option<Instant>,
    /// The schedule that enough custodians have pinned; it may lag behind the one in force.
    pub pinned: Option<PinnedSchedule>,
    /// Why the period is shorter than the law's.
    pub short_period: Option<LongText>,
    /// Why it was cancelled.
    pub cancelled: Option<LongText>,
    /// Directives of the supervisor, in order.
    pub directives: Vec<Directive>,
    /// Objections before the buyer, in order.
    pub objections: Vec<ObjectionCase>,
    /// Complaints before the supervisor, in order: the reader's own, and those that are accepted.
    pub complaints: Vec<ComplaintCase>,
    /// Lots.
    pub lots: Vec<LotView>,
}

/// A lot.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LotView {
    /// Its number.
    #[ts(type = "string")]
    pub id: LotId,
    /// Its stage.
    pub stage: Stage,
    /// The closed root.
    #[ts(type = "string | null")]
    pub closed_root: Option<Digest>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// Bids, once closed, in reading order.
    pub bids: Vec<BidView>,
    /// Custodians that the opening waits for.
    pub awaited: Option<Awaited>,
    /// The drawn coefficient.
    pub coefficient: Option<Decimal>,
    /// Openings.
    pub openings: Vec<OpeningView>,
    /// The panel as a number of seats taken of those needed.
    pub seats: Option<[u8; 2]>,
    /// Counts of the panel's progress, for panel and supervisor.
    pub progress: Option<PanelProgress>,
    /// Rejected bids (panel, supervisor; everybody once candidates are public).
    pub rejected: Vec<RejectedBid>,
    /// Concluded scores (panel, supervisor).
    pub scores: Vec<BidScore>,
    /// Ranking (panel, supervisor, host).
    pub ranking: Vec<RankedBid>,
    /// Candidates.
    pub candidates: Vec<Candidate>,
    /// Objections until.
    pub candidates_until: Option<Instant>,
    /// The winning bid.
    pub awarded: Option<BidId>,
    /// What follows from the award.
    pub after: AfterAward,
    /// What is the reader's own.
    pub mine: Mine,
}

/// A bid as everybody sees it after the close.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BidView {
    /// The bid.
    pub bid: BidId,
    /// The bidder.
    pub org: OrgId,
    /// The addenda that it takes into account.
    pub document_set: u32,
    /// Envelopes that opened.
    pub opened: Vec<u8>,
    /// Statements that were read out.
    pub statement: Vec<StatementValue>,
    /// Whether it passed the technical stage; none before.
    pub passed: Option<bool>,
}

/// An opening.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OpeningView {
    /// How far.
    pub step: OpeningStep,
    /// Bids of this opening, in reading order.
    pub bids: Vec<BidId>,
    /// How many have been read.
    pub read: u32,
    /// Confirmed lines.
    pub confirmed: Vec<BidId>,
    /// Objections.
    pub objections: Vec<ObjectionView>,
    /// Who signed.
    pub signatures: Vec<(Role, OrgId)>,
    /// The record.
    #[ts(type = "string | null")]
    pub record_sha256: Option<Digest>,
}

/// An objection in the room.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ObjectionView {
    /// The bid.
    pub bid: BidId,
    /// What is wrong.
    pub text: LongText,
    /// The answer.
    pub answer: Option<LongText>,
}

/// How far the panel is, in counts of seats.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PanelProgress {
    /// Preliminary verdicts in.
    pub judged: u8,
    /// Scores committed.
    pub committed: u8,
    /// Scores revealed.
    pub revealed: u8,
    /// Stage signed.
    pub stage_signed: u8,
    /// Report signed.
    pub report_signed: u8,
}

/// What is the reader's own in a lot.
#[derive(Clone, Debug, Default, Serialize, TS)]
pub struct Mine {
    /// The own standing bid.
    pub bid: Option<Bid>,
    /// Whether checked in.
    pub is_checked_in: bool,
    /// The own seat.
    pub seat: Option<u8>,
    /// Which steps the own seat has done.
    pub done: Vec<PanelStep>,
}

/// A step of a seat.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PanelStep {
    /// Preliminary verdicts.
    Judged,
    /// Scores committed.
    Committed,
    /// Scores revealed.
    Revealed,
    /// Who passed.
    StageSigned,
    /// The report.
    ReportSigned,
}

/// The people who may read more than the public, decided once for a tender and a lot.
pub(super) struct Reach {
    person: Option<Person>,
    pub(super) is_house: bool,
    pub(super) is_supervisor: bool,
}

impl Tender {
    /// The tender as `reader` may see it; none where even its existence is secret.
    pub fn view(&self, reader: Option<Actor>) -> Option<TenderView> {
        let notice = &self.notice;
        let terms = notice.terms.clone()?;
        let reach = Reach::of(&terms, reader);
        let is_public = matches!(notice.phase, Phase::Published | Phase::Cancelled | Phase::Archived);
        if !is_public && !reach.is_house {
            return None;
        }
        let enquiries = notice.enquiries.iter().filter(|enquiry| enquiry.answer.is_some() || reach.is_house);
        let lots = terms.lots.iter().filter_map(|lot| Some(self.lots.get(&lot.id)?.view(lot, &reach)));
        Some(TenderView {
            id: self.id,
            phase: notice.phase,
            revision: notice.revision,
            documents: notice.documents.clone(),
            addenda: notice.addenda.clone(),
            enquiries: enquiries.cloned().collect(),
            retender_of: notice.retender_of.clone(),
            published_at: notice.published_at,
            notice: notice.digest,
            group_key: notice.committee.as_ref().map(|(key, _)| key.clone()),
            committee: notice.committee.as_ref().map(|(_, digest)| *digest),
            sealing: notice.sealing,
            beacon_rounds: notice.beacon_rounds(),
            floor_keys: notice.floor_keys.clone(),
            first_opening_at: notice.first_opening_at,
            opening_at: notice.opening_at.or(Some(terms.opening_at)),
            pinned: notice.pinned.clone(),
            short_period: notice.short_period.clone(),
            cancelled: notice.cancelled.clone(),
            directives: notice.directives.clone(),
            objections: self.objection_cases(&reach),
            complaints: self.complaint_cases(&reach),
            lots: lots.collect(),
            terms,
        })
    }

    /// The tender as the hall lists it; none if it is not public.
    pub fn summary(&self) -> Option<TenderSummary> {
        let notice = &self.notice;
        let terms = notice.terms.as_ref()?;
        let is_public = matches!(notice.phase, Phase::Published | Phase::Cancelled | Phase::Archived);
        let stage =
            |lot: &LotTerms| Some(LotStage { id: lot.id.clone(), stage: self.lots.get(&lot.id)?.stage });
        is_public.then(|| TenderSummary {
            id: self.id,
            phase: notice.phase,
            title: terms.title.clone(),
            buyer: terms.buyer,
            region: terms.region.as_str().to_owned(),
            category: terms.category,
            project_code: terms.project_code.as_str().to_owned(),
            ceiling_minor: terms.lots.iter().map(|lot| lot.ceiling.minor()).sum(),
            opening_at: notice.opening_at,
            published_at: notice.published_at,
            lots: terms.lots.iter().filter_map(stage).collect(),
        })
    }
}

impl Reach {
    fn of(terms: &Terms, reader: Option<Actor>) -> Self {
        let person = match reader {
            Some(Actor::Person(person)) => Some(person),
            Some(Actor::System) | None => None,
        };
        let is_house = person.is_some_and(|person| match person.role {
            Role::Host | Role::Recorder => person.org == terms.agency,
            Role::Buyer => person.org == terms.buyer,
            Role::Registrar | Role::Bidder | Role::Expert | Role::Supervisor => false,
        });
        Self { person, is_house, is_supervisor: person.is_some_and(|person| person.role == Role::Supervisor) }
    }

    pub(super) fn bidder(&self) -> Option<OrgId> {
        self.person.filter(|person| person.role == Role::Bidder).map(|person| person.org)
    }
}

impl Lot {
    fn view(&self, terms: &LotTerms, reach: &Reach) -> LotView {
        let is_closed = self.closed_at.is_some();
        let seat = reach.person.filter(|person| person.role == Role::Expert);
        let seat = seat.and_then(|person| self.panel.seat_of(person.person));
        let is_review = seat.is_some() || (reach.is_supervisor && is_closed);
        let is_result = self.candidates.is_some();
        let order =
            if self.order.is_empty() { self.bids.keys().copied().collect() } else { self.order.clone() };
        let bids =
            order.iter().filter_map(|id| self.bids.get(id)).filter(|bid| is_closed && bid.is_standing());
        LotView {
            id: terms.id.clone(),
            stage: self.stage,
            closed_root: self.closed_root,
            closed_at: self.closed_at,
            bids: bids.map(|bid| self.bid_view(bid)).collect(),
            awaited: self.awaited.clone(),
            coefficient: self.coefficient,
            openings: self.openings.iter().map(Opening::view).collect(),
            seats: (reach.is_house || is_review).then(|| [count(self.panel.seats.len()), terms.panel.size]),
            progress: is_review.then(|| self.progress()),
            rejected: if is_review || is_result { self.review.rejected.clone() } else { Vec::new() },
            scores: if is_review { self.review.scores.clone() } else { Vec::new() },
            ranking: if is_review || reach.is_house { self.review.ranking.clone() } else { Vec::new() },
            candidates: self.candidates.iter().flat_map(|(candidates, _)| candidates.clone()).collect(),
            candidates_until: self.candidates.as_ref().map(|(_, until)| *until),
            awarded: self.awarded,
            after: self.after.clone(),
            mine: self.mine(reach, seat),
        }
    }

    fn bid_view(&self, bid: &Bid) -> BidView {
        let was_read = |opening: &&Opening| opening.read.contains(&bid.id);
        let read =
            self.openings.iter().filter(was_read).filter_map(|opening| bid.statement(opening.statement));
        let is_decided = !self.review.passed.is_empty();
        BidView {
            bid: bid.id,
            org: bid.org,
            document_set: bid.document_set,
            opened: bid.unsealed.keys().copied().collect(),
            statement: read.flatten().cloned().collect(),
            passed: is_decided.then(|| self.review.passed.contains(&bid.id)),
        }
    }

    fn mine(&self, reach: &Reach, seat: Option<u8>) -> Mine {
        let bidder = reach.bidder();
        Mine {
            bid: bidder.and_then(|org| self.standing_of(org)).cloned(),
            is_checked_in: bidder.is_some_and(|org| self.checked_in.contains(&org)),
            seat,
            done: seat.map(|seat| self.done(seat)).unwrap_or_default(),
        }
    }

    fn done(&self, seat: u8) -> Vec<PanelStep> {
        let review = &self.review;
        let steps = [
            (PanelStep::Judged, review.judged.contains_key(&seat)),
            (PanelStep::Committed, review.commitments.contains_key(&seat)),
            (PanelStep::Revealed, review.revealed.contains_key(&seat)),
            (PanelStep::StageSigned, review.stage_signatures.contains(&seat)),
            (PanelStep::ReportSigned, review.report_signatures.contains_key(&seat)),
        ];
        steps.into_iter().filter(|(_, is_done)| *is_done).map(|(step, _)| step).collect()
    }

    fn progress(&self) -> PanelProgress {
        let review = &self.review;
        PanelProgress {
            judged: count(review.judged.len()),
            committed: count(review.commitments.len()),
            revealed: count(review.revealed.len()),
            stage_signed: count(review.stage_signatures.len()),
            report_signed: count(review.report_signatures.len()),
        }
    }
}

impl Opening {
    fn view(&self) -> OpeningView {
        let objection = |(bid, (text, answer)): (&BidId, &(LongText, Option<LongText>))| ObjectionView {
            bid: *bid,
            text: text.clone(),
            answer: answer.clone(),
        };
        OpeningView {
            step: self.step,
            bids: self.bids.clone(),
            read: u32::try_from(self.read.len()).unwrap_or(u32::MAX),
            confirmed: self.confirmed.iter().copied().collect(),
            objections: self.objections.iter().map(objection).collect(),
            signatures: self.signatures.iter().copied().collect(),
            record_sha256: self.record_sha256,
        }
    }
}

fn count(seats: usize) -> u8 {
    u8::try_from(seats).unwrap_or(u8::MAX)
}
