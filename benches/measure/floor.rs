//! What no log of signed acts can do without, bare: Ed25519 checks on every core, and grouped commits of rows of the same
//! size in the same database with the fsync of a second store. Alone, and both at once on the same cores.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::sync::Arc;

use kaibiao_crypto::act::{SignedAct, pae};
use kaibiao_crypto::key::PublicKey;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use super::{rate, since, start};

/// Rows of one statement on SQLite: more bring nothing.
const ROWS: usize = 64;

/// One signature with what it is checked against.
struct Signed {
    key: PublicKey,
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// The bare operations for a set of acts.
pub struct Floor {
    signed: Arc<Vec<Signed>>,
    row: Vec<u8>,
    table: Table,
    second: File,
    seq: i64,
}

enum Table {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Floor {
    /// For `acts`, all signed with the key that `key_of` gives, in rows of `row_bytes` bytes. A table of its own is made
    /// in the PostgreSQL database at `url`, or in a file of its own in `folder`.
    pub async fn of(
        acts: &[SignedAct],
        key_of: impl Fn(&SignedAct) -> PublicKey,
        row_bytes: usize,
        url: &str,
        folder: &std::path::Path,
    ) -> Self {
        let signed = |act: &SignedAct| Signed {
            key: key_of(act),
            message: pae(&act.payload),
            signature: act.sig.clone(),
        };
        let second = File::create(folder.join("bare.head")).expect("a file");
        Self {
            signed: Arc::new(acts.iter().map(signed).collect()),
            row: vec![7; row_bytes],
            table: Table::open(url, folder).await,
            second,
            seq: 0,
        }
    }

    /// Signature checks a second on all cores.
    pub async fn checks(&self) -> f64 {
        let begun = start();
        check(&self.signed, 0..self.signed.len()).await;
        rate(self.signed.len() as f64, since(begun))
    }

    /// Rows a second, `batch` to a commit, one commit after another.
    pub async fn commits(&mut self, batch: usize) -> f64 {
        let commits = (self.signed.len() / batch).clamp(4, 500);
        let begun = start();
        for _ in 0..commits {
            self.commit(batch).await;
        }
        rate((commits * batch) as f64, since(begun))
    }

    /// Acts a second if each is checked and then committed, half of `outstanding` being checked while the other half is
    /// committed; and how many that were.
    pub async fn both(&mut self, outstanding: usize) -> (f64, usize) {
        let batch = (outstanding / 2).max(1);
        let count = self.signed.len().min(1000 * batch);
        let begun = start();
        let mut waiting = 0;
        for from in (0..count).step_by(batch) {
            let until = (from + batch).min(count);
            let signed = Arc::clone(&self.signed);
            if outstanding == 1 {
                verify(&signed[from..until]);
            } else {
                let checked = tokio::spawn(async move { check(&signed, from..until).await });
                self.commit(waiting).await;
                checked.await.expect("checked");
            }
            waiting = until - from;
            if outstanding == 1 {
                self.commit(waiting).await;
            }
        }
        if outstanding > 1 {
            self.commit(waiting).await;
        }
        (rate(count as f64, since(begun)), count)
    }

    async fn commit(&mut self, rows: usize) {
        if rows == 0 {
            return;
        }
        self.table.insert(self.seq, rows, &self.row).await;
        self.seq += i64::try_from(rows).expect("few rows");
        self.second.seek(SeekFrom::Start(0)).expect("a file");
        self.second.write_all(&[7; 100]).expect("written");
        self.second.sync_data().expect("durable");
    }
}

/// Checks a range of signatures on two threads.
async fn check(signed: &Arc<Vec<Signed>>, range: std::ops::Range<usize>) {
    let middle = range.start + range.len() / 2;
    let half = |range: std::ops::Range<usize>| {
        let signed = Arc::clone(signed);
        tokio::task::spawn_blocking(move || verify(&signed[range]))
    };
    let (first, second) = (half(range.start..middle), half(middle..range.end));
    first.await.expect("checked");
    second.await.expect("checked");
}

fn verify(signed: &[Signed]) {
    for one in signed {
        one.key.verify(&one.message, &one.signature).expect("valid");
    }
}

impl Table {
    async fn open(url: &str, folder: &std::path::Path) -> Self {
        const POSTGRES: &str =
            "CREATE TABLE IF NOT EXISTS bare (seq BIGINT PRIMARY KEY, bytes BYTEA NOT NULL)";
        const SQLITE: &str = "CREATE TABLE bare (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT";
        if url.starts_with("postgres") {
            let mut connection = PgConnection::connect(url).await.expect("a connection");
            sqlx::query(POSTGRES).execute(&mut connection).await.expect("a table");
            sqlx::query("TRUNCATE bare").execute(&mut connection).await.expect("an empty table");
            return Self::Postgres(connection);
        }
        let file = folder.join(format!("bare-{}.db", uuid::Uuid::new_v4()));
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // As the store has it.
            .pragma("wal_autocheckpoint", "8192");
        let mut connection = SqliteConnection::connect_with(&options).await.expect("a connection");
        sqlx::query(SQLITE).execute(&mut connection).await.expect("a table");
        Self::Sqlite(connection)
    }

    /// Inserts and commits rows in one transaction.
    async fn insert(&mut self, from: i64, rows: usize, bytes: &[u8]) {
        let seqs: Vec<i64> = (from..).take(rows).collect();
        match self {
            Self::Postgres(connection) => {
                let all = vec![bytes; rows];
                sqlx::query("INSERT INTO bare SELECT * FROM UNNEST($1::bigint[], $2::bytea[])")
                    .bind(seqs)
                    .bind(all)
                    .execute(connection)
                    .await
                    .expect("committed");
            }
            Self::Sqlite(connection) => {
                let mut transaction = connection.begin().await.expect("a transaction");
                for seqs in seqs.chunks(ROWS) {
                    let sql = format!("INSERT INTO bare VALUES {}", vec!["(?, ?)"; seqs.len()].join(", "));
                    let mut query = sqlx::query(AssertSqlSafe(sql));
                    for seq in seqs {
                        query = query.bind(*seq).bind(bytes);
                    }
                    query.execute(&mut *transaction).await.expect("inserted");
                }
                transaction.commit().await.expect("committed");
            }
        }
    }
}
