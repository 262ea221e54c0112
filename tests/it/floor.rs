//! Openings that wait for a beacon beside the custodians, and the national suite, where a centre asks for them.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use kaibiao::base::{LongText, SealingPolicy, Span};
use kaibiao::centre::{CentreCommand, SetSealingPolicy};
use kaibiao::tender::{
    Command, FloorKey, IssueAddendum, OpeningStep, Procedure, RecordFloorKey, Stage, TenderCommand,
};
use kaibiao_crypto::beacon::Network;
use kaibiao_crypto::suite::Suite;
use serde_json::{Value, json};

use crate::harness::{Center, PERIOD, code, lot};
use crate::procedure::recovery_secret;

on_both_databases!(
    an_opening_waits_for_its_beacon,
    the_recovery_key_stands_in_for_a_beacon,
    a_notice_is_sealed_as_the_centre_asks,
);

/// The round at the announced opening of tests.
const ROUND: u64 = 12_040_883;

/// The signature of a published round.
fn signature(round: u64) -> String {
    let published: Value =
        serde_json::from_str(include_str!("../../crypto/vectors/drand.json")).expect("the file is JSON");
    let beacons = published["quicknet"]["beacons"].as_array().expect("a list");
    let beacon = beacons.iter().find(|beacon| beacon["round"] == round).expect("a published round");
    beacon["signature"].as_str().expect("a string").to_owned()
}

fn beacon(round: u64) -> FloorKey {
    FloorKey::Beacon { round, signature: signature(round) }
}

/// A relay that answers every round with `signature`.
async fn relay(signature: String) -> String {
    let answer = async move |Path((_, round)): Path<(String, u64)>| {
        axum::Json(json!({"round": round, "signature": signature}))
    };
    let routes = Router::new().route("/{chain}/public/{round}", get(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}")
}

impl Center {
    async fn ask_for(&self, beacon: Option<Network>, suite: Suite) {
        let policy = SealingPolicy { beacon, suite };
        self.centre(CentreCommand::SetSealingPolicy(SetSealingPolicy { policy })).await.expect("set");
    }

    async fn with_bids(&self, beacon: Option<Network>, suite: Suite) {
        self.ask_for(beacon, suite).await;
        self.publish(Procedure::OneStage).await;
        for (bidder, price) in self.bidders.iter().zip([86_000_000, 85_000_000, 84_000_000]) {
            self.bid(bidder, price).await;
        }
    }

    async fn bring(&self, key: FloorKey) -> &'static str {
        let command = TenderCommand::RecordFloorKey(RecordFloorKey { key });
        code(self.ledger.system(self.tender, Command::Tender(command)).await)
    }

    /// The codes of the custodians that the opening waits for.
    fn awaited(&self) -> Vec<String> {
        let state = self.state();
        let awaited = state.lots[&lot()].awaited.clone().expect("the room is told");
        awaited.failed.into_iter().map(|fault| fault.code).collect()
    }

    fn assert_sealed(&self) {
        let state = self.state();
        assert_eq!(state.lots[&lot()].stage, Stage::Opening, "the box is closed");
        assert!(state.lots[&lot()].order.is_empty(), "nothing is drawn");
        assert!(state.lots[&lot()].bids.values().all(|bid| bid.unsealed.is_empty()), "nothing is open");
    }

    fn assert_opened(&self) {
        let state = self.state();
        let ended = &state.lots[&lot()];
        assert_eq!(ended.openings[0].step, OpeningStep::Unsealed);
        let readable = ended.openings[0].readable(ended).count();
        assert_eq!(readable, 3, "every statement opened");
    }
}

async fn an_opening_waits_for_its_beacon(mut center: Center) {
    center.with_bids(Some(*Network::quicknet()), Suite::National).await;
    assert_eq!(center.bring(beacon(ROUND)).await, "before_deadline");
    center.clock.advance(PERIOD);
    center.settle().await;
    center.clock.advance(Span::seconds(30));
    center.settle().await;
    assert_eq!(center.awaited(), ["beacon_needed"; 5], "the custodians' clocks alone do not open");
    center.assert_sealed();

    center.beacons = vec![relay(signature(1000)).await];
    center.jobs = center.new_jobs(&[1, 2, 3, 4, 5]).await;
    center.settle().await;
    center.assert_sealed();
    assert!(center.state().notice.floor_keys.beacons.is_empty(), "a relay that lies is not believed");

    center.beacons.push(relay(signature(ROUND)).await);
    center.jobs = center.new_jobs(&[1, 2, 3, 4, 5]).await;
    center.settle().await;
    // Custodians who were asked just now are asked again in a moment.
    center.clock.advance(Span::seconds(5));
    center.settle().await;
    center.assert_opened();
    center.audit().await;
}

async fn the_recovery_key_stands_in_for_a_beacon(mut center: Center) {
    center.with_bids(Some(*Network::quicknet()), Suite::Standard).await;
    let postponed = IssueAddendum {
        affects_bids: false,
        documents: Vec::new(),
        number: 1,
        opening_at: center.state().notice.opening_at.map(|opening| opening + Span::seconds(600)),
        text: LongText::new("开标时间顺延。").expect("a text"),
    };
    center.tender(&center.host, TenderCommand::IssueAddendum(postponed)).await.expect("postponed");
    center.clock.advance(PERIOD);
    center.clock.advance(Span::seconds(640));
    assert_eq!(center.state().notice.beacon_rounds(), [ROUND, ROUND + 200]);
    assert_eq!(center.bring(beacon(1000)).await, "other_round");
    let forged = FloorKey::Beacon { round: ROUND + 200, signature: signature(ROUND) };
    assert_eq!(center.bring(forged).await, "floor_key");
    assert_eq!(center.bring(beacon(ROUND)).await, "accepted");
    assert_eq!(center.bring(beacon(ROUND)).await, "already_said");
    center.settle().await;
    assert_eq!(
        center.awaited(),
        ["beacon_needed"; 5],
        "a beacon from before the postponed opening shows nothing"
    );
    center.assert_sealed();

    let served = center.serve().await;
    let anybody = served.sign_in(&center.bidders[0]).await;
    let path = format!("/api/tenders/{}/floor-keys", center.tender);
    let key = |secret: &[u8; 32]| json!({"kind": "recovery", "secret": hex::encode(secret)});
    let right = key(recovery_secret().expose());
    assert_eq!(served.stranger().post(&path, &right).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(anybody.post(&path, &key(&[8; 32])).await.code(), "floor_key");
    let come = anybody.post(&path, &right).await.json();
    assert_eq!(come["recovery"], right["secret"], "it is public now");
    center.clock.advance(Span::seconds(5));
    center.settle().await;
    center.assert_opened();
    center.audit().await;
}

async fn a_notice_is_sealed_as_the_centre_asks(mut center: Center) {
    center.ask_for(Some(*Network::quicknet()), Suite::Standard).await;
    center.draft(Procedure::OneStage).await;
    let mut publication = center.publication();
    publication.sealing.floor = None;
    let publish = |publication| center.tender(&center.host, TenderCommand::PublishTender(publication));
    assert_eq!(code(publish(publication).await), "other_sealing");
    let mut publication = center.publication();
    publication.sealing.suite = Suite::National;
    assert_eq!(code(publish(publication).await), "other_sealing");
    assert_eq!(code(publish(center.publication()).await), "accepted");
    // What is published stays as it is.
    center.ask_for(None, Suite::National).await;
    assert_eq!(center.state().notice.locked_round(), Some(ROUND));
    center.clock.advance(PERIOD);
    center.settle().await;
    center.audit().await;
}
