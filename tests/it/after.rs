//! What binds and corrects a procedure, and what follows from its award: directives, objections, complaints, fallen
//! winners, the contract.

use std::io::Cursor;
use std::process::Command as Process;

use kaibiao::base::{
    BidId, ComplaintId, Digest, DirectiveId, EnquiryId, LongText, LotId, ObjectionId, Span, TenderId,
};
use kaibiao::centre::{CentreCommand, SetTimeLimits};
use kaibiao::intake::Intake;
use kaibiao::law::{Amount, Override, Rule};
use kaibiao::replay::bundle::Scope;
use kaibiao::replay::check::Report;
use kaibiao::replay::derive;
use kaibiao::tender::{
    AcceptComplaint, AmendContract, AnswerDirective, ArchiveTender, AskEnquiry, CaseDecision, CheckIn,
    CloseLot, Command, ComplaintGround, ComplaintStatus, ConfirmAward, DecideComplaint, DecideObjection,
    DeclareRetender, DirectiveOrder, FailureReason, FallReason, FileComplaint, IssueAddendum, IssueDirective,
    LotCommand, NameRetender, ObjectionAbout, OpeningStep, Procedure, RaiseObjection, RecordPerformance,
    RefuseComplaint, ReportWinnerFallen, ReturnToPanel, SignContract, Stage, StartReading, TenderCommand,
    WithdrawBid, WithdrawObjection,
};
use uuid::Uuid;

use crate::harness::{Actor, Center, PERIOD, code, lot};
use crate::sealed::envelopes;
use crate::terms::long;

on_both_databases!(
    a_suspension_holds_everything_but_what_protects_people,
    a_suspended_opening_rests_and_goes_on,
    only_a_supervisor_directs,
    a_correction_is_answered_before_the_file_is_closed,
    an_objection_to_the_document_holds_the_close_and_names_nobody,
    an_upheld_objection_sends_the_lot_back_to_its_panel,
    a_complaint_follows_an_objection_and_its_steps,
    the_second_wins_only_when_the_first_has_fallen,
    a_contract_has_both_signatures_and_the_price_of_the_bid,
    a_lot_that_lost_its_winner_may_be_tendered_again,
    a_new_tender_names_the_lot_that_failed,
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
        TenderCommand::IssueAddendum(IssueAddendum {
            affects_bids: false,
            documents: Vec::new(),
            number: 1,
            opening_at,
            text,
        })
    };
    assert_eq!(code(center.tender(&center.host, addendum(None)).await), "suspended");
    let later = center.state().notice.opening_at.map(|opening| opening + PERIOD);
    center.tender(&center.host, addendum(later)).await.expect("what postpones goes on");
    center
        .lot(&center.bidders[0], LotCommand::WithdrawBid(WithdrawBid { bid: early }))
        .await
        .expect("withdrawn");
    for index in 0..3 {
        center.bid_after(1, index).await;
    }
    center.clock.advance(PERIOD);
    center.clock.advance(PERIOD);
    let state = center.state();
    let close = CloseLot { bids: 3, root: derive::closed_root(&state.lots[&lot()]) };
    let close = Command::Lot(lot(), LotCommand::CloseLot(close));
    let refused = center.ledger.system(center.tender, close).await;
    assert_eq!(code(refused), "suspended", "the platform is bound too");
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].stage, Stage::Receiving);
    center.direct(DirectiveOrder::Resume).await;
    center.clock.advance(PERIOD);
    center.hold_opening(&[0, 1, 2]).await;
    let report = center.audit_twice().await;
    assert!(
        report.to_text().contains("because the supervisor had suspended it"),
        "the late close has its cause"
    );
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
    center.audit_twice().await;
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
    center.audit_twice().await;
}

/// Days of the law's own limits, which the test centre leaves as they are.
const DAY: Span = Span::days(1);

/// An objection under a new id.
fn objection(about: ObjectionAbout, scope: Option<LotId>) -> RaiseObjection {
    RaiseObjection {
        about,
        argument: long("评分与招标文件不符"),
        claim: long("技术评分有误"),
        evidence: Vec::new(),
        objection: ObjectionId(Uuid::new_v4()),
        remedy: long("请求重新评审"),
        scope,
    }
}

fn complaint(ground: ComplaintGround) -> FileComplaint {
    FileComplaint {
        argument: long("答复没有说明理由"),
        claim: long("异议未得到处理"),
        complaint: ComplaintId(Uuid::new_v4()),
        evidence: Vec::new(),
        ground,
        remedy: long("责令重新评审"),
    }
}

impl Center {
    /// One envelope each of three bidders, opened, evaluated, and the candidates public.
    async fn until_candidates(&mut self) -> Vec<BidId> {
        self.publish(Procedure::OneStage).await;
        self.seat_panel().await;
        for (index, price) in [86_000_000, 85_000_000, 84_000_000].into_iter().enumerate() {
            self.bid(&self.bidders[index], price).await;
        }
        self.clock.advance(PERIOD);
        self.hold_opening(&[0, 1, 2]).await;
        self.evaluate(None).await;
        self.name_candidates().await;
        self.state().lots[&lot()].standing_candidates().collect()
    }

    /// Raises an objection; its id.
    async fn object(&self, by: &Actor, about: ObjectionAbout, scope: Option<LotId>) -> ObjectionId {
        let body = objection(about, scope);
        let id = body.objection;
        self.tender(by, TenderCommand::RaiseObjection(body)).await.expect("objected");
        id
    }

    /// The centre lets the document be objected to until the deadline, so that a test need not wait for days.
    async fn allow_late_objections(&self) {
        let mut limits = self.ledger.centre().law.limits.clone();
        let amount = Amount::seconds(0);
        limits.overrides.push(Override { amount, rule: Rule::DocumentObjection });
        self.centre(CentreCommand::SetTimeLimits(SetTimeLimits { limits })).await.expect("limits");
    }

    /// The host names of what the draft is the new tender, the way people's acts come in; the code.
    async fn name_retender(&self, command: TenderCommand) -> &'static str {
        let (kind, lot, body) = Command::Tender(command).encode().expect("a command");
        let act = self.host.sign(Some(self.tender), lot, &kind, &body);
        let intake = Intake::new(self.ledger.clone(), self.ledger.database().clone(), self.files.clone());
        code(intake.submit(self.host.person, act).await)
    }

    /// As [`Center::audit`]; and the second verifier, where there is Node, decides every act again too.
    async fn audit_twice(&self) -> Report {
        let report = self.audit().await;
        let sink = Cursor::new(Vec::new());
        let written = self.ledger.export(self.tender, Scope::Supervisor, &self.files, true, sink).await;
        let file = self.home.join("evidence.tdr");
        std::fs::write(&file, written.expect("exported").into_inner()).expect("written");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify/bundle.mjs");
        let mut node = Process::new("node");
        node.arg(script).arg(&file).args(["--log-key", &self.ledger.log_vkey()]);
        if let Ok(said) = node.output() {
            assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
        }
        report
    }

    /// What the buyer answers to an objection.
    fn answer(id: ObjectionId, decision: CaseDecision) -> TenderCommand {
        let text = long("经核查");
        TenderCommand::DecideObjection(DecideObjection { decision, objection: id, text })
    }

    /// The bidder of `bid`.
    fn bidder_of(&self, bid: BidId) -> &Actor {
        let org = self.state().lots[&lot()].bids[&bid].org;
        self.bidders.iter().find(|bidder| bidder.org == org).expect("a bidder")
    }
}

async fn an_objection_to_the_document_holds_the_close_and_names_nobody(mut center: Center) {
    center.allow_late_objections().await;
    center.publish(Procedure::OneStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    let served = center.serve().await;
    let id = center.object(&center.bidders[3], ObjectionAbout::Document, None).await;
    let path = format!("/api/tenders/{}", center.tender);
    let org = center.bidders[3].org.to_string();
    let others = [&center.supervisor, &center.host, &center.buyer, &center.bidders[0]];
    for other in others {
        let told = served.sign_in(other).await.get(&path).await;
        assert!(told.text.contains("技术评分有误") && !told.text.contains(&org), "the claim, not the name");
    }
    let own = served.sign_in(&center.bidders[3]).await.get(&path).await.json();
    assert_eq!(own["objections"][0]["is_mine"], true);
    center.clock.advance(PERIOD);
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].stage, Stage::Receiving, "the close waits for the answer");
    let host = center.tender(&center.host, Center::answer(id, CaseDecision::Rejected)).await;
    assert_eq!(code(host), "role_not_allowed");
    center.clock.advance(PERIOD);
    center.tender(&center.buyer, Center::answer(id, CaseDecision::Rejected)).await.expect("answered");
    assert!(!center.state().notice.objections[0].answer.as_ref().expect("an answer").is_late);
    center.settle().await;
    let told = served.sign_in(&center.recorder).await.get(&path).await;
    assert!(told.text.contains(&org), "after the close the buyer's house may know who objected");
    let late = TenderCommand::RaiseObjection(objection(ObjectionAbout::Document, None));
    assert_eq!(code(center.tender(&center.bidders[3], late).await), "too_late_to_object");
    let report = center.audit_twice().await;
    assert!(report.to_text().contains("because an objection to the document awaited its answer"));
}

async fn an_upheld_objection_sends_the_lot_back_to_its_panel(mut center: Center) {
    let candidates = center.until_candidates().await;
    let stranger = TenderCommand::RaiseObjection(objection(ObjectionAbout::Candidates, Some(lot())));
    assert_eq!(code(center.tender(&center.bidders[3], stranger).await), "no_standing");
    let taken_back =
        center.object(center.bidder_of(candidates[1]), ObjectionAbout::Candidates, Some(lot())).await;
    let withdraw = || TenderCommand::WithdrawObjection(WithdrawObjection { objection: taken_back });
    let other = center.tender(center.bidder_of(candidates[0]), withdraw()).await;
    assert_eq!(code(other), "other_organisation");
    center.tender(center.bidder_of(candidates[1]), withdraw()).await.expect("taken back");
    let id = center.object(center.bidder_of(candidates[2]), ObjectionAbout::Candidates, Some(lot())).await;
    center.clock.advance(PERIOD);
    let award = || LotCommand::ConfirmAward(ConfirmAward { bid: candidates[0] });
    assert_eq!(code(center.lot(&center.buyer, award()).await), "objection_open");
    let late = TenderCommand::RaiseObjection(objection(ObjectionAbout::Candidates, Some(lot())));
    assert_eq!(code(center.tender(center.bidder_of(candidates[1]), late).await), "too_late_to_object");
    center.tender(&center.buyer, Center::answer(id, CaseDecision::Upheld)).await.expect("upheld");
    assert_eq!(code(center.lot(&center.buyer, award()).await), "objection_upheld");
    let back = |objection| {
        let reason = long("第二位候选人的业绩计分有误");
        LotCommand::ReturnToPanel(ReturnToPanel { objection, reason })
    };
    assert_eq!(code(center.lot(&center.buyer, back(taken_back)).await), "not_upheld");
    assert_eq!(code(center.lot(&center.host, back(id)).await), "role_not_allowed");
    center.lot(&center.buyer, back(id)).await.expect("back to the panel");
    assert_eq!(center.state().lots[&lot()].stage, Stage::Reviewing);
    center.review(Some(candidates[0])).await;
    center.name_candidates().await;
    let after: Vec<BidId> = center.state().lots[&lot()].standing_candidates().collect();
    assert_eq!(after.len(), 2, "the rejected bid is no candidate any more");
    assert_eq!(code(center.lot(&center.buyer, back(id)).await), "not_upheld", "one objection, one round");
    center.wait_and_award().await;
    center.conclude().await;
    center.audit_twice().await;
}

async fn a_complaint_follows_an_objection_and_its_steps(mut center: Center) {
    let candidates = center.until_candidates().await;
    let bidder = center.bidder_of(candidates[1]);
    let id = center.object(bidder, ObjectionAbout::Candidates, Some(lot())).await;
    let after_objection = || complaint(ComplaintGround::Objection { objection: id });
    let early = center.tender(bidder, TenderCommand::FileComplaint(after_objection())).await;
    assert_eq!(code(early), "objection_open");
    center.tender(&center.buyer, Center::answer(id, CaseDecision::Rejected)).await.expect("answered");
    let other = center.bidder_of(candidates[0]);
    let of_another = center.tender(other, TenderCommand::FileComplaint(after_objection())).await;
    assert_eq!(code(of_another), "unknown_objection");
    let body = after_objection();
    let filed = body.complaint;
    center.tender(bidder, TenderCommand::FileComplaint(body)).await.expect("filed");
    let decide = || {
        let text = long("投诉不成立");
        let decision = CaseDecision::Rejected;
        TenderCommand::DecideComplaint(DecideComplaint { complaint: filed, decision, text })
    };
    assert_eq!(code(center.tender(&center.supervisor, decide()).await), "complaint_not_accepted");
    let accept = || TenderCommand::AcceptComplaint(AcceptComplaint { complaint: filed });
    assert_eq!(code(center.tender(&center.buyer, accept()).await), "role_not_allowed");
    center.tender(&center.supervisor, accept()).await.expect("accepted");
    center.tender(&center.supervisor, decide()).await.expect("decided");
    let unfounded = ComplaintGround::Knowledge { known_at: center.clock.now(), scope: None };
    let unfounded = complaint(unfounded);
    let refused = unfounded.complaint;
    center.tender(bidder, TenderCommand::FileComplaint(unfounded)).await.expect("filed");
    let refuse = RefuseComplaint { complaint: refused, reason: long("不属于受理范围") };
    center.tender(&center.supervisor, TenderCommand::RefuseComplaint(refuse)).await.expect("refused");
    let old = ComplaintGround::Knowledge { known_at: center.clock.now() + Span(-40 * DAY.0), scope: None };
    let old = center.tender(bidder, TenderCommand::FileComplaint(complaint(old))).await;
    assert_eq!(code(old), "too_late_to_complain");
    let state = center.state();
    assert!(matches!(state.notice.complaints[0].status, ComplaintStatus::Decided { .. }));
    center.clock.advance(PERIOD);
    center.audit_twice().await;
}

async fn the_second_wins_only_when_the_first_has_fallen(mut center: Center) {
    let candidates = center.until_candidates().await;
    center.clock.advance(PERIOD);
    let award = |bid| LotCommand::ConfirmAward(ConfirmAward { bid });
    assert_eq!(code(center.lot(&center.buyer, award(candidates[1])).await), "not_first_candidate");
    let fallen = |bid, reason| {
        LotCommand::ReportWinnerFallen(ReportWinnerFallen { bid, reason, text: long("书面放弃") })
    };
    let skipped = center.lot(&center.buyer, fallen(candidates[1], FallReason::Withdrew)).await;
    assert_eq!(code(skipped), "not_first_candidate");
    center.lot(&center.buyer, award(candidates[0])).await.expect("awarded");
    let by_host = center.lot(&center.host, fallen(candidates[0], FallReason::Withdrew)).await;
    assert_eq!(code(by_host), "role_not_allowed");
    center.lot(&center.buyer, fallen(candidates[0], FallReason::Withdrew)).await.expect("fallen");
    assert_eq!(code(center.lot(&center.buyer, award(candidates[0])).await), "not_first_candidate");
    center.wait_and_award().await;
    assert_eq!(center.state().lots[&lot()].awarded, Some(candidates[1]));
    center.conclude().await;
    center.audit_twice().await;
}

async fn a_contract_has_both_signatures_and_the_price_of_the_bid(mut center: Center) {
    center.until_candidates().await;
    center.wait_and_award().await;
    let LotCommand::SignContract(honest) = center.contract() else { panic!("a contract") };
    let sign = |contract_sha256, price_minor| {
        LotCommand::SignContract(SignContract { contract_sha256, price_minor })
    };
    let dearer = sign(honest.contract_sha256, honest.price_minor + 1);
    assert_eq!(code(center.lot(&center.buyer, dearer).await), "contract_price");
    assert_eq!(code(center.lot(center.winner(), center.contract()).await), "buyer_signs_first");
    center.lot(&center.buyer, center.contract()).await.expect("the buyer signs");
    let other = sign(Digest::of(b"another contract"), honest.price_minor);
    assert_eq!(code(center.lot(center.winner(), other).await), "contract_differs");
    let loser = center.bidders[..3].iter().find(|bidder| bidder.org != center.winner().org).expect("a loser");
    assert_eq!(code(center.lot(loser, center.contract()).await), "not_a_party");
    center.lot(center.winner(), center.contract()).await.expect("the winner signs");
    assert_eq!(center.state().lots[&lot()].stage, Stage::Contracted);
    let amend = |number| {
        let amendment_sha256 = Digest::of(b"an amendment");
        LotCommand::AmendContract(AmendContract {
            amendment_sha256, number, text: long("工期顺延十天")
        })
    };
    center.lot(center.winner(), amend(1)).await.expect("proposed");
    assert_eq!(code(center.lot(center.winner(), amend(1)).await), "already_signed");
    center.lot(&center.buyer, amend(1)).await.expect("agreed");
    let done = RecordPerformance { is_on_time: true, text: long("基础完工") };
    center.lot(&center.buyer, LotCommand::RecordPerformance(done)).await.expect("recorded");
    let archive = || TenderCommand::ArchiveTender(ArchiveTender { note: None });
    assert_eq!(code(center.tender(&center.host, archive()).await), "lots_not_completed", "not reported yet");
    center.audit_twice().await;
}

async fn a_lot_that_lost_its_winner_may_be_tendered_again(mut center: Center) {
    let candidates = center.until_candidates().await;
    let retender = || LotCommand::DeclareRetender(DeclareRetender { reason: long("重新招标") });
    assert_eq!(code(center.lot(&center.buyer, retender()).await), "no_ground_to_retender");
    center.wait_and_award().await;
    center.clock.advance(Span(40 * DAY.0));
    assert_eq!(code(center.lot(&center.buyer, center.contract()).await), "too_late_to_sign");
    let fallen = ReportWinnerFallen {
        bid: candidates[0],
        reason: FallReason::NoPerformanceSecurity,
        text: long("逾期未提交"),
    };
    center.lot(&center.buyer, LotCommand::ReportWinnerFallen(fallen)).await.expect("fallen");
    center.lot(&center.buyer, retender()).await.expect("given up");
    assert_eq!(center.state().lots[&lot()].stage, Stage::Failed(FailureReason::WinnerFallen));
    let archive = TenderCommand::ArchiveTender(ArchiveTender { note: None });
    center.tender(&center.host, archive).await.expect("archived");
    center.audit_twice().await;
}

async fn a_new_tender_names_the_lot_that_failed(mut center: Center) {
    let candidates = center.until_candidates().await;
    let old = center.tender;
    let fallen =
        ReportWinnerFallen {
            bid: candidates[0], reason: FallReason::ForceMajeure, text: long("不可抗力")
        };
    let named = || TenderCommand::NameRetender(NameRetender { of_lot: lot(), of_tender: old });
    center.tender = TenderId(Uuid::new_v4());
    center.draft(Procedure::OneStage).await;
    assert_eq!(center.name_retender(named()).await, "lot_has_not_failed");
    let new = std::mem::replace(&mut center.tender, old);
    center.lot(&center.buyer, LotCommand::ReportWinnerFallen(fallen)).await.expect("fallen");
    let retender = LotCommand::DeclareRetender(DeclareRetender { reason: long("重新招标") });
    center.lot(&center.buyer, retender).await.expect("given up");
    center.tender = new;
    assert_eq!(center.name_retender(named()).await, "accepted");
    assert_eq!(code(center.tender(&center.buyer, named()).await), "role_not_allowed");
    let publish = TenderCommand::PublishTender(center.publication());
    assert_eq!(
        code(center.tender(&center.host, publish).await),
        "not_approved",
        "the buyer approves it with it"
    );
    center.approve().await;
    let publish = TenderCommand::PublishTender(center.publication());
    center.tender(&center.host, publish).await.expect("published");
    assert_eq!(center.state().notice.retender_of.as_ref().map(|of| of.tender), Some(old));
}
