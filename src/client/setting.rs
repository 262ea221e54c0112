//! What tests share: a folder of their own, a committee, a published tender, a bid folder.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::act::{Nonce, Payload, VERSION};
use kaibiao_crypto::canonical;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::label::Label;
use kaibiao_crypto::lock::LabelKey;
use kaibiao_crypto::threshold::keygen::{self, Announced, Announcement};
use kaibiao_crypto::threshold::{Committee, Partial, Quorum, Share};
use ring::rand::SystemRandom;
use serde_json::json;
use uuid::Uuid;

use crate::base::{Digest, Instant, LotId, PersonId, Sealing, TenderId};
use crate::client::{Home, Notice};
use crate::tender::{Event, Procedure, PublishTender, Tender, TenderEvent, Terms};

/// The first announced opening of the tender of tests.
pub(crate) const OPENING_MS: i64 = 1_900_000_000_000;

/// A folder that goes with its test.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("kaibiao-client-{}", Uuid::new_v4()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn home(&self) -> Home {
        Home::new(self.0.join("home"))
    }

    /// A bid folder with two technical documents, the second of `bytes` bytes, and one price document.
    pub(crate) fn bid_folder(&self, bytes: usize) -> PathBuf {
        let folder = self.0.join("bid");
        fs::create_dir_all(folder.join("price")).expect("a folder");
        fs::write(folder.join("bid.toml"), BID_TOML).expect("written");
        fs::write(folder.join("letter.pdf"), b"%PDF-1.7 letter").expect("written");
        fs::write(folder.join("plan.pdf"), pattern(bytes)).expect("written");
        fs::write(folder.join("price/boq.pdf"), b"%PDF-1.7 prices").expect("written");
        folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A bid that fits [`terms`].
pub(crate) const BID_TOML: &str = r#"
lot = "1"

[statement]
bid_price = "398,765,432.10"
duration_days = 540
project_manager = "李建国"

[documents]
technical = ["letter.pdf", { path = "plan.pdf", name = "施工组织设计.pdf" }]
price = ["price/boq.pdf"]
"#;

/// Bytes that differ from place to place.
pub(crate) fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|i| u8::try_from(i % 251).expect("below 251")).collect()
}

/// The lot of tests.
pub(crate) fn lot() -> LotId {
    "1".parse().expect("a lot id")
}

/// Five custodians of whom three suffice.
pub(crate) struct Custody {
    pub(crate) committee: Committee,
    shares: Vec<Share>,
    identities: Vec<SigningKey>,
}

impl Custody {
    pub(crate) fn new() -> Self {
        let quorum = Quorum::new(3, 5).expect("a majority");
        let session = Digest::of(b"a key generation of tests");
        let announce =
            |index| keygen::announce(session, quorum, index, &SystemRandom::new()).expect("it begins");
        let (states, announcements): (Vec<Announced>, Vec<Announcement>) =
            quorum.indices().map(announce).unzip();
        let dealt = states.into_iter().map(|state| state.receive(&announcements).expect("honest"));
        let (states, shares): (Vec<_>, Vec<_>) = dealt.unzip();
        let shares = shares.concat();
        let finished: Vec<_> =
            states.into_iter().map(|state| state.receive(&shares).expect("honest")).collect();
        let committee = finished[0].committee.clone();
        let identity = |_| SigningKey::generate(&SystemRandom::new()).expect("randomness");
        let identities = quorum.indices().map(identity).collect();
        Self { committee, shares: finished.into_iter().map(|one| one.share).collect(), identities }
    }

    /// Strangers with a key of their own, among whom are the first `count` of these custodians.
    pub(crate) fn strangers_with(&self, count: usize) -> Self {
        let mut strangers = Self::new();
        for (place, own) in self.identities.iter().enumerate().take(count) {
            strangers.identities[place] = SigningKey::from_pkcs8(&own.to_pkcs8()).expect("a key");
        }
        strangers
    }

    /// The key of a label, from three custodians.
    pub(crate) fn label_key(&self, label: &Label) -> LabelKey {
        let partials: Vec<Partial> = self.shares[1..4].iter().map(|share| share.partial(label)).collect();
        *self.committee.combine(label, &partials).expect("all are good").label_key
    }

    /// A published tender under this committee's key.
    pub(crate) fn tender(&self, procedure: Procedure) -> Tender {
        let (mut tender, terms) = (Tender::new(TenderId(Uuid::new_v4())), terms(procedure));
        let events = [
            TenderEvent::TenderDrafted { host: PersonId(Uuid::new_v4()), terms: terms.clone() },
            TenderEvent::TenderPublished {
                committee: self.committee.id(),
                group_key: hex::encode(self.committee.group_key().to_bytes()),
                notice: Digest::of(&publication(&self.committee, tender.id, &terms)),
                opening_at: Instant(OPENING_MS),
                sealing: Sealing::default(),
                short_period: None,
            },
        ];
        for event in events {
            tender.apply(&Event::Tender(event), Instant(1));
        }
        tender
    }

    /// The same as a bidder downloads it.
    pub(crate) fn notice(&self, procedure: Procedure) -> Notice {
        self.notice_of(&self.tender(procedure))
    }

    /// A tender of this committee as it is downloaded.
    pub(crate) fn notice_of(&self, tender: &Tender) -> Notice {
        Notice::parse(&self.downloaded(tender)).expect("a view is a notice")
    }

    /// The same as the file that is kept.
    pub(crate) fn downloaded(&self, tender: &Tender) -> Vec<u8> {
        let view = tender.view(None).expect("it is public");
        let mut view = serde_json::to_value(view).expect("JSON");
        view["publication"] = self.publication(tender);
        serde_json::to_vec(&view).expect("JSON")
    }

    /// The signed notice as the server gives it.
    pub(crate) fn publication(&self, tender: &Tender) -> serde_json::Value {
        let payload = publication(&self.committee, tender.id, tender.notice.terms().expect("published"));
        let custodian = |(index, identity): (u8, &SigningKey)| {
            let share = self.committee.public_share(index).expect("a custodian");
            json!({
                "identity": STANDARD.encode(identity.public().spki()), "index": index, "name": "托管人",
                "public_share": hex::encode(share.to_bytes()),
                "signature": STANDARD.encode(identity.sign(self.committee.id().as_bytes())),
            })
        };
        let custodians: Vec<_> = (1..).zip(&self.identities).map(custodian).collect();
        json!({
            "payload": STANDARD.encode(payload), "body": null,
            "committee": {
                "custodians": custodians, "epoch": 0, "threshold": 3, "transcript": Digest::of(b"a transcript"),
                "group_key": hex::encode(self.committee.group_key().to_bytes()),
            },
        })
    }
}

/// The payload of the act that published the tender: its digest names the notice.
fn publication(committee: &Committee, tender: TenderId, terms: &Terms) -> Vec<u8> {
    let publish = PublishTender {
        committee: committee.id(),
        documents: Vec::new(),
        group_key: hex::encode(committee.group_key().to_bytes()),
        opening_at: Instant(OPENING_MS),
        revision: 1,
        sealing: Sealing::default(),
        terms_sha256: canonical::digest_of(terms).expect("terms"),
    };
    let payload = Payload {
        actor: PersonId(Uuid::nil()).to_string(),
        body: Some(serde_json::to_value(publish).expect("JSON")),
        body_sha256: None,
        client_time: 0,
        lot: None,
        nonce: Nonce([7; 16]),
        origin: "test.kaibiao.example/tlog/1".to_owned(),
        prev: None,
        role: "host".to_owned(),
        seen: None,
        tender: Some(tender.to_string()),
        kind: "PublishTender".to_owned(),
        v: VERSION,
    };
    payload.encode().expect("a payload")
}

fn terms(procedure: Procedure) -> Terms {
    let text = |text: &str| json!({"zh": text, "en": text});
    let field = |id: &str, kind: &str| json!({"id": id, "kind": kind, "label": text(id)});
    let (mut first, second) = match procedure {
        Procedure::OneStage => (vec![field("bid_price", "price")], vec![]),
        Procedure::TwoStage => (vec![], vec![field("bid_price", "price")]),
    };
    first.extend([field("duration_days", "days"), field("project_manager", "text")]);
    let lot = json!({
        "candidates_max": 3, "ceiling": {"currency": "CNY", "minor": 40_000_000_000_i64}, "criteria": [],
        "duration_days_max": 600, "id": "1", "min_bids": 3, "title": text("road"),
        "panel": {"size": 5, "technical": {"points_max": 1000, "aggregation": {"kind": "mean"}, "reasons": null}},
        "price_rule": {"formula": {"formula": "lowest", "points_max": 8000}, "abnormally_low": null},
        "statement_fields": first, "price_fields": second,
    });
    let terms = json!({
        "agency": Uuid::new_v4(), "buyer": Uuid::new_v4(), "category": "works", "contact": "0571-88000000",
        "lots": [lot], "opening_at": OPENING_MS, "procedure": procedure, "project_code": "2611-01",
        "plan_approval": "147", "qualification": text("grade 3"), "regime": "bidding", "region": "330147",
        "summary": text("a road"), "title": text("Tinglan Road"),
    });
    serde_json::from_value(terms).expect("terms")
}
