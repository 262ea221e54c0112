//! 投诉: what a bidder complains of before the supervisor. Where an objection is the way, it comes first (实施条例 60).

use serde::Serialize;
use ts_rs::TS;

use super::Context;
use super::command::{AcceptComplaint, ComplaintGround, DecideComplaint, FileComplaint, RefuseComplaint};
use super::event::TenderEvent;
use super::notice::Notice;
use super::objection::{Argued, CaseAnswer, evidence_fits};
use crate::base::{ComplaintId, Instant, LongText, OrgId, Refusal, Role, require};
use crate::law::Rule;

/// Most complaints of one tender.
pub const COMPLAINTS_MAX: usize = 500;
/// Most complaints of one bidder about one tender.
pub const COMPLAINTS_EACH_MAX: usize = 20;

/// A complaint.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// Its id.
    pub complaint: ComplaintId,
    /// Who complains.
    pub org: OrgId,
    /// What it comes from.
    pub ground: ComplaintGround,
    /// What is claimed.
    pub claim: LongText,
    /// Why, by what evidence, and what is asked for.
    pub argued: Argued,
    /// When it was filed.
    pub filed_at: Instant,
    /// By when the supervisor accepts or refuses it.
    pub accept_by: Instant,
    /// How far it is.
    pub status: ComplaintStatus,
}

/// How far a complaint is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ComplaintStatus {
    /// Filed.
    Filed,
    /// Not accepted.
    Refused {
        /// Why.
        reason: LongText,
    },
    /// Accepted.
    Accepted {
        /// By when it is decided.
        decide_by: Instant,
    },
    /// Decided.
    Decided {
        /// What.
        answer: CaseAnswer,
    },
}

impl Complaint {
    /// Whether something is awaited of the supervisor.
    pub fn is_open(&self) -> bool {
        matches!(self.status, ComplaintStatus::Filed | ComplaintStatus::Accepted { .. })
    }

    /// Whether everybody may know of it.
    pub fn is_public(&self) -> bool {
        matches!(self.status, ComplaintStatus::Accepted { .. } | ComplaintStatus::Decided { .. })
    }
}

pub(super) fn file(
    notice: &Notice,
    body: &FileComplaint,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    let terms = notice.running()?;
    let bidder = context.person(Role::Bidder)?;
    let is_new = notice.complaints.iter().all(|other| other.complaint != body.complaint);
    require(is_new, || Refusal::rule("complaint_twice"))?;
    let own = notice.complaints.iter().filter(|other| other.org == bidder.org).count();
    let is_within = notice.complaints.len() < COMPLAINTS_MAX && own < COMPLAINTS_EACH_MAX;
    require(is_within, || Refusal::rule("complaints_count"))?;
    evidence_fits(&body.evidence)?;
    let from = known_at(notice, &body.ground, bidder.org, context)?;
    let until = context.law.ends(terms.regime, Rule::ComplaintFiling, from);
    require(context.now <= until, || Refusal::not_now("too_late_to_complain").with("until", until))?;
    let FileComplaint { argument, claim, complaint, evidence, ground, remedy } = body.clone();
    let accept_by = context.law.ends(terms.regime, Rule::ComplaintAcceptance, context.now);
    let org = bidder.org;
    Ok(TenderEvent::ComplaintFiled { accept_by, argument, claim, complaint, evidence, ground, org, remedy })
}

/// From when the time to complain runs: the answer to the own objection, or the end of the time for it; else what the
/// complainant says, which the supervisor examines.
fn known_at(
    notice: &Notice,
    ground: &ComplaintGround,
    org: OrgId,
    context: &Context<'_>,
) -> Result<Instant, Refusal> {
    match ground {
        ComplaintGround::Objection { objection } => {
            let own = notice.objection(*objection)?;
            require(own.org == Some(org) && !own.is_withdrawn, || Refusal::unknown("unknown_objection"))?;
            let is_overdue = context.now > own.answer_by;
            let answered = own.answer.as_ref().map(|answer| answer.decided_at);
            let known = answered.or_else(|| is_overdue.then_some(own.answer_by));
            known.ok_or_else(|| Refusal::not_now("objection_open").with("objection", objection))
        }
        ComplaintGround::Knowledge { known_at, scope } => {
            let terms = notice.running()?;
            let is_lot = scope.as_ref().is_none_or(|lot| terms.lot(lot).is_some());
            require(is_lot, || Refusal::unknown("unknown_lot"))?;
            require(*known_at <= context.now, || Refusal::rule("known_in_future"))?;
            Ok(*known_at)
        }
    }
}

pub(super) fn accept(
    notice: &Notice,
    body: &AcceptComplaint,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    let filed = filed(notice, body.complaint, context)?;
    let regime = notice.running()?.regime;
    let decide_by = context.law.ends(regime, Rule::ComplaintDecision, context.now);
    let is_late = context.now > filed.accept_by;
    let claim = filed.claim.clone();
    Ok(TenderEvent::ComplaintAccepted { claim, complaint: body.complaint, decide_by, is_late })
}

pub(super) fn refuse(
    notice: &Notice,
    body: &RefuseComplaint,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    let filed = filed(notice, body.complaint, context)?;
    let RefuseComplaint { complaint, reason } = body.clone();
    Ok(TenderEvent::ComplaintRefused { complaint, org: filed.org, reason })
}

/// The complaint, if the supervisor has not yet said whether it is accepted.
fn filed<'a>(notice: &'a Notice, id: ComplaintId, context: &Context<'_>) -> Result<&'a Complaint, Refusal> {
    let complaint = before_supervisor(notice, id, context)?;
    require(complaint.status == ComplaintStatus::Filed, || Refusal::rule("already_answered"))?;
    Ok(complaint)
}

fn before_supervisor<'a>(
    notice: &'a Notice,
    id: ComplaintId,
    context: &Context<'_>,
) -> Result<&'a Complaint, Refusal> {
    context.person(Role::Supervisor)?;
    notice.running()?;
    let found = notice.complaints.iter().find(|complaint| complaint.complaint == id);
    found.ok_or_else(|| Refusal::unknown("unknown_complaint"))
}

pub(super) fn decide(
    notice: &Notice,
    body: &DecideComplaint,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    let complaint = before_supervisor(notice, body.complaint, context)?;
    let decide_by = match complaint.status {
        ComplaintStatus::Accepted { decide_by } => decide_by,
        ComplaintStatus::Filed => return Err(Refusal::not_now("complaint_not_accepted")),
        ComplaintStatus::Refused { .. } | ComplaintStatus::Decided { .. } => {
            return Err(Refusal::rule("already_answered"));
        }
    };
    let DecideComplaint { complaint, decision, text } = body.clone();
    let is_late = context.now > decide_by;
    Ok(TenderEvent::ComplaintDecided { complaint, decision, is_late, text })
}

pub(super) fn apply(complaints: &mut Vec<Complaint>, event: &TenderEvent, now: Instant) {
    let (id, status) = match event.clone() {
        TenderEvent::ComplaintFiled {
            accept_by,
            argument,
            claim,
            complaint,
            evidence,
            ground,
            org,
            remedy,
        } => {
            let argued = Argued { argument, evidence, remedy };
            let (filed_at, status) = (now, ComplaintStatus::Filed);
            complaints.push(Complaint { complaint, org, ground, claim, argued, filed_at, accept_by, status });
            return;
        }
        TenderEvent::ComplaintAccepted { complaint, decide_by, .. } => {
            (complaint, ComplaintStatus::Accepted { decide_by })
        }
        TenderEvent::ComplaintRefused { complaint, reason, .. } => {
            (complaint, ComplaintStatus::Refused { reason })
        }
        TenderEvent::ComplaintDecided { complaint, decision, is_late, text } => {
            let answer = CaseAnswer { decision, decided_at: now, is_late, text };
            (complaint, ComplaintStatus::Decided { answer })
        }
        _ => return,
    };
    complaints.iter_mut().filter(|one| one.complaint == id).for_each(|one| one.status = status.clone());
}
