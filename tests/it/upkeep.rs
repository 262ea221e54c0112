//! Backups, restored ones found out, what they lack recovered, projections made anew.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use kaibiao::base::{Role, Span};
use kaibiao::config::Config;
use kaibiao::ledger::{Keeping, LedgerError, Mirror, Recovered, rebuild, recover};
use kaibiao::store::{CopyError, Database, EntryRow};
use kaibiao::tender::Procedure;
use kaibiao::upkeep::{self, Manifest, UpkeepError};
use kaibiao_crypto::checkpoint::{NoteSigner, NoteVerifier};
use kaibiao_crypto::key::SigningKey;
use ring::rand::SystemRandom;
use uuid::Uuid;

use crate::drill::{held, times};
use crate::harness::{Actor, Center, ORIGIN, open_ledger};
use crate::postgres;

on_both_databases!(
    projections_come_back_byte_for_byte,
    a_changed_projection_is_found,
    a_restored_backup_is_refused_and_recovered,
    a_backup_under_load_is_of_one_moment,
    a_backup_that_is_not_whole_is_refused,
    a_mirror_that_is_not_whole_recovers_nothing,
    restarts_raise_no_false_alarm,
);

impl Center {
    /// The configuration of these stores, with the database at `url`.
    fn config(&self, url: &str, data: &Path) -> Config {
        let path = self.home.join(format!("{}.toml", Uuid::new_v4()));
        let text = format!(
            "origin = {ORIGIN:?}\ndata = {data:?}\ndatabase = {url:?}\nsecond_store = {:?}\nlisten = \"127.0.0.1:0\"\n",
            self.home.join("elsewhere/head.json"),
        );
        std::fs::write(&path, text).expect("written");
        Config::read(&path).expect("a configuration")
    }

    fn own_config(&self) -> Config {
        self.config(&self.url, &self.home)
    }

    /// A database where nothing is, on the same engine.
    fn fresh_url(&self) -> String {
        if self.url.starts_with("sqlite:") {
            format!("sqlite://{}", self.home.join(format!("{}/house.db", Uuid::new_v4())).display())
        } else {
            postgres::new_database()
        }
    }

    async fn back_up(&self) -> (PathBuf, Manifest) {
        // The test's clock stands, and each snapshot has a moment of its own.
        static MADE: AtomicI64 = AtomicI64::new(0);
        let now = self.clock.now() + Span::seconds(MADE.fetch_add(1, Ordering::Relaxed));
        upkeep::backup(&self.own_config(), &self.home.join("backup"), now).await.expect("backed up")
    }

    fn mirror(&self) -> Mirror {
        Mirror::at(&self.home.join("elsewhere/mirror"))
    }

    fn log(&self) -> NoteVerifier {
        NoteVerifier::parse(&self.ledger.log_vkey()).expect("a vkey")
    }

    /// Waits until the mirror holds all that is signed.
    async fn mirrored(&self) {
        let size = self.ledger.head().size;
        for _ in 0..2000 {
            if self.mirror().head(&self.log().into()).expect("a mirror").is_some_and(|head| head.size == size)
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("the mirror does not catch up");
    }

    /// One more act of the centre.
    async fn act_once_more(&self) {
        let actor = Actor::new(self.authority.org, Role::Bidder);
        self.register(&actor).await;
    }
}

async fn all_entries(database: &Database) -> Vec<EntryRow> {
    let mut entries: Vec<EntryRow> = Vec::new();
    loop {
        let more = database.entries(entries.len() as u64, 1000).await.expect("readable");
        if more.is_empty() {
            return entries;
        }
        entries.extend(more);
    }
}

/// What only somebody with the database's own password can do.
async fn by_strangers_hand(center: &Center, sql: &'static str) {
    match center.ledger.database() {
        Database::Sqlite { writer, .. } => drop(sqlx::query(sql).execute(writer).await.expect("done")),
        Database::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.expect("done")),
    }
}

async fn projections_come_back_byte_for_byte(mut center: Center) {
    center.publish(Procedure::TwoStage).await;
    for bidder in &center.bidders[..2] {
        center.bid(bidder, 101).await;
    }
    center.settle().await;
    let before =
        rebuild(center.ledger.database(), ORIGIN, Keeping::OnlyCompare).await.expect("decided again");
    assert!(before.facts > 0 && before.is_equal());
    by_strangers_hand(&center, "DELETE FROM fact").await;
    by_strangers_hand(&center, "UPDATE log_current SET size = 3").await;
    let rebuilt = rebuild(center.ledger.database(), ORIGIN, Keeping::Keep).await.expect("decided again");
    assert_eq!((rebuilt.after, rebuilt.entries), (before.after, before.entries));
    assert!(!rebuilt.is_equal(), "what was there differed");
    center.restart().await;
    center.act_once_more().await;
    held("F27 projections deleted, rebuilt", &format!("{} records, equal byte for byte", before.facts));
}

async fn a_changed_projection_is_found(center: Center) {
    center.publish(Procedure::OneStage).await;
    let database = center.ledger.database();
    by_strangers_hand(&center, "UPDATE fact SET ts = ts + 1 WHERE n = 1").await;
    let compared = rebuild(database, ORIGIN, Keeping::OnlyCompare).await.expect("decided again");
    assert!(!compared.is_equal());
    let again = rebuild(database, ORIGIN, Keeping::OnlyCompare).await.expect("decided again");
    assert_eq!(again, compared, "comparing changes nothing");
    let drop_guard = match database {
        Database::Sqlite { .. } => "DROP TRIGGER entry_is_never_changed",
        Database::Postgres(_) => "ALTER TABLE entry DISABLE TRIGGER ALL",
    };
    by_strangers_hand(&center, drop_guard).await;
    by_strangers_hand(&center, "UPDATE entry SET events = body WHERE body IS NOT NULL").await;
    let refused = rebuild(database, ORIGIN, Keeping::Keep).await.expect_err("no longer what was decided");
    assert!(refused.to_string().ends_with("its columns are not those of its bytes"), "{refused}");
}

async fn a_restored_backup_is_refused_and_recovered(center: Center) {
    let mut backups = vec![center.back_up().await];
    for _ in 1..times(4, 100) {
        center.act_once_more().await;
        backups.push(center.back_up().await);
    }
    center.publish(Procedure::TwoStage).await;
    center.bid(&center.bidders[0], 104).await;
    center.mirrored().await;
    let (size, entries) = (center.ledger.head().size, all_entries(center.ledger.database()).await);
    for (snapshot, manifest) in &backups {
        let (url, data) = (center.fresh_url(), center.home.join(Uuid::new_v4().to_string()));
        let config = center.config(&url, &data);
        assert_eq!(upkeep::restore(&config, snapshot).await.expect("restored"), *manifest);
        let opened = open_ledger(&url, &center.home, center.clock.clone()).await;
        let Err(LedgerError::Closed(said)) = opened else { panic!("a restored backup is taken for the log") };
        let (from, last) = (manifest.log_size, size - 1);
        let missing = format!("the second store at {size}: entries {from} to {last} are missing");
        assert_eq!(said, format!("the database ends at {from}, {missing}"));

        let database = Database::open(&url).await.expect("it opens");
        let done = recover(&database, &center.log(), &center.mirror()).await.expect("recovered");
        assert_eq!(done, Recovered { from, to: size });
        assert_eq!(all_entries(&database).await, entries, "what is recovered is what was there");
        let rebuilt = rebuild(&database, ORIGIN, Keeping::OnlyCompare).await.expect("decided again");
        assert!(rebuilt.is_equal());
        let again = recover(&database, &center.log(), &center.mirror()).await.expect("nothing is missing");
        assert_eq!(again, Recovered { from: size, to: size });
        database.close().await;
        drop(open_ledger(&url, &center.home, center.clock.clone()).await.expect("it goes on"));
    }
    let oldest = size - backups[0].1.log_size;
    let seen =
        format!("{} refused, the range named; recovered from the mirror entry by entry", backups.len());
    let (url, data) = (center.fresh_url(), center.home.join("again"));
    upkeep::restore(&center.config(&url, &data), &backups[0].0).await.expect("restored");
    std::fs::remove_file(center.home.join("elsewhere/head.json")).expect("removed");
    let opened = open_ledger(&url, &center.home, center.clock.clone()).await;
    let said = opened.err().expect("the mirror misses entries").to_string();
    assert!(said.contains(&format!("the mirror at {size}")), "without the second store too: {said}");
    held(&format!("F7 backups 1 to {oldest} entries old, restored"), &seen);
}

async fn a_backup_under_load_is_of_one_moment(center: Center) {
    center.publish(Procedure::TwoStage).await;
    let begun = center.ledger.head().size;
    let load = async {
        for bidder in &center.bidders {
            center.bid(bidder, 104).await;
            for _ in 0..10 {
                center.act_once_more().await;
            }
        }
    };
    let (((), (snapshot, manifest)), out) =
        (tokio::join!(load, center.back_up()), center.home.join("backup"));
    assert!((begun..=center.ledger.head().size).contains(&manifest.log_size));
    let (url, data) = (center.fresh_url(), center.home.join("restored"));
    upkeep::restore(&center.config(&url, &data), &snapshot).await.expect("restored");
    let database = Database::open(&url).await.expect("it opens");
    let rebuilt = rebuild(&database, ORIGIN, Keeping::OnlyCompare).await.expect("it is of one moment");
    assert!(rebuilt.is_equal());
    assert_eq!(rebuilt.entries, manifest.log_size);
    for file in &manifest.files {
        assert_eq!(
            std::fs::metadata(data.join("files").join(&file.path)).expect("it is there").len(),
            file.len
        );
    }
    assert!(!manifest.files.is_empty());
    for folder in [out.join("files"), snapshot] {
        let mode = std::fs::metadata(&folder).expect("a folder").permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "a backup is as secret as what it is of");
    }
}

async fn a_backup_that_is_not_whole_is_refused(center: Center) {
    center.publish(Procedure::OneStage).await;
    center.bid(&center.bidders[0], 104).await;
    let (snapshot, manifest) = center.back_up().await;
    let restored = async |config: &Config| upkeep::restore(config, &snapshot).await.map(drop);
    let fresh = || center.config(&center.fresh_url(), &center.home.join(Uuid::new_v4().to_string()));

    let there = restored(&center.own_config()).await;
    assert!(matches!(there, Err(UpkeepError::Database(CopyError::NotEmpty))), "never over what is there");
    let other = Config { origin: "other.example/tlog/1".to_owned(), ..fresh() };
    assert!(matches!(restored(&other).await, Err(UpkeepError::OtherLog(_))));

    let pooled = center.home.join("backup/files").join(&manifest.files[0].path);
    let copy = snapshot.join(&manifest.database.path);
    for path in [&pooled, &copy] {
        let whole = std::fs::read(path).expect("there");
        let mut damaged = whole.clone();
        damaged[whole.len() / 2] ^= 1;
        std::fs::write(path, &damaged).expect("written");
        let config = fresh();
        assert!(matches!(restored(&config).await, Err(UpkeepError::Damaged(_))));
        std::fs::write(path, &whole).expect("written");
        restored(&config).await.expect("the same place takes the whole one");
    }
    let manifest = snapshot.join("manifest.json");
    std::fs::write(&manifest, "{}").expect("written");
    assert!(matches!(restored(&fresh()).await, Err(UpkeepError::NoManifest(..))));
    std::fs::remove_file(&manifest).expect("removed");
    assert!(
        matches!(restored(&fresh()).await, Err(UpkeepError::Damaged(_))),
        "a snapshot without one is none"
    );
}

async fn a_mirror_that_is_not_whole_recovers_nothing(center: Center) {
    let (snapshot, manifest) = center.back_up().await;
    center.publish(Procedure::TwoStage).await;
    center.bid(&center.bidders[0], 104).await;
    center.mirrored().await;
    let url = center.fresh_url();
    upkeep::restore(&center.config(&url, &center.home.join("restored")), &snapshot).await.expect("restored");
    let database = Database::open(&url).await.expect("it opens");
    let folder = center.home.join("elsewhere/mirror");
    let recovered = async || recover(&database, &center.log(), &center.mirror()).await;
    for path in files_of(&folder.join("tile/entries")) {
        let whole = std::fs::read(&path).expect("there");
        let mut damaged = whole.clone();
        *damaged.last_mut().expect("bytes") ^= 1;
        std::fs::write(&path, &damaged).expect("written");
        assert!(matches!(recovered().await, Err(LedgerError::Closed(_))), "the bytes lead to another head");
        std::fs::write(&path, &whole[1..]).expect("written");
        assert!(matches!(recovered().await, Err(LedgerError::Mirror(_))), "it is no bundle");
        std::fs::write(&path, &whole).expect("written");
    }
    let stranger = SigningKey::generate(&SystemRandom::new()).expect("randomness");
    let stranger = NoteSigner::new(ORIGIN, stranger).expect("a name");
    assert!(
        center.mirror().head(&stranger.verifier().clone().into()).is_err(),
        "it is of a log that another key signs"
    );
    assert_eq!(all_entries(&database).await.len() as u64, manifest.log_size, "nothing was written");
    let size = center.ledger.head().size;
    assert_eq!(recovered().await.expect("whole again").to, size);
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files_of(&path)) } else { found.push(path) }
    }
    found
}

async fn restarts_raise_no_false_alarm(mut center: Center) {
    let restarts = times(10, 500);
    for _ in 0..restarts {
        center.act_once_more().await;
        center.restart().await;
    }
    held("F7 restarts after an act", &format!("{restarts} of {restarts} open"));
}
