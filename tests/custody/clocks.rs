//! Wrong clocks, by libfaketime: nobody can be hurried by the platform's clock or by one custodian's, and nobody waits for
//! a clock that is late.

use std::time::Duration;

use kaibiao::base::{Instant, Span};

use crate::held;
use crate::installation::Installation;
use crate::tender::failures;

/// How far the server's clock is ahead: it closes and asks so much too early.
const SERVER_AHEAD: &str = "+8s";
const AHEAD: Duration = Duration::from_secs(8);

/// How wrong the clocks of two custodians are.
const HOUR: Span = Span::seconds(3600);

on_both_databases!(clocks_that_are_wrong_open_nothing_early_and_hold_up_nothing);

async fn clocks_that_are_wrong_open_nothing_early_and_hold_up_nothing(database: Option<String>) {
    let mut centre = Installation::new(database).await;
    centre.stop_server().await;
    centre.start_server(Some(SERVER_AHEAD)).await;
    for (index, offset) in [(4, "-1h"), (5, "+1h")] {
        centre.custodians.kill(index).await;
        centre.custodians.start_at(index, Some(offset)).await;
    }
    let tender = centre.tender_with_bids().await;
    centre.closed(&tender).await;
    let awaited = centre.awaited(&tender).await;
    assert_eq!(
        centre.heard(&tender, "opening_drawn").await,
        0,
        "the hurried server has closed the box and gets nothing for it"
    );
    assert_eq!(awaited.answered, [5], "only the one whose clock is an hour ahead");
    assert_eq!(awaited.failed, failures(&[(1, "not_yet"), (2, "not_yet"), (3, "not_yet"), (4, "not_yet")]));
    held("a server 8 s and a custodian 1 h ahead", "one partial key of three: nothing opens early");
    for index in 1..=4 {
        let said = centre.custodians.daemon(index).said();
        assert!(
            said.contains("refused") && said.contains("not_yet"),
            "custodian {index} notes who came early: {said}"
        );
    }
    held(
        "F17 a server that asks early",
        "refused by every true clock, each attempt in the custodian's own log",
    );
    let took = centre.opened(&tender).await;
    assert!(took >= AHEAD, "opened {took:?} after the moment of a clock that is {AHEAD:?} ahead");
    centre.names(&tender, &[(4, "not_yet")]).await;
    held("a custodian 1 h behind", "opens at the moment of the others, names it as not_yet");
    // The head of the evidence is cosigned by a true clock: not before the entries' hurried times.
    tokio::time::sleep(AHEAD).await;
    centre.settle(&[&tender]).await;
    for index in 1..=3 {
        let first = first_release(&centre, index).await.expect("it has released");
        assert!(first >= tender.opening_at, "custodian {index} waited for its own clock");
    }
    assert_eq!(first_release(&centre, 4).await, None);
    let first = first_release(&centre, 5).await.expect("it has released");
    assert!(first.since(tender.opening_at) < HOUR, "it would have opened alone: {first}");
}

/// When a custodian released first, by its own clock and record.
async fn first_release(centre: &Installation, index: u8) -> Option<Instant> {
    let record = centre.custodians.record(index).await;
    let first = record.iter().find(|line| line["deed"]["kind"] == "released")?;
    serde_json::from_value(first["at"].clone()).expect("a moment")
}
