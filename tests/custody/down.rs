//! Custodians that are gone: named where the others suffice, waited for where they do not.

use std::time::Duration;

use crate::held;
use crate::installation::Installation;
use crate::tender::failures;

on_both_databases!(custodians_that_are_gone_are_named_or_waited_for);

async fn custodians_that_are_gone_are_named_or_waited_for(database: Option<String>) {
    let mut centre = Installation::new(database).await;

    let all = centre.tender_with_bids().await;
    let took = centre.opened(&all).await;
    centre.names(&all, &[]).await;
    held("all five answer", &format!("9 envelopes open {took:.1?} after the moment"));

    let two_gone = centre.tender_with_bids().await;
    centre.custodians.kill(2).await;
    centre.custodians.kill(4).await;
    let took = centre.opened(&two_gone).await;
    centre.names(&two_gone, &[(2, "unreachable"), (4, "unreachable")]).await;
    held("two of five killed", &format!("opens after {took:.1?}, names both as unreachable"));

    let three_gone = centre.tender_with_bids().await;
    centre.custodians.kill(5).await;
    centre.closed(&three_gone).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(centre.heard(&three_gone, "opening_drawn").await, 0, "two custodians open nothing");
    let awaited = centre.awaited(&three_gone).await.expect("the room says whom it waits for");
    assert_eq!(awaited.answered, [1, 3]);
    assert_eq!(awaited.failed, failures(&[(2, "unreachable"), (4, "unreachable"), (5, "unreachable")]));
    centre.custodians.start(4).await;
    centre.opened(&three_gone).await;
    centre.names(&three_gone, &[(2, "unreachable"), (5, "unreachable")]).await;
    held("three of five killed", "stays closed and says why; opens when one returns");

    centre.settle(&[&all, &two_gone, &three_gone]).await;
    // What each was there for stands in its record, which `custodian record` has checked line by line.
    let of_one = |times: usize| ["opening_draw", "3", "1", "2"].repeat(times);
    for (index, times) in [(1, 3), (2, 1), (3, 3), (4, 2), (5, 2)] {
        let mut released = centre.custodians.released(index).await;
        let mut wanted = of_one(times);
        // An attempt of two custodians is on their record too: they released, and it was not enough.
        released.sort_unstable();
        wanted.sort_unstable();
        let is_there = |what: &&str| {
            let count = |list: &[&str]| list.iter().filter(|said| *said == what).count();
            let released: Vec<&str> = released.iter().map(String::as_str).collect();
            if *what == "opening_draw" { count(&released) >= times } else { count(&released) == times }
        };
        assert!(wanted.iter().all(is_there), "custodian {index}: {released:?}");
    }
    held("records of five custodians", "each verifies and shows what was released");
}
