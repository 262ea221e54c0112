//! Writes the seeds of the fuzz targets into `crypto/fuzz/corpus`: `cargo run -p kaibiao-crypto --example make_corpus`.
//!
//! They are the good cases of `crypto/vectors`, and the messages and saved states of one small key generation and
//! resharing whose randomness is a counter: a second run writes the same bytes. Their secrets are public.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::lock::{NoRandomness, Randomness};
use kaibiao_crypto::threshold::keygen::{self, Announced, Dealt, Finished};
use kaibiao_crypto::threshold::reshare::{self, Dealer, Plan, Recipient};
use kaibiao_crypto::threshold::{Quorum, Share};
use serde_json::{Value, json};

/// Bytes that are always the same.
struct Counted(Cell<u64>);

impl Randomness for Counted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        for chunk in bytes.chunks_mut(32) {
            self.0.set(self.0.get() + 1);
            chunk.copy_from_slice(&Digest::of(&self.0.get().to_be_bytes()).0[..chunk.len()]);
        }
        Ok(())
    }
}

fn main() -> std::io::Result<()> {
    let mut seeds = of_envelopes();
    seeds.extend(of_log());
    seeds.extend(of_ceremonies());
    for (target, name, bytes) in seeds {
        let folder = root().join("fuzz/corpus").join(target);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

/// Target, name, bytes.
type Seed = (&'static str, String, Vec<u8>);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn vectors(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join("vectors").join(name)).expect("the vectors are committed");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().expect("a list")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect("text")
}

fn bytes(value: &Value, name: &str) -> Vec<u8> {
    hex::decode(text(value, name)).expect("hexadecimal digits")
}

/// One seed for each item of a list.
fn each(target: &'static str, items: &[Value], seed: impl Fn(&Value) -> Vec<u8>) -> Vec<Seed> {
    items.iter().enumerate().map(|(place, item)| (target, format!("vector-{place}"), seed(item))).collect()
}

fn of_envelopes() -> Vec<Seed> {
    let (envelopes, locks) = (vectors("tl1_envelope.json"), vectors("tl1_lock.json"));
    let (payloads, manifests) = (vectors("tl1_payload.json"), vectors("tl1_manifest.json"));
    let committee = vectors("tl1_committee.json");
    let cases = list(&envelopes, "cases");
    let small: Vec<Value> =
        list(&payloads, "cases").iter().filter(|case| case["ciphertext"].is_string()).cloned().collect();
    [
        each("core", cases, |case| bytes(case, "core")),
        each("open", cases, |case| bytes(case, "core")),
        each("label", list(&committee, "labels"), |case| bytes(case, "bytes")),
        each("capsule", list(&locks, "capsules"), |case| {
            [bytes(case, "capsule"), bytes(case, "label_key")].concat()
        }),
        each("head", list(&payloads, "cases"), |case| text(case, "head").into()),
        each("payload", &small, |case| bytes(case, "ciphertext")),
        each("manifest", list(&manifests, "manifests"), |case| text(case, "text").into()),
        vec![("share_file", "vector-0".to_owned(), share_file(&committee))],
    ]
    .concat()
}

fn share_file(vectors: &Value) -> Vec<u8> {
    let share = &list(vectors, "shares")[0];
    let file = json!({
        "committee": vectors["committee"], "index": share["index"], "secret": share["secret"], "v": 1,
    });
    file.to_string().into_bytes()
}

fn of_log() -> Vec<Seed> {
    let (acts, entries) = (vectors("log_act.json"), vectors("log_entry.json"));
    let (receipts, canonical) = (vectors("log_receipt.json"), vectors("log_canonical.json"));
    let checkpoint = &receipts["checkpoint"];
    let note = |name: &str| ("checkpoint", name.to_owned(), text(checkpoint, name).into());
    [
        each("act", list(&acts, "good"), |case| case["act"].to_string().into_bytes()),
        each("entry", list(&entries, "good"), |case| bytes(case, "hex")),
        each("receipt", list(&receipts, "good"), |case| text(case, "text").into()),
        each("canonical", list(&canonical, "good"), |case| text(case, "text").into()),
        each("spki", list(&acts, "keys"), |key| STANDARD.decode(text(key, "spki")).expect("base64")),
        vec![note("text"), note("signed"), note("cosigned")],
    ]
    .concat()
}

fn of_ceremonies() -> Vec<Seed> {
    let random = Counted(Cell::new(0));
    let quorum = Quorum::new(2, 3).expect("a majority");
    let session = Digest::of(b"kaibiao seeds");
    let begun: Vec<Announced> = quorum
        .indices()
        .map(|index| keygen::announce(session, quorum, index, &random).expect("it begins").0)
        .collect();
    let announcements: Vec<_> = begun.iter().map(|state| state.announcement().clone()).collect();
    let announced = begun[0].save();
    let dealt: Vec<Dealt> =
        begun.into_iter().map(|state| state.receive(&announcements).expect("all are honest").0).collect();
    let shares: Vec<_> = dealt.iter().flat_map(|state| state.sealed_shares().to_vec()).collect();
    let saved = dealt[0].save();
    let finished: Vec<Finished> =
        dealt.into_iter().map(|state| state.receive(&shares).expect("all are honest")).collect();
    let complaint =
        json!({"accuser": 2, "dealer": 1, "session": session, "transport_secret": "11".repeat(32)});
    let run = json!({
        "announcements": announcements, "complaints": [complaint], "quorum": quorum, "session": session,
        "shares": shares,
    });
    let committee = finished[0].committee.clone();
    let plan = Plan::new(session, committee, &[1, 3], quorum).expect("a plan");
    let shares: Vec<Share> = finished.into_iter().map(|one| one.share).collect();
    let mut seeds = vec![
        ("keygen", "announced".to_owned(), announced.as_bytes().to_vec()),
        ("keygen", "dealt".to_owned(), saved.as_bytes().to_vec()),
        ("keygen", "run".to_owned(), run.to_string().into_bytes()),
    ];
    seeds.extend(of_resharing(&plan, [&shares[0], &shares[2]], &random));
    seeds
}

fn of_resharing(plan: &Plan, shares: [&Share; 2], random: &Counted) -> Vec<Seed> {
    let dealers = shares.map(|share| Dealer::begin(plan.clone(), share, random).expect("it begins"));
    let recipients: Vec<Recipient> = plan
        .quorum()
        .indices()
        .map(|index| Recipient::begin(plan.clone(), index, random).expect("it begins"))
        .collect();
    let dealings: Vec<_> = dealers.iter().map(|dealer| dealer.dealing().clone()).collect();
    let enrolments: Vec<_> = recipients.iter().map(|one| one.enrolment().clone()).collect();
    let (dealer, recipient) = (dealers[0].save(), recipients[0].save());
    let dealt: Vec<reshare::Dealt> = dealers
        .into_iter()
        .map(|dealer| dealer.deal(&dealings, &enrolments).expect("all are honest"))
        .collect();
    let sealed: Vec<_> = dealt.iter().flat_map(|one| one.sealed_shares().to_vec()).collect();
    let complaint =
        json!({"accuser": 2, "dealer": 1, "plan": plan.digest(), "transport_secret": "11".repeat(32)});
    let run = json!({
        "complaints": [complaint], "dealings": dealings, "enrolments": enrolments, "plan": plan,
        "shares": sealed,
    });
    vec![
        ("reshare", "dealer".to_owned(), dealer.as_bytes().to_vec()),
        ("reshare", "dealt".to_owned(), dealt[0].save().into_bytes()),
        ("reshare", "recipient".to_owned(), recipient.as_bytes().to_vec()),
        ("reshare", "run".to_owned(), run.to_string().into_bytes()),
    ]
}
