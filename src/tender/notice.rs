//! Before the deadline: draft, approval, publication, addenda, enquiries.

use serde::Serialize;
use ts_rs::TS;

use super::command::{
    AddDocument, AnswerEnquiry, ApproveTender, AskEnquiry, CancelTender, DraftTender, IssueAddendum,
    NameRetender, PublishTender, ReviseTender, TenderCommand,
};
use super::complaint::{self, Complaint};
use super::contract;
use super::custody::{self, PinnedSchedule};
use super::directive::{self, Directive};
use super::event::TenderEvent;
use super::floor::{self, FloorKeys};
use super::lot::Stage;
use super::objection::{self, Objection};
use super::terms::{DOCUMENTS_MAX, Document, LotTerms, Terms};
use super::{Context, Tender};
use crate::base::{
    Digest, EnquiryId, Instant, LongText, LotId, OrgId, Person, PersonId, Refusal, Regime, Role, Sealing,
    TenderId, require,
};
use crate::law::Rule;

/// Most enquiries of one tender.
pub const ENQUIRIES_MAX: usize = 1000;
/// Most addenda of one tender.
pub const ADDENDA_MAX: usize = 100;

/// Where a tender stands as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nothing yet.
    #[default]
    None,
    /// Being written.
    Draft,
    /// Approved by the buyer as it stands.
    Approved,
    /// Public.
    Published,
    /// Cancelled.
    Cancelled,
    /// Closed for ever.
    Archived,
}

/// A numbered addendum.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Addendum {
    /// Number from 1.
    pub number: u32,
    /// When it was issued.
    pub issued_at: Instant,
    /// Whether it may affect the preparation of bids, as the host states.
    pub affects_bids: bool,
    /// Its documents.
    pub documents: Vec<Document>,
    /// What changes.
    pub text: LongText,
    /// New deadline, if postponed.
    pub opening_at: Option<Instant>,
}

/// A question and its answer.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Enquiry {
    /// Its id.
    pub enquiry: EnquiryId,
    /// When it was asked.
    pub asked_at: Instant,
    /// The question.
    pub question: LongText,
    /// The answer.
    pub answer: Option<LongText>,
}

/// A failed lot that is tendered anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
pub struct RetenderOf {
    /// The lot.
    #[ts(type = "string")]
    pub lot: LotId,
    /// Its tender.
    pub tender: TenderId,
}

/// The notice.
#[derive(Clone, Debug, Default)]
pub struct Notice {
    /// Where the tender stands.
    pub phase: Phase,
    /// Who drafted it.
    pub host: Option<PersonId>,
    /// Revision of the terms, from 1.
    pub revision: u32,
    /// The terms.
    pub terms: Option<Terms>,
    /// The documents, without those of addenda.
    pub documents: Vec<Document>,
    /// The failed lot that this is the new tender of.
    pub retender_of: Option<RetenderOf>,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// Digest of the signed publication: tag 01.
    pub digest: Option<Digest>,
    /// Committee's group key and its digest.
    pub committee: Option<(String, Digest)>,
    /// How envelopes are sealed beside the committee's lock.
    pub sealing: Sealing,
    /// Keys of the floor that have come.
    pub floor_keys: FloorKeys,
    /// First announced opening: tag 07.
    pub first_opening_at: Option<Instant>,
    /// Why the period is shorter than the law's.
    pub short_period: Option<LongText>,
    /// Deadline and opening now in force.
    pub opening_at: Option<Instant>,
    /// Addenda.
    pub addenda: Vec<Addendum>,
    /// Enquiries.
    pub enquiries: Vec<Enquiry>,
    /// Why it was cancelled.
    pub cancelled: Option<LongText>,
    /// When others' clocks were read last for this tender.
    pub clocks_read_at: Option<Instant>,
    /// The schedule that enough custodians have pinned; it may lag behind the one in force.
    pub pinned: Option<PinnedSchedule>,
    /// Directives of the supervisor, in order.
    pub directives: Vec<Directive>,
    /// Objections before the buyer, in order.
    pub objections: Vec<Objection>,
    /// Complaints before the supervisor, in order.
    pub complaints: Vec<Complaint>,
}

impl Notice {
    /// The terms, if there is a draft.
    pub fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref()
    }

    /// The terms of a published tender.
    pub fn published(&self) -> Result<&Terms, Refusal> {
        match (self.phase, &self.terms) {
            (Phase::Published | Phase::Archived, Some(terms)) => Ok(terms),
            (Phase::None | Phase::Draft | Phase::Approved, _) | (_, None) => {
                Err(Refusal::unknown("unknown_tender"))
            }
            (Phase::Cancelled, Some(_)) => Err(Refusal::not_now("tender_cancelled")),
        }
    }

    /// The terms of a published tender that is not archived.
    pub fn running(&self) -> Result<&Terms, Refusal> {
        require(self.phase != Phase::Archived, || Refusal::not_now("tender_archived"))?;
        self.published()
    }

    /// The terms of a lot of a published tender.
    pub fn published_lot(&self, lot: &LotId) -> Result<&LotTerms, Refusal> {
        self.running()?.lot(lot).ok_or_else(|| Refusal::unknown("unknown_lot"))
    }

    /// Digests of all documents, ascending: what approval and publication name.
    pub fn document_digests(&self) -> Vec<Digest> {
        let mut digests: Vec<Digest> = self.documents.iter().map(|document| document.sha256).collect();
        digests.sort_unstable();
        digests
    }

    fn draft(&self) -> Result<&Terms, Refusal> {
        match (self.phase, &self.terms) {
            (Phase::Draft | Phase::Approved, Some(terms)) => Ok(terms),
            (Phase::None, _) | (_, None) => Err(Refusal::unknown("unknown_tender")),
            (Phase::Published | Phase::Cancelled | Phase::Archived, Some(_)) => {
                Err(Refusal::not_now("already_published"))
            }
        }
    }
}

pub(super) fn decide(
    tender: &Tender,
    command: &TenderCommand,
    context: &Context<'_>,
) -> Result<Vec<TenderEvent>, Refusal> {
    let notice = &tender.notice;
    let event = match command {
        TenderCommand::DraftTender(body) => draft(notice, body, context),
        TenderCommand::ReviseTender(body) => revise(notice, body, context),
        TenderCommand::AddDocument(body) => add_document(notice, body, context),
        TenderCommand::NameRetender(body) => name_retender(tender, body, context),
        TenderCommand::ApproveTender(body) => approve(notice, body, context),
        TenderCommand::PublishTender(body) => publish(notice, body, context),
        TenderCommand::IssueAddendum(body) => issue_addendum(notice, body, context),
        TenderCommand::AskEnquiry(body) => ask(notice, body, context),
        TenderCommand::AnswerEnquiry(body) => answer(notice, body, context),
        TenderCommand::CancelTender(body) => cancel(tender, body, context),
        TenderCommand::RecordSchedule(body) => custody::record_schedule(notice, body, context),
        TenderCommand::RecordFloorKey(body) => floor::record(notice, body, context),
        TenderCommand::Tick(_) => {
            context.system()?;
            notice.published()?;
            require(notice.phase == Phase::Published, || Refusal::not_now("tender_archived"))?;
            Ok(TenderEvent::ClockRead {})
        }
        TenderCommand::ArchiveTender(body) => {
            host_of(notice.published()?, context)?;
            let all_over = tender.lots.values().all(contract::is_settled);
            require(all_over, || Refusal::not_now("lots_not_completed"))?;
            let has_open_case = notice.objections.iter().any(Objection::is_open)
                || notice.complaints.iter().any(Complaint::is_open);
            require(!has_open_case, || Refusal::not_now("case_open"))?;
            let is_unanswered = notice.directives.iter().any(Directive::is_unanswered);
            require(!is_unanswered, || Refusal::not_now("directive_unanswered"))?;
            require(notice.phase == Phase::Published, || Refusal::not_now("tender_archived"))?;
            Ok(TenderEvent::TenderArchived { note: body.note.clone() })
        }
        TenderCommand::IssueDirective(body) => directive::issue(notice, body, context),
        TenderCommand::AnswerDirective(body) => directive::answer(notice, body, context),
        TenderCommand::RaiseObjection(body) => return objection::raise(tender, body, context),
        TenderCommand::WithdrawObjection(body) => objection::withdraw(notice, body, context),
        TenderCommand::DecideObjection(body) => objection::decide(notice, body, context),
        TenderCommand::FileComplaint(body) => complaint::file(notice, body, context),
        TenderCommand::AcceptComplaint(body) => complaint::accept(notice, body, context),
        TenderCommand::RefuseComplaint(body) => complaint::refuse(notice, body, context),
        TenderCommand::DecideComplaint(body) => complaint::decide(notice, body, context),
    }?;
    Ok(vec![event])
}

fn draft(notice: &Notice, body: &DraftTender, context: &Context<'_>) -> Result<TenderEvent, Refusal> {
    require(notice.phase == Phase::None, || Refusal::rule("tender_exists"))?;
    let host = host_of(&body.terms, context)?;
    body.terms.check()?;
    Ok(TenderEvent::TenderDrafted { host: host.person, terms: body.terms.clone() })
}

fn revise(notice: &Notice, body: &ReviseTender, context: &Context<'_>) -> Result<TenderEvent, Refusal> {
    host_of(notice.draft()?, context)?;
    host_of(&body.terms, context)?;
    body.terms.check()?;
    Ok(TenderEvent::TenderRevised { revision: notice.revision + 1, terms: body.terms.clone() })
}

fn add_document(notice: &Notice, body: &AddDocument, context: &Context<'_>) -> Result<TenderEvent, Refusal> {
    host_of(notice.draft()?, context)?;
    require(notice.documents.len() < DOCUMENTS_MAX, || {
        Refusal::rule("documents_count").with("max", DOCUMENTS_MAX)
    })?;
    let is_new = notice.documents.iter().all(|document| document.sha256 != body.document.sha256);
    require(is_new, || Refusal::rule("document_twice"))?;
    Ok(TenderEvent::DocumentAdded { document: body.document.clone() })
}

/// Whether that lot failed stands in its own tender's log; the way in has looked.
fn name_retender(
    tender: &Tender,
    body: &NameRetender,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    host_of(tender.notice.draft()?, context)?;
    require(body.of_tender != tender.id, || Refusal::rule("retender_of_itself"))?;
    Ok(TenderEvent::RetenderNamed { of_lot: body.of_lot.clone(), of_tender: body.of_tender })
}

fn approve(notice: &Notice, body: &ApproveTender, context: &Context<'_>) -> Result<TenderEvent, Refusal> {
    let terms = notice.draft()?;
    of_org(context, Role::Buyer, terms.buyer)?;
    require(!notice.documents.is_empty(), || Refusal::rule("documents_missing"))?;
    require(body.revision == notice.revision, || Refusal::rule("revision_changed"))?;
    require(context.document == Some(body.terms_sha256), || Refusal::rule("terms_changed"))?;
    require(body.documents == notice.document_digests(), || Refusal::rule("documents_changed"))?;
    Ok(TenderEvent::TenderApproved { revision: body.revision })
}

fn publish(notice: &Notice, body: &PublishTender, context: &Context<'_>) -> Result<TenderEvent, Refusal> {
    let terms = notice.draft()?;
    host_of(terms, context)?;
    require(notice.phase == Phase::Approved, || Refusal::not_now("not_approved"))?;
    require(body.revision == notice.revision, || Refusal::rule("revision_changed"))?;
    require(context.document == Some(body.terms_sha256), || Refusal::rule("terms_changed"))?;
    require(body.documents == notice.document_digests(), || Refusal::rule("documents_changed"))?;
    // Who chose the key could open every bid before its time: the centre chooses, never the host.
    let named = (body.group_key.as_str(), body.committee);
    require(context.appointed == Some(named), || Refusal::rule("other_committee"))?;
    require(body.sealing.fits(&context.sealing), || Refusal::rule("other_sealing"))?;
    require(body.opening_at == terms.opening_at, || Refusal::rule("opening_differs"))?;
    let earliest = context.law.ends(terms.regime, Rule::NoticeToDeadline, context.now);
    require(terms.opening_at >= earliest, || {
        let limit = context.law.limit(terms.regime, Rule::NoticeToDeadline, context.now);
        limit.refusal("period_too_short").with("earliest", earliest)
    })?;
    Ok(TenderEvent::TenderPublished {
        committee: body.committee,
        group_key: body.group_key.clone(),
        notice: context.act,
        opening_at: body.opening_at,
        sealing: body.sealing,
        short_period: context.law.limits.reason.clone(),
    })
}

fn issue_addendum(
    notice: &Notice,
    body: &IssueAddendum,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    host_of(notice.published()?, context)?;
    before_deadline(notice, context)?;
    require(notice.addenda.len() < ADDENDA_MAX, || Refusal::rule("addenda_count"))?;
    let number = u32::try_from(notice.addenda.len()).unwrap_or(u32::MAX).saturating_add(1);
    require(body.number == number, || Refusal::rule("addendum_number").with("next", number))?;
    let postponed_later = match (body.opening_at, notice.opening_at) {
        (Some(new), Some(old)) => new > old,
        (None, _) => true,
        (Some(_), None) => false,
    };
    require(postponed_later, || Refusal::rule("deadline_earlier").with("opening_at", notice.opening_at))?;
    let opening_at = body.opening_at.or(notice.opening_at);
    in_time_for_bids(notice.published()?.regime, body, opening_at, context)?;
    Ok(TenderEvent::AddendumIssued {
        affects_bids: body.affects_bids,
        documents: body.documents.clone(),
        number,
        opening_at: body.opening_at,
        text: body.text.clone(),
    })
}

/// A change that may affect bids leaves the law's time to prepare them anew, or postpones the deadline.
fn in_time_for_bids(
    regime: Regime,
    body: &IssueAddendum,
    opening_at: Option<Instant>,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let latest = opening_at.map(|at| context.law.latest_start(regime, Rule::ChangeBeforeDeadline, at));
    let in_time = !body.affects_bids || latest.is_some_and(|latest| context.now <= latest);
    require(in_time, || {
        let limit = context.law.limit(regime, Rule::ChangeBeforeDeadline, context.now);
        let earliest = context.law.earliest_end(regime, Rule::ChangeBeforeDeadline, context.now);
        limit.refusal("change_too_late").with("earliest", earliest)
    })
}

fn ask(notice: &Notice, body: &AskEnquiry, context: &Context<'_>) -> Result<TenderEvent, Refusal> {
    notice.published()?;
    context.person(Role::Bidder)?;
    before_deadline(notice, context)?;
    require(notice.enquiries.len() < ENQUIRIES_MAX, || Refusal::rule("enquiries_count"))?;
    let is_new = notice.enquiries.iter().all(|enquiry| enquiry.enquiry != body.enquiry);
    require(is_new, || Refusal::rule("enquiry_twice"))?;
    Ok(TenderEvent::EnquiryAsked { enquiry: body.enquiry, text: body.text.clone() })
}

fn answer(notice: &Notice, body: &AnswerEnquiry, context: &Context<'_>) -> Result<TenderEvent, Refusal> {
    host_of(notice.published()?, context)?;
    before_deadline(notice, context)?;
    let enquiry = notice.enquiries.iter().find(|enquiry| enquiry.enquiry == body.enquiry);
    let enquiry = enquiry.ok_or_else(|| Refusal::unknown("unknown_enquiry"))?;
    require(enquiry.answer.is_none(), || Refusal::rule("already_answered"))?;
    let question = enquiry.question.clone();
    Ok(TenderEvent::EnquiryAnswered { enquiry: body.enquiry, question, text: body.text.clone() })
}

fn cancel(tender: &Tender, body: &CancelTender, context: &Context<'_>) -> Result<TenderEvent, Refusal> {
    let terms = tender.notice.published()?;
    require(tender.notice.phase == Phase::Published, || Refusal::not_now("tender_archived"))?;
    of_org(context, Role::Buyer, terms.buyer)?;
    let awarded = |stage: Stage| matches!(stage, Stage::Awarded | Stage::Completed | Stage::Contracted);
    require(!tender.lots.values().any(|lot| awarded(lot.stage)), || Refusal::not_now("already_awarded"))?;
    Ok(TenderEvent::TenderCancelled { reason: body.reason.clone() })
}

pub(super) fn apply(notice: &mut Notice, event: &TenderEvent, now: Instant) {
    match event {
        TenderEvent::TenderDrafted { host, terms } => {
            notice.phase = Phase::Draft;
            notice.host = Some(*host);
            notice.revision = 1;
            notice.terms = Some(terms.clone());
        }
        TenderEvent::TenderRevised { revision, terms } => {
            notice.phase = Phase::Draft;
            notice.revision = *revision;
            notice.terms = Some(terms.clone());
        }
        TenderEvent::DocumentAdded { document } => {
            notice.phase = Phase::Draft;
            notice.documents.push(document.clone());
        }
        TenderEvent::RetenderNamed { of_lot, of_tender } => {
            notice.phase = Phase::Draft;
            notice.retender_of = Some(RetenderOf { lot: of_lot.clone(), tender: *of_tender });
        }
        TenderEvent::TenderApproved { .. } => notice.phase = Phase::Approved,
        TenderEvent::TenderPublished {
            committee,
            group_key,
            notice: digest,
            opening_at,
            sealing,
            short_period,
        } => {
            notice.phase = Phase::Published;
            notice.published_at = Some(now);
            notice.digest = Some(*digest);
            notice.committee = Some((group_key.clone(), *committee));
            notice.sealing = *sealing;
            notice.first_opening_at = Some(*opening_at);
            notice.opening_at = Some(*opening_at);
            notice.short_period = short_period.clone();
        }
        TenderEvent::AddendumIssued { affects_bids, documents, number, opening_at, text } => {
            notice.opening_at = opening_at.or(notice.opening_at);
            notice.addenda.push(Addendum {
                number: *number,
                issued_at: now,
                affects_bids: *affects_bids,
                documents: documents.clone(),
                text: text.clone(),
                opening_at: *opening_at,
            });
        }
        TenderEvent::EnquiryAsked { enquiry, text } => notice.enquiries.push(Enquiry {
            enquiry: *enquiry,
            asked_at: now,
            question: text.clone(),
            answer: None,
        }),
        TenderEvent::EnquiryAnswered { enquiry, text, .. } => {
            if let Some(asked) = notice.enquiries.iter_mut().find(|asked| asked.enquiry == *enquiry) {
                asked.answer = Some(text.clone());
            }
        }
        TenderEvent::TenderCancelled { reason } => {
            notice.phase = Phase::Cancelled;
            notice.cancelled = Some(reason.clone());
        }
        TenderEvent::SchedulePinned { epoch, pins, schedule } => {
            let custodians = pins.iter().map(|pin| pin.index).collect();
            notice.pinned = Some(PinnedSchedule { custodians, epoch: *epoch, schedule: schedule.clone() });
        }
        TenderEvent::FloorKeyRecorded { key } => floor::apply(notice, key),
        TenderEvent::ClockRead {} => notice.clocks_read_at = Some(now),
        TenderEvent::TenderArchived { .. } => notice.phase = Phase::Archived,
        TenderEvent::DirectiveIssued { .. } | TenderEvent::DirectiveAnswered { .. } => {
            directive::apply(&mut notice.directives, event, now);
        }
        TenderEvent::ObjectionFiled { .. }
        | TenderEvent::ObjectionArgued { .. }
        | TenderEvent::ObjectorNamed { .. }
        | TenderEvent::ObjectionWithdrawn { .. }
        | TenderEvent::ObjectionDecided { .. } => objection::apply(&mut notice.objections, event, now),
        TenderEvent::ComplaintFiled { .. }
        | TenderEvent::ComplaintAccepted { .. }
        | TenderEvent::ComplaintRefused { .. }
        | TenderEvent::ComplaintDecided { .. } => complaint::apply(&mut notice.complaints, event, now),
    }
}

fn before_deadline(notice: &Notice, context: &Context<'_>) -> Result<(), Refusal> {
    let is_open = notice.opening_at.is_some_and(|opening| context.now <= opening);
    require(is_open, || Refusal::not_now("deadline_passed").with("opening_at", notice.opening_at))
}

/// The acting host, if of the agency of `terms`.
pub(super) fn host_of(terms: &Terms, context: &Context<'_>) -> Result<Person, Refusal> {
    of_org(context, Role::Host, terms.agency)
}

/// The acting person in `role`, if of `org`.
pub(super) fn of_org(context: &Context<'_>, role: Role, org: OrgId) -> Result<Person, Refusal> {
    let person = context.person(role)?;
    require(person.org == org, || Refusal::forbidden("other_organisation"))?;
    Ok(person)
}
