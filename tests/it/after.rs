//! What binds and corrects a procedure: directives of the supervisor.

use kaibiao::base::{DirectiveId, LongText, LotId};
use kaibiao::tender::{
    AnswerDirective, ArchiveTender, AskEnquiry, CheckIn, CloseLot, DirectiveOrder, IssueAddendum,
    IssueDirective, LotCommand, OpeningStep, Procedure, Stage, StartReading, TenderCommand, WithdrawBid,
};
use kaibiao::{base::EnquiryId, replay::derive};
use uuid::Uuid;

use crate::harness::{Center, PERIOD, code, lot};
use crate::sealed::envelopes;
use crate::terms::long;

on_both_databases!(
    a_suspension_holds_everything_but_what_protects_people,
    a_suspended_opening_rests_and_goes_on,
    only_a_supervisor_directs,
    a_correction_is_answered_before_the_file_is_closed,
);

/// A directive under a new id.
fn directive(order: DirectiveOrder, scope: Option<LotId>, reason: &str) -> IssueDirective {
    IssueDirective { directive: DirectiveId(Uuid::new_v4()), order, reason: long(reason), scope }
}

impl Center {
    /// The supervisor orders something of the whole tender.
    async fn direct(&self, order: DirectiveOrder) -> DirectiveId {
        let body = directive(order, None, "收到投诉，需要核查");
        let id = body.directive;
        self.tender(&self.supervisor, TenderCommand::IssueDirective(body)).await.expect("directed");
        id
    }

    /// A bid that takes so many addenda into account.
    async fn bid_after(&self, addenda: u32, index: usize) {
        let bidder = &self.bidders[index];
        let sealed = envelopes(&self.state(), bidder.key_id(), 90_000_000);
        for envelope in &sealed {
            self.upload(bidder, envelope).await;
        }
        let submit = Self::submission(&sealed, None, addenda);
        self.lot(bidder, LotCommand::SubmitBid(submit)).await.expect("received");
    }
}

async fn a_suspension_holds_everything_but_what_protects_people(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    let early = center.bid(&center.bidders[0], 90_000_000).await;
    center.direct(DirectiveOrder::Suspend).await;
    let again = directive(DirectiveOrder::Suspend, None, "再次");
    let again = center.tender(&center.supervisor, TenderCommand::IssueDirective(again)).await;
    assert_eq!(code(again), "already_suspended");
    let check_in = center.lot(&center.bidders[0], LotCommand::CheckIn(CheckIn {})).await;
    assert_eq!(code(check_in), "suspended");
    let ask = AskEnquiry { enquiry: EnquiryId(Uuid::new_v4()), text: long("工期？") };
    assert_eq!(code(center.tender(&center.bidders[1], TenderCommand::AskEnquiry(ask)).await), "suspended");
    let addendum = |opening_at| {
        let text: LongText = long("补遗");
        TenderCommand::IssueAddendum(IssueAddendum { documents: Vec::new(), number: 1, opening_at, text })
    };
    assert_eq!(code(center.tender(&center.host, addendum(None)).await), "suspended");
    let later = center.state().notice.opening_at.map(|opening| opening + PERIOD);
    center.tender(&center.host, addendum(later)).await.expect("what postpones goes on");
    center.lot(&center.bidders[0], LotCommand::WithdrawBid(WithdrawBid { bid: early })).await.expect("withdrawn");
    for index in 0..3 {
        center.bid_after(1, index).await;
    }
    center.clock.advance(PERIOD);
    center.clock.advance(PERIOD);
    let state = center.state();
    let close = CloseLot { bids: 3, root: derive::closed_root(&state.lots[&lot()]) };
    let close = kaibiao::tender::Command::Lot(lot(), LotCommand::CloseLot(close));
    let refused = center.ledger.system(center.tender, close).await;
    assert_eq!(code(refused), "suspended", "the platform is bound too");
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].stage, Stage::Receiving);
    center.direct(DirectiveOrder::Resume).await;
    center.clock.advance(PERIOD);
    center.hold_opening(&[0, 1, 2]).await;
    let report = center.audit().await;
    assert!(report.to_text().contains("because the supervisor had suspended it"), "the late close has its cause");
}

async fn a_suspended_opening_rests_and_goes_on(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    center.clock.advance(PERIOD);
    assert!(center.jobs.turn().await, "closed");
    let only = directive(DirectiveOrder::Suspend, Some(lot()), "标段暂停");
    center.tender(&center.supervisor, TenderCommand::IssueDirective(only)).await.expect("suspended");
    center.settle().await;
    assert!(center.state().lots[&lot()].order.is_empty(), "nothing is drawn or released");
    let whole = directive(DirectiveOrder::Resume, None, "恢复");
    let whole = center.tender(&center.supervisor, TenderCommand::IssueDirective(whole)).await;
    assert_eq!(code(whole), "not_suspended", "what was suspended is the lot");
    let resume = directive(DirectiveOrder::Resume, Some(lot()), "恢复");
    center.tender(&center.supervisor, TenderCommand::IssueDirective(resume)).await.expect("resumed");
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].openings[0].step, OpeningStep::Unsealed);
    center.direct(DirectiveOrder::Suspend).await;
    let reading = center.lot(&center.host, LotCommand::StartReading(StartReading {})).await;
    assert_eq!(code(reading), "suspended");
    center.audit().await;
}

async fn only_a_supervisor_directs(center: Center) {
    center.publish(Procedure::OneStage).await;
    for actor in [&center.host, &center.buyer, &center.recorder, &center.bidders[0], &center.experts[0]] {
        let order = TenderCommand::IssueDirective(directive(DirectiveOrder::Suspend, None, "不得"));
        assert_eq!(code(center.tender(actor, order).await), "role_not_allowed");
    }
    let nowhere = directive(DirectiveOrder::Suspend, Some("9".parse().expect("a lot id")), "无此标段");
    let nowhere = center.tender(&center.supervisor, TenderCommand::IssueDirective(nowhere)).await;
    assert_eq!(code(nowhere), "unknown_lot");
}

async fn a_correction_is_answered_before_the_file_is_closed(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    center.bid(&center.bidders[0], 90_000_000).await;
    center.clock.advance(PERIOD);
    center.settle().await;
    assert!(matches!(center.state().lots[&lot()].stage, Stage::Failed(_)), "too few bids");
    let corrected = center.direct(DirectiveOrder::Correct).await;
    let archive = || TenderCommand::ArchiveTender(ArchiveTender { note: None });
    assert_eq!(code(center.tender(&center.host, archive()).await), "directive_unanswered");
    let answer = || {
        let text = long("已在公告中更正");
        TenderCommand::AnswerDirective(AnswerDirective { directive: corrected, text })
    };
    assert_eq!(code(center.tender(&center.buyer, answer()).await), "role_not_allowed");
    center.tender(&center.host, answer()).await.expect("answered");
    assert_eq!(code(center.tender(&center.host, answer()).await), "already_answered");
    center.tender(&center.host, archive()).await.expect("archived");
    center.audit().await;
}
