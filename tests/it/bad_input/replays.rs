//! Acts sent again: the same bytes, and the same act in other clothes. However it comes, it is done once (F12).

use std::collections::BTreeMap;

use kaibiao::base::EnquiryId;
use kaibiao::ledger::{Accepted, Rejected};
use kaibiao::tender::{AskEnquiry, CheckIn, Command, LotCommand, Procedure, TenderCommand};
use kaibiao_crypto::act::{Nonce, Payload, SignedAct};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::{Algorithm, SigningKey};
use ring::rand::SystemRandom;
use uuid::Uuid;

use crate::drill::{held, times};
use crate::harness::{Actor, Center, PERIOD, code, lot};
use crate::terms::long;

on_both_databases!(
    an_act_in_other_clothes_is_done_once,
    what_was_done_in_time_is_answered_after_the_close_and_nothing_else_is,
);

/// The order of P-256: with (r, s) the pair (r, n − s) is a signature of the same message.
const P256_ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// The order of Ed25519's base point, little-endian: S + L satisfies the same equation, and is refused for its size.
const ED25519_ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

impl Center {
    /// A bidder's person with a key of this algorithm.
    pub(super) async fn newcomer(&self, alg: Algorithm) -> Actor {
        let like = &self.bidders[0];
        let key = SigningKey::generate_of(alg, &SystemRandom::new()).expect("randomness");
        let actor =
            Actor { person: kaibiao::base::PersonId(Uuid::new_v4()), org: like.org, role: like.role, key };
        self.register(&actor).await;
        let certify = kaibiao::centre::CertifyKey { key: actor.record() };
        self.centre(kaibiao::centre::CentreCommand::CertifyKey(certify)).await.expect("certified");
        actor
    }

    /// What `actor` would sign to ask something.
    pub(super) fn question(&self, actor: &Actor) -> Payload {
        let ask = AskEnquiry { enquiry: EnquiryId(Uuid::new_v4()), text: long("价值 é？") };
        let command = Command::Tender(TenderCommand::AskEnquiry(ask));
        let (kind, lot, body) = command.encode().expect("a command");
        actor.payload(Some(self.tender), lot, &kind, &body).0
    }
}

fn signed(key: &SigningKey, payload: &Payload) -> SignedAct {
    SignedAct::sign(key, payload, None).expect("a payload")
}

/// `order` − `number`, both big-endian.
fn less(order: &[u8], number: &[u8]) -> Vec<u8> {
    let (mut result, mut borrow) = (vec![0; 32], 0);
    for place in (0..32).rev() {
        let digit = i16::from(order[place]) - i16::from(number[place]) - borrow;
        borrow = i16::from(digit < 0);
        result[place] = u8::try_from(digit.rem_euclid(256)).expect("a byte");
    }
    result
}

/// `order` + `number`, both little-endian; the sum of two numbers below 2^253 fits.
fn more(order: &[u8], number: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let add = |(one, other): (&u8, &u8)| {
        let sum = u16::from(*one) + u16::from(*other) + carry;
        carry = sum >> 8;
        u8::try_from(sum & 0xff).expect("a byte")
    };
    order.iter().zip(number).map(add).collect()
}

/// The other signature that anybody can make from one, without the key.
fn other_signature(act: &SignedAct) -> SignedAct {
    let mut other = act.clone();
    let (order, half) = match act.alg {
        1 => (ED25519_ORDER, more(&hex::decode(ED25519_ORDER).expect("hex"), &act.sig[32..])),
        2 => (P256_ORDER, less(&hex::decode(P256_ORDER).expect("hex"), &act.sig[32..])),
        _ => ("", act.sig[..32].iter().copied().rev().collect()),
    };
    assert!(order.len() % 64 == 0);
    other.sig.splice(32.., half);
    other
}

/// The act again, by the same person and by others, as it was and otherwise.
fn clothes(
    center: &Center,
    actor: &Actor,
    payload: &Payload,
    act: &SignedAct,
) -> Vec<(&'static str, SignedAct)> {
    let by = |key: &SigningKey, change: &dyn Fn(&mut Payload)| {
        let mut other = payload.clone();
        change(&mut other);
        signed(key, &other)
    };
    let elsewhere = Some(Uuid::new_v4().to_string());
    let stranger = &center.bidders[1];
    vec![
        ("the same bytes", act.clone()),
        ("signed once more", signed(&actor.key, payload)),
        ("a signature made of the other", other_signature(act)),
        ("another time under its nonce", by(&actor.key, &|other| other.client_time += 1)),
        (
            "another question under its nonce",
            by(&actor.key, &|other| other.body = center.question(actor).body),
        ),
        ("another tender under its nonce", by(&actor.key, &|other| other.tender.clone_from(&elsewhere))),
        (
            "another tender",
            by(&actor.key, &|other| {
                other.tender.clone_from(&elsewhere);
                other.nonce = Nonce([7; 16]);
            }),
        ),
        (
            "another log",
            by(&actor.key, &|other| {
                "other.example/tlog/1".clone_into(&mut other.origin);
                other.nonce = Nonce([8; 16]);
            }),
        ),
        ("the same question under another nonce", by(&actor.key, &|other| other.nonce = Nonce([9; 16]))),
        ("by a stranger's key", by(&stranger.key, &|_| {})),
        ("by nobody", SignedAct { alg: 0, key_id: Digest([0; 32]), sig: Vec::new(), ..act.clone() }),
        ("with a body beside it", SignedAct { body: Some(b"{}".to_vec()), ..act.clone() }),
    ]
}

/// `same` if the answer is that of the first time, else the code of the refusal.
fn told(first: &Accepted, again: Result<Accepted, Rejected>) -> &'static str {
    match again {
        Ok(again) => {
            let is_same = (again.index, again.ts, again.is_repeat) == (first.index, first.ts, true);
            assert!(is_same && again.events == first.events, "{again:?}");
            "same"
        }
        Err(rejected) => rejected.code(),
    }
}

async fn an_act_in_other_clothes_is_done_once(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    let mut askers = Vec::new();
    for alg in [Algorithm::Ed25519, Algorithm::P256, Algorithm::Sm2] {
        askers.push(center.newcomer(alg).await);
    }
    let (rounds, mut seen) = (times(6, 120), BTreeMap::new());
    for round in 0..rounds {
        let actor = &askers[round % askers.len()];
        let payload = center.question(actor);
        let act = signed(&actor.key, &payload);
        let first = center.ledger.submit(act.clone()).await.expect("accepted");
        let size = center.ledger.head().size;
        for (what, again) in clothes(&center, actor, &payload, &act) {
            let by_ledger = told(&first, center.ledger.submit(again.clone()).await);
            let by_intake = told(&first, center.intake().submit(actor.person, again).await);
            assert_eq!(by_ledger == "same", by_intake == "same", "{what}: {by_ledger} {by_intake}");
            *seen.entry((what, by_ledger)).or_insert(0) += 1;
            assert_eq!(center.ledger.head().size, size, "{what}: a second entry");
        }
        if round == rounds / 2 {
            center.restart().await;
        }
    }
    assert_eq!(seen[&("the same bytes", "same")], rounds);
    let ways: Vec<String> =
        seen.iter().map(|((what, told), count)| format!("{what}: {told} {count}")).collect();
    held("F12 an act in other clothes", &format!("{rounds} acts, never a second entry; {}", ways.join(", ")));
}

async fn what_was_done_in_time_is_answered_after_the_close_and_nothing_else_is(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    let mut done = Vec::new();
    for bidder in &center.bidders[..3] {
        center.bid(bidder, 90_000_000).await;
        let (kind, lot, body) =
            Command::Lot(lot(), LotCommand::CheckIn(CheckIn {})).encode().expect("a command");
        let (payload, _) = bidder.payload(Some(center.tender), lot, &kind, &body);
        let act = signed(&bidder.key, &payload);
        let first = center.ledger.submit(act.clone()).await.expect("in time");
        done.push((payload, act, first));
    }
    center.clock.advance(PERIOD);
    center.settle().await;
    for is_restarted in [false, true] {
        let size = center.ledger.head().size;
        for ((payload, act, first), bidder) in done.iter().zip(&center.bidders) {
            assert_eq!(told(first, center.ledger.submit(act.clone()).await), "same");
            let other = Payload { client_time: 1, ..payload.clone() };
            assert_eq!(code(center.ledger.submit(signed(&bidder.key, &other)).await), "nonce_reused");
            let anew = Payload { nonce: Nonce([1; 16]), ..payload.clone() };
            assert_eq!(code(center.ledger.submit(signed(&bidder.key, &anew)).await), "too_late");
        }
        let late = center.lot(&center.bidders[3], LotCommand::CheckIn(CheckIn {})).await;
        assert_eq!(code(late), "too_late");
        assert_eq!(center.ledger.head().size, size);
        if !is_restarted {
            center.restart().await;
        }
    }
    center.audit().await;
    held(
        "F12 after the close",
        "what was done in time gets the same answer, before and after a restart; nothing is added",
    );
}
