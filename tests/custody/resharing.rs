//! Shares pass to other custodians while bids lie sealed: parties killed at every step, an opening before the register
//! changes and one after it.

use std::path::{Path, PathBuf};

use futures_util::future;
use kaibiao::centre::AppointCommittee;
use serde_json::Value;

use crate::ceremony::{Said, said};
use crate::held;
use crate::installation::Installation;
use crate::process::{Ended, Spoken, done, ended, kaibiao};
use crate::tender::failures;

const STEPS: [&str; 4] = ["announce", "enrol", "deal", "confirm"];
/// Houses of the first committee: 3 of 5.
const OLD: [u8; 5] = [1, 2, 3, 4, 5];
/// Who of it deals. The third stays without dealing, the fifth leaves without dealing.
const DEALERS: [u8; 3] = [1, 2, 4];
/// Houses of the new one, 4 of 7: the fifth is replaced, two are added.
const NEW: [u8; 7] = [1, 2, 3, 4, 6, 7, 8];

on_both_databases!(bids_open_with_custodians_who_came_after_they_were_sealed);

impl Installation {
    /// `committee reshare` by the registrar.
    async fn reshare(&self, committee: Option<&Path>) -> Ended {
        let dealers = DEALERS.map(|index| index.to_string()).join(",");
        let mut reshare = kaibiao(["committee", "reshare", "--threshold", "4", "--dealers", &dealers]);
        self.registrar.sign_in(&mut reshare, &self.url());
        if let Some(path) = committee {
            reshare.arg("--committee").arg(path);
        }
        reshare.args(NEW.map(|index| self.custodians.card(index)));
        ended(reshare).await
    }

    /// One party, killed as soon as it has said one of `words`.
    async fn killed_at(&self, index: u8, session: &str, words: &[&str]) {
        let mut party = Spoken::start(self.custodians.join(index, &self.url(), session));
        assert!(party.says(words).await, "party {index} says one of {words:?}");
        party.kill().await;
    }

    async fn appoint(&self, outcome: &Path) -> Ended {
        ended(self.registrar.act(&self.url(), "AppointCommittee", &format!("@{}", outcome.display()))).await
    }

    async fn destroy_old_share(&self, index: u8, id: &str) {
        let mut destroy = self.custodians.house(index, &["custodian", "destroy"]);
        destroy.arg(id);
        done(destroy).await;
        let record = self.custodians.record(index).await;
        let deed = &record.last().expect("a line")["deed"];
        assert_eq!((&deed["kind"], &deed["epoch"]), (&"share_destroyed".into(), &0.into()));
    }

    /// Names of the shares of one, as its vault has them.
    fn shares(&self, index: u8) -> Vec<String> {
        let vault = self.custodians.vault(index);
        vault.secrets["shares"].as_object().expect("shares").keys().cloned().collect()
    }
}

async fn bids_open_with_custodians_who_came_after_they_were_sealed(database: Option<String>) {
    let mut centre = Installation::with_newcomers(database, 3).await;
    let before = centre.folder.path().join("before.json");
    std::fs::rename(centre.folder.path().join("committee.json"), &before).expect("kept");
    let first = centre.tender_with_bids().await;
    let second = centre.tender_with_bids().await;
    // Nobody opens anything while the shares are dealt anew.
    for index in OLD {
        centre.custodians.kill(index).await;
    }

    let outcome = reshared(&mut centre).await;
    let new: AppointCommittee = read(&outcome);
    let old: AppointCommittee = read(&before);
    assert_eq!((new.committee.epoch, &new.committee.group_key), (1, &old.committee.group_key));
    let id = format!("{}/", kaibiao::custody::committee(&new.committee).expect("a committee").id());
    let (id_before, id_after) = (format!("{id}0"), format!("{id}1"));
    assert_eq!(centre.shares(4), [id_before.clone(), id_after.clone()], "who stays has both");
    assert_eq!((centre.shares(5), centre.shares(8)), (vec![id_before.clone()], vec![id_after]));

    for index in [1, 2, 3, 4] {
        centre.custodians.start(index).await;
    }
    centre.opened(&first).await;
    for release in centre.releases(&first).await {
        assert_eq!(release.failed, failures(&[(5, "unreachable")]), "{release:?}");
    }
    held(
        "an opening after the resharing, before the register has it",
        "opens by the old shares of those who hold both",
    );

    let refused = centre.appoint(&before).await;
    assert!(!refused.is_good && refused.out.contains("\"committee_outdated\""), "{refused:?}");
    let appointed = centre.appoint(&outcome).await;
    assert!(appointed.is_good, "{appointed:?}");
    let refused = centre.reshare(Some(&before)).await;
    assert!(!refused.is_good && refused.err.contains("[ceremony_outdated]"), "{refused:?}");
    for index in [1, 2, 3] {
        centre.custodians.kill(index).await;
    }
    for index in OLD {
        centre.destroy_old_share(index, &id_before).await;
    }
    centre.custodians.kill(4).await;
    for index in [4, 6, 7, 8] {
        centre.custodians.start(index).await;
    }
    let third = centre.tender_with_bids().await;
    for tender in [&second, &third] {
        let took = centre.opened(tender).await;
        for release in centre.releases(tender).await {
            let absent = [1, 2, 3].map(|index| (index, "unreachable"));
            assert_eq!((release.answered, release.failed), (vec![4, 5, 6, 7], failures(&absent)));
        }
        held("four of seven, three of them newcomers", &format!("open bids {took:.1?} after the moment"));
    }
    centre.settle(&[&first, &second, &third]).await;
    held("exports over a resharing", "verify, each pin against the committee of its place");
}

/// Every party is killed at every step that it has; gives the outcome.
async fn reshared(centre: &mut Installation) -> PathBuf {
    let begun = centre.reshare(None).await;
    assert!(begun.is_good, "{begun:?}");
    let session = begun.out.trim().to_owned();
    two_at_once_do_not_go_on(centre, &session).await;

    let mut before = Said::new();
    let rounds: [(&[u8], &[&str]); 4] =
        [(&NEW, &STEPS), (&DEALERS, &STEPS[1..]), (&DEALERS, &STEPS[2..]), (&NEW, &STEPS[3..])];
    for (parties, words) in rounds {
        future::join_all(parties.iter().map(|index| centre.killed_at(*index, &session, words))).await;
        let now = said(centre, &session).await;
        assert!(before.iter().all(|(key, text)| now.get(key) == Some(text)), "what was said stands");
        before = now;
    }
    centre.kill_server().await;
    centre.start_server(None).await;
    let url = centre.url();
    let joins = NEW.map(|index| done(centre.custodians.join(index, &url, &session)));
    for printed in future::join_all(joins).await {
        assert!(printed.contains("Done"), "{printed}");
    }
    let end = said(centre, &session).await;
    assert_eq!(
        end.len(),
        2 * DEALERS.len() + 2 * NEW.len(),
        "each says each of its steps once: {:?}",
        end.keys()
    );
    assert!(before.iter().all(|(key, text)| end.get(key) == Some(text)), "what was said stands");
    for index in NEW {
        let record = centre.custodians.record(index).await;
        let of_kind = |kind: &str| record.iter().filter(|line| line["deed"]["kind"] == kind).count();
        let is_old = OLD.contains(&index);
        assert_eq!(of_kind("share_taken"), 1 + usize::from(is_old), "member {index}");
        assert_eq!(of_kind("share_dealt"), usize::from(DEALERS.contains(&index)), "member {index}");
    }
    let left = ended(centre.custodians.join(5, &url, &session)).await;
    assert!(!left.is_good && left.err.contains("[ceremony_stranger]"), "{left:?}");
    held(
        "three dealers and seven members killed at every step",
        "each says the same bytes again; the key stays",
    );
    centre.export_ceremony(&session).await
}

/// Two processes that would go on from one vault.
async fn two_at_once_do_not_go_on(centre: &Installation, session: &str) {
    let mut first = Spoken::start(centre.custodians.join(8, &centre.url(), session));
    assert!(first.says(&["enrol"]).await);
    let second = ended(centre.custodians.join(8, &centre.url(), session)).await;
    assert!(!second.is_good && second.err.contains("[house_busy]"), "{second:?}");
    first.kill().await;
    held("`committee join` twice at once in one house", "the second is refused");
}

fn read(path: &Path) -> AppointCommittee {
    let text = std::fs::read(path).expect("an outcome");
    let value: Value = serde_json::from_slice(&text).expect("JSON");
    serde_json::from_value(value).expect("a committee")
}
