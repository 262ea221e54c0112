//! Time-locked files against the implementations of others, both ways: `tlock_age` in Rust, drand's `tlock-js`.
//!
//! Rounds that were signed long ago stand in for the future: the files are locked under quicknet's own key and open
//! with its published signatures, so nothing here is a stand-in for the network.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use kaibiao_crypto::beacon::{Beacon, Network};
use kaibiao_crypto::tlock_file::{armored, decrypt, encrypt, round_of};
use serde_json::{Value, json};

/// Files each way with each peer.
const FILES: usize = 200;
/// Processes of the JavaScript peer, which takes about 0.05 s to open a file and 0.1 s to lock one.
const PROCESSES: usize = 2;
/// One file in this many is also locked by that peer while the test runs; the others were recorded.
const LOCKED_NOW: usize = 10;

fn vectors(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("the vectors are committed")).expect("JSON")
}

fn beacons() -> Vec<Beacon> {
    let list = vectors("tl1_beacon.json")["beacons"].as_array().expect("a list").clone();
    let beacon = |vector: Value| {
        let text = vector["text"].as_str().expect("text").to_owned();
        Beacon::from_json(Network::quicknet(), text.as_bytes()).expect("published")
    };
    list.into_iter().map(beacon).collect()
}

/// File `n`: its beacon, and a text; one has more than a chunk of 64 KiB. `web/scripts/tlockPeer.mjs` knows the same.
/// None is empty: tlock-js writes an empty file without the last chunk that the age format demands.
fn content(beacons: &[Beacon], n: usize) -> (&Beacon, String) {
    let times = if n == 39 { 5000 } else { n % 50 + 1 };
    (&beacons[n % beacons.len()], format!("投标文件 {n} ").repeat(times))
}

fn locked_by_us(beacons: &[Beacon], n: usize) -> Vec<u8> {
    let (beacon, text) = content(beacons, n);
    encrypt(Network::quicknet(), beacon.round(), text.as_bytes()).expect("it locks")
}

fn opens_here(beacons: &[Beacon], n: usize, file: &[u8]) {
    let (beacon, text) = content(beacons, n);
    assert_eq!(round_of(Network::quicknet(), file), Ok(beacon.round()), "file {n}");
    let opened = decrypt(beacon, file).expect("a file of the peer opens");
    assert_eq!(String::from_utf8(opened).expect("text"), text, "file {n}");
}

#[test]
fn files_go_both_ways_with_tlock_age() {
    let (beacons, network) = (beacons(), Network::quicknet());
    let (chain, key) = (*network.chain().as_bytes(), network.key().to_bytes());
    for n in 0..FILES {
        let (beacon, text) = content(&beacons, n);
        let mut theirs = Vec::new();
        tlock_age::encrypt(&mut theirs, text.as_bytes(), &chain, &key, beacon.round()).expect("it locks");
        opens_here(&beacons, n, &theirs);
        opens_here(&beacons, n, armored(&theirs).as_bytes());

        let ours = locked_by_us(&beacons, n);
        let header = tlock_age::decrypt_header(ours.as_slice()).expect("a header");
        assert_eq!((header.round(), header.hash()), (beacon.round(), chain.to_vec()));
        let mut opened = Vec::new();
        let signature = beacon.signature().to_bytes();
        tlock_age::decrypt(&mut opened, ours.as_slice(), &chain, &signature).expect("a file of ours opens");
        assert_eq!(String::from_utf8(opened).expect("text"), text, "file {n}");
    }
}

#[test]
fn recorded_files_of_tlock_js_open_here() {
    let (beacons, files) = (beacons(), vectors("tlock_js.json"));
    let files = files.as_array().expect("a list");
    assert_eq!(files.len(), FILES);
    for (n, file) in files.iter().enumerate() {
        opens_here(&beacons, n, file.as_str().expect("text").as_bytes());
    }
}

/// Needs Node and the packages of the web app: `npm --prefix web ci`.
#[test]
fn files_go_both_ways_with_tlock_js() {
    let beacons = beacons();
    let numbers = |process: usize| (process..FILES).step_by(PROCESSES);
    let running: Vec<Child> = (0..PROCESSES).map(|process| start(&beacons, numbers(process))).collect();
    let (mut opened_there, mut opened_back) = (0, 0);
    for (process, child) in running.into_iter().enumerate() {
        let output = child.wait_with_output().expect("it ran");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "are the packages of web there? {complaint}");
        let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let texts = |name: &str| answer[name].as_array().expect("a list").clone();
        for (n, opened) in numbers(process).zip(texts("opened")) {
            assert_eq!(opened.as_str(), Some(content(&beacons, n).1.as_str()), "file {n}");
            opened_there += 1;
        }
        for (n, locked) in numbers(process).step_by(LOCKED_NOW).zip(texts("locked")) {
            opens_here(&beacons, n, locked.as_str().expect("text").as_bytes());
            opened_back += 1;
        }
    }
    assert_eq!((opened_there, opened_back), (FILES, FILES / LOCKED_NOW));
}

/// Starts the peer with our files of these numbers, and the order to lock some of the same contents.
fn start(beacons: &[Beacon], numbers: impl Iterator<Item = usize> + Clone) -> Child {
    let open: Vec<String> = numbers.clone().map(|n| armored(&locked_by_us(beacons, n))).collect();
    let order = |n| {
        let (beacon, text) = content(beacons, n);
        json!({"round": beacon.round(), "text": text})
    };
    let lock: Vec<Value> = numbers.step_by(LOCKED_NOW).map(order).collect();
    let vectors = vectors("tl1_beacon.json");
    let order =
        json!({"network": vectors["network"], "beacons": vectors["beacons"], "open": open, "lock": lock});
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../web/scripts/tlockPeer.mjs");
    let mut child = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Node is installed");
    // The peer reads all of its input before it writes; dropping the pipe ends the input.
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(order.to_string().as_bytes()).expect("the peer reads its order");
    child
}
