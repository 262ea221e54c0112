//! What can be asked of a tender. A person's command is signed; the platform's own are marked *system*.
//!
//! A command's name is the `type` of the act, its fields the `body` (docs/formats.md, 2).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::terms::{Document, Terms};
use crate::base::{
    BidId, Digest, EnquiryId, Envelope, Instant, LongText, LotId, Manifest, Points, Sealing, ShortText,
    SubmissionId, Tick,
};
use crate::formula::Decimal;

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
}

/// A key of the floor under a tender's opening. It opens nothing without the custodians.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FloorKey {
    /// A round of the beacon.
    Beacon {
        /// Which, from 1.
        round: u64,
        /// Its signature, 96 hexadecimal digits.
        signature: String,
    },
    /// The secret of the tender's recovery key: its holders say that the beacon has failed.
    Recovery {
        /// 64 hexadecimal digits.
        secret: String,
    },
}

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

bodies! {
    /// See [`TenderCommand::DraftTender`].
    DraftTender { /** The terms. */ terms: Terms, }
    /// See [`TenderCommand::ReviseTender`].
    ReviseTender { /** The new terms. */ terms: Terms, }
    /// See [`TenderCommand::AddDocument`].
    AddDocument { /** The document; its bytes were uploaded before. */ document: Document, }
    /// See [`TenderCommand::ApproveTender`].
    ApproveTender {
        /** Digests of all documents, ascending. */ #[ts(type = "string[]")] documents: Vec<Digest>,
        /** Revision of the terms, counted from 1. */ revision: u32,
        /** SHA-256 of their canonical text. */ #[ts(type = "string")] terms_sha256: Digest,
    }
    /// See [`TenderCommand::PublishTender`].
    PublishTender {
        /** SHA-256("TL1/committee\0" ‖ group key). */ #[ts(type = "string")] committee: Digest,
        /** Digests of all documents, ascending. */ #[ts(type = "string[]")] documents: Vec<Digest>,
        /** Group key of the custodians, 192 hexadecimal digits. */ group_key: String,
        /** The announced opening: as in the terms. */ opening_at: Instant,
        /** Revision of the terms. */ revision: u32,
        /** How envelopes are sealed beside the committee's lock: as the centre asks. */ sealing: Sealing,
        /** SHA-256 of their canonical text: by it the custodians know the terms. */ #[ts(type = "string")] terms_sha256: Digest,
    }
    /// See [`TenderCommand::IssueAddendum`].
    IssueAddendum {
        /** New documents. */ documents: Vec<Document>,
        /** Its number, counted from 1. */ number: u32,
        /** A later deadline and opening, or none. */ opening_at: Option<Instant>,
        /** What changes. */ text: LongText,
    }
    /// See [`TenderCommand::AskEnquiry`].
    AskEnquiry { /** Its id. */ enquiry: EnquiryId, /** The question. */ text: LongText, }
    /// See [`TenderCommand::AnswerEnquiry`].
    AnswerEnquiry { /** Which. */ enquiry: EnquiryId, /** The answer. */ text: LongText, }
    /// See [`TenderCommand::CancelTender`].
    CancelTender { /** Why. */ reason: LongText, }

    /// See [`LotCommand::SubmitBid`].
    SubmitBid {
        /** Id of this bid. */ bid: BidId,
        /** Newest addendum that the bid takes into account; 0 before the first. */ document_set: u32,

        /** One line per envelope, ascending. */ #[ts(type = "ManifestLine[]")] manifest: Manifest,
        /** The bid that this one replaces. */ replaces: Option<BidId>,
    }
    /// See [`LotCommand::WithdrawBid`].
    WithdrawBid { /** Which. */ bid: BidId, }

    /// See [`LotCommand::CheckIn`].
    CheckIn {}
    /// See [`LotCommand::CloseLot`].
    CloseLot {
        /** Standing bids. */ bids: u32,

        /** Closed root over the standing manifests. */ #[ts(type = "string")] root: Digest,
    }
    /// See [`LotCommand::RecordDraw`].
    RecordDraw {
        /** The coefficient, if the price rule needs one. */ coefficient: Option<Decimal>,
        /** The custodians' key of the draw label, 96 hexadecimal digits. */ label_key: String,

        /** Standing bids in reading order. */ order: Vec<BidId>,
    }
    /// See [`LotCommand::RecordSealCheck`].
    RecordSealCheck {

        /** Bids whose stored bytes are not those of the receipt: the platform's fault. */ mismatched: Vec<BidId>,
    }
    /// See [`TenderCommand::RecordSchedule`].
    RecordSchedule {
        /** Who has pinned it, ascending by index. */ pins: Vec<SchedulePin>,
        /** What is pinned. */ schedule: Schedule,
    }
    /// See [`TenderCommand::RecordFloorKey`].
    RecordFloorKey { /** The key. */ key: FloorKey, }
    /// When a tender opens, as custodians pin it.
    Schedule {
        /** Whether it was cancelled: never. */ is_cancelled: bool,
        /** SHA-256 of the signed notice. */ #[ts(type = "string")] notice: Digest,
        /** Not before. */ opening_at: Instant,
    }
    /// A custodian has pinned a schedule.
    SchedulePin {
        /** Index in the committee. */ index: u8,
        /** By its identity key (docs/formats.md, custody), base64. */ signature: String,
    }
    /// See [`LotCommand::HoldOpening`].
    HoldOpening {
        /** How many agree with the platform's. */ agreeing: u32,
        /** By how much the one that is furthest away differs, milliseconds; above zero: it is ahead. */ #[ts(type = "number")] apart_ms: i64,
        /** How many clocks of others were read. */ asked: u32,
    }
    /// See [`LotCommand::RecordWaiting`].
    RecordWaiting {
        /** Who answered rightly. */ answered: Vec<u8>,
        /** Of which dealing of the shares they are the custodians. */ epoch: u32,
        /** Who did not, and why. */ failed: Vec<CustodianFault>,
    }
    /// See [`LotCommand::RecordRelease`].
    RecordRelease {
        /** Indices of custodians whose partial keys were valid. */ answered: Vec<u8>,
        /** Which envelope's keys. */ #[ts(type = "1 | 2 | 3 | 4")] envelope: Envelope,
        /** Of which dealing of the shares they are the custodians. */ epoch: u32,
        /** Custodians that failed, and how. */ failed: Vec<CustodianFault>,

    }
    /// A custodian that did not give a valid partial key.
    CustodianFault { /** Error code. */ code: String, /** Index from 1. */ index: u8, }
    /// See [`LotCommand::RecordUnsealed`].
    RecordUnsealed {
        /** Which bid. */ bid: BidId,
        /** Which envelope. */ #[ts(type = "1 | 2 | 3 | 4")] envelope: Envelope,

        /** What came out. */ result: Unsealed,
        /** The submission. */ #[ts(type = "string")] submission: SubmissionId,
    }
    /// See [`LotCommand::StartReading`].
    StartReading {}
    /// See [`LotCommand::ReadBid`].
    ReadBid { /** Which. */ bid: BidId, }
    /// See [`LotCommand::ConfirmReading`].
    ConfirmReading { /** The own bid. */ bid: BidId, }
    /// See [`LotCommand::ObjectInRoom`].
    ObjectInRoom { /** The own bid. */ bid: BidId, /** What is wrong. */ text: LongText, }
    /// See [`LotCommand::AnswerObjection`].
    AnswerObjection { /** Whose objection. */ bid: BidId, /** The answer. */ text: LongText, }
    /// See [`LotCommand::SignRecord`].
    SignRecord {

        /** SHA-256 of the canonical opening record. */ #[ts(type = "string")] record_sha256: Digest,
    }

    /// See [`LotCommand::CallPanel`].
    CallPanel {
        /** Salted commitments to experts, ascending. */ #[ts(type = "string[]")] commitments: Vec<Digest>,

    }
    /// See [`LotCommand::RecordPanelDraw`].
    RecordPanelDraw {
        /** The custodians' key of the draw label. */ label_key: String,

        /** The whole pool in drawn order. */ #[ts(type = "string[]")] ranked: Vec<Digest>,
    }
    /// See [`LotCommand::TakeSeat`].
    TakeSeat {
        /** The drawn commitment. */ #[ts(type = "string")] commitment: Digest,

        /** The salt that opens it to this person, 64 hexadecimal digits. */ salt: String,
    }
    /// See [`LotCommand::RecuseSelf`].
    RecuseSelf {
        /** The drawn commitment. */ #[ts(type = "string")] commitment: Digest,

        /** Why. */ reason: ShortText,
        /** The salt. */ salt: String,
    }

    /// See [`LotCommand::StartReview`].
    StartReview {}
    /// See [`LotCommand::JudgePreliminary`].
    JudgePreliminary { /** Every bid with every preliminary criterion. */ verdicts: Vec<Verdict>, }
    /// One expert's verdict on one criterion of one bid.
    Verdict {
        /** Bid. */ bid: BidId,
        /** Criterion. */ criterion: String,
        /** Met. */ is_met: bool,
        /** Why not; asked for when not met. */ reason: Option<Rejection>,
    }
    /// Why a bid is rejected (domain.md, 3).
    Rejection { /** Reason code. */ code: RejectionCode, /** Evidence: page and finding. */ evidence: LongText, }
    /// See [`LotCommand::CommitScores`].
    CommitScores {
        /** SHA-256(0x02 ‖ salt ‖ canonical scores). */ #[ts(type = "string")] commitment: Digest,

    }
    /// See [`LotCommand::RevealScores`].
    RevealScores {

        /** The salt, 64 hexadecimal digits. */ salt: String,
        /** Every standing bid with every scored criterion. */ scores: Vec<CriterionScore>,
    }
    /// One expert's score of one criterion of one bid.
    CriterionScore {
        /** Bid. */ bid: BidId,
        /** Criterion. */ criterion: String,
        /** Points in hundredths. */ points: Points,
        /** Why; asked for at 90 % or more and 60 % or less of a scored criterion's part. */ reason: Option<LongText>,
    }
    /// See [`LotCommand::SignStage`].
    SignStage {

        /** Bids that passed, ascending. */ passed: Vec<BidId>,
    }
    /// See [`LotCommand::StartSecondOpening`].
    StartSecondOpening {}
    /// See [`LotCommand::SignReport`].
    SignReport {
        /** A written dissent. */ dissent: Option<LongText>,

        /** SHA-256 of the canonical report. */ #[ts(type = "string")] report_sha256: Digest,
    }

    /// See [`LotCommand::PublishCandidates`].
    PublishCandidates {}
    /// See [`LotCommand::ConfirmAward`].
    ConfirmAward { /** The winning bid: the first candidate. */ bid: BidId, }
    /// See [`LotCommand::IssueLetters`].
    IssueLetters {}
    /// See [`TenderCommand::ArchiveTender`].
    ArchiveTender { /** A note for the file. */ note: Option<ShortText>, }
}

/// What came out of an envelope.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum Unsealed {
    /// It opened.
    Opened {
        /// Documents inside, as their bidder named them.
        files: Vec<Document>,
        /// The label key, 96 hexadecimal digits.
        label_key: String,
        /// The statement's values, in envelopes 3 and 4.
        statement: Option<Vec<StatementValue>>,
    },
    /// It did not; nothing is deleted, and the others go on.
    Failed {
        /// Why.
        code: UnsealFailure,
        /// The label key, if it was released.
        label_key: Option<String>,
    },
}

impl Unsealed {
    /// The key of the envelope's label, if it was released.
    pub fn label_key(&self) -> Option<&str> {
        match self {
            Self::Opened { label_key, .. } => Some(label_key),
            Self::Failed { label_key, .. } => label_key.as_deref(),
        }
    }
}

/// One value of an opening statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct StatementValue {
    /// The field's id in the notice.
    pub id: String,
    /// Its value.
    pub value: FieldValue,
}

/// A value: text, or an integer (days, minor units).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum FieldValue {
    /// Days or minor units of money.
    Integer(#[ts(type = "number")] i64),
    /// Text.
    Text(ShortText),
}

/// Why an envelope did not open, and so whose fault it is (domain.md, 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UnsealFailure {
    /// Stored bytes differ from the receipt: the platform's fault.
    FileCorrupt,
    /// Sealed to another lock.
    WrongLock,
    /// Sealed against the format: provable by anyone with the key.
    Malformed,
    /// The context names another bidder.
    IdentityMismatch,
    /// The platform could not read it.
    PlatformFault,
    /// Too few custodians answered; it is tried again.
    CustodiansUnavailable,
}

/// Compulsory reasons of rejection (招标投标法实施条例 51), and the tender document's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RejectionCode {
    /// Not stamped and signed.
    NotStampedAndSigned,
    /// Consortium without agreement.
    ConsortiumWithoutAgreement,
    /// Not qualified.
    NotQualified,
    /// Several bids or prices.
    MultipleBidsOrPrices,
    /// Below cost, or above the ceiling.
    BelowCostOrAboveCeiling,
    /// Does not respond to the document's essential requirements.
    NotResponsive,
    /// Collusion, fraud or bribery.
    CollusionFraudBribery,
    /// Another reason that the tender document names.
    TenderDocument,
}

impl Command {
    /// Reads a command from an act's type, lot and body; unknown types and unknown fields are refused.
    pub fn decode(
        kind: &str,
        lot: Option<&LotId>,
        body: &serde_json::Value,
    ) -> Result<Self, serde_json::Error> {
        let tagged = serde_json::json!({ "type": kind, "body": body });
        match lot {
            None => serde_json::from_value(tagged).map(Self::Tender),
            Some(lot) => serde_json::from_value(tagged).map(|command| Self::Lot(lot.clone(), command)),
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
            ),
            Self::Lot(_, command) => matches!(
                command,
                LotCommand::CloseLot(_)
                    | LotCommand::StartSecondOpening(_)
                    | LotCommand::PublishCandidates(_)
                    | LotCommand::ConfirmAward(_)
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
                    LotCommand::SubmitBid(_) | LotCommand::WithdrawBid(_) | LotCommand::CheckIn(_)
                )
            }
        }
    }
}
