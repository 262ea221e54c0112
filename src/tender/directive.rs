//! Directives of the supervisor: suspend, resume, correct. They bind host, buyer, bidders and the platform alike.
//!
//! *Invariant*: while a tender or a lot is suspended nothing goes forward on it, whoever asks; what is in flight is told
//! truthfully, and what protects people (bids in time, withdrawals, objections, answers) goes on.

use serde::Serialize;
use ts_rs::TS;

use super::Context;
use super::command::{
    AnswerDirective, Command, DirectiveOrder, IssueAddendum, IssueDirective, LotCommand, TenderCommand,
};
use super::event::TenderEvent;
use super::notice::{Notice, host_of};
use crate::base::{DirectiveId, Instant, LongText, LotId, Refusal, Role, require};

/// Most directives of one tender.
pub const DIRECTIVES_MAX: usize = 200;

/// A directive.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Directive {
    /// Its id.
    pub directive: DirectiveId,
    /// When it was issued.
    pub issued_at: Instant,
    /// What it orders.
    pub order: DirectiveOrder,
    /// Why.
    pub reason: LongText,
    /// The lot; none: the whole tender.
    #[ts(type = "string | null")]
    pub scope: Option<LotId>,
    /// The host's answer to a correction.
    pub answer: Option<LongText>,
    /// When a suspension ended.
    pub lifted_at: Option<Instant>,
}

impl Directive {
    /// Whether it suspends, and still does.
    pub fn is_suspending(&self) -> bool {
        self.order == DirectiveOrder::Suspend && self.lifted_at.is_none()
    }

    /// Whether it concerns `lot`; without one: the tender as a whole.
    fn concerns(&self, lot: Option<&LotId>) -> bool {
        self.scope.is_none() || self.scope.as_ref() == lot
    }

    /// Whether it asks for an answer that has not come.
    pub fn is_unanswered(&self) -> bool {
        self.order == DirectiveOrder::Correct && self.answer.is_none()
    }
}

impl Notice {
    /// The suspension in force on `lot`; without one: on the tender as a whole.
    pub fn suspension(&self, lot: Option<&LotId>) -> Option<&Directive> {
        self.directives.iter().find(|directive| directive.is_suspending() && directive.concerns(lot))
    }

    /// The suspension of `lot` that was in force at `moment`, if one was.
    pub fn suspended_at(&self, lot: &LotId, moment: Instant) -> Option<&Directive> {
        let was_in_force = |directive: &&Directive| {
            directive.order == DirectiveOrder::Suspend
                && directive.concerns(Some(lot))
                && directive.issued_at <= moment
                && directive.lifted_at.is_none_or(|lifted| lifted >= moment)
        };
        self.directives.iter().find(was_in_force)
    }
}

/// Refuses what must wait while the tender, or the lot that is asked of, is suspended.
pub(super) fn permit(notice: &Notice, command: &Command) -> Result<(), Refusal> {
    let lot = match command {
        Command::Tender(_) => None,
        Command::Lot(lot, _) => Some(lot),
    };
    match notice.suspension(lot) {
        Some(directive) if !goes_on(command) => {
            Err(Refusal::not_now("suspended").with("directive", directive.directive))
        }
        Some(_) | None => Ok(()),
    }
}

/// What goes on while everything else is suspended.
fn goes_on(command: &Command) -> bool {
    match command {
        Command::Tender(command) => matches!(
            command,
            TenderCommand::IssueAddendum(IssueAddendum { opening_at: Some(_), .. })
                | TenderCommand::AnswerEnquiry(_)
                | TenderCommand::IssueDirective(_)
                | TenderCommand::AnswerDirective(_)
                | TenderCommand::RaiseObjection(_)
                | TenderCommand::WithdrawObjection(_)
                | TenderCommand::DecideObjection(_)
                | TenderCommand::FileComplaint(_)
                | TenderCommand::AcceptComplaint(_)
                | TenderCommand::RefuseComplaint(_)
                | TenderCommand::DecideComplaint(_)
                | TenderCommand::RecordSchedule(_)
                | TenderCommand::RecordFloorKey(_)
                | TenderCommand::Tick(_)
        ),
        Command::Lot(_, command) => matches!(
            command,
            LotCommand::SubmitBid(_)
                | LotCommand::WithdrawBid(_)
                | LotCommand::ReconfirmBid(_)
                | LotCommand::ObjectInRoom(_)
                | LotCommand::AnswerObjection(_)
                | LotCommand::RecordSealCheck(_)
                | LotCommand::RecordUnsealed(_)
                | LotCommand::RecordWaiting(_)
        ),
    }
}

pub(super) fn issue(
    notice: &Notice,
    body: &IssueDirective,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    context.person(Role::Supervisor)?;
    let terms = notice.running()?;
    let is_lot = body.scope.as_ref().is_none_or(|lot| terms.lot(lot).is_some());
    require(is_lot, || Refusal::unknown("unknown_lot"))?;
    require(notice.directives.len() < DIRECTIVES_MAX, || Refusal::rule("directives_count"))?;
    let is_new = notice.directives.iter().all(|directive| directive.directive != body.directive);
    require(is_new, || Refusal::rule("directive_twice"))?;
    let is_suspended = notice.directives.iter().any(|one| one.is_suspending() && one.scope == body.scope);
    match body.order {
        DirectiveOrder::Suspend => require(!is_suspended, || Refusal::rule("already_suspended"))?,
        DirectiveOrder::Resume => require(is_suspended, || Refusal::not_now("not_suspended"))?,
        DirectiveOrder::Correct => {}
    }
    let IssueDirective { directive, order, reason, scope } = body.clone();
    Ok(TenderEvent::DirectiveIssued { directive, order, reason, scope })
}

pub(super) fn answer(
    notice: &Notice,
    body: &AnswerDirective,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    host_of(notice.running()?, context)?;
    let directive = notice.directives.iter().find(|directive| directive.directive == body.directive);
    let directive = directive.ok_or_else(|| Refusal::unknown("unknown_directive"))?;
    require(directive.order == DirectiveOrder::Correct, || Refusal::rule("no_answer_asked"))?;
    require(directive.answer.is_none(), || Refusal::rule("already_answered"))?;
    Ok(TenderEvent::DirectiveAnswered { directive: body.directive, text: body.text.clone() })
}

pub(super) fn apply(directives: &mut Vec<Directive>, event: &TenderEvent, now: Instant) {
    match event {
        TenderEvent::DirectiveIssued { directive, order, reason, scope } => {
            if *order == DirectiveOrder::Resume {
                let ended = directives.iter_mut().filter(|one| one.is_suspending() && one.scope == *scope);
                ended.for_each(|one| one.lifted_at = Some(now));
            }
            directives.push(Directive {
                directive: *directive,
                issued_at: now,
                order: *order,
                reason: reason.clone(),
                scope: scope.clone(),
                answer: None,
                lifted_at: None,
            });
        }
        TenderEvent::DirectiveAnswered { directive, text } => {
            if let Some(asked) = directives.iter_mut().find(|one| one.directive == *directive) {
                asked.answer = Some(text.clone());
            }
        }
        _ => {}
    }
}
