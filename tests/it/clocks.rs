//! Clocks of others in the log: readings are taken when they are due, and the bundle's times are held against them.

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao::base::Span;
use kaibiao::centre::{CentreCommand, NameTimeAuthorities, TimeAuthorityRecord};
use kaibiao::ledger::{Clock, stream_name};
use kaibiao::replay::check::CheckId;
use kaibiao::tender::{
    Audience, CancelTender, Held, LotCommand, OpeningStep, Procedure, Stage, TenderCommand,
};
use kaibiao::timestamp::{EmbeddedAuthority, TimeSources};

use crate::harness::{Center, PERIOD, code, lot, text};
use crate::sealed::envelopes;
use crate::terms::long;

const MINUTE: Span = Span::seconds(60);

impl Center {
    async fn name_authority(&self) -> EmbeddedAuthority {
        let authority = EmbeddedAuthority::stored(&self.home.join("time.json")).expect("an authority");
        let certificate = STANDARD.encode(authority.anchor());
        let authorities = vec![TimeAuthorityRecord { certificate, name: text("time") }];
        let named = CentreCommand::NameTimeAuthorities(NameTimeAuthorities { authorities });
        self.centre(named).await.expect("named");
        authority
    }

    /// How often the room heard that the opening is held.
    async fn clocks_held(&self) -> usize {
        let stream = stream_name(self.tender, &lot(), Audience::Public);
        let frames = self.ledger.facts().read(&stream, 0, 1000).await.expect("read");
        frames.iter().filter(|frame| String::from_utf8_lossy(frame).contains("opening_held")).count()
    }

    /// Entries of the tender's stream.
    async fn tender_entries(&self) -> usize {
        let stream = self.tender.to_string();
        self.ledger.database().stream_entries(&stream, 0, 1000).await.expect("read").len()
    }

    /// Entries of the centre's stream.
    async fn centre_entries(&self) -> usize {
        self.ledger.database().stream_entries("centre", 0, 1000).await.expect("read").len()
    }
}

async fn readings_are_taken_when_due_and_hold_in_the_bundle(mut center: Center) {
    let authority = Box::new(center.name_authority().await);
    let times = TimeSources::Here(authority, center.clock.clone());
    center.jobs = center.new_jobs(&[1, 2, 3]).await.with_times(times);
    center.publish(Procedure::OneStage).await;
    center.settle().await;
    let before = (center.centre_entries().await, center.tender_entries().await);
    center.clock.advance(Span::seconds(30));
    center.settle().await;
    assert_eq!((center.centre_entries().await, center.tender_entries().await), before, "not due yet");
    center.clock.advance(MINUTE);
    center.settle().await;
    let after = (center.centre_entries().await, center.tender_entries().await);
    assert_eq!(after, (before.0, before.1 + 1), "a minute in the last day, in the tender's stream");
    center.clock.advance(PERIOD);
    center.settle().await;
    let report = center.audit().await;
    let looked_at = |id| report.checks.iter().find(|check| check.id == id).expect("every check").checked;
    assert!(looked_at(CheckId::A9) >= 3, "{}", report.to_text());
    assert!(looked_at(CheckId::E2) > 20, "{}", report.to_text());
}

/// Serves `answer` to whatever is asked.
async fn authority_that_says(answer: Vec<u8>) -> String {
    let answer = async move |_: Bytes| (StatusCode::OK, answer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/tsr", post(answer))).await });
    format!("http://{address}/tsr")
}

async fn authorities_that_lie_or_are_away_hold_nothing_up(mut center: Center) {
    center.name_authority().await;
    let addresses = [
        authority_that_says(b"no token".to_vec()).await,
        authority_that_says(vec![0x30; 100_000]).await,
        "http://127.0.0.1:1/tsr".to_owned(),
    ];
    let times = TimeSources::there(&addresses).expect("a line");
    center.jobs = center.new_jobs(&[1, 2, 3]).await.with_times(times);
    center.publish(Procedure::OneStage).await;
    center.settle().await;
    center.clock.advance(PERIOD);
    center.settle().await;
    let report = center.audit().await;
    let looked_at = |id| report.checks.iter().find(|check| check.id == id).expect("every check").checked;
    assert_eq!(looked_at(CheckId::A9), 0, "no token was recorded");
    assert!(looked_at(CheckId::E2) > 20, "witnesses' clocks were read all the same");
}

async fn an_opening_is_held_while_clocks_disagree(mut center: Center) {
    let authority = Box::new(center.name_authority().await);
    let theirs = Clock::held_at(center.clock.now());
    let times = TimeSources::Here(authority, theirs.clone());
    center.jobs = center.new_jobs(&[1, 2, 3]).await.with_times(times);
    center.publish(Procedure::OneStage).await;
    for bidder in &center.bidders[..3] {
        center.bid(bidder, 104).await;
    }
    center.settle().await;
    let ahead = Span(PERIOD.0 + MINUTE.0);
    center.clock.advance(ahead);
    center.settle().await;
    let lot_now = |center: &Center| center.state().lots[&lot()].clone();
    assert_eq!(
        lot_now(&center).held,
        Some(Held { agreeing: 0, asked: 1 }),
        "ours runs an hour ahead of theirs"
    );
    assert_eq!(lot_now(&center).stage, Stage::Receiving, "so nothing is closed, and nothing opened");
    assert_eq!(center.clocks_held().await, 1);
    center.clock.advance(MINUTE);
    center.settle().await;
    assert_eq!(center.clocks_held().await, 1, "it is compared again and said once");
    let sealed = envelopes(&center.state(), center.bidders[3].key_id(), 104);
    let late = Center::submission(&sealed, None, 0);
    let late = center.lot(&center.bidders[3], LotCommand::SubmitBid(late)).await;
    assert_eq!(code(late), "too_late", "nobody gains by it");

    theirs.advance(Span(ahead.0 + 2 * MINUTE.0));
    center.clock.advance(MINUTE);
    center.settle().await;
    assert_eq!(lot_now(&center).held, None, "it goes on by itself");
    assert_eq!(lot_now(&center).openings[0].step, OpeningStep::Unsealed);
    let report = center.audit().await;
    assert!(report.to_text().contains("他方 1 个时钟中只有 0 个与平台一致"), "{}", report.to_text());
}

async fn clocks_that_agree_hold_nobody_up(mut center: Center) {
    let authority = Box::new(center.name_authority().await);
    let times = TimeSources::Here(authority, center.clock.clone());
    center.jobs = center.new_jobs(&[1, 2, 3]).await.with_times(times);
    center.publish(Procedure::OneStage).await;
    for bidder in &center.bidders[..3] {
        center.bid(bidder, 104).await;
    }
    center.clock.advance(PERIOD);
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].openings[0].step, OpeningStep::Unsealed);
    assert_eq!(center.clocks_held().await, 0);
}

async fn a_cancelled_tender_is_quiet(mut center: Center) {
    let authority = Box::new(center.name_authority().await);
    let times = TimeSources::Here(authority, center.clock.clone());
    center.jobs = center.new_jobs(&[1, 2, 3]).await.with_times(times);
    center.publish(Procedure::OneStage).await;
    let cancel = CancelTender { reason: long("计划调整") };
    center.tender(&center.buyer, TenderCommand::CancelTender(cancel)).await.expect("cancelled");
    center.settle().await;
    let (before, in_centre) = (center.ledger.head().size, center.centre_entries().await);
    for _ in 0..10 {
        center.clock.advance(MINUTE);
        center.settle().await;
    }
    assert_eq!(center.ledger.head().size, before, "no reading a minute for what will never close");
    center.clock.advance(PERIOD);
    center.settle().await;
    assert_eq!(center.centre_entries().await, in_centre + 1, "the centre's, each hour");
}

on_both_databases!(
    readings_are_taken_when_due_and_hold_in_the_bundle,
    authorities_that_lie_or_are_away_hold_nothing_up,
    an_opening_is_held_while_clocks_disagree,
    clocks_that_agree_hold_nobody_up,
    a_cancelled_tender_is_quiet,
);
