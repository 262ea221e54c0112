//! A bundle of a million entries, verified: hashes alone, with signatures, by all checks; beside the bare operations, and
//! with the memory that each took in a process of its own. Fewer entries: `ENTRIES=100000`.

#[allow(dead_code, reason = "a bench needs a part of it")]
mod measure;
mod million;
#[allow(dead_code, reason = "a bench needs a part of it")]
mod rush;

#[path = "../tests/support/committee.rs"]
#[allow(dead_code, reason = "the tests' custodians; a bench needs a part of them")]
mod committee;
#[path = "../tests/support/folder.rs"]
mod folder;
#[path = "../tests/it/harness.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "the tests' centre; a bench needs a part of it")]
mod harness;
#[path = "../tests/support/postgres.rs"]
#[allow(dead_code, reason = "this bench needs one database")]
mod postgres;
#[path = "../tests/it/procedure.rs"]
#[allow(dead_code, reason = "the tests' procedure; a bench publishes only")]
mod procedure;
#[path = "../tests/it/sealed.rs"]
#[allow(dead_code, reason = "the tests' bidders; a bench needs a part of them")]
mod sealed;
#[path = "../tests/it/terms.rs"]
#[allow(dead_code, reason = "the tests' tender")]
mod terms;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;

use folder::Folder;
use harness::Center;
use kaibiao::centre::CentreEvent;
use kaibiao::replay::bundle::{Bundle, Content, Record};
use kaibiao::replay::check::{self, Trust, Verdict};
use kaibiao::replay::evidence::public_key;
use kaibiao::replay::{Happened, Stream};
use kaibiao::tender::Procedure;
use kaibiao_crypto::checkpoint::{Checkpoint, Note};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::LogItem;
use kaibiao_crypto::key::{PublicKey, SigningKey};
use kaibiao_crypto::tree::{Inclusions, node_hash};
use measure::{processor_seconds, rate, since, start};
use ring::rand::SystemRandom;

/// Entries of the log where nothing else is asked for.
const ENTRIES: u64 = 1_000_000;
/// Records that go to a thread at once.
const CHUNK: usize = 256;
/// Chunks on the way.
const AHEAD: usize = 4;
/// What is measured, each in a process of its own.
const PARTS: [&str; 3] = ["hashes", "signatures", "checks"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, part, file] = arguments.as_slice()
        && PARTS.contains(&part.as_str())
    {
        return measure_part(part, Path::new(file));
    }
    let entries = entries();
    let folder = Folder::new();
    let file = folder.path().join("million.tdr");
    let begun = start();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let center = Center::on_sqlite().await;
        center.publish(Procedure::OneStage).await;
        million::write(center, entries, &file).await;
    });
    let length = std::fs::metadata(&file).expect("a file").len() >> 20;
    println!("{entries} entries, {length} MiB, made in {:.0} s", since(begun).as_secs_f64());
    floors();
    for part in PARTS {
        let own = std::env::current_exe().expect("this program");
        let status = Command::new(own).arg(part).arg(&file).status().expect("a process");
        assert!(status.success(), "{part}");
    }
}

#[expect(clippy::disallowed_methods, reason = "how many is the business of whoever runs the bench")]
fn entries() -> u64 {
    std::env::var("ENTRIES").map_or(ENTRIES, |count| count.parse().expect("ENTRIES is a number"))
}

/// The bare operations on one core: what no verifier can do without, for each entry.
fn floors() {
    const COUNT: usize = 20_000;
    let key = SigningKey::generate(&SystemRandom::new()).expect("randomness");
    let message = [7; 600];
    let signature = key.sign(&message);
    let checks = a_second(COUNT, || key.public().verify(&message, &signature).expect("valid"));
    let leaf = [7; 1000];
    let leaves = a_second(COUNT, || std::hint::black_box(kaibiao_crypto::entry::leaf_hash(&leaf)));
    let node = Digest([7; 32]);
    let nodes = a_second(COUNT, || std::hint::black_box(node_hash(node, node)));
    println!(
        "bare, one core: {checks:.0} signatures/s, {leaves:.0} leaves of 1,000 bytes/s, {nodes:.0} nodes/s"
    );
}

fn a_second<T>(count: usize, work: impl Fn() -> T) -> f64 {
    let begun = start();
    (0..count).for_each(|_| drop(work()));
    rate(count as f64, since(begun))
}

fn measure_part(part: &str, file: &Path) {
    let begun = start();
    let mut bundle = Bundle::open(BufReader::new(File::open(file).expect("a file"))).expect("a bundle");
    let entries = match part {
        "hashes" => look_at_all(&mut bundle, |_| ()),
        "signatures" => {
            let keys = all_keys(&mut bundle);
            look_at_all(&mut bundle, |record| check_signature(record, &keys))
        }
        _ => {
            let report = check::verify(&mut bundle, &Trust::default()).expect("a report");
            assert_eq!(report.verdict, Verdict::Verified, "{}", report.to_text());
            report.entries
        }
    };
    let (seconds, cores) = (since(begun).as_secs_f64(), processor_seconds());
    let a_million = |seconds: f64| seconds / entries as f64 * 1e6;
    println!(
        "{part:<12} {entries:>9} entries in {seconds:>7.2} s, {:>7.2} s a million, {:>7.2} s of one core, at most {} MiB",
        a_million(seconds),
        a_million(cores),
        memory_peak_kib() >> 10
    );
}

/// Has every record looked at and its leaf hashed on two threads, and its proof checked; gives their number.
fn look_at_all(bundle: &mut Bundle<BufReader<File>>, look: impl Fn(&Record) + Sync) -> usize {
    let note = Note::parse(bundle.about().head.as_bytes()).expect("a note");
    let head = Checkpoint::parse(&note.text).expect("a head");
    let mut count = 0;
    for mut cursor in bundle.streams() {
        let mut inclusions = Inclusions::new(head.size, head.root);
        let mut take = |looked: Vec<(Digest, Record)>| {
            count += looked.len();
            for (leaf, record) in looked {
                inclusions.verify(leaf, record.index, &record.proof).expect("it stands in the log");
            }
        };
        std::thread::scope(|scope| {
            let lines = [(); 2].map(|()| {
                let (ask, asked) = mpsc::channel::<Vec<Record>>();
                let (answer, answers) = mpsc::channel();
                let look = &look;
                scope.spawn(move || {
                    for records in asked {
                        let leaf = |record: Record| {
                            look(&record);
                            (record.leaf(), record)
                        };
                        answer.send(records.into_iter().map(leaf).collect()).expect("somebody waits");
                    }
                });
                (ask, answers)
            });
            let mut sent = 0;
            loop {
                let next = std::iter::from_fn(|| bundle.next(&mut cursor).expect("a record"));
                let chunk: Vec<Record> = next.take(CHUNK).collect();
                if chunk.is_empty() {
                    break;
                }
                lines[sent % 2].0.send(chunk).expect("a thread");
                sent += 1;
                if sent > AHEAD {
                    take(lines[(sent - 1 - AHEAD) % 2].1.recv().expect("looked at"));
                }
            }
            for place in sent.saturating_sub(AHEAD)..sent {
                take(lines[place % 2].1.recv().expect("looked at"));
            }
        });
    }
    count
}

/// Every key that the centre's stream registers.
fn all_keys(bundle: &mut Bundle<BufReader<File>>) -> BTreeMap<Digest, PublicKey> {
    let [mut centre, _] = bundle.streams();
    let mut keys = BTreeMap::new();
    while let Some(record) = bundle.next(&mut centre).expect("a record") {
        let Content::Whole { entry, events, .. } = &record.content else { panic!("all are shown") };
        let registers = [&br#""type":"CertifyKey","v":1}"#[..], br#""type":"FoundCentre","v":1}"#];
        if !registers.iter().any(|end| entry.ends_with(end)) {
            continue;
        }
        let Ok(Happened::Centre(events)) = Happened::decode(Stream::Centre, events) else {
            panic!("events of the centre")
        };
        for event in events {
            if let CentreEvent::KeyCertified { key, key_id, .. } = event {
                keys.insert(key_id, public_key(&key).expect("a key"));
            }
        }
    }
    keys
}

fn check_signature(record: &Record, keys: &BTreeMap<Digest, PublicKey>) {
    let Content::Whole { entry, .. } = &record.content else { panic!("all are shown") };
    let LogItem::Act(entry) = LogItem::parse(entry).expect("an entry") else { panic!("an act") };
    // What the platform did itself is not signed.
    if entry.alg != 0 {
        entry.verify(&keys[&entry.key_id]).expect("signed");
    }
}

/// The most memory that this process has had.
fn memory_peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}
