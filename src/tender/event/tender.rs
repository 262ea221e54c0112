//! What happens to a tender as a whole.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::base::{
    ComplaintId, Digest, DirectiveId, EnquiryId, Instant, LongText, LotId, ObjectionId, OrgId, PersonId,
    Sealing, ShortText, TenderId,
};
use crate::tender::command::{
    CaseDecision, ComplaintGround, DirectiveOrder, FloorKey, ObjectionAbout, Schedule, SchedulePin,
};
use crate::tender::terms::{Document, Terms};

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
    /// The draft is the new tender of a lot that failed.
    RetenderNamed {
        /// The lot.
        #[ts(type = "string")]
        of_lot: LotId,
        /// Its tender.
        of_tender: TenderId,
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
    /// Somebody objects before the buyer: what everybody may know of it.
    ObjectionFiled {
        /// What it is about.
        about: ObjectionAbout,
        /// By when the buyer must answer.
        answer_by: Instant,
        /// What is claimed.
        claim: LongText,
        /// Its id.
        objection: ObjectionId,
        /// The lot; none where it is about the document.
        #[ts(type = "string | null")]
        scope: Option<LotId>,
    },
    /// What an objection rests on: for those who decide and supervise.
    ObjectionArgued {
        /// Why.
        argument: LongText,
        /// Digests of files.
        #[ts(type = "string[]")]
        evidence: Vec<Digest>,
        /// Which.
        objection: ObjectionId,
        /// What is asked for.
        remedy: LongText,
    },
    /// Who objects. Heard by them only; buyer and supervisor read it once the lots are closed.
    ObjectorNamed {
        /// Which.
        objection: ObjectionId,
        /// Who.
        org: OrgId,
    },
    /// An objection was taken back.
    ObjectionWithdrawn {
        /// Which.
        objection: ObjectionId,
    },
    /// The buyer decided an objection.
    ObjectionDecided {
        /// What.
        decision: CaseDecision,
        /// Whether its time was over.
        is_late: bool,
        /// Which.
        objection: ObjectionId,
        /// Why.
        text: LongText,
    },
    /// Somebody complains before the supervisor.
    ComplaintFiled {
        /// By when the supervisor accepts or refuses it.
        accept_by: Instant,
        /// Why.
        argument: LongText,
        /// What is claimed.
        claim: LongText,
        /// Its id.
        complaint: ComplaintId,
        /// Digests of files.
        #[ts(type = "string[]")]
        evidence: Vec<Digest>,
        /// What it comes from.
        ground: ComplaintGround,
        /// Who complains.
        org: OrgId,
        /// What is asked for.
        remedy: LongText,
    },
    /// The supervisor took a complaint up; from here everybody knows its claim.
    ComplaintAccepted {
        /// What is claimed.
        claim: LongText,
        /// Which.
        complaint: ComplaintId,
        /// By when it is decided.
        decide_by: Instant,
        /// Whether the time to accept it was over.
        is_late: bool,
    },
    /// The supervisor did not take a complaint up.
    ComplaintRefused {
        /// Which.
        complaint: ComplaintId,
        /// Who complained.
        org: OrgId,
        /// Why.
        reason: LongText,
    },
    /// The supervisor decided a complaint.
    ComplaintDecided {
        /// Which.
        complaint: ComplaintId,
        /// What.
        decision: CaseDecision,
        /// Whether its time was over.
        is_late: bool,
        /// Why.
        text: LongText,
    },
}
