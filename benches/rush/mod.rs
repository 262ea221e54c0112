//! A published tender with a crowd of bidders, and signed acts of theirs: what the hour before a deadline brings.

use kaibiao::base::{BidId, Envelope, ManifestLine, PersonId, Role};
use kaibiao::centre::{CentreCommand, CertifyKey, Organisation, RegisterOrganisation, RegisterPerson};
use kaibiao::tender::{Command, LotCommand, Procedure, SubmitBid};
use kaibiao_crypto::act::{Seen, SignedAct};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::manifest::Manifest;
use uuid::Uuid;

use crate::harness::{Actor, Center, lot, org, text};
use crate::measure::load::{Load, load};
use crate::sealed::{envelopes, new_submission};

/// A bidder of the crowd.
struct Bidder {
    actor: Actor,
    /// Its newest bid and act.
    last: Option<(BidId, Digest)>,
    /// Its envelopes, once they are uploaded; before that each bid names others that nobody looks at.
    envelopes: Option<Vec<ManifestLine>>,
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
            crowd.push(Bidder { actor, last: None, envelopes: None });
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
            let (mut payload, detached) = self.center.authority.payload(None, None, "RegisterPerson", &body);
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

    /// The bidders, in the order in which they bid.
    pub fn bidders(&self) -> impl Iterator<Item = &Actor> {
        self.crowd.iter().map(|bidder| &bidder.actor)
    }

    /// Seals and uploads envelopes for every bidder, which its bids name from now on.
    pub async fn upload_envelopes(&mut self) {
        let tender = self.center.state();
        for bidder in &mut self.crowd {
            let sealed = envelopes(&tender, bidder.actor.key_id(), 86_000_000);
            for envelope in &sealed {
                self.center.upload(&bidder.actor, envelope).await;
            }
            bidder.envelopes = Some(sealed.into_iter().map(|sealed| sealed.line).collect());
        }
        self.turn = 0;
    }

    /// Submits all acts to the ledger, `outstanding` at a time; every one is accepted.
    pub async fn submit(&self, acts: Vec<SignedAct>, outstanding: usize) -> Load {
        let sender = |_| {
            let ledger = self.center.ledger.clone();
            move |act| {
                let ledger = ledger.clone();
                async move { drop(ledger.submit(act).await.expect("accepted")) }
            }
        };
        load(acts, outstanding, sender).await
    }

    fn next_bid(&mut self) -> SignedAct {
        let seen = self.seen();
        let place = self.turn % self.crowd.len();
        self.turn += 1;
        let bidder = &mut self.crowd[place];
        let lines = bidder.envelopes.clone().unwrap_or_else(made_up_lines);
        let submit = SubmitBid {
            bid: BidId(Uuid::new_v4()),
            document_set: 0,
            manifest: Manifest::new(lines).expect("a manifest"),
            replaces: bidder.last.map(|(bid, _)| bid),
        };
        let bid = submit.bid;
        let (kind, lot, body) =
            Command::Lot(lot(), LotCommand::SubmitBid(submit)).encode().expect("a command");
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

/// Lines of a manifest as any envelopes would give them.
pub fn made_up_lines() -> Vec<ManifestLine> {
    let line = |envelope: &Envelope| {
        let submission = new_submission();
        ManifestLine {
            core_sha256: Digest::of(&submission.0),
            envelope: *envelope,
            root: Digest::of(b"ciphertext"),
            submission,
            total_len: 1 << 20,
        }
    };
    Procedure::OneStage.envelopes().iter().map(line).collect()
}
