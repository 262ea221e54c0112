//! kill -9 of a process that publishes, takes bids, closes and unseals: what it acknowledged stands, and it goes on.
//!
//! A child process (this test program again) works on real stores and tells on a pipe each head that it published and
//! each receipt that it gave. Its parent kills it at some line, opens the stores, holds them to every line ever told,
//! and starts the next child; the last one comes to its end.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao::base::{Envelope, Span, TenderId};
use kaibiao::ledger::Ledger;
use kaibiao::tender::{LotCommand, OpeningStep, Phase, Procedure, Stage};
use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::tree::Tree;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Actor, Center, PERIOD, lot};
use crate::sealed::envelopes;

on_both_databases!(nothing_acknowledged_is_lost_and_the_opening_comes_to_its_end);

const ORDER: &str = "KAIBIAO_TEST_KILLED";
/// Bids that each bidder submits, one replacing the other.
const BIDS_EACH: usize = 5;
/// After how many lines a child is killed, one child after another, and how much longer it lives, milliseconds.
const KILLS: [(usize, u64); 14] = [
    (2, 0),
    (9, 3),
    (4, 7),
    (2, 1),
    (6, 11),
    (3, 2),
    (5, 5),
    (1, 0),
    (6, 8),
    (1, 4),
    (2, 9),
    (1, 1),
    (1, 6),
    (2, 3),
];
/// Fewest children that must have been killed at work; some may come to their end before their line.
const KILLED_MIN: usize = 10;

/// All that was ever acknowledged.
#[derive(Default)]
struct Told {
    tender: Option<TenderId>,
    heads: Vec<(u64, Digest)>,
    receipts: Vec<Receipt>,
}

async fn nothing_acknowledged_is_lost_and_the_opening_comes_to_its_end(mut center: Center) {
    let mut told = Told::default();
    let mut killed = 0;
    for (lines, longer_ms) in KILLS {
        let is_killed = told.hear(&center, Some((lines, longer_ms))).await;
        told.is_kept_by(&mut center).await;
        killed += usize::from(is_killed);
        if !is_killed {
            break;
        }
    }
    assert!(killed >= KILLED_MIN, "only {killed} children were killed at work");
    assert!(!told.hear(&center, None).await, "the last child comes to its end");
    // The children's clocks went on, and the head of the evidence is cosigned by this one's.
    center.clock.advance(Span::days(2));
    told.is_kept_by(&mut center).await;

    center.tender = told.tender.expect("published");
    let state = center.state();
    let ended = &state.lots[&lot()];
    assert_eq!(ended.openings[0].step, OpeningStep::Unsealed);
    assert_eq!(ended.bids.size(), BIDS_EACH * center.bidders.len(), "each bid once");
    assert_eq!(ended.standing().count(), center.bidders.len());
    for bid in ended.standing() {
        for envelope in Procedure::OneStage.envelopes() {
            assert!(bid.is_opened(*envelope), "{envelope:?}: {:?}", bid.contents(*envelope));
        }
        let price = bid.statement(Envelope::Statement).expect("a statement").iter();
        assert_eq!(price.filter(|value| value.id == "price_minor").count(), 1);
    }
    center.audit().await;
}

impl Told {
    /// Runs a child and keeps what it tells. With a limit it is killed some time after so many lines; whether it was.
    async fn hear(&mut self, center: &Center, kill: Option<(usize, u64)>) -> bool {
        let order = order(center, self.tender);
        let (lines, is_killed) =
            tokio::task::spawn_blocking(move || run_child(&order, kill)).await.expect("it runs");
        for line in lines {
            match line.split(' ').collect::<Vec<&str>>()[..] {
                ["head", size, root] => {
                    self.heads.push((size.parse().expect("a size"), root.parse().expect("a root")));
                }
                ["receipt", text] => {
                    let text = STANDARD.decode(text).expect("base64");
                    self.receipts.push(Receipt::parse(&text).expect("a receipt"));
                }
                ["tender", id] => self.tender = Some(id.parse().expect("an id")),
                _ => {}
            }
        }
        is_killed
    }

    /// Opens the stores again, as production does after a kill, and looks for everything that was acknowledged.
    async fn is_kept_by(&self, center: &mut Center) {
        center.restart().await;
        let head = center.ledger.head();
        let kept = std::fs::read(center.home.join("elsewhere/head.json")).expect("a second store");
        let kept: Value = serde_json::from_slice(&kept).expect("JSON");
        assert_eq!(
            kept,
            json!({ "root": head.root, "size": head.size }),
            "the second store is where the log is"
        );
        let rows = center.ledger.database().entries(0, 1_000_000).await.expect("entries");
        let tree: Tree = rows.iter().map(|row| entry::leaf_hash(&row.bytes)).collect();
        assert_eq!((tree.size(), tree.root()), (head.size, head.root));
        for (size, root) in &self.heads {
            assert_eq!(tree.root_at(*size), Ok(*root), "a head of {size} entries was published");
        }
        let key = |vkey: &String| NoteVerifier::parse(vkey).expect("a vkey");
        let (log, witnesses) = (key(&center.ledger.log_vkey()), center.ledger.witness_vkeys());
        let witnesses: Vec<NoteVerifier> = witnesses.iter().map(key).collect();
        for receipt in &self.receipts {
            receipt.verify(&log, &witnesses, 1).expect("a receipt holds for ever");
            let place = usize::try_from(receipt.index).expect("64 bits");
            assert_eq!(rows[place].bytes, receipt.entry, "entry {place} was receipted");
        }
    }
}

/// What a child needs to be the same centre: stores, tender, people with their keys.
fn order(center: &Center, tender: Option<TenderId>) -> String {
    let person = |actor: &Actor| {
        let key = STANDARD.encode(actor.key.to_pkcs8());
        json!({ "person": actor.person, "org": actor.org, "role": actor.role, "key": key })
    };
    let people: Vec<Value> = people(center).into_iter().map(person).collect();
    json!({ "url": center.url, "home": center.home, "tender": tender, "people": people }).to_string()
}

fn people(center: &Center) -> Vec<&Actor> {
    [&center.host, &center.buyer].into_iter().chain(&center.bidders).collect()
}

/// Runs the child until it has told so many lines (then kills it) or ends; all that it told, to the last whole line.
fn run_child(order: &str, kill: Option<(usize, u64)>) -> (Vec<String>, bool) {
    let mut child = Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", "killed::child", "--ignored", "--nocapture"])
        .env(ORDER, order)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let mut pipe = BufReader::new(child.stdout.take().expect("it is piped"));
    let (mut lines, mut is_killed, mut text) = (Vec::new(), false, String::new());
    while pipe.read_line(&mut text).expect("it is text") > 0 {
        if let Some(line) = text.strip_suffix('\n')
            && let Some(told) = line.strip_prefix("told ")
        {
            lines.push(told.to_owned());
        }
        text.clear();
        if let Some((most, longer_ms)) = kill
            && lines.len() >= most
            && !is_killed
        {
            // Somewhere in what follows, of which nobody knows yet.
            std::thread::sleep(Duration::from_millis(longer_ms));
            is_killed = child.try_wait().expect("it is ours").is_none();
            child.kill().expect("it is ours");
        }
    }
    let status = child.wait().expect("it ends");
    assert!(is_killed || status.success(), "the child failed by itself");
    (lines, is_killed && !status.success())
}

fn tell(what: &str) {
    // The runner of tests may stand in the middle of a line.
    println!("\ntold {what}");
}

/// Not a test of its own: the child of the test above.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test of this file as a child process"]
async fn child() {
    let Some(order) = order_of_parent() else { return };
    let mut center = open(&serde_json::from_str(&order).expect("JSON")).await;
    center.uploads.recover().await.expect("swept");
    tokio::spawn(tell_heads(center.ledger.clone()));
    let is_published = |center: &Center| {
        center.ledger.tender(center.tender).is_some_and(|tender| tender.notice.phase == Phase::Published)
    };
    if !is_published(&center) {
        center.publish(Procedure::OneStage).await;
        tell(&format!("tender {}", center.tender));
    }
    for round in 0..BIDS_EACH {
        submit_round(&center, round).await;
    }
    center.clock.advance(PERIOD);
    center.settle().await;
}

#[expect(clippy::disallowed_methods, reason = "how a parent tells its child what to do")]
fn order_of_parent() -> Option<String> {
    std::env::var(ORDER).ok()
}

/// The centre of an order; a tender that was not published before the last kill is left and begun anew.
async fn open(order: &Value) -> Center {
    let text = |name: &str| order[name].as_str().expect("text").to_owned();
    let mut center = Center::open(text("url"), text("home").as_ref()).await;
    let actor = |value: &Value| {
        let key = STANDARD.decode(value["key"].as_str().expect("text")).expect("base64");
        let id = |name: &str| value[name].clone();
        Actor {
            person: serde_json::from_value(id("person")).expect("an id"),
            org: serde_json::from_value(id("org")).expect("an id"),
            role: serde_json::from_value(id("role")).expect("a role"),
            key: SigningKey::from_pkcs8(&key).expect("a key"),
        }
    };
    let mut people = order["people"].as_array().expect("people").iter().map(actor);
    center.host = people.next().expect("the host");
    center.buyer = people.next().expect("the buyer");
    center.bidders = people.collect();
    let tender: Option<TenderId> = serde_json::from_value(order["tender"].clone()).expect("an id");
    center.tender = tender.unwrap_or_else(|| TenderId(Uuid::new_v4()));
    center.jobs = center.new_jobs(&[1, 2, 3, 4, 5]).await;
    center
}

async fn tell_heads(ledger: Ledger) {
    let mut grown = ledger.grown();
    while grown.changed().await.is_ok() {
        let head = ledger.head();
        tell(&format!("head {} {}", head.size, head.root));
    }
}

/// Each bidder submits its next bid, unless it has, and gets its receipt.
async fn submit_round(center: &Center, round: usize) {
    for bidder in &center.bidders {
        let state = center.state();
        let received = &state.lots[&lot()];
        let submitted = received.bids.values().filter(|bid| bid.org == bidder.org).count();
        if submitted > round || received.stage != Stage::Receiving {
            continue;
        }
        let sealed = envelopes(&state, bidder.key_id(), 90_000_000 + i64::try_from(round).expect("small"));
        for envelope in &sealed {
            center.upload(bidder, envelope).await;
        }
        let standing = received.standing_of(bidder.org).map(|bid| bid.id);
        let submit = LotCommand::SubmitBid(Center::submission(&sealed, standing, 0));
        let accepted = center.lot(bidder, submit).await.expect("received");
        let receipt = center.ledger.receipt(accepted.index).await.expect("a receipt");
        tell(&format!("receipt {}", STANDARD.encode(receipt)));
    }
}
