//! F3: disks that are full or broken. A write or a sync of the database or of the second store fails, once or for a while.
//!
//! A child goes through all calls that a few acts need and has one after the other fail. Nothing that it acknowledged may
//! be lost, not even if the power goes afterwards; what it refuses it refuses as a fault of the house; and once the disk
//! works again the log goes on by itself.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::path::PathBuf;

use bytes::Bytes;
use futures_util::stream;
use kaibiao::files::Files;
use kaibiao::files::upload::{NewUpload, Part, Purpose, UploadError, Uploads};
use kaibiao::ledger::Ledger;
use kaibiao::limits::UploadLimits;
use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::digest::Digest;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::drill::{held, times};
use crate::folder::Folder;
use crate::house::House;
use crate::power;
use crate::shim::{self, Control, EIO, ENOSPC, Fault, NAMES, SYNCS, WRITES};
use crate::told::Told;
use crate::writer::{self, Work, Writer, tell};

on_both_databases!(a_full_or_broken_disk_loses_nothing);

const ORDER: &str = "KAIBIAO_TEST_FAILING";
/// Tries after the disk works again; the first may meet what the fault left behind.
const TRIES_MAX: usize = 3;

/// What a child went through.
#[derive(Default)]
pub struct Swept {
    /// How often each call failed, by its words.
    pub failed: BTreeMap<String, usize>,
    /// Rounds in which all faults happened.
    pub rounds: usize,
    /// Why the log stayed closed after a round, until the stores were opened again.
    pub closed: Vec<String>,
    pub told: Told,
}

async fn a_full_or_broken_disk_loses_nothing(new_house: fn() -> House) {
    let engine = new_house().engine();
    let on_files = engine == "SQLite";
    // A few acts are many writes to a database that is a file, and few of everything else.
    let step_of_writes = if on_files { times(3, 1) } else { 1 };
    for (kinds, name, step) in [(WRITES | NAMES, "write", step_of_writes), (SYNCS, "sync", 1)] {
        for (error, error_name) in [(ENOSPC, "ENOSPC"), (EIO, "EIO")] {
            let (mut faults, mut acked, mut failed, mut disks) = (0, 0, 0, 0);
            for times in [1, 40] {
                let house = new_house();
                let journals = Folder::new();
                let journal = on_files.then(|| journals.path().join("journal"));
                let fault = Fault { kinds, after: 0, times, error };
                let swept = sweep(&house, &[fault], step, journal.clone());
                assert!(times > 1 || swept.failed.len() > 1, "several kinds of calls: {:?}", swept.failed);
                assert_eq!(swept.closed, [""; 0], "the log goes on when the disk does");
                let ledger = house.open().await.expect("the log opens");
                assert_eq!(swept.told.is_kept_by(&house, &ledger).await, Ok(()), "{name} {error_name}");
                if let Some(journal) = journal {
                    disks += power::after_each_promise(&house, &journal).await;
                }
                faults += swept.rounds;
                acked += swept.told.acked.len();
                failed += swept.told.failed.len();
            }
            let seen = format!(
                "{faults} faults, {failed} acts refused, {acked} acknowledged, {disks} power cuts: 0 lost, log goes on"
            );
            held(&format!("F3 {error_name} on {name}, {engine}"), &seen);
        }
    }
}

/// Has a child go through a sweep: the last of `faults` comes later each time, by `step` calls, until it does not happen.
pub fn sweep(house: &House, faults: &[Fault], step: usize, journal: Option<PathBuf>) -> Swept {
    let controls = Folder::new();
    let control = controls.path().join("control");
    let mut command = writer::child_command("failing::child");
    Control::over(&mut command, &house.home, &control, faults.len() > 1);
    if let Some(journal) = journal {
        shim::record(&mut command, &house.home, &journal);
    }
    let order = json!({ "house": house.order(), "control": control, "faults": faults, "step": step });
    let mut child = Writer::spawn(command.env(ORDER, order.to_string()));
    let mut swept = Swept::default();
    while let Some(line) = child.line() {
        match line.split_once(' ') {
            Some(("fault", words)) => {
                swept.rounds += 1;
                *swept.failed.entry(words.to_owned()).or_default() += 1;
            }
            Some(("closed", why)) => swept.closed.push(why.to_owned()),
            _ => assert!(swept.told.hear(&line), "{line}"),
        }
    }
    child.end(&mut swept.told);
    let other = swept.told.failed.iter().find(|failed| !failed.starts_with("internal "));
    assert_eq!(other, None, "a fault of the house is told as such");
    swept
}

/// Not a test of its own: the child of the sweeps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the drills as a child process"]
async fn child() {
    let Some(order) = writer::order_of_parent(ORDER) else { return };
    let house = House::of_order(&order["house"]);
    let control = Control::open(order["control"].as_str().expect("a path").as_ref());
    let mut faults: Vec<Fault> = parsed(&order["faults"]);
    let step: u32 = parsed(&order["step"]);
    let mut ledger = house.open_founded().await.expect("the log opens");
    let record = power::tell_in(&house.home);
    let tell_both = |line: &str| {
        record(line);
        tell(line);
    };
    loop {
        control.arm(&faults);
        let mut failed = Vec::new();
        for outstanding in [2, 1, 1] {
            let work = Work { acts: Some(outstanding), outstanding };
            failed.extend(writer::append(&house, &ledger, work, &tell_both).await);
        }
        let happened = control.disarm();
        if happened.len() < faults.len() {
            return;
        }
        tell(&format!("fault {}", happened.join(", then ")));
        if let Err(closed) = goes_on(&ledger, failed, &tell_both).await {
            tell(&format!("closed {closed}"));
            ledger.database().close().await;
            ledger = house.open().await.expect("the log opens again");
        }
        faults.last_mut().expect("there is one").after += step;
    }
}

/// Whether the log takes acts now that the disk works: those that got no good answer, sent again.
async fn goes_on(ledger: &Ledger, failed: Vec<SignedAct>, tell: &impl Fn(&str)) -> Result<(), &'static str> {
    let mut tries = 0;
    let mut waiting = VecDeque::from(failed);
    while let Some(act) = waiting.pop_front() {
        if let Some(act) = writer::submit(ledger, act, tell).await {
            tries += 1;
            waiting.push_front(act);
        }
        if tries == TRIES_MAX {
            return Err("it accepts nothing");
        }
    }
    let head = ledger.head();
    tell(&format!("head {} {}", head.size, head.root));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_ends_no_upload() {
    let (house, controls) = (House::on_sqlite(), Folder::new());
    let control = controls.path().join("control");
    let mut command = writer::child_command("failing::uploading_child");
    Control::over(&mut command, &house.home, &control, false);
    let order = json!({ "house": house.order(), "control": control }).to_string();
    let mut child = Writer::spawn(command.env(ORDER, order));
    let mut codes = BTreeMap::<String, usize>::new();
    while let Some(line) = child.line() {
        *codes.entry(line).or_default() += 1;
    }
    child.end(&mut Told::default());
    assert!(codes.contains_key("storage_full"), "{codes:?}");
    let is_known = |code: &String| ["storage_full", "database_failed"].contains(&code.as_str());
    assert!(codes.keys().all(is_known), "{codes:?}");
    let faults: usize = codes.values().sum();
    held(
        "F3 ENOSPC on uploads",
        &format!("{faults} faults, {codes:?}: each upload goes on and comes out whole"),
    );
}

/// Not a test of its own: the child of the test above. One upload after another meets a full disk, a call later each time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test of this file as a child process"]
async fn uploading_child() {
    let Some(order) = writer::order_of_parent(ORDER) else { return };
    let house = House::of_order(&order["house"]);
    let control = Control::open(order["control"].as_str().expect("a path").as_ref());
    let ledger = house.open_founded().await.expect("the log opens");
    let files = Files::open(&house.home.join("files")).expect("files");
    let uploads = Uploads::new(files, ledger.database().clone(), UploadLimits::default());
    for after in 0.. {
        let bytes: Vec<u8> = (0..300_000_u32).map(|place| (place ^ after).to_le_bytes()[0]).collect();
        let (id, person, length) = (Uuid::new_v4(), Uuid::new_v4(), bytes.len() as u64);
        let new = NewUpload { id, person, purpose: Purpose::Document, meta: "{}".into(), length };
        uploads.create(new, 1).await.expect("it may begin");
        control.arm(&[Fault { kinds: WRITES, after, times: 2, error: ENOSPC }]);
        let refused = send(&uploads, id, person, &bytes).await;
        let is_over = control.disarm().is_empty();
        if let Err(error) = refused {
            tell(error.code());
            send(&uploads, id, person, &bytes).await.expect("there is room again");
        }
        let file = uploads.finish_document(id, person, "application/pdf", 3).await.expect("it is whole");
        assert_eq!((file.sha256, file.len), (Digest::of(&bytes), length));
        if is_over {
            return;
        }
    }
}

/// Sends what the upload has not, in one part.
async fn send(uploads: &Uploads, id: Uuid, person: Uuid, bytes: &[u8]) -> Result<u64, UploadError> {
    let offset = uploads.status(id, person).await?.received;
    let rest = bytes[usize::try_from(offset).expect("64 bits")..].to_vec();
    let body = stream::iter(
        rest.chunks(64 << 10).map(Bytes::copy_from_slice).map(Ok::<_, Infallible>).collect::<Vec<_>>(),
    );
    uploads.append(Part { id, person, offset, checksum: None }, body, 2).await
}

fn parsed<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("an order")
}
