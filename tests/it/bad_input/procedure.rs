//! Acts that come too early, twice, or upon something that has changed since.

use kaibiao::base::{Digest, Span};
use kaibiao::replay::derive;
use kaibiao::tender::{
    AnswerObjection, ApproveTender, CloseLot, Command, DraftTender, LotCommand, ObjectInRoom, Procedure,
    PublishTender, RevealScores, ReviseTender, SignRecord, Stage, StartReading, TenderCommand,
};
use kaibiao_crypto::canonical;

use super::envelopes::strangers_key;
use crate::harness::{Center, PERIOD, START, code, lot};
use crate::terms::{long, terms};
use crate::whole::scores;

on_both_databases!(
    a_tender_is_published_as_it_was_approved,
    a_lot_closes_once_and_by_the_clock,
    a_record_is_signed_as_it_stands,
    scores_are_revealed_as_they_were_committed,
);

async fn a_tender_is_published_as_it_was_approved(center: Center) {
    let of = |procedure| terms(center.buyer.org, center.host.org, START + PERIOD, procedure);
    let draft = TenderCommand::DraftTender(DraftTender { terms: of(Procedure::OneStage) });
    center.tender(&center.host, draft).await.expect("drafted");
    let terms_sha256 = canonical::digest_of(&of(Procedure::OneStage)).expect("terms");
    let approve =
        |documents| TenderCommand::ApproveTender(ApproveTender { documents, revision: 1, terms_sha256 });
    assert_eq!(code(center.tender(&center.buyer, approve(Vec::new())).await), "documents_missing");
    let revise = TenderCommand::ReviseTender(ReviseTender { terms: of(Procedure::TwoStage) });
    center.tender(&center.host, revise).await.expect("revised");
    center.add_document().await;
    let honest = center.publication();
    let approve = approve(honest.documents.clone());
    assert_eq!(code(center.tender(&center.buyer, approve).await), "revision_changed");
    let publish = || TenderCommand::PublishTender(honest.clone());
    assert_eq!(code(center.tender(&center.host, publish()).await), "not_approved");
    center.approve().await;

    let changed = |change: &dyn Fn(&mut PublishTender)| {
        let mut publication = honest.clone();
        change(&mut publication);
        TenderCommand::PublishTender(publication)
    };
    let theirs = strangers_key();
    let attempts: [(&str, TenderCommand); 7] = [
        (
            "other_committee",
            changed(&|publish| {
                publish.group_key = hex::encode(theirs.to_bytes());
                publish.committee = theirs.committee_id();
            }),
        ),
        ("other_committee", changed(&|publish| publish.group_key = hex::encode(theirs.to_bytes()))),
        ("other_committee", changed(&|publish| publish.committee = theirs.committee_id())),
        ("opening_differs", changed(&|publish| publish.opening_at = publish.opening_at + Span(1))),
        ("terms_changed", changed(&|publish| publish.terms_sha256 = terms_sha256)),
        ("documents_changed", changed(&|publish| publish.documents = vec![Digest::of(b"other")])),
        ("revision_changed", changed(&|publish| publish.revision = 1)),
    ];
    for (wanted, attempt) in attempts {
        assert_eq!(code(center.tender(&center.host, attempt).await), wanted);
    }
    center.clock.advance(Span(1));
    assert_eq!(code(center.tender(&center.host, publish()).await), "period_too_short");
}

async fn a_lot_closes_once_and_by_the_clock(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    let close = |center: &Center, bids| {
        let root = derive::closed_root(&center.state().lots[&lot()]);
        LotCommand::CloseLot(CloseLot { bids, root })
    };
    let by_system = |command| Command::Lot(lot(), command);
    let early = center.ledger.system(center.tender, by_system(close(&center, 3))).await;
    assert_eq!(code(early), "before_deadline", "not even the platform closes early");
    center.clock.advance(PERIOD);
    for person in [&center.host, &center.recorder, &center.buyer, &center.supervisor, &center.authority] {
        assert_eq!(code(center.lot(person, close(&center, 3)).await), "system_only");
    }
    let miscounted = center.ledger.system(center.tender, by_system(close(&center, 2))).await;
    assert_eq!(code(miscounted), "bid_count");
    center.ledger.system(center.tender, by_system(close(&center, 3))).await.expect("closed");
    let again = center.ledger.system(center.tender, by_system(close(&center, 3))).await;
    assert_eq!(code(again), "wrong_stage");
    center.settle().await;
    center.audit().await;
}

async fn a_record_is_signed_as_it_stands(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    let mut bids = Vec::new();
    for index in 0..3 {
        bids.push(center.bid(&center.bidders[index], 90_000_000).await);
    }
    center.clock.advance(PERIOD);
    center.settle().await;
    let record = |center: &Center| {
        let record = center.state().lots[&lot()].record(1).expect("a record");
        LotCommand::SignRecord(SignRecord { record_sha256: canonical::digest_of(&record).expect("a record") })
    };
    assert_eq!(code(center.lot(&center.host, record(&center)).await), "wrong_step", "nothing is read yet");
    center.lot(&center.host, LotCommand::StartReading(StartReading {})).await.expect("reading");
    center.settle().await;
    let old = record(&center);
    let (bid, text) = (bids[0], long("工期读错"));
    let not_mine = LotCommand::ObjectInRoom(ObjectInRoom { bid, text: text.clone() });
    assert_eq!(code(center.lot(&center.bidders[1], not_mine).await), "other_organisation");
    let object = LotCommand::ObjectInRoom(ObjectInRoom { bid, text: text.clone() });
    center.lot(&center.bidders[0], object).await.expect("objected");
    assert_eq!(code(center.lot(&center.host, record(&center)).await), "objection_unanswered");
    let answer = LotCommand::AnswerObjection(AnswerObjection { bid, text });
    center.lot(&center.host, answer).await.expect("answered");
    assert_eq!(code(center.lot(&center.host, old).await), "record_changed", "the objection stands in it now");
    assert_eq!(code(center.lot(&center.supervisor, record(&center)).await), "role_not_allowed");
    for signer in [&center.host, &center.recorder] {
        center.lot(signer, record(&center)).await.expect("signed");
    }
    assert_eq!(center.state().lots[&lot()].stage, Stage::Opened);
    center.settle().await;
    center.audit().await;
}

async fn scores_are_revealed_as_they_were_committed(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    center.seat_panel().await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000 + i64::try_from(index).expect("small")).await;
    }
    center.clock.advance(PERIOD);
    center.hold_opening(&[0, 1, 2]).await;
    let valid = center.judge(None).await;
    let reveal = |salt: u8, seat| {
        LotCommand::RevealScores(RevealScores { salt: hex::encode([salt; 32]), scores: scores(seat, &valid) })
    };
    let seated = center.seated();
    assert_eq!(code(center.lot(seated[0], reveal(9, 0)).await), "not_all_committed");
    center.commit_scores(&valid).await;
    assert_eq!(code(center.lot(seated[0], reveal(8, 0)).await), "commitment_differs", "another salt");
    assert_eq!(code(center.lot(seated[0], reveal(9, 1)).await), "commitment_differs", "other scores");
    let formless = RevealScores { salt: "nines".to_owned(), scores: scores(0, &valid) };
    let formless = LotCommand::RevealScores(formless);
    assert_eq!(code(center.lot(seated[0], formless).await), "commitment_differs", "no salt at all");
    center.lot(seated[0], reveal(9, 0)).await.expect("as committed");
    assert_eq!(code(center.lot(seated[0], reveal(9, 0)).await), "already_revealed");
    let unseated =
        center.experts.iter().find(|expert| seated.iter().all(|seat| seat.person != expert.person));
    assert_eq!(
        code(center.lot(unseated.expect("seven experts, five seats"), reveal(9, 0)).await),
        "not_on_panel"
    );
    center.audit().await;
}
