//! Custodians that fail, and requests that no custodian grants.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use kaibiao::base::{BidId, Envelope, Span};
use kaibiao::custodian::record::{Deed, SignedLine};
use kaibiao::custodian::{
    Custodian, Item, RehearsalRequest, ReleaseRequest, Released, ScheduleRequest, ScheduleSeen, ShownAct,
    Wanted,
};
use kaibiao::custody::{Answer, CustodianPort, EvidenceRoom};
use kaibiao::replay::{RULES, derive};
use kaibiao::signer::stored_key;
use kaibiao::tender::{
    Audience, CancelTender, CloseLot, Command, IssueAddendum, LotCommand, OpeningStep, Procedure, Stage,
    StartSecondOpening, TenderCommand,
};
use kaibiao_crypto::act::{Nonce, Payload, SYSTEM_ACTOR, SignedAct, VERSION};
use kaibiao_crypto::checkpoint::{Checkpoint, Cosigner, NoteSigner};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::{Entry, Header};
use kaibiao_crypto::manifest::ClosedProof;
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::threshold::{Epoch, Partial};
use kaibiao_crypto::tree::Tree;
use ring::rand::SystemRandom;
use serde_json::Value;

use crate::committee;
use crate::drill::held;
use crate::harness::{Center, ORIGIN, PERIOD, START, lot, text};
use crate::terms::long;

on_both_databases!(
    custodians_that_fail_are_named_and_the_opening_goes_on,
    a_share_of_another_place_does_not_open,
    a_second_closed_root_is_refused_by_every_custodian,
    an_insider_gets_nothing_early_and_nothing_under_a_head_that_nobody_witnessed,
    a_price_is_released_in_its_time_and_to_who_passed,
    a_postponement_is_pinned_and_the_old_time_opens_nothing,
    a_cancelled_tender_is_never_released,
    the_room_is_told_once_whom_it_waits_for,
    rehearsals_are_held_each_week_and_each_day_while_too_few_answer,
);

const HOUR: Span = Span::seconds(3600);

/// A custodian in the wrong hands: it answers with the partial key of another label.
struct Liar(Arc<dyn CustodianPort>);

impl CustodianPort for Liar {
    fn release(&self, request: Arc<ReleaseRequest>) -> Answer<'_, Released> {
        Box::pin(async move {
            let mut partials: Vec<Partial> = self.0.release(request).await?;
            // Where one label is asked for there is no other to confuse it with: then it answers twice.
            if partials.len() == 1 {
                partials.extend(partials.clone())
            } else {
                partials.rotate_left(1)
            }
            Ok(partials)
        })
    }

    fn pin_schedule(&self, request: Arc<ScheduleRequest>) -> Answer<'_, ScheduleSeen> {
        self.0.pin_schedule(request)
    }

    fn record(&self, from: u64) -> Answer<'_, Vec<SignedLine>> {
        self.0.record(from)
    }

    fn rehearse(&self, request: Arc<RehearsalRequest>) -> Answer<'_, Partial> {
        self.0.rehearse(request)
    }
}

async fn custodians_that_fail_are_named_and_the_opening_goes_on(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    let mut ports = center.ports(&[1, 3, 4]).await;
    ports.insert(2, center.port(2, HOUR).await);
    ports.insert(5, Arc::new(Liar(center.port(5, Span(0)).await)));
    center.clock.advance(PERIOD);
    center.jobs = center.jobs_through(ports);
    center.settle().await;
    let state = center.state();
    assert_eq!(state.lots[&lot()].openings[0].step, OpeningStep::Unsealed);
    assert_eq!(state.lots[&lot()].openings[0].readable(&state.lots[&lot()]).count(), 3);
    let released = heard(&center, "keys_released").await;
    assert!(released.len() >= 2, "for the statements and for the documents: {released:?}");
    for told in released {
        assert_eq!(told["answered"], serde_json::json!([1, 3, 4]));
        assert_eq!(told["failed"][0], serde_json::json!({ "code": "not_yet", "index": 2 }));
        assert_eq!(told["failed"][1], serde_json::json!({ "code": "bad_partial", "index": 5 }));
    }
    center.audit().await;
}

/// What the public heard of one kind.
async fn heard(center: &Center, kind: &str) -> Vec<Value> {
    let stream = kaibiao::ledger::stream_name(center.tender, &lot(), Audience::Public);
    let frames = center.ledger.facts().read(&stream, 0, 1000).await.expect("frames");
    let facts = frames.iter().map(|frame| serde_json::from_slice::<Value>(frame).expect("JSON")["b"].take());
    facts.filter(|fact| fact["kind"] == kind).collect()
}

async fn a_share_of_another_place_does_not_open(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    let share = |home: &Path, index: u8| home.join(format!("custodian-{index}/share.json"));
    let read = |index| -> Value {
        serde_json::from_slice(&fs::read(share(&center.custody, index)).expect("a share")).expect("JSON")
    };
    let mut mixed = read(2);
    mixed["secret"] = read(4)["secret"].clone();
    fs::write(share(&center.custody, 2), mixed.to_string()).expect("swapped");
    assert!(
        center.custodian(2, Span(0)).await.is_err(),
        "a secret that is not of its place is found at the start"
    );

    // The whole file of another committee is in itself right: only the notice tells that it is not ours.
    let elsewhere = center.home.join("other-custody");
    let names: Vec<_> = (1..=5).map(|index| text(&format!("他处托管人{index}"))).collect();
    committee::make(&elsewhere, &names, 3).expect("another committee");
    fs::copy(share(&elsewhere, 2), share(&center.custody, 2)).expect("swapped");
    center.clock.advance(PERIOD);
    center.jobs = center.new_jobs(&[1, 2, 3, 4]).await;
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].openings[0].step, OpeningStep::Unsealed);
    for told in heard(&center, "keys_released").await {
        let failed = [("other_committee", 2), ("no_address", 5)];
        let failed = failed.map(|(code, index)| serde_json::json!({ "code": code, "index": index }));
        assert_eq!(told["failed"], serde_json::json!(failed));
    }
    center.audit().await;
}

/// All five custodians, by their own clocks.
async fn all(center: &Center) -> Vec<Arc<Custodian>> {
    let mut custodians = Vec::new();
    for index in 1..=5 {
        custodians.push(Arc::new(center.custodian(index, Span(0)).await.expect("a custodian")));
    }
    custodians
}

/// The codes of all five.
async fn refusals(custodians: &[Arc<Custodian>], request: &ReleaseRequest) -> Vec<&'static str> {
    let mut codes = Vec::new();
    for custodian in custodians {
        let answer = Arc::clone(custodian).release(request.clone()).await;
        codes.push(answer.map_or_else(|refused| refused.code(), |_| "released"));
    }
    codes
}

async fn request(center: &Center, wanted: Wanted) -> ReleaseRequest {
    let room = EvidenceRoom::read(&center.ledger, center.tender).await.expect("a room");
    let evidence = room.evidence(&center.ledger, &center.state(), &lot()).expect("evidence");
    let floor_key = center.state().notice.floor_proof();
    ReleaseRequest { epoch: Epoch::FIRST, evidence, floor_key, lot: lot(), wanted }
}

/// A close of the lot with `root`, as a platform would have to forge it: signed by the log and its witness, at the
/// only place of a log that holds nothing else.
fn forged_close(center: &Center, bids: u32, root: Digest) -> ShownAct {
    let command = Command::Lot(lot(), LotCommand::CloseLot(CloseLot { bids, root }));
    let (kind, lot, body) = command.encode().expect("a command");
    let mut payload = Payload {
        actor: SYSTEM_ACTOR.to_owned(),
        body: None,
        body_sha256: None,
        client_time: 0,
        lot: lot.map(|lot| lot.to_string()),
        nonce: Nonce::generate(&SystemRandom::new()).expect("randomness"),
        origin: ORIGIN.to_owned(),
        prev: None,
        role: SYSTEM_ACTOR.to_owned(),
        seen: None,
        tender: Some(center.tender.to_string()),
        kind,
        v: VERSION,
    };
    let detached = payload.take_body(&body).expect("a body");
    let act = SignedAct::system(&payload, detached).expect("an act");
    let now = u64::try_from(center.clock.now().0).expect("after 1970");
    let stream = center.tender.to_string();
    let header = Header { outcome: Digest::of(b"[]"), rules: RULES, sprev: None, sseq: 0, stream, ts: now };
    let entry = Entry::of_act(&act, header).encode().expect("an entry");
    let tree: Tree = [kaibiao_crypto::entry::leaf_hash(&entry)].into_iter().collect();
    let key = |name: &str| stored_key(&center.home.join("keys").join(name)).expect("a key of the log");
    let log = NoteSigner::new(ORIGIN, key("log.key")).expect("a signer");
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 1, root: tree.root() };
    let mut note = checkpoint.sign(&log).expect("signed");
    let witness = Cosigner::new(&format!("{ORIGIN}/witness"), key("witness.key")).expect("a witness");
    note.signatures.push(witness.cosign(&note.text, now / 1000));
    let receipt = Receipt { index: 0, proof: Vec::new(), entry, note }.to_text();
    ShownAct { body: None, receipt }
}

async fn a_second_closed_root_is_refused_by_every_custodian(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    let early = request(&center, Wanted::OpeningDraw).await;
    assert_eq!(refusals(&all(&center).await, &early).await, ["not_yet"; 5], "before the time");
    center.clock.advance(PERIOD);
    assert_eq!(
        refusals(&all(&center).await, &early).await,
        ["evidence_insufficient"; 5],
        "no close is shown"
    );

    let root = derive::closed_root(&center.state().lots[&lot()]);
    let mut forged = early;
    forged.evidence.close = Some(forged_close(&center, 3, Digest::of(b"the box without one of the bids")));
    assert_eq!(
        refusals(&all(&center).await[..1], &forged).await,
        ["released"],
        "the first root that is shown counts"
    );
    center.jobs = center.new_jobs(&[1, 2, 3, 4, 5]).await;
    center.settle().await;
    assert_eq!(center.state().lots[&lot()].closed_root, Some(root));
    let honest = request(&center, Wanted::OpeningDraw).await;
    let wanted = ["other_root", "released", "released", "released", "released"];
    assert_eq!(
        refusals(&all(&center).await, &honest).await,
        wanted,
        "one that was deceived helps to open nothing else"
    );
    let wanted = ["released", "other_root", "other_root", "other_root", "other_root"];
    assert_eq!(refusals(&all(&center).await, &forged).await, wanted, "pins outlive a restart");
    for told in heard(&center, "keys_released").await {
        assert_eq!(told["failed"], serde_json::json!([{ "code": "other_root", "index": 1 }]));
    }
    center.audit().await;
}

/// Somebody with the platform's certificate and all its keys asks the custodians before the time, to the last second, and
/// under heads that are not as their people demand (F17).
async fn an_insider_gets_nothing_early_and_nothing_under_a_head_that_nobody_witnessed(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    let mut tried = 0;
    let last_second = Span(PERIOD.0 - 1000);
    for wait in [Span(0), Span(last_second.0 / 2), Span(last_second.0 - last_second.0 / 2)] {
        center.clock.advance(wait);
        let mut early = request(&center, Wanted::OpeningDraw).await;
        early.evidence.close =
            Some(forged_close(&center, 3, derive::closed_root(&center.state().lots[&lot()])));
        assert_eq!(refusals(&all(&center).await, &early).await, ["not_yet"; 5]);
        tried += 1;
    }
    // The box is closed, and nobody has asked for a key yet.
    center.jobs = center.new_jobs(&[]).await;
    center.clock.advance(Span::seconds(1));
    center.settle().await;
    let honest = request(&center, Wanted::OpeningDraw).await;
    for change in [unwitnessed, under_another_log] {
        for is_close in [false, true] {
            let mut bare = honest.clone();
            let shown = &mut bare.evidence;
            change(if is_close { shown.close.as_mut().expect("closed") } else { &mut shown.schedule.notice });
            assert_eq!(refusals(&all(&center).await, &bare).await, ["evidence_insufficient"; 5]);
            tried += 1;
        }
    }
    for custodian in all(&center).await {
        let record = custodian.state().lines(0, 1000).await.expect("a record");
        assert!(!record.iter().any(|line| matches!(line.line.deed, Deed::Released { .. })));
    }
    assert_eq!(refusals(&all(&center).await, &honest).await, ["released"; 5]);
    held(
        "F17 asked early, or without a quorum's head",
        &format!("{tried} of {tried} refused by all five; nothing released before"),
    );
}

/// The act under the head as the log alone signed it.
fn unwitnessed(act: &mut ShownAct) {
    let cut = act.receipt.rfind("— ").expect("a cosignature");
    act.receipt.truncate(cut);
}

/// The act under a head of another log.
fn under_another_log(act: &mut ShownAct) {
    act.receipt = act.receipt.replacen(&format!("\n{ORIGIN}\n"), "\nother.example/tlog/1\n", 1);
}

/// The request for the price statements of `bids`.
async fn price_request(center: &Center, bids: &[BidId]) -> ReleaseRequest {
    let state = center.state();
    let state = &state.lots[&lot()];
    let room = EvidenceRoom::read(&center.ledger, center.tender).await.expect("a room");
    let manifests: Vec<Digest> = state.standing().map(|bid| bid.manifest.digest()).collect();
    let item = |bid: &BidId| {
        let act = room.bid(&center.ledger, *bid).expect("the log");
        let manifest = state.bids[bid].manifest.clone();
        let proof = ClosedProof::of(&manifests, &manifest.digest()).expect("in the box");
        let submission = manifest.line(Envelope::PriceStatement).expect("a line").submission;
        Item { bid: act, manifest, proof, submission }
    };
    let items = bids.iter().map(item).collect();
    request(center, Wanted::Envelopes { envelope: Envelope::PriceStatement, items }).await
}

async fn a_price_is_released_in_its_time_and_to_who_passed(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    center.seat_panel().await;
    let mut bids = Vec::new();
    for index in 0..4 {
        bids.push(
            center.bid(&center.bidders[index], 90_000_000 + i64::try_from(index).expect("small")).await,
        );
    }
    let (passed, rejected) = (&bids[..3], &bids[3..]);
    assert_eq!(refusals(&all(&center).await, &price_request(&center, passed).await).await, ["not_yet"; 5]);
    center.clock.advance(PERIOD);
    center.hold_opening(&[0, 1, 2, 3]).await;
    let request = price_request(&center, passed).await;
    assert_eq!(
        refusals(&all(&center).await, &request).await,
        ["not_passed"; 5],
        "the panel has not signed yet"
    );
    center.evaluate(Some(bids[3])).await;
    assert_eq!(center.state().lots[&lot()].stage, Stage::Passed);
    let request = price_request(&center, rejected).await;
    assert_eq!(refusals(&all(&center).await, &request).await, ["not_passed"; 5]);
    let together = price_request(&center, &bids).await;
    assert_eq!(
        refusals(&all(&center).await, &together).await,
        ["not_passed"; 5],
        "all that is asked for, or nothing"
    );

    let mut relabelled = price_request(&center, passed).await;
    let Wanted::Envelopes { items, .. } = &mut relabelled.wanted else { panic!("envelopes were asked for") };
    items[0].submission =
        center.state().lots[&lot()].bids[&bids[3]].line(Envelope::PriceStatement).expect("a line").submission;
    assert_eq!(
        refusals(&all(&center).await, &relabelled).await,
        ["not_in_box"; 5],
        "under the name of one that passed"
    );
    let mut unsigned = price_request(&center, passed).await;
    unsigned.evidence.stage.truncate(2);
    assert_eq!(
        refusals(&all(&center).await, &unsigned).await,
        ["not_passed"; 5],
        "two of five are no majority"
    );
    assert_eq!(refusals(&all(&center).await, &price_request(&center, passed).await).await, ["released"; 5]);

    center.lot(&center.host, LotCommand::StartSecondOpening(StartSecondOpening {})).await.expect("second");
    center.settle().await;
    let state = center.state();
    assert!(state.lots[&lot()].bids[&bids[3]].contents(Envelope::PriceStatement).is_none());
    center.audit().await;
}

async fn a_postponement_is_pinned_and_the_old_time_opens_nothing(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    center.settle().await;
    let pinned = center.state().notice.pinned.clone().expect("the first schedule is pinned");
    assert_eq!((pinned.custodians.len(), pinned.schedule.opening_at), (5, START + PERIOD));
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    let old = request(&center, Wanted::OpeningDraw).await;
    let later = START + PERIOD + PERIOD;
    let addendum = IssueAddendum {
        affects_bids: false,
        documents: Vec::new(),
        number: 1,
        opening_at: Some(later),
        text: long("开标时间延后一小时"),
    };
    center.tender(&center.host, TenderCommand::IssueAddendum(addendum)).await.expect("postponed");
    assert_eq!(
        center.state().notice.pinned.as_ref().map(|pinned| pinned.schedule.opening_at),
        Some(START + PERIOD)
    );
    center.clock.advance(Span::seconds(11));
    center.settle().await;
    assert_eq!(center.state().notice.pinned.as_ref().map(|pinned| pinned.schedule.opening_at), Some(later));

    // A platform that shows the old notice without the addendum gets nothing at the old time.
    center.clock.advance(PERIOD);
    let mut hidden = old;
    hidden.evidence.close = Some(forged_close(&center, 3, derive::closed_root(&center.state().lots[&lot()])));
    assert_eq!(refusals(&all(&center).await, &hidden).await, ["not_yet"; 5]);
    center.clock.advance(PERIOD);
    center.settle().await;
    assert_eq!(
        center.state().lots[&lot()].openings[0].step,
        OpeningStep::Unsealed,
        "at the new time it opens"
    );
    center.audit().await;
}

async fn a_cancelled_tender_is_never_released(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    center.settle().await;
    let before = request(&center, Wanted::OpeningDraw).await;
    let cancel = CancelTender { reason: long("项目取消") };
    center.tender(&center.buyer, TenderCommand::CancelTender(cancel)).await.expect("cancelled");
    center.clock.advance(PERIOD);
    center.settle().await;
    let pinned = center.state().notice.pinned.clone().expect("pinned");
    assert!(pinned.schedule.is_cancelled);
    let mut hidden = before;
    hidden.evidence.close = Some(forged_close(&center, 3, Digest::of(b"a box")));
    assert_eq!(
        refusals(&all(&center).await, &hidden).await,
        ["cancelled"; 5],
        "what was shown once is not forgotten"
    );
}

async fn the_room_is_told_once_whom_it_waits_for(mut center: Center) {
    center.publish(Procedure::OneStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    center.settle().await;
    center.clock.advance(PERIOD);
    center.jobs = center.new_jobs(&[2, 5]).await;
    center.settle().await;
    center.settle().await;
    let told = heard(&center, "custodians_awaited").await;
    assert_eq!(told.len(), 1, "said once, however often it is tried: {told:?}");
    assert_eq!(told[0]["answered"], serde_json::json!([2, 5]));
    assert_eq!(told[0]["failed"][0], serde_json::json!({ "code": "no_address", "index": 1 }));
    assert!(center.state().lots[&lot()].awaited.is_some());
    center.jobs = center.new_jobs(&[2, 4, 5]).await;
    center.settle().await;
    assert!(center.state().lots[&lot()].awaited.is_none(), "nothing is waited for any more");
    assert_eq!(center.state().lots[&lot()].openings[0].step, OpeningStep::Unsealed);
    center.audit().await;
}

async fn rehearsals_are_held_each_week_and_each_day_while_too_few_answer(mut center: Center) {
    let last = |center: &Center| center.ledger.centre().rehearsals.values().next().cloned().expect("held");
    center.settle().await;
    assert_eq!((last(&center).answered, last(&center).at), (vec![1, 2, 3, 4, 5], START));
    center.clock.advance(Span::days(6));
    center.settle().await;
    assert_eq!(last(&center).at, START, "not before a week has passed");
    center.clock.advance(Span::days(1));
    center.jobs = center.new_jobs(&[1, 3, 5]).await;
    center.settle().await;
    assert_eq!((last(&center).answered, last(&center).at), (vec![1, 3, 5], START + Span::days(7)));
    center.clock.advance(Span::days(1));
    center.jobs = center.new_jobs(&[1, 2, 3, 4, 5]).await;
    center.settle().await;
    assert_eq!(last(&center).at, START + Span::days(8), "again on the next day while it is not safe");
    assert_eq!(last(&center).answered.len(), 5);
}
