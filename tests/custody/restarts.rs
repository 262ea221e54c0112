//! The server and custodians killed in the middle of a release, and a partition that heals.

use std::time::Duration;

use crate::held;
use crate::installation::Installation;
use crate::tender::{Tender, failures};

/// Longer than an attempt that ends without an answer.
const PARTITION: Duration = Duration::from_secs(7);

on_both_databases!(an_opening_goes_on_after_kills_in_the_middle_and_after_a_partition);

async fn an_opening_goes_on_after_kills_in_the_middle_and_after_a_partition(database: Option<String>) {
    let mut centre = Installation::new(database).await;

    let server_killed = centre.tender_with_bids().await;
    centre.custodians.daemon(5).signal("STOP");
    // The first release takes longer than a second, because one custodian is silent.
    is_in_the_middle(&centre, &server_killed).await;
    centre.kill_server().await;
    centre.start_server(None).await;
    centre.opened(&server_killed).await;
    centre.names(&server_killed, &[(5, "slow")]).await;
    held(
        "the server killed in the middle of the release",
        "goes on from the log, releases once, names the silent",
    );
    centre.custodians.daemon(5).signal("CONT");

    let custodian_killed = centre.tender_with_bids().await;
    centre.custodians.daemon(4).signal("STOP");
    is_in_the_middle(&centre, &custodian_killed).await;
    centre.custodians.kill(1).await;
    centre.custodians.start(1).await;
    centre.opened(&custodian_killed).await;
    for release in centre.releases(&custodian_killed).await {
        assert_eq!(release.failed.get(&4).map(String::as_str), Some("slow"), "{release:?}");
        assert!(release.answered.len() >= 3, "{release:?}");
    }
    held("a custodian killed and started in the middle", "opens");
    centre.custodians.daemon(4).signal("CONT");

    let partitioned = centre.tender_with_bids().await;
    for index in 1..=3 {
        centre.custodians.daemon(index).signal("STOP");
    }
    centre.closed(&partitioned).await;
    tokio::time::sleep(PARTITION).await;
    assert_eq!(centre.heard(&partitioned, "opening_drawn").await, 0, "two custodians open nothing");
    let awaited = centre.awaited(&partitioned).await;
    assert_eq!(awaited.answered, [4, 5]);
    assert_eq!(awaited.failed, failures(&[(1, "slow"), (2, "slow"), (3, "slow")]));
    for index in 1..=3 {
        centre.custodians.daemon(index).signal("CONT");
    }
    let took = centre.opened(&partitioned).await;
    held("three of five silent for 7 s", &format!("the room names them; opens {took:.1?} after the moment"));

    centre.settle(&[&server_killed, &custodian_killed, &partitioned]).await;
    for index in 1..=5 {
        assert!(!centre.custodians.released(index).await.is_empty(), "custodian {index} has released");
    }
}

/// Waits until the box is closed; nothing is open then.
async fn is_in_the_middle(centre: &Installation, tender: &Tender) {
    centre.closed(tender).await;
    assert_eq!(centre.heard(tender, "envelope_unsealed").await, 0, "in the middle");
}
