//! Limits of time as law: the notice a day short, the change fourteen days before, the decree in the middle, the bid on an
//! older document.

use kaibiao::base::{Instant, LongText, Regime, Span};
use kaibiao::centre::{CentreCommand, SetTimeLimits};
use kaibiao::law::{Amount, Day, Holidays, Rule, TimeLimits, Unit};
use kaibiao::ledger::Rejected;
use kaibiao::replay::Rejection;
use kaibiao::tender::{
    BidStatus, DraftTender, IssueAddendum, LotCommand, Procedure, ReconfirmBid, ReviseTender, TenderCommand,
};
use serde_json::json;

use crate::harness::{Center, PERIOD, code, lot};
use crate::terms::{long, terms};

on_both_databases!(
    a_notice_one_day_short_is_refused_with_its_article,
    a_change_fourteen_days_before_postpones,
    a_decree_in_the_middle_moves_what_is_decided_after_it,
    a_centres_own_limits_need_a_reason_and_a_registrar,
    a_bid_on_an_older_document_is_reconfirmed_by_one_act,
    pages_are_told_the_limits_by_the_same_functions,
);

const DAY: Span = Span::days(1);

/// The law's own limits, as a centre has them that set none.
async fn lawful(center: &Center) {
    let limits = TimeLimits::default();
    center.centre(CentreCommand::SetTimeLimits(SetTimeLimits { limits })).await.expect("the law's own");
}

fn earliest(center: &Center) -> Instant {
    center.ledger.centre().law.ends(Regime::Bidding, Rule::NoticeToDeadline, center.clock.now())
}

/// Drafts, or revises, with this opening, and has it approved.
async fn approved(center: &Center, opening_at: Instant) {
    let terms = terms(center.buyer.org, center.host.org, opening_at, Procedure::TwoStage);
    let draft = if center.ledger.tender(center.tender).is_some() {
        TenderCommand::ReviseTender(ReviseTender { terms })
    } else {
        TenderCommand::DraftTender(DraftTender { terms })
    };
    center.tender(&center.host, draft).await.expect("drafted");
    if center.state().notice.documents.is_empty() {
        center.add_document().await;
    }
    center.approve().await;
}

/// Lets the opening come, and has everything checked once more from the export.
async fn closed(center: &mut Center) {
    let opening = center.state().notice.opening_at.expect("published");
    center.clock.advance(opening.since(center.clock.now()));
    center.clock.advance(Span(1));
    center.settle().await;
    center.audit().await;
}

fn publish(center: &Center) -> TenderCommand {
    TenderCommand::PublishTender(center.publication())
}

fn addendum(number: u32, affects_bids: bool, opening_at: Option<Instant>) -> TenderCommand {
    let text = long("更正第三章");
    TenderCommand::IssueAddendum(IssueAddendum {
        affects_bids,
        documents: Vec::new(),
        number,
        opening_at,
        text,
    })
}

async fn a_notice_one_day_short_is_refused_with_its_article(mut center: Center) {
    lawful(&center).await;
    // It is Tuesday, 15 October 2024 in Shanghai: the twentieth day behind it is a Monday, 4 November.
    assert_eq!(earliest(&center), Instant(1_730_736_000_000), "5 November, 00:00 (UTC+8)");
    approved(&center, earliest(&center) + Span(-DAY.0)).await;
    let refused = center.tender(&center.host, publish(&center)).await.expect_err("a day short");
    let Rejected::Refused(Rejection::Refused(refusal)) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal.code(), "period_too_short");
    assert_eq!(refusal.detail["rule"], "notice_to_deadline");
    assert_eq!(refusal.detail["limit"], json!({"count": 20, "unit": "calendar_days"}));
    assert_eq!(refusal.detail["article"]["zh"], "招标投标法 第二十四条");
    assert_eq!(refusal.detail["article"]["en"], "Bidding Law, article 24");
    assert_eq!(refusal.detail["earliest"], json!(earliest(&center)));
    approved(&center, earliest(&center) + Span(-1)).await;
    assert_eq!(code(center.tender(&center.host, publish(&center)).await), "period_too_short");
    approved(&center, earliest(&center)).await;
    center.tender(&center.host, publish(&center)).await.expect("not a moment too short");
    closed(&mut center).await;
}

async fn a_change_fourteen_days_before_postpones(mut center: Center) {
    lawful(&center).await;
    let opening = earliest(&center) + Span(5 * DAY.0);
    approved(&center, opening).await;
    center.tender(&center.host, publish(&center)).await.expect("published");
    let law = center.ledger.centre().law.clone();
    let latest = law.latest_start(Regime::Bidding, Rule::ChangeBeforeDeadline, opening);
    center.clock.advance(latest.since(center.clock.now()));
    center.tender(&center.host, addendum(1, true, None)).await.expect("the last moment of the fifteenth day");
    center.clock.advance(Span(1));
    assert_eq!(code(center.tender(&center.host, addendum(2, true, None)).await), "change_too_late");
    let now = center.clock.now();
    let next = law.earliest_end(Regime::Bidding, Rule::ChangeBeforeDeadline, now);
    let early = addendum(2, true, Some(next + Span(-1)));
    assert_eq!(code(center.tender(&center.host, early).await), "change_too_late");
    center.tender(&center.host, addendum(2, false, None)).await.expect("a telephone number affects no bid");
    center.tender(&center.host, addendum(3, true, Some(next))).await.expect("postponed");
    assert_eq!(center.state().notice.opening_at, Some(next));
    closed(&mut center).await;
}

async fn a_decree_in_the_middle_moves_what_is_decided_after_it(mut center: Center) {
    lawful(&center).await;
    let before = earliest(&center);
    let last = Day::of(before + Span(-1));
    let decree = |holidays: Vec<Day>| {
        let reason = long("国务院通知：调整放假安排");
        CentreCommand::SetHolidays(Holidays { holidays, reason, working_days: Vec::new(), year: last.year() })
    };
    assert_eq!(code(center.centre_by(&center.host, &decree(vec![last])).await), "role_not_allowed");
    assert_eq!(code(center.centre(decree(vec![last, last])).await), "holidays_malformed");
    approved(&center, before).await;
    center.centre(decree(vec![last])).await.expect("decreed");
    assert_eq!(earliest(&center), before + DAY, "the last day is free now");
    assert_eq!(code(center.tender(&center.host, publish(&center)).await), "period_too_short");
    center.centre(decree(Vec::new())).await.expect("taken back");
    center.tender(&center.host, publish(&center)).await.expect("by the calendar of this place of the log");
    center.centre(decree(vec![last])).await.expect("decreed once more");
    assert_eq!(center.state().notice.opening_at, Some(before), "what was published stands");
    closed(&mut center).await;
}

async fn a_centres_own_limits_need_a_reason_and_a_registrar(center: Center) {
    let set = |amount, reason: Option<LongText>| {
        let limits =
            TimeLimits { reason, ..TimeLimits::of([(Rule::CandidatePublicity, amount)], long("演示")) };
        CentreCommand::SetTimeLimits(SetTimeLimits { limits })
    };
    let minute = Amount::seconds(60);
    assert_eq!(code(center.centre(set(minute, None)).await), "limit_without_reason");
    let share = Amount { count: 20, unit: Unit::PerMille };
    assert_eq!(code(center.centre(set(share, Some(long("演示")))).await), "limit_out_of_bounds");
    let good = set(minute, Some(long("演示")));
    assert_eq!(code(center.centre_by(&center.buyer, &good).await), "role_not_allowed");
    center.centre(good).await.expect("set");
}

async fn a_bid_on_an_older_document_is_reconfirmed_by_one_act(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    let mut bids = Vec::new();
    for index in 0..3 {
        bids.push(center.bid(&center.bidders[index], 90_000_000).await);
    }
    let [bidder, stranger] = [&center.bidders[0], &center.bidders[1]];
    let reconfirm = |document_set| LotCommand::ReconfirmBid(ReconfirmBid { bid: bids[0], document_set });
    assert_eq!(code(center.lot(bidder, reconfirm(0)).await), "bid_up_to_date");
    center.tender(&center.host, addendum(1, true, None)).await.expect("a change");
    assert_eq!(code(center.lot(bidder, reconfirm(0)).await), "document_set_outdated");
    assert_eq!(code(center.lot(bidder, reconfirm(2)).await), "document_set_outdated");
    assert_eq!(code(center.lot(stranger, reconfirm(1)).await), "unknown_bid");
    assert_eq!(code(center.lot(&center.host, reconfirm(1)).await), "role_not_allowed");
    center.lot(bidder, reconfirm(1)).await.expect("reconfirmed without an upload");
    assert_eq!(code(center.lot(bidder, reconfirm(1)).await), "bid_up_to_date");
    let bid = center.state().lots[&lot()].bids[&bids[0]].clone();
    assert_eq!((bid.document_set, bid.status), (1, BidStatus::Standing));
    center.clock.advance(PERIOD);
    center.clock.advance(Span(1));
    assert_eq!(code(center.lot(bidder, reconfirm(1)).await), "too_late");
    center.settle().await;
    let record = center.state().lots[&lot()].record(1).expect("a record");
    let sets = bids.iter().map(|bid| {
        let line = record.lines.iter().find(|line| line.bid == *bid);
        line.expect("a line").document_set
    });
    assert_eq!(sets.collect::<Vec<_>>(), [1, 0, 0], "the panel reads who did not look again");
    center.audit().await;
}

async fn pages_are_told_the_limits_by_the_same_functions(center: Center) {
    lawful(&center).await;
    let served = center.serve().await;
    let opening = earliest(&center) + Span(5 * DAY.0);
    let answer = served.stranger().get(&format!("/api/law?regime=bidding&opening_at={}", opening.0)).await;
    let told = answer.json();
    let law = center.ledger.centre().law.clone();
    assert_eq!(told["earliest_opening"], json!(earliest(&center)));
    let limits = told["limits"].as_array().expect("limits");
    let of = |rule: &str| limits.iter().find(|each| each["limit"]["rule"] == rule).expect("a rule").clone();
    let objection = of("document_objection");
    assert_eq!(objection["at"], json!(law.latest_start(Regime::Bidding, Rule::DocumentObjection, opening)));
    assert_eq!(objection["limit"]["article"]["zh"], "招标投标法实施条例 第二十二条");
    assert_eq!(of("complaint_decision")["at"], json!(null));
    assert_eq!(told["holidays"][1]["year"], 2026);
    let procurement = served.stranger().get("/api/law?regime=procurement").await.json();
    assert_eq!(procurement["limits"][0]["limit"]["article"]["zh"], "政府采购法");
}
