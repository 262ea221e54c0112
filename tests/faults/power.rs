//! F2: the power goes at every write and every sync of the database and of the second store.
//!
//! A child works over the shim, which records every change. The test then goes through the record: at each point it puts
//! what the disk may hold into a fresh folder, opens the log there, holds it to everything that was acknowledged before
//! that point, and lets it go on.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};
use sqlx::SqlitePool;
use tokio::sync::mpsc;

use crate::dice::Dice;
use crate::disk::{self, Disk, Image, Left, Operation};
use crate::drill::{held, times};
use crate::folder::Folder;
use crate::house::{DATA, House};
use crate::shim;
use crate::told::Told;
use crate::writer::{self, Work};

const ORDER: &str = "KAIBIAO_TEST_POWER";
/// Where the child tells: among the files that are recorded, so that it is known what had been told at each point.
const TOLD: &str = "told";
/// Bursts of acts of one child, with a polite restart after half of them, and acts of a burst, at most.
const BURSTS: u64 = 8;
const ACTS_MAX: u64 = 10;
/// Disks looked at beside each other.
const BESIDE: usize = 4;

/// A disk after the power went.
struct Case {
    what: String,
    image: Image,
    told: Told,
    /// Whether only what was synced is there: then the second store must not be behind an acknowledgement.
    is_synced: bool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_power_goes_at_every_write_and_sync() {
    let seeds = times(1, 200) as u64;
    let (mut points, mut disks, mut acked) = (0, 0, 0);
    for seed in 0..seeds {
        let (house, operations) = recorded(seed);
        points += operations.len();
        let (looked, told) = look(&house, operations, Some(seed)).await;
        disks += looked;
        acked += told.acked.len();
    }
    let seen = format!(
        "{seeds} seeds, {points} crash points, {disks} disks, {acked} acts acknowledged: all recover"
    );
    held("F2 power cut at every write and sync", &seen);
}

/// The power goes once after everything that was promised in a journal; how many disks that makes.
pub async fn after_each_promise(house: &House, journal: &Path) -> usize {
    look(house, disk::read_journal(journal), None).await.0
}

/// Looks at the disks of a journal: how many, and all that was told. With a seed, at every point.
async fn look(house: &House, operations: Vec<Operation>, seed: Option<u64>) -> (usize, Told) {
    let (order, home) = (house.order(), house.home.clone());
    let (send, cases) = mpsc::channel(BESIDE);
    let walking = tokio::task::spawn_blocking(move || walk(&home, &operations, seed, &send));
    let cases = stream::unfold(cases, async |mut cases| Some((cases.recv().await?, cases)));
    let look = |case| tokio::spawn(recovers(order.clone(), case));
    let results: Vec<_> = cases.map(look).buffer_unordered(BESIDE).collect().await;
    let disks = results.len();
    for result in results {
        let recovered = result.expect("no panic");
        assert!(recovered.is_ok(), "seed {seed:?}: {recovered:?}");
    }
    (disks, walking.await.expect("the walk ends"))
}

/// Runs a child over the shim; its house and everything that it did to its disk.
fn recorded(seed: u64) -> (House, Vec<Operation>) {
    let house = House::on_sqlite();
    let journals = Folder::new();
    let journal = journals.path().join("journal");
    let mut command = writer::child_command("power::child");
    shim::record(&mut command, &house.home, &journal);
    let order = json!({ "house": house.order(), "seed": seed }).to_string();
    let output = command.env(ORDER, order).output().expect("the child runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let operations = disk::read_journal(&journal);
    (house, operations)
}

/// Goes from point to point and sends disks: before each sync after which more was promised the one that has only what
/// was synced; with a seed before every sync, and after every point one that is torn or has some of the rest. A disk that
/// was sent before under the same promises is not sent again.
fn walk(home: &Path, operations: &[Operation], seed: Option<u64>, cases: &mpsc::Sender<Case>) -> Told {
    let mut disk = Disk::new(home, DATA);
    let (mut told, mut promised, mut sent) = (Told::default(), 0, HashSet::new());
    let mut dice = seed.map(Dice::of);
    let mut send = |what: String, image: Image, told: &Told, is_synced| {
        let mut hasher = DefaultHasher::new();
        (&image, told.acked.len(), told.heads.len(), is_synced).hash(&mut hasher);
        if sent.insert(hasher.finish()) {
            let case = Case { what, image, told: told.clone(), is_synced };
            cases.blocking_send(case).expect("somebody looks at it");
        }
    };
    for (point, operation) in operations.iter().enumerate() {
        let is_sync = matches!(operation, Operation::Sync { .. } | Operation::SyncFailed { .. });
        if is_sync && (seed.is_some() || told.acked.len() > promised) {
            send(format!("before {point}, what was synced"), disk.image(Left::Synced), &told, true);
            promised = told.acked.len();
        }
        disk.apply(operation);
        match (operation, &mut dice) {
            (Operation::Write { handle, bytes, .. }, _) if disk.path_of(*handle).ends_with(TOLD) => {
                let lines = std::str::from_utf8(bytes).expect("text");
                lines.lines().for_each(|line| assert!(told.hear(line), "{line}"));
            }
            (_, Some(dice)) => {
                let left = if point % 2 == 0 { Left::Torn(dice) } else { Left::Some(dice) };
                let what = format!("after {point}, {}", disk.words(operation));
                send(what, disk.image(left), &told, false);
            }
            (_, None) => {}
        }
    }
    send("at the end".to_owned(), disk.image(Left::Synced), &told, true);
    told
}

/// Opens a log on such a disk, as after the power came back, and lets it go on.
async fn recovers(order: Value, case: Case) -> Result<(), String> {
    let folder = Folder::within(quick());
    case.image.put(folder.path(), TOLD);
    let house = House::of_order(&order).moved_to(folder.path());
    let failed = |what: &str| format!("{}: {what}", case.what);
    let kept = house.kept().map_or(0, |kept| kept.size);
    if case.is_synced && kept < case.told.size() {
        return Err(failed(&format!("the second store is at {kept}, {} were told", case.told.size())));
    }
    let ledger = house.open_founded().await.map_err(|error| failed(&format!("{error:?}")))?;
    case.told.is_kept_by(&house, &ledger).await.map_err(|lost| failed(&lost))?;
    ledger.submit(house.act(3)).await.map_err(|rejected| failed(&format!("{rejected:?}")))?;
    ledger.database().close().await;
    Ok(())
}

/// Where a disk is put that is synced often and thrown away: in memory, if the machine has a folder there.
fn quick() -> &'static Path {
    static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
        let memory = PathBuf::from("/dev/shm");
        if memory.is_dir() { memory } else { std::env::temp_dir() }
    });
    &PLACE
}

/// Not a test of its own: the child of the test above.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test of this file as a child process"]
async fn child() {
    let Some(order) = writer::order_of_parent(ORDER) else { return };
    let house = House::of_order(&order["house"]);
    let mut dice = Dice::of(order["seed"].as_u64().expect("a seed"));
    for _ in 0..2 {
        let ledger = house.open_founded().await.expect("the log opens");
        let tell = tell_in(&house.home);
        tell(&format!("key {}", ledger.log_vkey()));
        for place in 0..BURSTS / 2 {
            let acts = usize::try_from(1 + dice.below(ACTS_MAX)).expect("a small number");
            writer::append(&house, &ledger, Work { acts: Some(acts), outstanding: acts }, &tell).await;
            let head = ledger.head();
            tell(&format!("head {} {}", head.size, head.root));
            if place % 2 == 0 {
                copy_log_into_database(&house.url).await;
            }
        }
        ledger.database().close().await;
    }
}

/// What SQLite does by itself after a thousand pages: the next write begins its write-ahead log anew.
async fn copy_log_into_database(url: &str) {
    let pool = SqlitePool::connect(url).await.expect("the database opens");
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&pool).await.expect("copied");
    pool.close().await;
}

/// Tells into the file that is recorded with the others, each line in one write.
pub fn tell_in(home: &Path) -> impl Fn(&str) {
    let file = File::options().create(true).append(true).open(home.join(TOLD)).expect("a file");
    move |line| (&file).write_all(format!("{line}\n").as_bytes()).expect("told")
}
