//! A published tender with a crowd of bidders, and signed acts of theirs: what the hour before a deadline brings.

use kaibiao::base::{BidId, Envelope, ManifestLine, PersonId, Role};
use kaibiao::centre::{CentreCommand, CertifyKey, Organisation, RegisterOrganisation, RegisterPerson};
use kaibiao::tender::{Command, LotCommand, Procedure, SubmitBid};
use kaibiao_crypto::act::{Seen, SignedAct};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::manifest::Manifest;
use uuid::Uuid;

use crate::harness::{Actor, Center, lot, org, text};
use crate::sealed::new_submission;

/// A bidder of the crowd.
struct Bidder {
    actor: Actor,
    /// Its newest bid and act.
    last: Option<(BidId, Digest)>,
}

/// A centre with an open lot and a crowd.
pub struct Rush {
    pub center: Center,
    crowd: Vec<Bidder>,
    turn: usize,
}

impl Rush {
    /// Publishes a tender and registers `size` bidders, each with an organisation and a key of its own.
    pub async fn on(center: Center, size: usize) -> Self {
        center.publish(Procedure::OneStage).await;
        let mut crowd = Vec::with_capacity(size);
        for _ in 0..size {
            let actor = Actor::new(org(), Role::Bidder);
            let name = text("单位");
            let organisation = Organisation { credit_code: None, name: name.clone(), name_en: name };
            let register = RegisterOrganisation { org: actor.org, organisation };
            center.centre(CentreCommand::RegisterOrganisation(register)).await.expect("registered");
            center.register(&actor).await;
            let certify = CertifyKey { key: actor.record() };
            center.centre(CentreCommand::CertifyKey(certify)).await.expect("certified");
            crowd.push(Bidder { actor, last: None });
        }
        Self { center, crowd, turn: 0 }
    }

    /// Acts that register one person each: the smallest act of a registrar.
    pub fn registrations(&self, count: usize) -> Vec<SignedAct> {
        let registration = |_| {
            let person = RegisterPerson {
                name: text("某人"),
                org: self.center.authority.org,
                person: PersonId(Uuid::new_v4()),
                roles: vec![Role::Bidder],
            };
            let body = serde_json::to_value(&person).expect("a body");
            let (mut payload, detached) =
                self.center.authority.payload(None, None, "RegisterPerson", &body);
            payload.seen = Some(self.seen());
            SignedAct::sign(&self.center.authority.key, &payload, detached).expect("a payload")
        };
        (0..count).map(registration).collect()
    }

    /// Bids into the open lot, by one bidder after another; who has bid already replaces its bid. To be submitted in
    /// this order.
    pub fn bids(&mut self, count: usize) -> Vec<SignedAct> {
        (0..count).map(|_| self.next_bid()).collect()
    }

    fn next_bid(&mut self) -> SignedAct {
        let seen = self.seen();
        let place = self.turn % self.crowd.len();
        self.turn += 1;
        let bidder = &mut self.crowd[place];
        let lines = Procedure::OneStage.envelopes().iter().map(|envelope| line(*envelope)).collect();
        let submit = SubmitBid {
            bid: BidId(Uuid::new_v4()),
            document_set: 0,
            manifest: Manifest::new(lines).expect("a manifest"),
            replaces: bidder.last.map(|(bid, _)| bid),
        };
        let bid = submit.bid;
        let (kind, lot, body) = Command::Lot(lot(), LotCommand::SubmitBid(submit)).encode().expect("a command");
        let (mut payload, detached) = bidder.actor.payload(Some(self.center.tender), lot, &kind, &body);
        (payload.seen, payload.prev) = (Some(seen), bidder.last.map(|(_, act)| act));
        let act = SignedAct::sign(&bidder.actor.key, &payload, detached).expect("a payload");
        bidder.last = Some((bid, act.payload_digest()));
        act
    }

    /// The head that a signer has seen: as in every act of our clients.
    fn seen(&self) -> Seen {
        let head = self.center.ledger.head();
        Seen { root: head.root, size: head.size }
    }
}

/// A line of a manifest as any envelope would give it.
fn line(envelope: Envelope) -> ManifestLine {
    let submission = new_submission();
    ManifestLine {
        core_sha256: Digest::of(&submission.0),
        envelope,
        root: Digest::of(b"ciphertext"),
        submission,
        total_len: 1 << 20,
    }
}
