//! 异议: what a bidder objects to before the buyer, beside the objections that are answered in the room.
//!
//! While one is open the steps that it could overturn wait (实施条例 22, 44, 54). Who objected is no concern of the
//! public; before the close it is nobody's, because it would name a bidder.

use std::collections::BTreeSet;

use serde::Serialize;
use ts_rs::TS;

use super::command::{
    CaseDecision, Command, DecideObjection, LotCommand, ObjectionAbout, RaiseObjection, WithdrawObjection,
};
use super::event::TenderEvent;
use super::lot::Stage;
use super::notice::{Notice, of_org};
use super::{Context, Tender};
use crate::base::{Digest, Instant, LongText, LotId, ObjectionId, OrgId, Person, Refusal, Role, require};
use crate::law::Rule;

/// Most objections of one tender.
pub const OBJECTIONS_MAX: usize = 500;
/// Most objections of one bidder to one tender.
pub const OBJECTIONS_EACH_MAX: usize = 20;
/// Most files of evidence of one case.
pub const EVIDENCE_MAX: usize = 8;

/// An objection.
#[derive(Clone, Debug)]
pub struct Objection {
    /// Its id.
    pub objection: ObjectionId,
    /// What it is about.
    pub about: ObjectionAbout,
    /// The lot; none exactly where it is about the document.
    pub scope: Option<LotId>,
    /// What is claimed.
    pub claim: LongText,
    /// Why, by what evidence, and what is asked for.
    pub argued: Option<Argued>,
    /// Who objects.
    pub org: Option<OrgId>,
    /// When it was raised.
    pub raised_at: Instant,
    /// By when the buyer must answer.
    pub answer_by: Instant,
    /// Whether it was withdrawn.
    pub is_withdrawn: bool,
    /// When it was withdrawn or answered.
    pub ended_at: Option<Instant>,
    /// What the buyer decided.
    pub answer: Option<CaseAnswer>,
    /// Whether what it asked for was done: back to the panel, or the lot declared failed.
    pub is_remedied: bool,
}

/// What a claim rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
pub struct Argued {
    /// Why, in law and in fact.
    pub argument: LongText,
    /// Digests of files.
    #[ts(type = "string[]")]
    pub evidence: Vec<Digest>,
    /// What is asked for.
    pub remedy: LongText,
}

/// What was decided of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
pub struct CaseAnswer {
    /// What.
    pub decision: CaseDecision,
    /// When.
    pub decided_at: Instant,
    /// Whether its time was over.
    pub is_late: bool,
    /// Why.
    pub text: LongText,
}

impl Objection {
    /// Whether an answer is awaited.
    pub fn is_open(&self) -> bool {
        !self.is_withdrawn && self.answer.is_none()
    }

    /// Whether it was upheld and what follows from that has not been done.
    pub fn is_unremedied(&self) -> bool {
        let is_upheld = self.answer.as_ref().is_some_and(|answer| answer.decision == CaseDecision::Upheld);
        self.about == ObjectionAbout::Candidates && is_upheld && !self.is_remedied
    }

    fn concerns(&self, lot: &LotId) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope == lot)
    }
}

impl Notice {
    /// An open objection that `lot` waits for.
    pub fn open_objection(&self, lot: &LotId) -> Option<&Objection> {
        self.objections.iter().find(|objection| objection.is_open() && objection.concerns(lot))
    }

    /// Whether `lot` waited at `moment` for the answer to an objection.
    pub fn awaited_answer_at(&self, lot: &LotId, moment: Instant) -> bool {
        let was_open = |objection: &Objection| {
            objection.raised_at <= moment && objection.ended_at.is_none_or(|ended| ended >= moment)
        };
        self.objections.iter().any(|objection| objection.concerns(lot) && was_open(objection))
    }

    /// An upheld objection to the candidates of `lot` that nothing has followed from yet.
    pub fn unremedied(&self, lot: &LotId) -> Option<&Objection> {
        self.objections.iter().find(|objection| objection.is_unremedied() && objection.concerns(lot))
    }

    /// An objection.
    pub fn objection(&self, id: ObjectionId) -> Result<&Objection, Refusal> {
        let found = self.objections.iter().find(|objection| objection.objection == id);
        found.ok_or_else(|| Refusal::unknown("unknown_objection"))
    }
}

/// Refuses the steps that an open objection could overturn, and an award against one that was upheld.
pub(super) fn permit(notice: &Notice, command: &Command) -> Result<(), Refusal> {
    let Command::Lot(lot, command) = command else { return Ok(()) };
    let waits = matches!(
        command,
        LotCommand::CloseLot(_)
            | LotCommand::SignRecord(_)
            | LotCommand::PublishCandidates(_)
            | LotCommand::ConfirmAward(_)
            | LotCommand::SignContract(_)
    );
    if let Some(open) = notice.open_objection(lot).filter(|_| waits) {
        return Err(Refusal::not_now("objection_open").with("objection", open.objection));
    }
    match (command, notice.unremedied(lot)) {
        (LotCommand::ConfirmAward(_), Some(upheld)) => {
            Err(Refusal::not_now("objection_upheld").with("objection", upheld.objection))
        }
        _ => Ok(()),
    }
}

pub(super) fn raise(
    tender: &Tender,
    body: &RaiseObjection,
    context: &Context<'_>,
) -> Result<Vec<TenderEvent>, Refusal> {
    let notice = &tender.notice;
    let terms = notice.running()?;
    let bidder = context.person(Role::Bidder)?;
    require(bidder.org != terms.agency && bidder.org != terms.buyer, || {
        Refusal::forbidden("bidder_is_party")
    })?;
    let is_new = notice.objections.iter().all(|other| other.objection != body.objection);
    require(is_new, || Refusal::rule("objection_twice"))?;
    let own = notice.objections.iter().filter(|other| other.org == Some(bidder.org)).count();
    let is_within = notice.objections.len() < OBJECTIONS_MAX && own < OBJECTIONS_EACH_MAX;
    require(is_within, || Refusal::rule("objections_count"))?;
    evidence_fits(&body.evidence)?;
    stands(tender, body, bidder, context)?;
    let RaiseObjection { about, argument, claim, evidence, objection, remedy, scope } = body.clone();
    let answer_by = context.law.ends(terms.regime, Rule::ObjectionAnswer, context.now);
    Ok(vec![
        TenderEvent::ObjectionFiled { about, answer_by, claim, objection, scope },
        TenderEvent::ObjectionArgued { argument, evidence, objection, remedy },
        TenderEvent::ObjectorNamed { objection, org: bidder.org },
    ])
}

/// A few files, each once.
pub(super) fn evidence_fits(evidence: &[Digest]) -> Result<(), Refusal> {
    let each: BTreeSet<&Digest> = evidence.iter().collect();
    let fits = evidence.len() <= EVIDENCE_MAX && each.into_iter().eq(evidence);
    require(fits, || Refusal::rule("evidence_list").with("max", EVIDENCE_MAX))
}

/// Whether this bidder may object to this, now.
fn stands(
    tender: &Tender,
    body: &RaiseObjection,
    bidder: Person,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let terms = tender.notice.running()?;
    let too_late = |until: Option<Instant>| Refusal::not_now("too_late_to_object").with("until", until);
    let lot = match (&body.scope, body.about) {
        (None, ObjectionAbout::Document) => {
            let until = tender.notice.opening_at;
            let until = until.map(|at| context.law.latest_start(terms.regime, Rule::DocumentObjection, at));
            return require(until.is_some_and(|until| context.now <= until), || too_late(until));
        }
        (Some(_), ObjectionAbout::Document) | (None, _) => return Err(Refusal::rule("other_scope")),
        (Some(lot), ObjectionAbout::Opening | ObjectionAbout::Candidates) => {
            tender.lots.get(lot).ok_or_else(|| Refusal::unknown("unknown_lot"))?
        }
    };
    require(lot.closed_at.is_some() && lot.standing_of(bidder.org).is_some(), || {
        Refusal::forbidden("no_standing")
    })?;
    match (body.about, lot.stage, &lot.candidates) {
        (ObjectionAbout::Opening, Stage::Opening | Stage::SecondOpening, _) => Ok(()),
        (ObjectionAbout::Candidates, Stage::Candidates, Some((_, until))) => {
            require(context.now < *until, || too_late(Some(*until)))
        }
        (ObjectionAbout::Opening, _, _) => Err(too_late(None)),
        (ObjectionAbout::Candidates, _, Some((_, until))) => Err(too_late(Some(*until))),
        (ObjectionAbout::Candidates, _, None) => Err(Refusal::not_now("no_candidates")),
        (ObjectionAbout::Document, _, _) => Err(Refusal::rule("other_scope")),
    }
}

pub(super) fn withdraw(
    notice: &Notice,
    body: &WithdrawObjection,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    notice.running()?;
    let bidder = context.person(Role::Bidder)?;
    let objection = notice.objection(body.objection)?;
    require(objection.org == Some(bidder.org), || Refusal::forbidden("other_organisation"))?;
    require(objection.is_open(), || Refusal::rule("already_answered"))?;
    Ok(TenderEvent::ObjectionWithdrawn { objection: body.objection })
}

pub(super) fn decide(
    notice: &Notice,
    body: &DecideObjection,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    of_org(context, Role::Buyer, notice.running()?.buyer)?;
    let objection = notice.objection(body.objection)?;
    require(objection.is_open(), || Refusal::rule("already_answered"))?;
    let DecideObjection { decision, objection: id, text } = body.clone();
    let is_late = context.now > objection.answer_by;
    Ok(TenderEvent::ObjectionDecided { decision, is_late, objection: id, text })
}

pub(super) fn apply(objections: &mut Vec<Objection>, event: &TenderEvent, now: Instant) {
    let (id, change): (_, &dyn Fn(&mut Objection)) = match event {
        TenderEvent::ObjectionFiled { about, answer_by, claim, objection, scope } => {
            objections.push(Objection {
                objection: *objection,
                about: *about,
                scope: scope.clone(),
                claim: claim.clone(),
                argued: None,
                org: None,
                raised_at: now,
                answer_by: *answer_by,
                is_withdrawn: false,
                ended_at: None,
                answer: None,
                is_remedied: false,
            });
            return;
        }
        TenderEvent::ObjectionArgued { argument, evidence, objection, remedy } => (objection, &|one| {
            let (argument, evidence, remedy) = (argument.clone(), evidence.clone(), remedy.clone());
            one.argued = Some(Argued { argument, evidence, remedy });
        }),
        TenderEvent::ObjectorNamed { objection, org } => (objection, &|one| one.org = Some(*org)),
        TenderEvent::ObjectionWithdrawn { objection } => (objection, &|one| {
            (one.is_withdrawn, one.ended_at) = (true, Some(now));
        }),
        TenderEvent::ObjectionDecided { decision, is_late, objection, text } => (objection, &|one| {
            let (decision, is_late, text) = (*decision, *is_late, text.clone());
            one.ended_at = Some(now);
            one.answer = Some(CaseAnswer { decision, decided_at: now, is_late, text });
        }),
        _ => return,
    };
    objections.iter_mut().filter(|objection| objection.objection == *id).for_each(change);
}

/// What an upheld objection to the candidates asked for is done: the lot goes back to the panel, or has failed.
pub(super) fn remedied(objections: &mut [Objection], lot: &LotId) {
    let upheld = objections.iter_mut().filter(|one| one.is_unremedied() && one.concerns(lot));
    upheld.for_each(|objection| objection.is_remedied = true);
}
