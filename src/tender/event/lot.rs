//! What happens to a lot.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{
    BidId, Digest, Envelope, Instant, KeyId, LongText, Manifest, ObjectionId, OrgId, PersonId, Role,
    ShortText,
};
use crate::formula::Decimal;
use crate::formula::trace::Trace;
use crate::tender::command::{
    CriterionScore, CustodianFault, FallReason, Rejection, StatementValue, UnsealFailure, Unsealed, Verdict,
};
use crate::tender::review::{BidScore, RankedBid};

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
    /// A bid stands as it is under a newer addendum. Heard by its owner only.
    BidReconfirmed {
        /// The bid.
        bid: BidId,
        /// The addenda it takes into account.
        document_set: u32,
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
        /// Why.
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
    /// By when the award is to be reported to the supervisor.
    ReportDue {
        /// Until.
        until: Instant,
    },
    /// By when the contract is to be signed.
    ContractDue {
        /// Until.
        until: Instant,
    },
    /// An upheld objection sends the lot back to its panel, which begins anew.
    ReturnedToPanel {
        /// Which objection.
        objection: ObjectionId,
        /// What the panel has to look at again.
        reason: LongText,
    },
    /// The buyer reported the award to the supervisor.
    AwardReported {
        /// Whether its time was over.
        is_late: bool,
        /// The report.
        text: LongText,
    },
    /// The winner, or the first candidate, does not get the contract; the next candidate may be awarded.
    WinnerFallen {
        /// Its bid.
        bid: BidId,
        /// The bidder.
        org: OrgId,
        /// Why.
        reason: FallReason,
        /// What happened.
        text: LongText,
    },
    /// The buyer gives the lot up, to tender it again.
    RetenderDeclared {
        /// Why.
        reason: LongText,
    },
    /// One side signed the contract.
    ContractSigned {
        /// SHA-256 of the contract.
        #[ts(type = "string")]
        contract_sha256: Digest,
        /// For whom.
        org: OrgId,
        /// Its price in minor units.
        #[ts(type = "number")]
        price_minor: i64,
        /// As what.
        role: Role,
    },
    /// Both sides have signed the same contract.
    ContractConcluded {
        /// The winning bid.
        bid: BidId,
        /// SHA-256 of the contract.
        #[ts(type = "string")]
        contract_sha256: Digest,
        /// The winner.
        org: OrgId,
        /// Its price in minor units.
        #[ts(type = "number")]
        price_minor: i64,
    },
    /// One side signed a change of the contract.
    AmendmentSigned {
        /// SHA-256 of the amendment.
        #[ts(type = "string")]
        amendment_sha256: Digest,
        /// Its number, from 1.
        number: u32,
        /// For whom.
        org: OrgId,
        /// As what.
        role: Role,
        /// What it changes.
        text: LongText,
    },
    /// Both sides have signed the same change: it is in force.
    ContractAmended {
        /// SHA-256 of the amendment.
        #[ts(type = "string")]
        amendment_sha256: Digest,
        /// Its number.
        number: u32,
    },
    /// Something was done under the contract.
    PerformanceRecorded {
        /// Whether in time.
        is_on_time: bool,
        /// What.
        text: LongText,
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
    /// An objection to the candidates was upheld.
    UpheldObjection,
    /// The winner, or the first candidate, does not get the contract.
    WinnerFallen,
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
