//! kill -9 in the middle of an upload: nothing that was acknowledged is lost, and the file comes out right.
//!
//! A child process (this test program again) sends an upload and prints where it stands after each part. Its
//! parent kills it at some line, looks at what is left, and starts it again until it comes to its end.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use kaibiao::files::upload::{EnvelopeLabel, NewUpload, Part, Purpose, Uploads};
use kaibiao::files::{Address, Files};
use kaibiao::limits::UploadLimits;
use kaibiao::store::Database;
use kaibiao_crypto::digest::Digest;
use uuid::Uuid;

use crate::content;
use crate::house::House;

on_both_databases!(a_killed_upload_goes_on_where_it_was, a_large_upload_needs_little_memory);

const CORE: u64 = 700;
const ORDER: &str = "KAIBIAO_TEST_UPLOAD";

/// What the child is to do.
#[derive(Clone)]
struct Order {
    url: String,
    root: String,
    id: Uuid,
    person: Uuid,
    length: u64,
    part: u64,
}

impl Order {
    fn text(&self) -> String {
        let Self { url, root, id, person, length, part } = self;
        format!("{url}|{root}|{id}|{person}|{length}|{part}")
    }

    fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split('|').collect();
        let [url, root, id, person, length, part] = fields[..] else { return None };
        let (id, person) = (id.parse().ok()?, person.parse().ok()?);
        let (length, part) = (length.parse().ok()?, part.parse().ok()?);
        Some(Self { url: url.to_owned(), root: root.to_owned(), id, person, length, part })
    }
}

/// Not a test of its own: the child of the tests below.
#[tokio::test]
#[ignore = "started by the tests of this file as a child process"]
#[expect(clippy::disallowed_methods, reason = "how the parent gives its order")]
async fn child() {
    let Some(order) = std::env::var(ORDER).ok().and_then(|text| Order::parse(&text)) else { return };
    let database = Database::open(&order.url).await.expect("the database opens");
    let files = Files::open(order.root.as_ref()).expect("the files open");
    let uploads = Uploads::new(files, database, UploadLimits::default());
    let found = uploads.recover().await.expect("swept");
    assert_eq!((found.damaged, found.resumable), (0, 1), "no acknowledged byte is missing");
    let memory_before = memory_peak_kib();
    let mut at = uploads.status(order.id, order.person).await.expect("it stands").received;
    while at < order.length {
        let end = order.length.min(at + order.part);
        let part = Part { id: order.id, person: order.person, offset: at, checksum: None };
        at = uploads.append(part, content::line(at..end), 2).await.expect("it is taken");
        println!("\nat {at}");
    }
    println!("\ngrown {}", memory_peak_kib() - memory_before);
}

/// The most memory this process has had, KiB.
fn memory_peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells");
    line.trim().trim_end_matches(" kB").parse().expect("it is a number")
}

async fn child_of(order: &Order, lines: usize) -> (u64, Option<u64>) {
    let order = order.clone();
    tokio::task::spawn_blocking(move || run_child(&order, lines)).await.expect("it runs")
}

/// Runs the child until it prints its `lines`th part (then kills it) or ends; the last place it told and how
/// much memory it took.
fn run_child(order: &Order, lines: usize) -> (u64, Option<u64>) {
    let mut child = Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", "crash::child", "--ignored", "--nocapture"])
        .env(ORDER, order.text())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let (mut told, mut grown, mut left) = (0, None, lines);
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let line = line.expect("it is text");
        if let Some(at) = line.strip_prefix("at ") {
            told = at.parse().expect("it is a number");
            left -= 1;
            if left == 0 {
                // Somewhere within the next part, which nobody acknowledged.
                std::thread::sleep(Duration::from_millis(told % 7));
                child.kill().expect("it is ours");
                break;
            }
        }
        grown = grown.or(line.strip_prefix("grown ").and_then(|kib| kib.parse().ok()));
    }
    let status = child.wait().expect("it ends");
    assert!(left == 0 || status.success(), "the child failed by itself");
    (told, grown)
}

async fn begin(house: &House, length: u64, part: u64) -> Order {
    let (id, person) = (Uuid::new_v4(), Uuid::new_v4());
    let purpose = Purpose::Envelope { core_len: CORE };
    let new = NewUpload { id, person, purpose, meta: "{}".into(), length };
    house.uploads().create(new, 1).await.expect("it may begin");
    Order { url: house.url.clone(), root: house.root.display().to_string(), id, person, length, part }
}

async fn finish(house: &House, order: &Order) -> Address {
    let label = |_: &[u8]| {
        let (tender, lot) = ("tender".to_owned(), "1".to_owned());
        Ok(EnvelopeLabel { submission: [1; 16], tender, lot, kind: 1, capsule_u: vec![1; 96] })
    };
    let uploads = house.uploads();
    let envelope = uploads.finish_envelope(order.id, order.person, label, 3).await.expect("it is whole");
    let (core_sha256, root) = content::digests(CORE, order.length);
    assert_eq!((envelope.core_sha256, envelope.root), (core_sha256, root));
    Address::Sealed { root, core_sha256 }
}

async fn a_killed_upload_goes_on_where_it_was(house: House) {
    let order = begin(&house, 6_000_000, 123_457).await;
    for lines in [1, 3, 7, 12] {
        let (told, _) = child_of(&order, lines).await;
        let stands = house.database.upload(order.id).await.expect("readable").expect("it stands").received;
        assert!(stands >= told, "acknowledged {told}, but the upload stands at {stands}");
        let staged = house.root.join(format!("staging/{}", order.id));
        assert!(std::fs::metadata(staged).expect("it stands").len() >= stands, "bytes are missing on disk");
    }
    let (told, _) = child_of(&order, usize::MAX).await;
    assert_eq!(told, order.length);
    let address = finish(&house, &order).await;
    let read = house.files().read_range(address, 0..order.length).await.expect("it stands");
    assert_eq!(Digest::of(&read), Digest::of(&content::bytes(0..order.length)));
}

async fn a_large_upload_needs_little_memory(house: House) {
    let length = 40 << 20;
    let order = begin(&house, length, 8 << 20).await;
    let (told, grown) = child_of(&order, usize::MAX).await;
    assert_eq!(told, length);
    let grown_kib = grown.expect("the child tells");
    assert!(grown_kib < 8 << 10, "40 MiB in parts of 8 MiB took {grown_kib} KiB of memory");
    finish(&house, &order).await;
}
