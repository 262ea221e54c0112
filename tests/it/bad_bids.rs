//! Bids that must not count, and deadlines that must not move earlier.

use kaibiao::base::{BidId, Envelope, Role, Span};
use kaibiao::centre::{ApproveReplacement, CentreCommand, CertifyKey, SetTimeLimits};
use kaibiao::law::{Amount, Rule, TimeLimits};
use kaibiao::tender::FailureReason;
use kaibiao::tender::{
    IssueAddendum, LotCommand, Procedure, Stage, TenderCommand, UnsealFailure, Unsealed, WithdrawBid,
};

use crate::harness::{Actor, Center, PERIOD, START, code, lot};
use crate::sealed::envelopes;
use crate::terms::long;

on_both_databases!(
    a_late_bid_is_refused_and_an_early_one_stands,
    a_bid_is_replaced_and_withdrawn_until_the_deadline,
    a_bid_is_touched_by_the_key_that_signed_it_or_one_that_it_endorsed,
    a_key_after_loss_does_not_touch_the_bid_of_the_lost_one,
    a_bid_copied_under_another_bidder_does_not_open,
    two_bids_are_too_few,
    a_deadline_moves_later_or_not_at_all,
    damaged_storage_is_the_platforms_fault,
    the_same_act_twice_is_one_entry,
    a_price_that_is_none_keeps_nobody_from_the_result,
    without_a_price_within_the_ceiling_the_lot_fails,
);

/// Bids at these prices, opened and evaluated; `readable` confirm what was read out.
async fn evaluated_at(center: &mut Center, prices: &[i64], readable: &[usize]) -> Vec<BidId> {
    center.publish(Procedure::OneStage).await;
    center.seat_panel().await;
    let mut bids = Vec::new();
    for (bidder, price) in center.bidders.iter().zip(prices) {
        bids.push(center.bid(bidder, *price).await);
    }
    center.clock.advance(PERIOD);
    center.hold_opening(readable).await;
    center.evaluate(None).await;
    bids
}

async fn a_price_that_is_none_keeps_nobody_from_the_result(mut center: Center) {
    let bids = evaluated_at(&mut center, &[-1, 84_000_000, 85_000_000, 0], &[1, 2]).await;
    let ended = &center.state().lots[&lot()];
    for sealed in [bids[0], bids[3]] {
        let failed = ended.bids[&sealed].contents(Envelope::Statement).expect("dealt with");
        assert!(matches!(failed, Unsealed::Failed { code: UnsealFailure::Malformed, .. }), "{failed:?}");
    }
    let ranked: Vec<BidId> = ended.review.ranking.iter().map(|ranked| ranked.bid).collect();
    assert_eq!(ranked.len(), 2);
    assert!(ranked.contains(&bids[1]) && ranked.contains(&bids[2]));
    center.award().await;
    center.audit().await;
}

async fn without_a_price_within_the_ceiling_the_lot_fails(mut center: Center) {
    let above = 100_000_001;
    evaluated_at(&mut center, &[above, above + 1, above + 2], &[0, 1, 2]).await;
    assert_eq!(center.state().lots[&lot()].stage, Stage::Failed(FailureReason::NoValidBid));
    center.audit().await;
}

async fn a_late_bid_is_refused_and_an_early_one_stands(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    let sealed = envelopes(&center.state(), center.bidders[0].key_id(), 1);
    let submit = || LotCommand::SubmitBid(Center::submission(&sealed, None, 0));
    center.clock.advance(PERIOD);
    let on_time = submit();
    let early = center.lot(&center.bidders[0], on_time).await.expect("the last millisecond is on time");
    assert_eq!(early.ts, START + PERIOD);
    center.clock.advance(Span(1));
    let sealed = envelopes(&center.state(), center.bidders[1].key_id(), 1);
    let late = LotCommand::SubmitBid(Center::submission(&sealed, None, 0));
    assert_eq!(code(center.lot(&center.bidders[1], late).await), "too_late");
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].standing().count(), 1);
    center.audit().await;
}

async fn a_bid_is_replaced_and_withdrawn_until_the_deadline(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let bidder = &center.bidders[0];
    let first = center.bid(bidder, 1).await;
    let sealed = envelopes(&center.state(), bidder.key_id(), 2);
    let other = Center::submission(&sealed, None, 0);
    assert_eq!(code(center.lot(bidder, LotCommand::SubmitBid(other)).await), "replaces_other_bid");
    let replacement = Center::submission(&sealed, Some(first), 0);
    let second = replacement.bid;
    center.lot(bidder, LotCommand::SubmitBid(replacement)).await.expect("replaced");
    assert_eq!(center.state().lots[&lot()].standing_of(bidder.org).map(|bid| bid.id), Some(second));
    assert_eq!(code(center.lot(&center.bidders[1], withdraw(second)).await), "unknown_bid");
    center.lot(bidder, withdraw(second)).await.expect("withdrawn");
    assert_eq!(center.state().lots[&lot()].standing().count(), 0);
    let outdated = Center::submission(&envelopes(&center.state(), bidder.key_id(), 3), None, 7);
    assert_eq!(code(center.lot(bidder, LotCommand::SubmitBid(outdated)).await), "document_set_outdated");
}

fn withdraw(bid: BidId) -> LotCommand {
    LotCommand::WithdrawBid(WithdrawBid { bid })
}

async fn a_bid_is_touched_by_the_key_that_signed_it_or_one_that_it_endorsed(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    let bidder = &center.bidders[0];
    let first = center.bid(bidder, 1).await;

    let colleague = Actor::new(bidder.org, Role::Bidder);
    center.register(&colleague).await;
    let certify = |key: &Actor| CentreCommand::CertifyKey(CertifyKey { key: key.record() });
    center.centre(certify(&colleague)).await.expect("a registrar certifies a first key");
    assert_eq!(code(center.lot(&colleague, withdraw(first)).await), "bid_of_another_key");
    let sealed = envelopes(&center.state(), colleague.key_id(), 2);
    let replacement = Center::submission(&sealed, Some(first), 0);
    assert_eq!(code(center.lot(&colleague, LotCommand::SubmitBid(replacement)).await), "bid_of_another_key");

    let endorse = |key: &Actor| CentreCommand::EndorseKey(CertifyKey { key: key.record() });
    let tablet = bidder.with_new_key();
    let phone = bidder.with_new_key();
    center.centre_by(bidder, &endorse(&tablet)).await.expect("the first key endorses");
    center.centre_by(&tablet, &endorse(&phone)).await.expect("an endorsed key endorses");
    let sealed = envelopes(&center.state(), phone.key_id(), 3);
    let replacement = Center::submission(&sealed, Some(first), 0);
    let second = replacement.bid;
    center.lot(&phone, LotCommand::SubmitBid(replacement)).await.expect("a descendant replaces");
    assert_eq!(code(center.lot(bidder, withdraw(second)).await), "bid_of_another_key", "not the other way");
    center.lot(&phone, withdraw(second)).await.expect("withdrawn");
    center.clock.advance(PERIOD);
    center.clock.advance(Span(1));
    center.settle().await;
    center.audit().await;
}

async fn a_key_after_loss_does_not_touch_the_bid_of_the_lost_one(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    let bidder = &center.bidders[0];
    let bid = center.bid(bidder, 1).await;
    let second_registrar = Actor::new(center.authority.org, Role::Registrar);
    center.register(&second_registrar).await;
    let certify = CertifyKey { key: second_registrar.record() };
    center.centre(CentreCommand::CertifyKey(certify)).await.expect("certified");
    let limits = TimeLimits::of([(Rule::KeyReplacement, Amount::seconds(0))], long("即时生效"));
    center.centre(CentreCommand::SetTimeLimits(SetTimeLimits { limits })).await.expect("limits");

    let found = bidder.with_new_key();
    let request = CertifyKey { key: found.record() };
    center.centre(CentreCommand::RequestReplacement(request)).await.expect("one registrar asks");
    let approve = CentreCommand::ApproveReplacement(ApproveReplacement { key_id: found.key_id() });
    center.centre_by(&second_registrar, &approve).await.expect("another agrees");
    assert_eq!(code(center.lot(bidder, withdraw(bid)).await), "key_revoked");
    assert_eq!(code(center.lot(&found, withdraw(bid)).await), "bid_of_another_key");
    center.clock.advance(PERIOD);
    center.clock.advance(Span(1));
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].standing().count(), 1, "two registrars cannot take a bid away");
    center.audit().await;
}

async fn a_bid_copied_under_another_bidder_does_not_open(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 1).await;
    }
    // The thief has the ciphertext of a victim from a broken storage and submits it under an id of its own.
    let thief = &center.bidders[3];
    let sealed = envelopes(&center.state(), center.bidders[0].key_id(), 1);
    for envelope in &sealed {
        center.upload(thief, envelope).await;
    }
    let submit = Center::submission(&sealed, None, 0);
    let stolen = submit.bid;
    center.lot(thief, LotCommand::SubmitBid(submit)).await.expect("the ledger cannot know");
    center.clock.advance(PERIOD);
    center.settle().await;
    let state = center.state();
    let contents = state.lots[&lot()].bids[&stolen].contents(Envelope::Statement);
    let is_refused = matches!(contents, Some(Unsealed::Failed { code: UnsealFailure::IdentityMismatch, .. }));
    assert!(is_refused, "{contents:?}");
    assert_eq!(state.lots[&lot()].openings[0].readable(&state.lots[&lot()]).count(), 3, "the others go on");
    center.audit().await;
}

async fn two_bids_are_too_few(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    for index in 0..2 {
        center.bid(&center.bidders[index], 1).await;
    }
    center.clock.advance(PERIOD);
    center.settle().await;
    let state = center.state();
    assert_eq!(state.lots[&lot()].stage, Stage::Failed(FailureReason::TooFewBids));
    assert!(state.lots[&lot()].bids.values().all(|bid| bid.unsealed.is_empty()), "sealed bids stay sealed");
    center.audit().await;
}

async fn a_deadline_moves_later_or_not_at_all(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    let addendum = |opening_at| {
        TenderCommand::IssueAddendum(IssueAddendum {
            affects_bids: true,
            documents: Vec::new(),
            number: 1,
            opening_at,
            text: long("延期"),
        })
    };
    let earlier = addendum(Some(START + Span(PERIOD.0 - 1)));
    assert_eq!(code(center.tender(&center.host, earlier).await), "deadline_earlier");
    let later = addendum(Some(START + Span(PERIOD.0 * 2)));
    assert_eq!(code(center.tender(&center.bidders[0], later.clone()).await), "role_not_allowed");
    center.tender(&center.host, later).await.expect("postponed");
    center.clock.advance(PERIOD);
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].stage, Stage::Receiving);
}

async fn damaged_storage_is_the_platforms_fault(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    let mut bids = Vec::new();
    for index in 0..3 {
        bids.push(center.bid(&center.bidders[index], 1).await);
    }
    let line = center.state().lots[&lot()].bids[&bids[0]].line(Envelope::Statement).cloned().expect("a line");
    center.damage(&line);
    center.clock.advance(PERIOD);
    center.settle().await;
    let state = center.state();
    let contents = state.lots[&lot()].bids[&bids[0]].contents(Envelope::Statement);
    let is_named = matches!(contents, Some(Unsealed::Failed { code: UnsealFailure::FileCorrupt, .. }));
    assert!(is_named, "{contents:?}");
    center.audit().await;
}

async fn the_same_act_twice_is_one_entry(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let act = center.host.sign(
        Some(center.tender),
        None,
        "IssueAddendum",
        &serde_json::json!({
            "affects_bids": false, "documents": [], "number": 1, "opening_at": null, "text": "更正一处笔误"
        }),
    );
    let first = center.ledger.submit(act.clone()).await.expect("accepted");
    let size = center.ledger.head().size;
    let again = center.ledger.submit(act).await.expect("the same answer");
    assert_eq!((again.index, again.ts, again.is_repeat), (first.index, first.ts, true));
    assert_eq!(again.events, first.events);
    assert_eq!(center.ledger.head().size, size);
}
