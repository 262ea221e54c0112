//! F23: the PostgreSQL server falls over while acts stream in; and a standby that was behind takes its place.

use sqlx::{Connection, PgConnection};

use crate::cluster::Cluster;
use crate::drill::{held, times};
use crate::house::House;
use crate::told::Told;
use crate::writer::{self, Work, Writer};

/// Acts that must be acknowledged between two crashes of the server.
const BETWEEN: usize = 20;
const OUTSTANDING: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_primary_that_is_killed_loses_nothing() {
    let crashes = times(3, 40);
    let cluster = Cluster::new();
    let house = House::on_sqlite().over(cluster.url());
    house.open_founded().await.expect("the log opens").database().close().await;
    let writer = Writer::start(&house, Work { acts: None, outstanding: OUTSTANDING }).listen();
    for _ in 0..crashes {
        writer.until(writer.acked() + BETWEEN);
        cluster.kill();
        cluster.start();
    }
    // The same process goes on, over new connections.
    writer.until(writer.acked() + BETWEEN);
    let told = writer.kill();
    house.is_left_alone().await;
    let ledger = house.open().await.expect("the log opens");
    assert_eq!(told.is_kept_by(&house, &ledger).await, Ok(()));
    ledger.database().close().await;
    let seen = format!(
        "{crashes} crashes, {} acts acknowledged, {} got an error: 0 lost, the writer went on by itself",
        told.acked.len(),
        told.failed.len()
    );
    held("F23 primary killed, pg_ctl -m immediate", &seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_was_behind_is_a_rollback() {
    // By how many acts the standby is behind; one that is not is no rollback.
    let lags = [7, 0, 1, 2, 3, 5, 20, 50, 100, 400];
    let mut seen = Vec::new();
    for lag in lags.into_iter().take(times(2, 10)) {
        seen.push(fail_over(lag).await);
    }
    held("F23 failover to an asynchronous standby", &seen.join("; "));
}

async fn fail_over(lag: usize) -> String {
    let primary = Cluster::new();
    let house = House::on_sqlite().over(primary.url());
    let ledger = house.open_founded().await.expect("the log opens");
    let mut told = Told::default();
    append(&house, &ledger, 10, &mut told).await;
    let standby = primary.standby();
    let size = ledger.head().size;
    caught_up(&standby, size).await;
    standby.stop();
    append(&house, &ledger, lag, &mut told).await;
    primary.kill();
    ledger.database().close().await;
    standby.start();
    standby.promote();

    let promoted = house.over(standby.url());
    let opened = promoted.open().await;
    if lag == 0 {
        let ledger = opened.expect("nothing is missing");
        assert_eq!(told.is_kept_by(&promoted, &ledger).await, Ok(()));
        ledger.database().close().await;
        return "0 behind: opened, nothing lost".to_owned();
    }
    let end = size + lag as u64;
    let said = opened.err().expect("a rollback is not opened").to_string();
    let missing = format!(
        "the database ends at {size}, the second store at {end}: entries {size} to {} are missing",
        end - 1
    );
    assert!(said.contains(&missing), "{said}");
    format!("{lag} behind: closed, entries {size} to {} named", end - 1)
}

async fn append(house: &House, ledger: &kaibiao::ledger::Ledger, acts: usize, told: &mut Told) {
    let heard = std::sync::Mutex::new(std::mem::take(told));
    let hear = |line: &str| assert!(heard.lock().expect("nobody panicked").hear(line), "{line}");
    writer::append(house, ledger, Work { acts: Some(acts), outstanding: 1 }, hear).await;
    *told = heard.into_inner().expect("nobody panicked");
    assert_eq!(told.failed, [""; 0], "all are acknowledged");
}

/// Waits until a standby shows a log of this size.
async fn caught_up(standby: &Cluster, size: u64) {
    let mut connection = PgConnection::connect(&standby.url()).await.expect("it answers");
    let size = i64::try_from(size).expect("a small log");
    while sqlx::query_scalar::<_, i64>("SELECT size FROM log_current")
        .fetch_one(&mut connection)
        .await
        .expect("a size")
        < size
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    connection.close().await.expect("closed");
}
