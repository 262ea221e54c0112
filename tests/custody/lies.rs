//! Custodians with a wrong share, with none, with another's, with points of their choice; and one that never answers.

use std::time::Duration;

use serde_json::Value;

use crate::installation::Installation;
use crate::process::{done, ended};
use crate::{held, liar};

/// Four releases, each of which leaves the slow a moment to be named as present.
const SLOW_COSTS_MAX: Duration = Duration::from_secs(15);

on_both_databases!(custodians_that_lie_are_named_and_hold_up_nothing);

async fn custodians_that_lie_are_named_and_hold_up_nothing(database: Option<String>) {
    let mut centre = Installation::new(database).await;
    a_damaged_share_is_refused_at_the_start(&mut centre).await;

    let confused = centre.tender_with_bids().await;
    let backup = destroy(&mut centre, 3).await;
    let mut vault = centre.custodians.vault(5);
    let own = vault.share();
    vault.set_share(&centre.custodians.vault(4).share());
    vault.save();
    centre.custodians.start(5).await;
    centre.opened(&confused).await;
    centre.names(&confused, &[(3, "other_committee"), (5, "wrong_answer")]).await;
    held("a share destroyed, another's share answered with", "opens, names other_committee and wrong_answer");

    let lied_to = centre.tender_with_bids().await;
    centre.custodians.kill(3).await;
    std::fs::write(centre.custodians.home(3).join("vault.json"), backup).expect("restored");
    centre.custodians.start(3).await;
    centre.custodians.kill(5).await;
    vault.set_share(&own);
    vault.save();
    let liar = liar::lie(&centre, 5).await;
    centre.custodians.daemon(1).signal("STOP");
    let took = centre.opened(&lied_to).await;
    centre.names(&lied_to, &[(1, "slow"), (5, "bad_partial")]).await;
    assert!(took < SLOW_COSTS_MAX, "{took:?}");
    held(
        "good points of another label; a custodian that never answers",
        &format!("opens after {took:.1?}, names bad_partial and slow"),
    );
    held("a vault restored from its backup", "releases again");
    centre.custodians.daemon(1).signal("CONT");
    liar.abort();

    centre.settle(&[&confused, &lied_to]).await;
    let deeds: Vec<Value> =
        centre.custodians.record(3).await.iter().map(|line| line["deed"]["kind"].clone()).collect();
    assert!(deeds.contains(&"share_destroyed".into()), "a destroyed share is on record: {deeds:?}");
    for index in [1, 2, 4, 5] {
        centre.custodians.record(index).await;
    }
}

/// A share file whose secret is not the committee's: the custodian does not start with it.
async fn a_damaged_share_is_refused_at_the_start(centre: &mut Installation) {
    centre.custodians.kill(5).await;
    let mut vault = centre.custodians.vault(5);
    let good = vault.share();
    let mut bad = good.clone();
    let secret = good["secret"].as_str().expect("text");
    let last = if secret.ends_with('0') { '1' } else { '0' };
    bad["secret"] = format!("{}{last}", &secret[..secret.len() - 1]).into();
    vault.set_share(&bad);
    vault.save();
    let refused = ended(centre.custodians.house(5, &["custodian", "serve"])).await;
    assert!(!refused.is_good);
    assert!(!refused.err.contains(&secret[..16]), "and it is not printed");
    vault.set_share(&good);
    vault.save();
    held("a damaged share", "the custodian does not start with it");
}

/// Destroys the share of one by the command for it, and starts it without; gives the vault as it was.
async fn destroy(centre: &mut Installation, index: u8) -> Vec<u8> {
    centre.custodians.kill(index).await;
    let backup = std::fs::read(centre.custodians.home(index).join("vault.json")).expect("a vault");
    let shares = centre.custodians.vault(index).secrets["shares"].as_object().expect("shares").clone();
    let committee = shares.keys().next().expect("a committee").clone();
    let mut command = centre.custodians.house(index, &["custodian", "destroy"]);
    command.arg(committee);
    done(command).await;
    centre.custodians.start(index).await;
    backup
}
