//! What has happened to a tender. Events are the only record; state is their fold.
//!
//! *Invariant*: a released kind of event is never changed, only joined by new ones.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::command::{
    CriterionScore, CustodianFault, DirectiveOrder, FloorKey, Rejection, Schedule, SchedulePin, StatementValue,
    UnsealFailure, Unsealed, Verdict,
};
use super::review::{BidScore, RankedBid};
use super::terms::{Document, Terms};
use crate::base::{
    BidId, Digest, DirectiveId, EnquiryId, Envelope, Instant, KeyId, LongText, LotId, Manifest, OrgId, PersonId, Role,
    Sealing, ShortText,
};
use crate::formula::Decimal;
use crate::formula::trace::Trace;

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

/// What happened to a tender as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TenderEvent {
    /// A draft was begun.
    TenderDrafted {
        /// Who wrote it.
        host: PersonId,
        /// The terms, revision 1.
        terms: Terms,
    },
    /// The draft's terms were replaced.
    TenderRevised {
        /// New revision.
        revision: u32,
        /// The terms.
        terms: Terms,
    },
    /// A document was added to the draft.
    DocumentAdded {
        /// The document.
        document: Document,
    },
    /// The buyer approved.
    TenderApproved {
        /// Of which revision.
        revision: u32,
    },
    /// The notice is public; bids may be submitted.
    TenderPublished {
        /// SHA-256("TL1/committee\0" ‖ group key).
        #[ts(type = "string")]
        committee: Digest,
        /// Group key of the custodians.
        group_key: String,
        /// SHA-256 of the signed act: tag 01 of every sealed context.
        #[ts(type = "string")]
        notice: Digest,
        /// First announced opening: tag 07, which never changes.
        opening_at: Instant,
        /// How envelopes are sealed beside the committee's lock.
        sealing: Sealing,
        /// Why the period is shorter than the law's, if it is.
        short_period: Option<LongText>,
    },
    /// A numbered addendum.
    AddendumIssued {
        /// Whether it may affect the preparation of bids, as the host states.
        affects_bids: bool,
        /// New documents.
        documents: Vec<Document>,
        /// Number from 1.
        number: u32,
        /// New deadline and opening, if postponed.
        opening_at: Option<Instant>,
        /// What changes.
        text: LongText,
    },
    /// A question was asked; the host sees it without its author.
    EnquiryAsked {
        /// Its id.
        enquiry: EnquiryId,
        /// The question.
        text: LongText,
    },
    /// A question was answered in public.
    EnquiryAnswered {
        /// Which.
        enquiry: EnquiryId,
        /// The question.
        question: LongText,
        /// The answer.
        text: LongText,
    },
    /// Cancelled.
    TenderCancelled {
        /// Why.
        reason: LongText,
    },
    /// A key of the floor has come.
    FloorKeyRecorded {
        /// The key.
        key: FloorKey,
    },
    /// So many custodians have pinned the schedule that fewer than the threshold could open otherwise.
    SchedulePinned {
        /// Of which dealing of the shares they are the custodians.
        epoch: u32,
        /// Who, ascending by index.
        pins: Vec<SchedulePin>,
        /// What they have pinned.
        schedule: Schedule,
    },
    /// Others' clocks were read.
    ClockRead {},
    /// The file is closed; nothing follows.
    TenderArchived {
        /// A note.
        note: Option<ShortText>,
    },
    /// The supervisor ordered something.
    DirectiveIssued {
        /// Its id.
        directive: DirectiveId,
        /// What.
        order: DirectiveOrder,
        /// Why.
        reason: LongText,
        /// The lot; none: the whole tender.
        #[ts(type = "string | null")]
        scope: Option<LotId>,
    },
    /// The host answered a directive to correct.
    DirectiveAnswered {
        /// Which.
        directive: DirectiveId,
        /// What was done.
        text: LongText,
    },
}

/// What happened to a lot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LotEvent {
    /// A bid was received. Heard by its owner only.
    BidSubmitted {
        /// The bid.
        bid: BidId,
        /// The addenda it takes into account.
        document_set: u32,
        /// The key that signed.
        #[ts(type = "string")]
        key: KeyId,
        /// Its envelopes.
        #[ts(type = "ManifestLine[]")]
        manifest: Manifest,
        /// The bidder.
        org: OrgId,
        /// Who submitted.
        person: PersonId,
        /// What it replaces.
        replaces: Option<BidId>,
    },
    /// A bid was withdrawn. Heard by its owner only.
    BidWithdrawn {
        /// The bid.
        bid: BidId,
        /// The bidder.
        org: OrgId,
    },
    /// A bidder is there. Before the close heard by its owner only.
    CheckedIn {
        /// The bidder.
        org: OrgId,
    },
    /// The deadline has passed; from here the number and the names are public.
    LotClosed {
        /// Standing bids, in the order of their ids.
        bids: Vec<ClosedBid>,
        /// Who has checked in.
        checked_in: Vec<OrgId>,
        /// The closed root.
        #[ts(type = "string")]
        root: Digest,
    },
    /// The lot has failed; sealed bids stay sealed.
    LotFailed {
        /// `too_few_bids`, `no_valid_bid`.
        reason: FailureReason,
    },
    /// The public random value of the opening.
    OpeningDrawn {
        /// The coefficient, if the price rule needs one.
        coefficient: Option<Decimal>,
        /// The draw label's key.
        label_key: String,
        /// Bids in reading order; also the lottery order of the price rule.
        order: Vec<BidId>,
    },
    /// Stored bytes were compared with the receipts.
    SealsChecked {
        /// How many.
        bids: u32,
        /// Those that differ.
        mismatched: Vec<BidId>,
    },
    /// Custodians have released keys.
    KeysReleased {
        /// Who answered rightly.
        answered: Vec<u8>,
        /// For which envelopes.
        #[ts(type = "1 | 2 | 3 | 4")]
        envelope: Envelope,
        /// Of which dealing of the shares they are the custodians.
        epoch: u32,
        /// Who did not.
        failed: Vec<CustodianFault>,
    },
    /// The deadline has passed, and too few of others' clocks agree: the opening waits until they do.
    OpeningHeld {
        /// Clocks of others that agree with the platform's.
        agreeing: u32,
        /// By how much the one that is furthest away differs, milliseconds; above zero: it is ahead.
        #[ts(type = "number")]
        apart_ms: i64,
        /// Clocks of others that were read.
        asked: u32,
    },
    /// Fewer custodians than needed answer; they are asked until they do.
    CustodiansAwaited {
        /// Who answered rightly.
        answered: Vec<u8>,
        /// Of which dealing of the shares they are the custodians.
        epoch: u32,
        /// Who did not, and why.
        failed: Vec<CustodianFault>,
    },
    /// An envelope was opened, or could not be: the sign for everybody.
    EnvelopeUnsealed {
        /// The bid.
        bid: BidId,
        /// The envelope.
        #[ts(type = "1 | 2 | 3 | 4")]
        envelope: Envelope,
        /// Why it did not open.
        failure: Option<UnsealFailure>,
    },
    /// What was in it: for those who evaluate and supervise.
    ContentsRecorded {
        /// The bid.
        bid: BidId,
        /// The envelope.
        #[ts(type = "1 | 2 | 3 | 4")]
        envelope: Envelope,
        /// The contents.
        result: Unsealed,
    },
    /// Reading out has begun.
    ReadingStarted {
        /// Which opening: 1 or 2.
        opening: u8,
    },
    /// A statement was read out.
    BidRead {
        /// The bid.
        bid: BidId,
        /// The key of the statement's label: anyone can check it.
        label_key: String,
        /// The bidder.
        org: OrgId,
        /// Place in the reading order, from 1.
        position: u32,
        /// The values.
        statement: Vec<StatementValue>,
    },
    /// All has been read; bidders confirm or object.
    ReadingFinished {
        /// Which opening.
        opening: u8,
    },
    /// A bidder confirmed the own line.
    LineConfirmed {
        /// The bid.
        bid: BidId,
    },
    /// A bidder objected.
    ObjectionRaised {
        /// The bid.
        bid: BidId,
        /// What is wrong.
        text: LongText,
    },
    /// The host answered.
    ObjectionAnswered {
        /// The bid.
        bid: BidId,
        /// The answer.
        text: LongText,
    },
    /// Somebody signed the record.
    RecordSigned {
        /// For whom.
        org: OrgId,
        /// As what.
        role: Role,
    },
    /// Host and recorder have signed: the opening is recorded.
    OpeningRecorded {
        /// Bids whose bidder did not confirm.
        not_confirmed: Vec<BidId>,
        /// Which opening.
        opening: u8,
        /// The record.
        #[ts(type = "string")]
        record_sha256: Digest,
    },
    /// A panel was called from a pool of commitments.
    PanelCalled {
        /// The pool.
        #[ts(type = "string[]")]
        commitments: Vec<Digest>,
    },
    /// The draw over the pool.
    PanelDrawn {
        /// The draw label's key.
        label_key: String,
        /// The pool in drawn order.
        #[ts(type = "string[]")]
        ranked: Vec<Digest>,
    },
    /// A drawn expert took a seat.
    SeatTaken {
        /// The drawn commitment.
        #[ts(type = "string")]
        commitment: Digest,
        /// The expert; secret until the result.
        person: PersonId,
        /// Seat from 1.
        seat: u8,
    },
    /// A drawn expert must not evaluate here.
    ExpertRecused {
        /// The commitment.
        #[ts(type = "string")]
        commitment: Digest,
        /// Why.
        reason: ShortText,
    },
    /// The panel works.
    ReviewStarted {
        /// Bids that opened.
        bids: Vec<BidId>,
    },
    /// One expert's preliminary verdicts; hidden until all have judged.
    PreliminaryJudged {
        /// Whose.
        seat: u8,
        /// The verdicts.
        verdicts: Vec<Verdict>,
    },
    /// The majority's preliminary result.
    PreliminaryConcluded {
        /// Rejected bids with the majority's reasons.
        rejected: Vec<RejectedBid>,
    },
    /// An expert has committed.
    ScoresCommitted {
        /// The commitment.
        #[ts(type = "string")]
        commitment: Digest,
        /// Whose.
        seat: u8,
    },
    /// An expert has revealed; hidden until all have.
    ScoresRevealed {
        /// The scores.
        scores: Vec<CriterionScore>,
        /// Whose.
        seat: u8,
    },
    /// Everybody's scores and what follows.
    ScoresConcluded {
        /// By bid.
        scores: Vec<BidScore>,
    },
    /// An expert signed who passed.
    StageSigned {
        /// Whose.
        seat: u8,
    },
    /// More than half of the panel signed.
    StagePassed {
        /// Bids that go on.
        passed: Vec<BidId>,
    },
    /// The second opening has begun.
    SecondOpeningStarted {
        /// Bids whose price envelopes open; the others never.
        bids: Vec<BidId>,
    },
    /// Prices became points and the ranking stands.
    BidsRanked {
        /// Best first.
        ranking: Vec<RankedBid>,
        /// Why: every step of the price rule.
        trace: Trace<BidId>,
    },
    /// An expert signed the report.
    ReportSigned {
        /// A written dissent.
        dissent: Option<LongText>,
        /// Whose.
        seat: u8,
    },
    /// All seats have signed.
    ReportClosed {
        /// The report.
        #[ts(type = "string")]
        report_sha256: Digest,
    },
    /// Candidates are public.
    CandidatesPublished {
        /// Best first.
        candidates: Vec<Candidate>,
        /// The experts, named now.
        panel: Vec<PanelSeat>,
        /// Objections until.
        until: Instant,
    },
    /// The buyer awarded.
    AwardConfirmed {
        /// The winning bid.
        bid: BidId,
        /// The winner.
        org: OrgId,
    },
    /// A letter to one bidder, with the own scores. Heard by its owner only.
    LetterIssued {
        /// The bid.
        bid: BidId,
        /// The bidder.
        org: OrgId,
        /// Rank and scores, if it was ranked.
        result: Option<RankedBid>,
        /// Own technical and business scores, if it was scored.
        score: Option<BidScore>,
        /// Whether this is the award letter.
        is_winner: bool,
    },
    /// All letters are out.
    LettersIssued {
        /// How many.
        letters: u32,
    },
}

/// A standing bid at the close.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ClosedBid {
    /// The bid.
    pub bid: BidId,
    /// The bidder.
    pub org: OrgId,
}

/// Why a lot failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// Fewer than three bids (招标投标法 28).
    TooFewBids,
    /// No bid passed.
    NoValidBid,
}

/// A bid that the panel rejected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RejectedBid {
    /// The bid.
    pub bid: BidId,
    /// The reasons of the majority.
    pub reasons: Vec<Rejection>,
}

/// A published candidate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Candidate {
    /// The bidder.
    pub org: OrgId,
    /// Rank and scores.
    pub result: RankedBid,
}

/// Who sat on the panel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PanelSeat {
    /// The expert.
    pub person: PersonId,
    /// The seat.
    pub seat: u8,
}
