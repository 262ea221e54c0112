//! Signed acts through the ledger, durable and answered, beside what no such log can do without, in the same run.

#[allow(dead_code, reason = "a bench needs a part of it")]
mod measure;
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

use harness::Center;
use kaibiao::replay::evidence::public_key;
use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::key::PublicKey;
use measure::floor::Floor;
use measure::{print, processor_seconds};
use rush::Rush;

/// Bidders: a multiple of the senders, so that each bidder has its acts sent by one of them, in their order.
const BIDDERS: usize = 2048;
/// Acts of one measurement, and of the one before all others that only warms up.
const ACTS: usize = 8192;
/// Acts of one measurement where each waits for the one before.
const ACTS_ALONE: usize = 1024;
/// Acts that wait for an answer at the same time.
const OUTSTANDING: [usize; 4] = [1, 64, 256, 1024];

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!(
        "The floor is bare: Ed25519 checks on two threads, and grouped commits of rows as large with the fsync of a"
    );
    println!(
        "second store; half of the outstanding acts are checked while the other half is committed, on the same cores."
    );
    runtime.block_on(async {
        measure_on("SQLite", Center::on_sqlite().await).await;
        measure_on("PostgreSQL", Center::on_postgres().await).await;
    });
}

async fn measure_on(name: &str, center: Center) {
    let mut rush = Rush::on(center, BIDDERS).await;
    measure_acts(&format!("{name}, RegisterPerson"), &mut rush, |rush, count| rush.registrations(count))
        .await;
    measure_acts(&format!("{name}, SubmitBid"), &mut rush, Rush::bids).await;
}

async fn measure_acts(name: &str, rush: &mut Rush, acts: impl Fn(&mut Rush, usize) -> Vec<SignedAct>) {
    let first = acts(rush, ACTS);
    rush.submit(first.clone(), 64).await;
    let row_bytes = newest_row(rush).await;
    let center = &rush.center;
    let keys = center.ledger.centre();
    let key_of = |act: &SignedAct| -> PublicKey {
        public_key(&keys.keys.get(&act.key_id).expect("a registered key").record).expect("a key")
    };
    let (url, home) = (center.url.clone(), center.home.clone());
    let mut floor = Floor::of(&first, key_of, row_bytes, &url, &home).await;
    println!("{name}: rows of {row_bytes} bytes; {:.0} checks/s on two threads", floor.checks().await);
    for outstanding in OUTSTANDING {
        let count = if outstanding == 1 { ACTS_ALONE } else { ACTS };
        let commits = floor.commits(outstanding).await;
        let idle = processor_seconds();
        let (both, checked) = floor.both(outstanding).await;
        let bare = processor_seconds() - idle;
        let acts = acts(rush, count);
        let idle = processor_seconds();
        let done = rush.submit(acts, outstanding).await;
        let used = processor_seconds() - idle;
        print(&format!("{name}, {outstanding} outstanding"), done.rate, "checks and commits", both, "/s");
        let micros = |seconds: f64, count: usize| seconds * 1e6 / count as f64;
        println!(
            "{:>12} p50 {:.1?}, p99 {:.1?}; {:.0} µs of a core an act, bare {:.0}; bare commits {commits:.0} rows/s",
            "",
            done.p50,
            done.p99,
            micros(used, count),
            micros(bare, checked)
        );
    }
}

/// Bytes that the newest act takes in the log: its entry and what it led to.
async fn newest_row(rush: &Rush) -> usize {
    let ledger = &rush.center.ledger;
    let mut place = ledger.head().size;
    loop {
        place -= 1;
        let row = ledger.database().entry(place).await.expect("read").expect("an entry");
        // Cover entries are smaller.
        if row.place.is_some() {
            return row.bytes.len() + row.events.len();
        }
    }
}
