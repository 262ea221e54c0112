//! Shares pass to other custodians while bids lie sealed: parties killed at every step, openings before the register
//! changes and after it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future;
use kaibiao::centre::{AppointCommittee, Committee};
use serde_json::Value;
use tokio::time::Instant;

use crate::ceremony::{Said, said};
use crate::held;
use crate::installation::Installation;
use crate::process::{Ended, Spoken, WAIT_MAX, done, ended, kaibiao};
use crate::secrets::{Needles, lies_in};
use crate::tender::{Tender, failures};

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
    async fn reshare(&self, dealers: &[u8], committee: Option<&Path>) -> Ended {
        let dealers = dealers.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
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

    async fn destroy_share(&self, index: u8, id: &str) {
        let mut destroy = self.custodians.house(index, &["custodian", "destroy"]);
        destroy.arg(id);
        done(destroy).await;
        let record = self.custodians.record(index).await;
        let deed = &record.last().expect("a line")["deed"];
        assert_eq!((&deed["kind"], &deed["epoch"]), (&"share_destroyed".into(), &0.into()));
    }

    /// Waits until the custodians of dealing `epoch` have pinned when the tender opens.
    async fn pinned_by(&self, tender: &Tender, epoch: u64) {
        let begun = Instant::now();
        loop {
            let view: Value =
                self.client().get(&format!("/api/tenders/{}", tender.id)).await.expect("a tender");
            if view["pinned"]["epoch"] == epoch {
                return;
            }
            assert!(begun.elapsed() < WAIT_MAX, "not pinned: {}", view["pinned"]);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Every release of the tender came from these, and names those.
    async fn all_released_by(&self, tender: &Tender, answered: &[u64], failed: &[(u64, &str)]) {
        let releases = self.releases(tender).await;
        assert!(!releases.is_empty());
        for release in releases {
            assert_eq!(
                (&release.answered[..], &release.failed),
                (answered, &failures(failed)),
                "{release:?}"
            );
        }
    }

    /// Names of the shares of one, as its vault has them.
    fn shares(&self, index: u8) -> Vec<String> {
        self.custodians.vault(index).shares().into_keys().collect()
    }
}

async fn bids_open_with_custodians_who_came_after_they_were_sealed(database: Option<String>) {
    let mut centre = Installation::with_newcomers(database, 3).await;
    let of_five = centre.folder.path().join("of-five.json");
    std::fs::rename(centre.folder.path().join("committee.json"), &of_five).expect("kept");
    let first = centre.tender_with_bids().await;
    // Nobody opens anything before the new custodians are in office.
    for index in OLD {
        centre.custodians.kill(index).await;
    }
    let of_seven = passed_on(&mut centre).await;
    let (old, new) = (read(&of_five), read(&of_seven));
    assert_eq!((new.epoch, &new.group_key), (1, &old.group_key));
    let id = kaibiao::custody::committee(&new).expect("a committee").id();
    let share = |epoch: u8| format!("{id}/{epoch}");
    assert_eq!(centre.shares(4), [share(0), share(1)], "who stays has both");
    assert_eq!((centre.shares(5), centre.shares(8)), (vec![share(0)], vec![share(1)]));

    let refused = centre.appoint(&of_five).await;
    assert!(!refused.is_good && refused.out.contains("\"committee_outdated\""), "{refused:?}");
    let appointed = centre.appoint(&of_seven).await;
    assert!(appointed.is_good, "{appointed:?}");
    let refused = centre.reshare(&DEALERS, Some(&of_five)).await;
    assert!(!refused.is_good && refused.err.contains("[ceremony_outdated]"), "{refused:?}");
    for index in OLD {
        centre.destroy_share(index, &share(0)).await;
    }
    for index in [4, 6, 7, 8] {
        centre.custodians.start(index).await;
    }
    let took = centre.opened(&first).await;
    centre
        .all_released_by(&first, &[4, 5, 6, 7], &[(1, "unreachable"), (2, "unreachable"), (3, "unreachable")])
        .await;
    centre.pinned_by(&first, 1).await;
    held(
        "four of seven, three of them newcomers",
        &format!("open bids {took:.1?} after the moment; its schedule is pinned again"),
    );

    let others = a_refresh_changes_nothing_until_it_is_registered(&mut centre).await;
    centre.settle(&[&first, &others[0], &others[1]]).await;
    held("exports over two resharings", "verify");
}

/// The same custodians with new shares: openings before the register has them and after, without a restart in between.
async fn a_refresh_changes_nothing_until_it_is_registered(centre: &mut Installation) -> [Tender; 2] {
    let begun = centre.reshare(&[4, 5, 6, 7], None).await;
    assert!(begun.is_good, "{begun:?}");
    let session = begun.out.trim().to_owned();
    let url = centre.url();
    let joins = NEW.map(|index| done(centre.custodians.join(index, &url, &session)));
    future::join_all(joins).await;
    let refreshed = centre.export_ceremony(&session).await;
    // All but the last begin anew with both shares.
    for index in [4, 6, 7] {
        centre.custodians.kill(index).await;
    }
    for index in [1, 4, 6, 7] {
        centre.custodians.start(index).await;
    }
    let before = centre.tender_with_bids().await;
    centre.opened(&before).await;
    let gone = [(2, "unreachable"), (3, "unreachable")];
    centre.all_released_by(&before, &[1, 4, 5, 6, 7], &gone).await;
    held(
        "an opening after a resharing, before the register has it",
        "opens by the shares of the register's dealing",
    );

    let appointed = centre.appoint(&refreshed).await;
    assert!(appointed.is_good, "{appointed:?}");
    let after = centre.tender_with_bids().await;
    centre.opened(&after).await;
    centre.all_released_by(&after, &[1, 4, 5, 6], &[gone[0], gone[1], (7, "other_epoch")]).await;
    held("a custodian who goes on with its old share", "named other_epoch; the others open");
    [before, after]
}

/// Every party is killed at every step that it has; gives the outcome.
async fn passed_on(centre: &mut Installation) -> PathBuf {
    let begun = centre.reshare(&DEALERS, None).await;
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
    let mut secrets = Needles::default();
    for share in NEW.iter().flat_map(|index| centre.custodians.vault(*index).shares().into_values()) {
        secrets.add_hex(share["secret"].as_str().expect("text"));
    }
    let database = centre.dumped_database().await;
    let (data, log) = (centre.data(), centre.log());
    assert_eq!(lies_in(&secrets, &[&data, &log, &database]), [""; 0], "no share lies at the relay");
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

fn read(path: &Path) -> Committee {
    let text = std::fs::read(path).expect("an outcome");
    serde_json::from_slice::<AppointCommittee>(&text).expect("a committee").committee
}
