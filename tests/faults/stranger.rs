//! F6: a stranger with the database in hand. He changes, removes, swaps or inserts entries and makes everything anew that
//! follows; without the key of the log, and with it, the second store and the mirror gone.
//!
//! Without them the platform does not open what he made. With them it does, and others find it: a witness or a bidder with
//! a receipt, because two heads are not of one history, or the verifier, because he has no key of the actors.

use std::error::Error;
use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;

use kaibiao::held;
use kaibiao::ledger::{Keeping, Ledger, LedgerError, rebuild};
use kaibiao::replay::bundle::{Bundle, Scope};
use kaibiao::replay::check::{self, Trust};
use kaibiao::store::Database;
use kaibiao::tender::{self, LotCommand, Procedure, StartReading};
use kaibiao_crypto::act::{Seen, SignedAct};
use kaibiao_crypto::checkpoint::{Checkpoint, NoteVerifier};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::tree;
use uuid::Uuid;

use crate::drill;
use crate::forger::Forger;
use crate::harness::{Center, ORIGIN, PERIOD, lot, open_ledger};
use crate::postgres;

/// What is done to the log.
type Forgery = (&'static str, fn(&mut Forger));

const FORGERIES: [Forgery; 9] = [
    ("a bid changed", |log| {
        let bid = log.places("SubmitBid")[0];
        log.replace(bid, "\"document_set\":0", "\"document_set\":1");
    }),
    ("an opened price changed", |log| {
        let opened = log.places("RecordUnsealed");
        opened.into_iter().for_each(|place| log.replace(place, "90000000", "80000000"));
    }),
    ("an outcome changed", |log| {
        let bid = log.places("SubmitBid")[0];
        let events = &mut log.rows[bid].events;
        *events = String::from_utf8_lossy(events).replace("bid_submitted", "bid_withdrawn").into_bytes();
    }),
    ("a bid removed", |log| drop(log.rows.remove(log.places("SubmitBid")[0]))),
    ("two bids swapped", |log| {
        let bids = log.places("SubmitBid");
        log.rows.swap(bids[0], bids[1]);
        let ts = [log.rows[bids[0]].ts, log.rows[bids[1]].ts];
        assert_eq!(ts[0], ts[1], "the clock stands");
    }),
    ("a bid inserted", |log| {
        let bids = log.places("SubmitBid");
        log.rows.insert(bids[1], log.copy(bids[0]));
    }),
    ("the last entry removed", |log| drop(log.rows.pop())),
    ("a person's act added", |log| {
        let copy = log.copy(log.places("CertifyKey")[0]);
        log.rows.push(copy);
    }),
    ("all since the first bid removed", |log| log.rows.truncate(log.places("SubmitBid")[0])),
];

/// What is done to single rows, and what follows from them is left as it was.
const BY_HAND: [(&str, &str); 10] = [
    ("bytes", "UPDATE entry SET bytes = events WHERE seq = 3"),
    ("events", "UPDATE entry SET events = bytes WHERE seq = 3"),
    ("leaf", "UPDATE entry SET leaf = (SELECT root FROM head LIMIT 1) WHERE seq = 3"),
    ("body", "UPDATE entry SET body = bytes WHERE seq = (SELECT MIN(seq) FROM entry WHERE body IS NOT NULL)"),
    ("time", "UPDATE entry SET ts = ts - 1 WHERE seq = 3"),
    ("stream", "UPDATE entry SET stream = 'centre', sseq = 9999 WHERE stream <> 'centre' AND sseq = 1"),
    ("actor", "UPDATE entry SET actor = 'somebody else' WHERE seq = 3"),
    ("gap", "DELETE FROM entry WHERE seq = 3"),
    ("head", "UPDATE head SET root = (SELECT leaf FROM entry WHERE seq = 0)"),
    ("frames", "UPDATE fact SET ts = ts + 1 WHERE n = 1"),
];

mod on_sqlite {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_stranger_with_the_database_is_found_out() {
        super::strange("SQLite", crate::harness::Center::on_sqlite().await).await;
    }
}

mod on_postgres {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_stranger_with_the_database_is_found_out() {
        super::strange("PostgreSQL", crate::harness::Center::on_postgres().await).await;
    }
}

async fn strange(engine: &str, mut center: Center) {
    let honest = Honest::live(&mut center).await;
    let mut missed = Vec::new();
    for (what, forge) in FORGERIES {
        let mut log = honest.log.clone();
        forge(&mut log);
        log.follow();
        let (refused, found) = (honest.refused(&center, &log).await, honest.found(&center, &log).await);
        if refused.is_none() || found.is_empty() {
            missed.push(what);
        }
        let seen = format!("without key: {}; with key: {}", refused.unwrap_or_default(), found.join(", "));
        drill::held(&format!("F6 {what}, {engine}"), &seen);
    }
    let mut said = Vec::new();
    for (what, sql) in BY_HAND {
        match honest.found_by_hand(&center, sql).await {
            Some(found) => said.push(format!("{what} ({found})")),
            None => missed.push(what),
        }
    }
    drill::held(&format!("F6 {} rows changed by hand, {engine}", said.len()), &said.join(", "));
    assert_eq!(missed, [""; 0], "nobody finds these");
}

/// The log as it was, and what others hold of it.
struct Honest {
    log: Forger,
    /// Size and root of the newest head: a witness has cosigned it, and a person has seen it.
    head: (u64, Digest),
    /// The receipt of the bidder who came first.
    receipt: Receipt,
}

impl Honest {
    /// A tender from the notice to the opening. The last act names the head that its signer saw before.
    async fn live(center: &mut Center) -> Self {
        center.publish(Procedure::OneStage).await;
        let first = center.ledger.head().size;
        for bidder in &center.bidders[..3] {
            center.bid(bidder, 90_000_000).await;
        }
        let receipt = center.ledger.receipt(first).await.expect("a receipt");
        let receipt = Receipt::parse(receipt.as_bytes()).expect("a receipt");
        center.clock.advance(PERIOD);
        center.settle().await;
        let (kind, lot, body) = tender::Command::Lot(lot(), LotCommand::StartReading(StartReading {}))
            .encode()
            .expect("a command");
        let (mut payload, detached) = center.host.payload(Some(center.tender), lot, &kind, &body);
        let seen = center.ledger.head();
        payload.seen = Some(Seen { root: seen.root, size: seen.size });
        let act = SignedAct::sign(&center.host.key, &payload, detached).expect("a payload");
        center.ledger.submit(act).await.expect("reading");
        center.settle().await;
        let head = center.ledger.head();
        Self { log: Forger::read(center.ledger.database()).await, head: (head.size, head.root), receipt }
    }

    /// Why the platform does not open a forged database beside its own second store and mirror.
    async fn refused(&self, center: &Center, forged: &Forger) -> Option<String> {
        let url = fresh_url(center);
        forged.write(&url).await.close().await;
        why(open_ledger(&url, &self.home(center, &["keys", "elsewhere"]), center.clock.clone()).await)
    }

    /// Who finds a forged log that its key has signed, and how.
    async fn found(&self, center: &Center, forged: &Forger) -> Vec<String> {
        let url = fresh_url(center);
        forged.write(&url).await.close().await;
        let home = self.home(center, &["keys"]);
        let kept = serde_json::to_vec(&forged.head()).expect("JSON");
        held::write(&home.join("elsewhere/head.json"), &kept).expect("he has the second store");
        let ledger = match open_ledger(&url, &home, center.clock.clone()).await {
            Ok(ledger) => ledger,
            refused => return why(refused).into_iter().collect(),
        };
        let mut found = Vec::new();
        let (size, root) = self.head;
        if !extends(&ledger, size, root) {
            found.push("witness".to_owned());
        }
        let note = Checkpoint::parse(&self.receipt.note.text).expect("a head");
        if !extends(&ledger, note.size, note.root) {
            found.push("receipt".to_owned());
        }
        found.extend(self.verified(center, &ledger).await);
        found
    }

    /// A home of its own with these folders of the centre's, as they were when the honest log ended.
    fn home(&self, center: &Center, folders: &[&str]) -> PathBuf {
        let home = center.home.join(Uuid::new_v4().to_string());
        std::fs::create_dir_all(&home).expect("a folder");
        for folder in folders {
            let done = Command::new("cp").arg("-a").arg(center.home.join(folder)).arg(&home).status();
            assert!(done.is_ok_and(|status| status.success()), "copied");
        }
        home
    }

    /// What `kaibiao verify` says of the evidence that a forged log gives.
    async fn verified(&self, center: &Center, ledger: &Ledger) -> Option<String> {
        let sink = Cursor::new(Vec::new());
        let written = match ledger.export(center.tender, Scope::Supervisor, &center.files, false, sink).await
        {
            Ok(written) => written,
            Err(error) => return Some(format!("no export ({})", error.code())),
        };
        let mut bundle = Bundle::open(written).expect("a bundle");
        let log_key = Some(NoteVerifier::parse(&ledger.log_vkey()).expect("a vkey"));
        let report = check::verify(&mut bundle, &Trust { log_key, policy: None }).expect("readable");
        let failed = report.checks.iter().filter(|check| check.failed > 0);
        let failed: Vec<String> = failed.map(|check| format!("{:?}", check.id)).collect();
        (!failed.is_empty()).then(|| format!("verify ({})", failed.join(" ")))
    }

    /// What finds a row that was changed and nothing else: the platform when it opens, or the comparison of projections.
    async fn found_by_hand(&self, center: &Center, sql: &'static str) -> Option<String> {
        let url = fresh_url(center);
        let database = self.log.write(&url).await;
        by_strangers_hand(&database, sql).await;
        let compared = rebuild(&database, ORIGIN, Keeping::OnlyCompare).await;
        database.close().await;
        let home = self.home(center, &["keys", "elsewhere"]);
        match open_ledger(&url, &home, center.clock.clone()).await {
            Ok(_) => compared.is_ok_and(|rebuilt| !rebuilt.is_equal()).then(|| "rebuild".to_owned()),
            Err(_) => Some("not opened".to_owned()),
        }
    }
}

/// Whether a log can prove that it extends a head that somebody keeps.
fn extends(ledger: &Ledger, size: u64, root: Digest) -> bool {
    let now = ledger.head();
    let proof = ledger.consistency(size, now.size);
    proof.is_ok_and(|proof| tree::verify_consistency(size, root, now.size, now.root, &proof).is_ok())
}

fn why(opened: Result<Ledger, LedgerError>) -> Option<String> {
    opened.err().map(|error| match error.source() {
        Some(source) => format!("{error} ({source})"),
        None => error.to_string(),
    })
}

/// A database where nothing is, on the same engine.
fn fresh_url(center: &Center) -> String {
    if center.url.starts_with("sqlite:") {
        format!("sqlite://{}", center.home.join(format!("{}.db", Uuid::new_v4())).display())
    } else {
        postgres::new_database()
    }
}

/// Drops the guards and runs a statement.
async fn by_strangers_hand(database: &Database, sql: &'static str) {
    match database {
        Database::Sqlite { writer, .. } => {
            for guard in ["DROP TRIGGER entry_is_never_changed", "DROP TRIGGER entry_is_never_removed"] {
                sqlx::query(guard).execute(writer).await.expect("dropped");
            }
            let done = sqlx::query(sql).execute(writer).await.expect("done");
            assert!(done.rows_affected() > 0, "{sql}");
        }
        Database::Postgres(pool) => {
            sqlx::query("ALTER TABLE entry DISABLE TRIGGER ALL").execute(pool).await.expect("dropped");
            let done = sqlx::query(sql).execute(pool).await.expect("done");
            assert!(done.rows_affected() > 0, "{sql}");
        }
    }
}
