//! A tender of the tests: published, bid for, opened, exported, all by the commands that people have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use futures_util::future;
use kaibiao::base::{Digest, Instant, TenderId};
use kaibiao::tender::{Procedure, Terms};
use kaibiao_crypto::canonical;
use kaibiao_crypto::lock::GroupKey;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::installation::{Installation, Person};
use crate::process::{WAIT_MAX, done, kaibiao};

/// Envelopes of one bid of a one-stage tender.
const ENVELOPES: usize = 3;
/// Least time for three bids, on a machine that does nothing else.
const BIDDING_MIN: Duration = Duration::from_secs(5);

/// A published tender.
pub struct Tender {
    pub id: TenderId,
    /// By the server's clock.
    pub opening_at: Instant,
    /// What the bidders wrote, that nobody may read before the opening.
    pub plaintexts: Vec<String>,
}

/// What the room says of the custodians' answers.
#[derive(Debug)]
pub struct Answers {
    pub answered: Vec<u64>,
    /// Codes by the custodian's index.
    pub failed: BTreeMap<u64, String>,
}

impl Answers {
    fn read(fact: &Value) -> Self {
        let index = |value: &Value| value.as_u64().expect("an index");
        let code = |fault: &Value| fault["code"].as_str().expect("a code").to_owned();
        let failed = fact["failed"].as_array().expect("an array").iter();
        Self {
            answered: fact["answered"].as_array().expect("an array").iter().map(index).collect(),
            failed: failed.map(|fault| (index(&fault["index"]), code(fault))).collect(),
        }
    }
}

/// Codes by the custodian's index.
pub fn failures(of: &[(u64, &str)]) -> BTreeMap<u64, String> {
    of.iter().map(|(index, code)| (*index, (*code).to_owned())).collect()
}

fn terms(host: &Person, buyer: &Person, opening_at: Instant) -> Terms {
    let text = |text: &str| json!({"zh": text, "en": text});
    let field = |id: &str, kind: &str| json!({"id": id, "kind": kind, "label": text(id)});
    let lot = json!({
        "candidates_max": 3, "ceiling": {"currency": "CNY", "minor": 40_000_000_000_i64}, "criteria": [],
        "duration_days_max": 600, "id": "1", "min_bids": 3, "title": text("道路"),
        "panel": {"size": 5, "technical": {"points_max": 1000, "aggregation": {"kind": "mean"}, "reasons": null}},
        "price_rule": {"formula": {"formula": "lowest", "points_max": 8000}, "abnormally_low": null},
        "statement_fields": [field("bid_price", "price"), field("duration_days", "days"), field("manager", "text")],
        "price_fields": [],
    });
    let terms = json!({
        "agency": host.org, "buyer": buyer.org, "category": "works", "contact": "0571-88000000",
        "lots": [lot], "opening_at": opening_at, "procedure": Procedure::OneStage, "project_code": "2611-01",
        "plan_approval": "147", "qualification": text("市政三级"), "regime": "bidding", "region": "330147",
        "summary": text("一条路"), "title": text("汀兰路"),
    });
    serde_json::from_value(terms).expect("terms")
}

impl Installation {
    /// The server's clock.
    pub async fn now(&self) -> Instant {
        let time: Value = self.client().get("/api/time").await.expect("the time");
        Instant(time["now_ms"].as_i64().expect("milliseconds"))
    }

    /// Publishes a tender that opens as soon as three bids can be in, and submits the three.
    pub async fn tender_with_bids(&self) -> Tender {
        let mut tender = self.publish().await;
        let bids = self.bidders.iter().map(|bidder| self.bid(&tender, bidder));
        tender.plaintexts = future::join_all(bids).await;
        let now = self.now().await;
        assert!(now < tender.opening_at, "the bids are in before the opening");
        tender
    }

    async fn publish(&self) -> Tender {
        let id = TenderId(Uuid::new_v4());
        let client = self.client();
        client.sign_in(&self.host.login, &self.host.password).await.expect("signed in");
        let document = client.upload_document("招标文件.pdf", "application/pdf", (&b"%PDF"[..]).into());
        let document = json!({
            "len": 4, "media_type": "application/pdf", "name": "招标文件.pdf", "sha256": document.await.expect("kept"),
        });
        let centre: Value = client.get("/api/centre").await.expect("the centre");
        let group_key = centre["group_key"].as_str().expect("a committee").to_owned();
        let key = GroupKey::from_bytes(&hex::decode(&group_key).expect("hexadecimal")).expect("a key");
        let period = BIDDING_MIN.max(self.effort.mul_f64(0.8));
        let period = i64::try_from(period.as_millis()).expect("seconds");
        let opening_at = Instant(self.now().await.0 + period);
        let terms = terms(&self.host, &self.buyer, opening_at);
        let terms_sha256: Digest = canonical::digest_of(&terms).expect("terms");
        let documents = [document["sha256"].clone()];
        self.act(&self.host, id, "DraftTender", &json!({"terms": terms})).await;
        self.act(&self.host, id, "AddDocument", &json!({"document": document})).await;
        let approve = json!({"documents": documents, "revision": 1, "terms_sha256": terms_sha256});
        self.act(&self.buyer, id, "ApproveTender", &approve).await;
        let publish = json!({
            "committee": key.committee_id(), "documents": documents, "group_key": group_key,
            "opening_at": opening_at, "revision": 1, "sealing": {"floor": null, "suite": "standard"},
            "terms_sha256": terms_sha256,
        });
        self.act(&self.host, id, "PublishTender", &publish).await;
        Tender { id, opening_at, plaintexts: Vec::new() }
    }

    async fn act(&self, person: &Person, tender: TenderId, kind: &str, body: &Value) {
        let mut act = person.act(&self.url(), kind, &body.to_string());
        act.args(["--tender", &tender.to_string()]);
        done(act).await;
    }

    /// `fetch`, `seal`, `submit`; gives what is in the bid and nowhere else.
    async fn bid(&self, tender: &Tender, bidder: &Person) -> String {
        let secret = format!("planted plaintext {} of {}", Uuid::new_v4(), bidder.login);
        let folder = bidder.home().join(format!("bid-{}", tender.id));
        std::fs::create_dir_all(&folder).expect("a folder");
        let toml = format!(
            "lot = \"1\"\n[statement]\nbid_price = \"398,765,432.10\"\nduration_days = 540\nmanager = \"{secret}\"\n\
             [documents]\ntechnical = [\"letter.txt\"]\nprice = [\"prices.txt\"]\n"
        );
        std::fs::write(folder.join("bid.toml"), toml).expect("written");
        for name in ["letter.txt", "prices.txt"] {
            std::fs::write(folder.join(name), secret.repeat(100)).expect("written");
        }
        let mut fetch = kaibiao(["fetch", &tender.id.to_string(), "--out"]);
        fetch.arg(folder.join("tender.json"));
        bidder.sign_in(&mut fetch, &self.url());
        done(fetch).await;
        let mut seal = kaibiao(["seal", "--home"]);
        seal.arg(bidder.home()).arg(&folder);
        done(seal).await;
        let mut submit = kaibiao(["submit"]);
        bidder.sign_in(&mut submit, &self.url());
        submit.arg(&folder);
        done(submit).await;
        secret
    }

    /// Waits until the box is closed: the opening's time has come by the server's clock.
    pub async fn closed(&self, tender: &Tender) {
        let left = u64::try_from(tender.opening_at.0 - self.now().await.0).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(left)).await;
        let begun = tokio::time::Instant::now();
        while self.heard(tender, "lot_closed").await == 0 {
            assert!(begun.elapsed() < WAIT_MAX, "it does not close: {}", self.server().said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The public facts of the room.
    pub async fn facts(&self, tender: &Tender) -> Vec<Value> {
        let stream = format!("{}/1/public", tender.id);
        let path = format!("/api/rooms/{}/1/facts?s={}", tender.id, stream.replace('/', "%2F"));
        let text = self.client().get_bytes(&path).await.expect("the facts");
        text.split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).expect("a frame"))
            .collect()
    }

    /// How many facts of `kind` the room has heard.
    pub async fn heard(&self, tender: &Tender, kind: &str) -> usize {
        self.facts(tender).await.iter().filter(|frame| fact(frame, kind).is_some()).count()
    }

    /// Waits until every envelope of every bid is open; gives the server's time from the announced opening to the last
    /// of them.
    pub async fn opened(&self, tender: &Tender) -> Duration {
        let wanted = ENVELOPES * self.bidders.len();
        let begun = tokio::time::Instant::now();
        loop {
            let facts = self.facts(tender).await;
            let unsealed: Vec<&Value> =
                facts.iter().filter(|frame| fact(frame, "envelope_unsealed").is_some()).collect();
            let is_whole = |frame: &&Value| {
                fact(frame, "envelope_unsealed").is_some_and(|fact| fact["failure"].is_null())
            };
            assert!(unsealed.iter().all(is_whole), "every envelope opens");
            if unsealed.len() == wanted {
                let last = unsealed.iter().filter_map(|frame| moment(frame)).max().expect("a moment");
                return Duration::from_millis(u64::try_from(last.0 - tender.opening_at.0).unwrap_or(0));
            }
            assert!(begun.elapsed() < WAIT_MAX, "it does not open: {}", self.server().said());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The releases of the room.
    pub async fn releases(&self, tender: &Tender) -> Vec<Answers> {
        let facts = self.facts(tender).await;
        facts.iter().filter_map(|frame| fact(frame, "keys_released")).map(Answers::read).collect()
    }

    /// Whom the opening waits for, as the room is told last, once it is told.
    pub async fn awaited(&self, tender: &Tender) -> Answers {
        let begun = tokio::time::Instant::now();
        loop {
            let facts = self.facts(tender).await;
            let mut told =
                facts.iter().filter_map(|frame| fact(frame, "custodians_awaited")).map(Answers::read);
            if let Some(answers) = told.next_back() {
                return answers;
            }
            assert!(begun.elapsed() < WAIT_MAX, "the room is not told: {}", self.server().said());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Every release names these failures and each is told rightly at least once. Anybody may also be named as slow: a
    /// busy machine lets honest ones come late.
    pub async fn names(&self, tender: &Tender, failures: &[(u64, &str)]) {
        let releases = self.releases(tender).await;
        assert_eq!(releases.len(), ENVELOPES, "one release for each kind of envelope");
        let wanted = self::failures(failures);
        for release in &releases {
            assert!(wanted.keys().all(|index| release.failed.contains_key(index)), "{releases:?}");
            let is_told = |(index, code): (&u64, &String)| code == "slow" || wanted.get(index) == Some(code);
            assert!(release.failed.iter().all(is_told), "{releases:?}");
            assert_eq!(release.answered.len(), 5 - release.failed.len(), "{releases:?}");
        }
        for (index, code) in &wanted {
            let told = releases.iter().any(|release| release.failed.get(index) == Some(code));
            assert!(told, "custodian {index} is never told to be {code}: {releases:?}");
        }
    }

    /// Who was too late for some release of these tenders.
    pub async fn late(&self, tenders: &[&Tender]) -> BTreeSet<u8> {
        let mut late = BTreeSet::new();
        for tender in tenders {
            for release in self.releases(tender).await {
                let slow = release.failed.iter().filter(|(_, code)| *code == "slow");
                late.extend(slow.map(|(index, _)| u8::try_from(*index).expect("an index")));
            }
        }
        late
    }

    /// Stops the server, exports and verifies the evidence of `tenders`, and checks what every custodian recorded.
    pub async fn settle(&mut self, tenders: &[&Tender]) {
        let centre: Value = self.client().get("/api/centre").await.expect("the centre");
        self.stop_server().await;
        for tender in tenders {
            let out: PathBuf = self.folder.path().join(format!("{}.tdr", tender.id));
            let mut export = self.platform(&["export", &tender.id.to_string(), "--files"]);
            export.arg("--out").arg(&out);
            done(export).await;
            let mut verify = kaibiao(["verify", "--log-key", centre["log_key"].as_str().expect("a key")]);
            verify.arg(&out);
            done(verify).await;
        }
    }
}

/// The fact of `kind` in a frame.
pub fn fact<'a>(frame: &'a Value, kind: &str) -> Option<&'a Value> {
    fn find<'a>(value: &'a Value, kind: &str) -> Option<&'a Value> {
        match value {
            Value::Object(fields) if fields.get("kind").is_some_and(|found| found == kind) => Some(value),
            Value::Object(fields) => fields.values().find_map(|field| find(field, kind)),
            _ => None,
        }
    }
    find(&frame["b"], kind)
}

fn moment(frame: &Value) -> Option<Instant> {
    serde_json::from_value(frame["t"].clone()).ok()
}
