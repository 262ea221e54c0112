//! Envelopes that are damaged, meant for something else, too large, empty, or seen before.

use axum::http::StatusCode;
use kaibiao::base::{Digest, Envelope};
use kaibiao::intake::envelope::{check_core, expected_locks};
use kaibiao::limits::UploadLimits;
use kaibiao::replay::derive;
use kaibiao::tender::{LotCommand, OpeningStep, Procedure, UnsealFailure, Unsealed, WithdrawBid};
use kaibiao_crypto::beacon::Network;
use kaibiao_crypto::envelope::{Core, Floor, Locks};
use kaibiao_crypto::label::Context;
use kaibiao_crypto::lock::GroupKey;
use kaibiao_crypto::suite::Suite;
use kaibiao_crypto::threshold::{Quorum, keygen};
use ring::rand::SystemRandom;

use super::code_of;
use crate::harness::{Center, PERIOD, code, lot};
use crate::procedure::recovery_secret;
use crate::sealed::{Sealed, envelopes, new_submission, seal_in};
use crate::visits::{begin, metadata, upload};

on_both_databases!(
    a_damaged_core_is_no_envelope,
    an_envelope_is_for_one_tender_lot_bidder_and_committee,
    uploads_have_a_size_and_a_place,
    a_bid_is_submitted_once,
    a_capsule_is_used_once,
    a_core_that_only_its_maker_could_spoil_opens_to_nothing,
);

/// The core of an honest statement, and what it must be.
fn honest(center: &Center) -> (Sealed, Context) {
    let tender = center.state();
    let key = center.bidders[0].key_id();
    let context = derive::context(&tender.notice, &lot(), Envelope::Statement, new_submission(), key);
    let context = context.expect("a published tender");
    let statement = serde_json::json!({ "days": 180, "name": "某公司" });
    let locks = derive::locks(&tender.notice).expect("a published tender");
    (seal_in(&context, &locks, statement, b""), context)
}

async fn a_damaged_core_is_no_envelope(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let (sealed, context) = honest(&center);
    let locks = expected_locks(&center.state().notice).expect("a committee");
    let look = |bytes: &[u8]| check_core(bytes, &context, &locks).map_err(|refusal| refusal.code());
    assert!(look(&sealed.core).is_ok(), "as it was sealed");
    for len in 0..sealed.core.len() {
        assert_eq!(look(&sealed.core[..len]).err(), Some("malformed"), "cut to {len} bytes");
    }
    let longer = [sealed.core.as_slice(), &[0]].concat();
    assert_eq!(look(&longer).err(), Some("malformed"), "a byte more");
    let in_context = position(&sealed.core, &context.to_bytes());
    for at in 0..sealed.core.len() {
        let mut flipped = sealed.core.clone();
        flipped[at] ^= 1 << (at % 8);
        match look(&flipped) {
            Err(code) => {
                assert!(["malformed", "wrong_context", "wrong_lock"].contains(&code), "byte {at}: {code}")
            }
            Ok(core) => {
                assert!(!in_context.contains(&at), "byte {at} of the context is free to change");
                assert_ne!(core.digest(), sealed.line.core_sha256, "the signed manifest names every byte");
            }
        }
    }

    let served = center.serve().await;
    let visitor = served.sign_in(&center.bidders[0]).await;
    let cut = Sealed { core: sealed.core[..sealed.core.len() - 1].to_vec(), ..sealed.clone() };
    let answer = upload(&visitor, &center, &cut).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "malformed"));
    let mut rest = envelopes(&center.state(), center.bidders[0].key_id(), 1);
    for envelope in &mut rest {
        envelope.ciphertext.pop();
        assert_eq!(upload(&visitor, &center, envelope).await.status, StatusCode::NO_CONTENT);
    }
    let submit = LotCommand::SubmitBid(Center::submission(&rest, None, 0));
    let cut = visitor.act(&center, &center.bidders[0], submit).await;
    assert_eq!(cut.code(), "envelope_differs", "ciphertext that lacks a byte is not what the manifest names");
}

/// Where `part` stands in `whole`.
fn position(whole: &[u8], part: &[u8]) -> std::ops::Range<usize> {
    let start = whole.windows(part.len()).position(|window| window == part).expect("it stands there");
    start..start + part.len()
}

/// The group key of five custodians whom nobody appointed.
pub(super) fn strangers_key() -> GroupKey {
    let random = SystemRandom::new();
    let quorum = Quorum::new(1, 1).expect("a quorum");
    let (party, announced) = keygen::announce(Digest([7; 32]), quorum, 1, &random).expect("a party");
    let (dealer, shares) = party.receive(&[announced]).expect("dealt");
    *dealer.receive(&shares).expect("a committee").committee.group_key()
}

async fn an_envelope_is_for_one_tender_lot_bidder_and_committee(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let tender = center.state();
    let (bidder, ours) = (&center.bidders[0], derive::locks(&tender.notice).expect("a published tender"));
    let theirs = Locks::of(strangers_key());
    type Change = fn(&mut Context);
    let other_digest = |context: &mut Context| context.tender = Digest::of(b"another notice");
    let changes: [(&str, Change); 6] = [
        ("tender", other_digest),
        ("lot", |context| context.lot = "2".parse().expect("a lot")),
        ("envelope", |context| context.envelope = Envelope::PriceStatement),
        ("submission", |context| context.submission = new_submission()),
        ("bidder", |context| context.bidder = Digest::of(b"another key")),
        ("opening", |context| context.opening -= 1),
    ];
    for (field, change) in changes {
        let refused = submit_with(&center, &ours, change).await;
        assert_eq!(refused, ("wrong_context", field.to_owned()));
    }
    let renamed = submit_with(&center, &theirs, |_| {}).await;
    assert_eq!(
        renamed,
        ("wrong_context", "committee".to_owned()),
        "a core names the committee that locks it"
    );
    let floor = Some(Floor { network: *Network::quicknet(), recovery: recovery_secret().public() });
    let others =
        [("set of locks", Locks { floor, ..ours }), ("suite", Locks { suite: Suite::National, ..ours })];
    for (what, locks) in others {
        assert_eq!(submit_with(&center, &locks, |_| {}).await, ("wrong_lock", what.to_owned()));
    }
    assert_eq!(center.state().lots[&lot()].bids.size(), 0);
    center.bid(bidder, 1).await;
}

/// Submits a bid of the first bidder whose statement is sealed in a changed context, past the check of the upload.
async fn submit_with(
    center: &Center,
    locks: &Locks,
    change: impl Fn(&mut Context),
) -> (&'static str, String) {
    let bidder = &center.bidders[0];
    let mut sealed = envelopes(&center.state(), bidder.key_id(), 1);
    let place = sealed.iter().position(|sealed| sealed.line.envelope == Envelope::Statement);
    let statement = &mut sealed[place.expect("a statement")];
    let named = (statement.line.envelope, statement.line.submission);
    let context = derive::context(&center.state().notice, &lot(), named.0, named.1, bidder.key_id());
    let mut context = context.expect("a published tender");
    change(&mut context);
    if context.envelope.is_statement() {
        context.committee = locks.committee.committee_id();
    }
    let value = serde_json::json!({ "days": 180, "name": "某公司" });
    *statement = seal_in(&context, locks, value, b"");
    (statement.line.envelope, statement.line.submission) = named;
    for envelope in &sealed {
        center.upload(bidder, envelope).await;
    }
    code_of(center.enter(bidder, LotCommand::SubmitBid(Center::submission(&sealed, None, 0))).await)
}

async fn uploads_have_a_size_and_a_place(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let served = center.serve().await;
    let bidder = served.sign_in(&center.bidders[0]).await;
    let sealed = &envelopes(&center.state(), center.bidders[0].key_id(), 1)[0];
    let announced = metadata(&center, sealed);
    let most =
        usize::try_from(UploadLimits::default().upload_bytes_max).expect("64 bits") + sealed.core.len();
    let oversized = begin(&bidder, &announced, most + 1).await;
    assert_eq!((oversized.status, oversized.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    for nothing in [0, sealed.core.len()] {
        assert_eq!(begin(&bidder, &announced, nothing).await.code(), "length_invalid", "{nothing} bytes");
    }
    let elsewhere = announced.replace("lot MQ==", "lot Mg==");
    assert_ne!(elsewhere, announced);
    let elsewhere = begin(&bidder, &elsewhere, 1000).await;
    assert_eq!((elsewhere.status, elsewhere.code().as_str()), (StatusCode::NOT_FOUND, "unknown_lot"));
    let nameless = begin(&bidder, "", 1000).await;
    assert_eq!((nameless.status, nameless.code().as_str()), (StatusCode::BAD_REQUEST, "metadata_form"));
}

async fn a_bid_is_submitted_once(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let (first, second) = (&center.bidders[0], &center.bidders[1]);
    let sealed = envelopes(&center.state(), first.key_id(), 1);
    for envelope in &sealed {
        center.upload(first, envelope).await;
    }
    let submit = Center::submission(&sealed, None, 0);
    let bid = submit.bid;
    let mut incomplete = submit.clone();
    let three = submit.manifest.lines()[..3].to_vec();
    incomplete.manifest = kaibiao_crypto::manifest::Manifest::new(three).expect("a manifest");
    assert_eq!(
        code_of(center.enter(first, LotCommand::SubmitBid(incomplete)).await).0,
        "envelopes_incomplete"
    );
    center.enter(first, LotCommand::SubmitBid(submit.clone())).await.expect("received");
    assert_eq!(code_of(center.enter(first, LotCommand::SubmitBid(submit.clone())).await).0, "bid_twice");
    let again = Center::submission(&sealed, None, 0);
    assert_eq!(code_of(center.enter(first, LotCommand::SubmitBid(again)).await).0, "replaces_other_bid");
    let stolen = LotCommand::SubmitBid(Center::submission(&sealed, None, 0));
    assert_eq!(
        code(center.lot(second, stolen).await),
        "submission_seen",
        "an envelope belongs to one bidder"
    );
    let not_mine = LotCommand::WithdrawBid(WithdrawBid { bid });
    assert_eq!(code(center.lot(second, not_mine).await), "unknown_bid");
    assert_eq!(center.state().lots[&lot()].standing().count(), 1);
}

async fn a_capsule_is_used_once(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let served = center.serve().await;
    let (alice, mallory) = (&center.bidders[0], &center.bidders[1]);
    let (hers, his) = (served.sign_in(alice).await, served.sign_in(mallory).await);
    let (sealed, context) = honest(&center);
    assert_eq!(upload(&hers, &center, &sealed).await.status, StatusCode::NO_CONTENT);
    let again = upload(&hers, &center, &sealed).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT, "the same once more is the same: {}", again.text);
    let mut other = sealed.clone();
    other.ciphertext[0] ^= 1;
    assert_eq!(upload(&hers, &center, &other).await.code(), "submission_taken");

    // Her lock under his name: context and label are changed in place, the capsule is hers.
    let named = Context { bidder: mallory.key_id(), submission: new_submission(), ..context.clone() };
    let mut copied = sealed.clone();
    for (hers, his) in
        [(context.to_bytes(), named.to_bytes()), (context.label().to_bytes(), named.label().to_bytes())]
    {
        let place = position(&copied.core, &hers);
        copied.core.splice(place, his);
    }
    copied.line.submission = named.submission;
    let relabelled = Core::parse(&copied.core).expect("a core in form");
    assert_eq!(relabelled.context(), &named);
    assert_eq!(upload(&his, &center, &copied).await.code(), "capsule_reused");
}

async fn a_core_that_only_its_maker_could_spoil_opens_to_nothing(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    for index in 0..3 {
        center.bid(&center.bidders[index], 90_000_000).await;
    }
    let spoiler = &center.bidders[3];
    let mut sealed = envelopes(&center.state(), spoiler.key_id(), 1);
    let statement = sealed.iter_mut().find(|sealed| sealed.line.envelope == Envelope::Statement);
    let statement = statement.expect("a statement");
    // The last byte lies in the box of the seed, which no one can read before the opening.
    *statement.core.last_mut().expect("bytes") ^= 1;
    statement.line.core_sha256 = Digest::of(&statement.core);
    for envelope in &sealed {
        center.upload(spoiler, envelope).await;
    }
    let submit = Center::submission(&sealed, None, 0);
    let bid = submit.bid;
    center.enter(spoiler, LotCommand::SubmitBid(submit)).await.expect("nobody can see it yet");
    center.clock.advance(PERIOD);
    center.settle().await;
    let state = center.state();
    let state = &state.lots[&lot()];
    let contents = state.bids[&bid].contents(Envelope::Statement);
    assert!(
        matches!(contents, Some(Unsealed::Failed { code: UnsealFailure::Malformed, .. })),
        "{contents:?}"
    );
    assert_eq!(state.openings[0].step, OpeningStep::Unsealed);
    assert_eq!(state.openings[0].readable(state).count(), 3, "the others go on");
    center.audit().await;
}
