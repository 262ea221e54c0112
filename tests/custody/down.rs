//! Custodians that are gone: named where the others suffice, waited for where they do not.

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
    let awaited = centre.awaited(&three_gone).await;
    assert_eq!(centre.heard(&three_gone, "opening_drawn").await, 0, "two custodians open nothing");
    assert_eq!(awaited.answered, [1, 3]);
    assert_eq!(awaited.failed, failures(&[(2, "unreachable"), (4, "unreachable"), (5, "unreachable")]));
    centre.custodians.start(4).await;
    centre.opened(&three_gone).await;
    centre.names(&three_gone, &[(2, "unreachable"), (5, "unreachable")]).await;
    held("three of five killed", "stays closed and says why; opens when one returns");

    let late = centre.late(&[&all, &two_gone, &three_gone]).await;
    centre.settle(&[&all, &two_gone, &three_gone]).await;
    // What each was there for stands in its record, which `custodian record` has checked line by line.
    for (index, times) in [(1, 3), (2, 1), (3, 3), (4, 2), (5, 2)] {
        let released = centre.custodians.released(index).await;
        for what in ["1", "2", "3"] {
            let count = released.iter().filter(|said| *said == what).count();
            let is_right = count == times || count < times && late.contains(&index);
            assert!(is_right, "custodian {index}, envelope {what}, {times} times: {released:?}");
        }
        // An attempt of two custodians is on their record too: they released, and it was not enough.
        let draws = released.iter().filter(|said| *said == "opening_draw").count();
        assert!(draws >= times || late.contains(&index), "custodian {index}: {released:?}");
    }
    held("records of five custodians", "each verifies and shows what was released");
}
