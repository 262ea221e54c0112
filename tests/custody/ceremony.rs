//! The ceremony over the relay of a real server: members killed at every step, members who lie, strangers.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future;
use kaibiao::centre::AppointCommittee;
use kaibiao::custodian::ceremony::{Message, Step};
use kaibiao_crypto::canonical;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::{PublicKey, SigningKey};
use serde_json::{Value, json};

use crate::custodians::Custodians;
use crate::held;
use crate::installation::Installation;
use crate::process::{Spoken, done, ended};
use crate::secrets::{Needles, lies_in};

const STEPS: [&str; 3] = ["announce", "deal", "confirm"];

on_both_databases!(
    every_member_may_be_killed_at_every_step,
    members_who_lie_and_strangers_are_refused,
    four_of_seven_make_a_committee,
);

/// The relay's messages, by sender and step.
pub type Said = BTreeMap<(u8, String), String>;

pub async fn said(centre: &Installation, session: &str) -> Said {
    let relayed = relayed(centre, session).await;
    let messages = relayed["messages"].as_array().expect("messages").iter();
    let key = |message: &Value| {
        let sender = message["sender"].as_u64().and_then(|sender| u8::try_from(sender).ok());
        (sender.expect("an index"), message["step"].as_str().expect("a step").to_owned())
    };
    messages.map(|message| (key(message), message.to_string())).collect()
}

async fn relayed(centre: &Installation, session: &str) -> Value {
    centre.client().get(&format!("/api/ceremonies/{session}")).await.expect("the ceremony")
}

async fn founded(database: Option<String>, members: u8) -> Installation {
    let mut centre = Installation::founded(database, members).await;
    centre.start_server(None).await;
    centre
}

impl Installation {
    /// One member, killed as soon as it has said `step`, or what comes after it where it had said that before.
    async fn killed_after(&self, index: u8, session: &str, step: &str) {
        let mut member = Spoken::start(self.custodians.join(index, &self.url(), session));
        let place = STEPS.iter().position(|known| *known == step).expect("a step");
        assert!(member.says(&STEPS[place..]).await, "member {index} says {step}");
        member.kill().await;
    }

    /// One member, killed some time after its start, wherever it is then.
    async fn killed_somewhere(&self, index: u8, session: &str, after_ms: u64) {
        let member = Spoken::start(self.custodians.join(index, &self.url(), session));
        tokio::time::sleep(std::time::Duration::from_millis(after_ms)).await;
        member.kill().await;
    }

    /// All members to the end.
    async fn all_join(&self, session: &str) {
        let url = self.url();
        let joins = self.custodians.indices().map(|index| done(self.custodians.join(index, &url, session)));
        for printed in future::join_all(joins).await {
            assert!(printed.contains("Done"), "{printed}");
        }
    }

    /// The outcome: every member's signature on it verifies, the centre appoints it, and each has recorded one share.
    async fn outcome_stands(&self, session: &str) {
        let path = self.export_ceremony(session).await;
        let text = std::fs::read(&path).expect("an outcome");
        let outcome: AppointCommittee = serde_json::from_slice(&text).expect("a committee");
        let committee = kaibiao::custody::committee(&outcome.committee).expect("a committee");
        for custodian in &outcome.committee.custodians {
            let spki = STANDARD.decode(&custodian.identity).expect("base64");
            let signature = STANDARD.decode(&custodian.signature).expect("base64");
            let identity = PublicKey::from_spki(&spki).expect("a key");
            identity.verify(committee.id().as_bytes(), &signature).expect("signed by the member");
        }
        done(self.registrar.act(&self.url(), "AppointCommittee", &format!("@{}", path.display()))).await;
        for index in self.custodians.indices() {
            let record = self.custodians.record(index).await;
            let taken = record.iter().filter(|line| line["deed"]["kind"] == "share_taken");
            assert_eq!(taken.count(), 1, "member {index} has recorded its share once");
        }
    }
}

async fn every_member_may_be_killed_at_every_step(database: Option<String>) {
    let mut centre = founded(database, 5).await;
    let session = centre.begin_ceremony("3").await;
    let mut before = Said::new();
    for (place, step) in (0..).zip(STEPS) {
        let somewhere =
            |index: u8| centre.killed_somewhere(index, &session, 60 * u64::from(index) + 40 * place);
        future::join_all(centre.custodians.indices().map(somewhere)).await;
        let after = |index| centre.killed_after(index, &session, step);
        future::join_all(centre.custodians.indices().map(after)).await;
        let now = said(&centre, &session).await;
        assert!(before.iter().all(|(key, text)| now.get(key) == Some(text)), "what was said stands");
        before = now;
    }
    // The relay may be killed as well.
    centre.kill_server().await;
    centre.start_server(None).await;
    centre.all_join(&session).await;
    let end = said(&centre, &session).await;
    assert_eq!(end.len(), 5 * STEPS.len(), "one message of each step from each member: {:?}", end.keys());
    assert!(before.iter().all(|(key, text)| end.get(key) == Some(text)), "what was said stands");
    centre.outcome_stands(&session).await;
    held("five members killed at every step, twice", "each says the same bytes again; the committee is made");

    let mut secrets = Needles::default();
    for index in centre.custodians.indices() {
        let share = centre.custodians.vault(index).share();
        secrets.add_hex(share["secret"].as_str().expect("text"));
    }
    let database = centre.dumped_database().await;
    let (data, log) = (centre.data(), centre.log());
    assert_eq!(lies_in(&secrets, &[&data, &log, &database]), [""; 0], "no share lies at the relay");
    held("the relay's database, files and log", "hold no share");
}

async fn four_of_seven_make_a_committee(database: Option<String>) {
    let centre = founded(database, 7).await;
    let session = centre.begin_ceremony("4").await;
    centre.killed_somewhere(7, &session, 200).await;
    centre.all_join(&session).await;
    centre.outcome_stands(&session).await;
    held("four of seven", "the committee is made");
}

async fn members_who_lie_and_strangers_are_refused(database: Option<String>) {
    let centre = founded(database, 5).await;
    strangers_and_doubles(&centre).await;
    let session = centre.begin_ceremony("3").await;
    let announced = |index| centre.killed_after(index, &session, "announce");
    future::join_all(centre.custodians.indices().map(announced)).await;
    forged_messages(&centre, &session).await;

    let dealt = |index| centre.killed_after(index, &session, "deal");
    future::join_all((1..=4).map(dealt)).await;
    let of_four = &said(&centre, &session).await[&(4, "deal".to_owned())];
    let of_four: Message = serde_json::from_str(of_four).expect("a message");
    let mut shares = of_four.body;
    for share in shares.as_array_mut().expect("shares") {
        share["dealer"] = 5.into();
        if share["recipient"] == 5 {
            share["recipient"] = 4.into();
        }
    }
    let deal = signed(&session, 5, Step::Deal, shares, &centre.custodians.vault(5).identity());
    let _: Value =
        centre.client().post(&say_path(&session), &deal).await.expect("it is signed, so it is relayed");
    for index in [1, 2] {
        let over = ended(centre.custodians.join(index, &centre.url(), &session)).await;
        assert!(!over.is_good && over.err.contains("[ceremony_complained]"), "{over:?}");
        assert!(over.err.contains("of member 5"), "the dealer is named: {}", over.err);
        assert_eq!(centre.custodians.vault(index).secrets["shares"], json!({}), "no share is taken");
    }
    held("a dealer who seals wrong shares", "complained of by name; nobody takes a share");
}

fn say_path(session: &str) -> String {
    format!("/api/ceremonies/{session}/messages")
}

/// A message as its sender would sign it, written from the description of the format.
fn signed(session: &str, sender: u8, step: Step, body: Value, identity: &SigningKey) -> Message {
    let session: Digest = session.parse().expect("a digest");
    let digest: Digest = canonical::digest_of(&(&body, sender, session, step)).expect("JSON");
    let signature = identity.sign(&[b"KB/ceremony\0", digest.as_bytes().as_slice()].concat());
    Message { body, sender, session, signature: STANDARD.encode(signature), step }
}

async fn forged_messages(centre: &Installation, session: &str) {
    let stands = said(centre, session).await;
    let refusal = async |message: &Message| {
        let sent: Result<Value, _> = centre.client().post(&say_path(session), message).await;
        sent.expect_err("refused").code().to_owned()
    };
    let of_one: Message = serde_json::from_str(&stands[&(1, "announce".to_owned())]).expect("a message");
    let of_two: Message = serde_json::from_str(&stands[&(2, "announce".to_owned())]).expect("a message");
    let tampered = Message { body: of_two.body.clone(), ..of_one.clone() };
    assert_eq!(refusal(&tampered).await, "ceremony_message");
    let in_anothers_name = Message { sender: 2, ..of_one.clone() };
    assert_eq!(refusal(&in_anothers_name).await, "ceremony_message");
    let nobodys = Message { sender: 6, ..of_one.clone() };
    assert_eq!(refusal(&nobodys).await, "ceremony_message");
    let mut body = of_two.body;
    let in_anothers_name =
        signed(session, 1, Step::Announce, body.clone(), &centre.custodians.vault(1).identity());
    assert_eq!(refusal(&in_anothers_name).await, "ceremony_message");
    body["dealer"] = 1.into();
    let other = signed(session, 1, Step::Announce, body, &centre.custodians.vault(1).identity());
    assert_eq!(refusal(&other).await, "ceremony_said_otherwise");
    assert_eq!(said(centre, session).await, stands, "nothing has changed");
    held("messages changed, forged, said otherwise", "refused; what was said stands");
}

async fn strangers_and_doubles(centre: &Installation) {
    let session = centre.begin_ceremony("3").await;
    let elsewhere = centre.folder.path().join("elsewhere-custody");
    let stranger = Custodians::make(&elsewhere, 1).await;
    let refused = ended(stranger.join(1, &centre.url(), &session)).await;
    assert!(!refused.is_good && refused.err.contains("[ceremony_stranger]"), "{refused:?}");

    // The same identity at another address, properly signed: still one member.
    let path = centre.custodians.card(5);
    let mut card: Value = serde_json::from_slice(&std::fs::read(&path).expect("a card")).expect("JSON");
    card["card"]["address"] = "https://127.0.0.1:1".into();
    let digest: Digest = canonical::digest_of(&card["card"]).expect("JSON");
    let signature = centre
        .custodians
        .vault(5)
        .identity()
        .sign(&[b"KB/custodian card\0", digest.as_bytes().as_slice()].concat());
    card["signature"] = STANDARD.encode(signature).into();
    let double = elsewhere.join("double.json");
    std::fs::write(&double, card.to_string()).expect("written");
    let cards = centre.custodians.indices().map(|index| centre.custodians.card(index));
    let refused = ended(centre.new_ceremony("4", cards.chain([double]))).await;
    assert!(!refused.is_good && refused.err.contains("[ceremony_form]"), "{refused:?}");
    let unsigned = elsewhere.join("unsigned.json");
    card["signature"] = STANDARD.encode([0; 64]).into();
    std::fs::write(&unsigned, card.to_string()).expect("written");
    let cards = (1..=4).map(|index| centre.custodians.card(index));
    let refused = ended(centre.new_ceremony("3", cards.chain([unsigned]))).await;
    assert!(!refused.is_good && refused.err.contains("[card_signature]"), "{refused:?}");
    held("a stranger, one identity on two cards, an unsigned card", "refused");
}
