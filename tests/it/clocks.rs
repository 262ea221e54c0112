//! Clocks of others in the log: readings are taken when they are due, and the bundle's times are held against them.

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao::base::Span;
use kaibiao::centre::{CentreCommand, NameTimeAuthorities, TimeAuthorityRecord};
use kaibiao::replay::check::CheckId;
use kaibiao::tender::Procedure;
use kaibiao::timestamp::{EmbeddedAuthority, TimeSources};

use crate::harness::{Center, PERIOD, text};

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
    let before = center.centre_entries().await;
    center.clock.advance(Span::seconds(30));
    center.settle().await;
    assert_eq!(center.centre_entries().await, before, "not due yet");
    center.clock.advance(MINUTE);
    center.settle().await;
    assert_eq!(center.centre_entries().await, before + 1, "a minute in the last day");
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

on_both_databases!(
    readings_are_taken_when_due_and_hold_in_the_bundle,
    authorities_that_lie_or_are_away_hold_nothing_up,
);
