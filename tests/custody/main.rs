//! Custody on real processes: a server in production mode and custodians with keys, clocks and records of their own, as
//! their people start them; killed, stopped, with wrong clocks and lies. The signer and the witnesses of the log likewise.
//!
//! Every case prints a line `held  <case>  <what was seen>`; `make drill` runs all of them on both databases, again and
//! again, and makes a table of those lines. In `make test` they run once, on SQLite.

#![cfg(feature = "server")]

#[path = "../support/folder.rs"]
mod folder;
#[path = "../support/postgres.rs"]
mod postgres;

/// Runs each named test on SQLite in every run, and on PostgreSQL in the drill.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(None).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = "the fuller form: make drill"]
            async fn $test() {
                super::$test(Some($crate::postgres::new_database())).await;
            })+
        }
    };
}

mod custodians;
mod installation;
mod keepers;
mod liar;
mod process;
mod tender;
mod vault;

mod ceremony;
mod clocks;
mod down;
mod lies;
mod resharing;
mod restarts;
mod secrets;

mod foreign;
mod rotation;
mod signers;
mod witnesses;

/// Says what held, for the table of the drill.
fn held(case: &str, seen: &str) {
    println!("held\t{case}\t{seen}");
}
