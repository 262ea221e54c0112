//! F4: a fault, and a second one while the house recovers from the first, at every pair of steps of the order of writing.
//!
//! A log was lost that way elsewhere: after a failed write and a failed reload its sequencer went on with what it had in
//! memory. Here any call of the transaction, the second store and the reload fails, and after it any other; with
//! PostgreSQL the calls of its connection too. The log is closed while the fault lasts, right when it goes on, and never a step further than it says.

use std::collections::BTreeSet;

use crate::drill::{held, times};
use crate::failing::sweep;
use crate::folder::Folder;
use crate::house::House;
use crate::power;
use crate::shim::{EIO, Fault, NAMES, READS, SYNCS, WRITES};

on_both_databases!(a_second_fault_while_recovering_from_the_first);

const ANY: u32 = WRITES | SYNCS | NAMES | READS;

async fn a_second_fault_while_recovering_from_the_first(new_house: fn() -> House) {
    // A database behind a connection is many more calls, most of them alike.
    let engine = new_house().engine();
    let step = times(11, if engine == "SQLite" { 1 } else { 2 });
    let (mut pairs, mut acked, mut refused, mut disks) = (0, 0, 0, 0);
    let (mut calls, mut kinds) = (BTreeSet::new(), BTreeSet::new());
    for after in (0..).step_by(step) {
        let house = new_house();
        let fault = |after| Fault { kinds: ANY, after, times: 1, error: EIO };
        let journals = Folder::new();
        let journal = (engine == "SQLite").then(|| journals.path().join("journal"));
        let swept = sweep(&house, &[fault(after), fault(0)], step, journal.clone());
        if swept.rounds == 0 {
            break;
        }
        assert_eq!(swept.closed, [""; 0], "the log goes on when the disk does");
        house.is_left_alone().await;
        let ledger = house.open().await.expect("the log opens");
        assert_eq!(
            swept.told.is_kept_by(&house, &ledger).await,
            Ok(()),
            "the first fault after {after} calls"
        );
        ledger.database().close().await;
        if let Some(journal) = journal {
            disks += power::after_each_promise(&house, &journal).await;
        }
        pairs += swept.rounds;
        acked += swept.told.acked.len();
        refused += swept.told.failed.len();
        for pair in swept.failed.keys() {
            calls.extend(pair.split(", then ").map(str::to_owned));
            kinds.insert(pair.clone());
        }
    }
    assert!(kinds.len() > calls.len(), "calls met in many ways: {kinds:?}");
    let seen = format!(
        "{pairs} pairs of faults, {} pairs of {} kinds of calls, {refused} acts refused, {acked} acknowledged, \
         {disks} power cuts: 0 lost, log goes on",
        kinds.len(),
        calls.len()
    );
    held(&format!("F4 fault after fault, {engine}"), &seen);
}
