//! Acts that are not what they say: by another key, by nobody's, in a wrong role, for another log, sent again.

use kaibiao::base::Digest;
use kaibiao::centre::{CentreCommand, RevokeKey};
use kaibiao::tender::{CheckIn, Command, LotCommand, Procedure};
use kaibiao_crypto::act::{Payload, Seen, SignedAct};
use kaibiao_crypto::key::SigningKey;
use ring::rand::SystemRandom;

use crate::harness::{Actor, Center, START, code, lot, text};

on_both_databases!(
    a_signature_is_of_the_key_that_it_names,
    a_key_counts_for_its_owner_until_it_is_revoked,
    an_act_is_for_one_log_and_one_history,
    the_same_bytes_get_the_same_answer,
);

/// What `actor` would sign to check in.
fn check_in(center: &Center, actor: &Actor) -> Payload {
    let (kind, lot, body) = Command::Lot(lot(), LotCommand::CheckIn(CheckIn {})).encode().expect("a command");
    let (payload, detached) = actor.payload(Some(center.tender), lot, &kind, &body);
    assert_eq!(detached, None, "a short body stands inside");
    payload
}

fn signed(key: &SigningKey, payload: &Payload) -> SignedAct {
    SignedAct::sign(key, payload, None).expect("a payload")
}

async fn a_signature_is_of_the_key_that_it_names(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let (alice, mallory) = (&center.bidders[0], &center.bidders[1]);
    let payload = check_in(&center, alice);
    let honest = signed(&alice.key, &payload);
    let size = center.ledger.head().size;

    let by_another = SignedAct { sig: signed(&mallory.key, &payload).sig, ..honest.clone() };
    assert_eq!(code(center.ledger.submit(by_another).await), "bad_signature");
    for at in [0, 31, 63] {
        let mut flipped = honest.clone();
        flipped.sig[at] ^= 1;
        assert_eq!(code(center.ledger.submit(flipped).await), "bad_signature");
    }
    let mut altered = honest.clone();
    let place = altered.payload.iter().position(|byte| *byte == b'0').expect("client_time is 0");
    altered.payload[place] = b'1';
    assert_eq!(code(center.ledger.submit(altered).await), "bad_signature");
    let unsigned = SignedAct { alg: 0, key_id: Digest([0; 32]), sig: Vec::new(), ..honest.clone() };
    assert_eq!(code(center.ledger.submit(unsigned).await), "author", "only the platform acts unsigned");
    let by_algorithm = SignedAct { alg: 2, ..honest.clone() };
    assert_eq!(code(center.ledger.submit(by_algorithm).await), "other_key");
    let nobodys = SigningKey::generate(&SystemRandom::new()).expect("randomness");
    assert_eq!(code(center.ledger.submit(signed(&nobodys, &payload)).await), "unknown_key");
    let of_another = signed(&mallory.key, &payload);
    assert_eq!(code(center.ledger.submit(of_another.clone()).await), "key_of_another");
    assert_eq!(code(center.intake().submit(mallory.person, of_another).await), "act_of_another");
    assert_eq!(center.ledger.head().size, size, "nothing of it is in the log");
    center.ledger.submit(honest).await.expect("accepted");
}

async fn a_key_counts_for_its_owner_until_it_is_revoked(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let bidder = &center.bidders[0];
    let as_host = Payload { role: "host".to_owned(), ..check_in(&center, bidder) };
    assert_eq!(code(center.ledger.submit(signed(&bidder.key, &as_host)).await), "role_not_held");
    let by_host = LotCommand::CheckIn(CheckIn {});
    assert_eq!(code(center.lot(&center.host, by_host.clone()).await), "role_not_allowed");
    let bid = center.bid(bidder, 1).await;

    let key_id = bidder.key_id();
    let revoke = || CentreCommand::RevokeKey(RevokeKey { key_id, reason: text("设备遗失") });
    let by_another = center.centre_by(&center.bidders[1], &revoke()).await;
    assert_eq!(code(by_another), "key_of_another");
    center.centre(revoke()).await.expect("revoked");
    assert_eq!(code(center.lot(bidder, by_host).await), "key_revoked");
    assert_eq!(code(center.centre(revoke()).await), "key_revoked", "once");
    let standing = center.state().lots[&lot()].standing_of(bidder.org).map(|bid| bid.id);
    assert_eq!(standing, Some(bid), "what the key signed before stands");
}

async fn an_act_is_for_one_log_and_one_history(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let bidder = &center.bidders[0];
    let payload = check_in(&center, bidder);
    let elsewhere = Payload { origin: "other.example/tlog/1".to_owned(), ..payload.clone() };
    assert_eq!(code(center.ledger.submit(signed(&bidder.key, &elsewhere)).await), "other_origin");

    let head = center.ledger.head();
    let seen = |root, size| Payload { seen: Some(Seen { root, size }), ..payload.clone() };
    for (root, size) in [
        (Digest::of(b"a head that never was"), head.size),
        (head.root, head.size - 1),
        (head.root, head.size + 1),
        (head.root, u64::from(u32::MAX)),
    ] {
        let refused = center.ledger.submit(signed(&bidder.key, &seen(root, size))).await;
        assert_eq!(code(refused), "unknown_head", "{size}");
    }
    let accepted = center.ledger.submit(signed(&bidder.key, &seen(head.root, head.size))).await;
    assert_eq!(accepted.expect("a head that was").ts, START);
}

async fn the_same_bytes_get_the_same_answer(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    let payload = check_in(&center, &center.bidders[0]);
    let act = signed(&center.bidders[0].key, &payload);
    let all = futures_util::future::join_all((0..8).map(|_| center.ledger.submit(act.clone()))).await;
    let all: Vec<_> = all.into_iter().map(|answer| answer.expect("accepted")).collect();
    assert_eq!(all.iter().filter(|answer| !answer.is_repeat).count(), 1, "once, however often it is sent");
    let first = all.iter().find(|answer| !answer.is_repeat).expect("the first").clone();
    let size = center.ledger.head().size;
    center.restart().await;
    let again = center.ledger.submit(act).await.expect("after a restart too");
    assert_eq!((again.index, again.ts, again.is_repeat), (first.index, first.ts, true));
    assert_eq!(again.events, first.events);
    let other = Payload { client_time: 1, ..payload.clone() };
    assert_eq!(code(center.ledger.submit(signed(&center.bidders[0].key, &other)).await), "nonce_reused");
    let by_another = Payload { nonce: payload.nonce, ..check_in(&center, &center.bidders[1]) };
    let by_another = center.ledger.submit(signed(&center.bidders[1].key, &by_another)).await;
    assert!(!by_another.expect("a nonce is its actor's own").is_repeat);
    assert_eq!(center.ledger.head().size % 16, size % 16, "sealed acts come in full batches");
    assert_eq!(center.state().lots[&lot()].checked_in.len(), 2);
}
