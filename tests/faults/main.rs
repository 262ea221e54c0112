//! Fault drills of the store and the ledger: processes killed, disks that lose what was not synced or refuse, two writers,
//! a stranger with the database in hand, a database server that falls over. Every drill ends with the same question: is
//! what was acknowledged there, and is it one history?
//!
//! Each has a quick form for `make test` and a long one for `make drill`, and prints a line `held  <case>  <what was seen>`
//! for the drill's table (docs/trials.md).

#![cfg(feature = "server")]

#[path = "../support/committee.rs"]
#[allow(dead_code, reason = "the tests' custodians; a drill needs a part of them")]
mod committee;
#[path = "../support/dice.rs"]
mod dice;
#[path = "../support/drill.rs"]
mod drill;
#[path = "../support/folder.rs"]
mod folder;
#[path = "../it/harness.rs"]
#[allow(dead_code, unused_macros, reason = "the tests' centre; a drill needs a part of it")]
mod harness;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../it/procedure.rs"]
#[allow(dead_code, reason = "the tests' tender; a drill needs a part of it")]
mod procedure;
#[path = "../it/sealed.rs"]
#[allow(dead_code, reason = "the tests' bids; a drill needs a part of them")]
mod sealed;
#[path = "../it/terms.rs"]
#[allow(dead_code, reason = "the tests' terms; a drill needs a part of them")]
mod terms;

/// Runs each named test on both databases.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(|| crate::house::House::on_sqlite()).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(|| crate::house::House::on_postgres()).await;
            })+
        }
    };
}

mod cluster;
mod disk;
mod forger;
mod house;
mod shim;
mod told;
mod writer;

mod failing;
mod killed;
mod power;
mod primary;
mod sequencers;
mod stranger;
mod twice;
