//! What a custodian has seen and never forgets, in a database of its own: one closed root for each lot, the latest
//! opening, cancellations, and its record.

use std::path::Path;

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::SigningKey;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Row, SqlSafeStr, Sqlite, Transaction};

use super::ReleaseRefused;
use super::error::CustodianError;
use super::record::{Deed, SignedLine};
use crate::base::Instant;

/// The schema, oldest step first.
const MIGRATIONS: [(i64, &str, &str); 1] =
    [(1, "custodian", include_str!("../../migrations/custodian/0001_custodian.sql"))];

/// Lines of the record that are read at once.
const PAGE: u32 = 1000;

/// What is pinned of a tender.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pinned {
    /// The latest opening that was ever shown.
    pub(super) opening_at: Instant,
    /// Whether a cancellation was ever shown.
    pub(super) is_cancelled: bool,
}

/// The database of one custodian.
#[derive(Clone)]
pub struct State {
    pool: SqlitePool,
}

impl State {
    /// Opens the database at `path`, made when absent.
    pub async fn open(path: &Path) -> Result<Self, CustodianError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        // One connection: what is asked at the same time is decided one after another.
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        migrator().run(&pool).await?;
        Ok(Self { pool })
    }

    /// Pins an opening if it is later than what is pinned, and a cancellation for good; gives what is pinned then.
    /// What changes is recorded before it is answered.
    pub(super) async fn schedule(
        &self,
        notice: Digest,
        shown: Pinned,
        at: Instant,
        identity: &SigningKey,
    ) -> Result<Pinned, ReleaseRefused> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let row = sqlx::query("SELECT opening_at, is_cancelled FROM schedule WHERE notice = ?")
            .bind(notice.as_bytes().as_slice())
            .fetch_optional(&mut *tx)
            .await?;
        let before = match row {
            Some(row) => Some(Pinned {
                opening_at: Instant(row.try_get("opening_at")?),
                is_cancelled: row.try_get("is_cancelled")?,
            }),
            None => None,
        };
        let after = Pinned {
            opening_at: before.map_or(shown.opening_at, |before| before.opening_at.max(shown.opening_at)),
            is_cancelled: shown.is_cancelled || before.is_some_and(|before| before.is_cancelled),
        };
        if before == Some(after) {
            return Ok(after);
        }
        sqlx::query(
            "INSERT INTO schedule (notice, opening_at, is_cancelled) VALUES (?, ?, ?)
             ON CONFLICT (notice) DO UPDATE SET opening_at = excluded.opening_at, is_cancelled = excluded.is_cancelled",
        )
        .bind(notice.as_bytes().as_slice())
        .bind(after.opening_at.0)
        .bind(after.is_cancelled)
        .execute(&mut *tx)
        .await?;
        let is_moved = before.is_none_or(|before| before.opening_at != after.opening_at);
        if is_moved {
            let deed = Deed::SchedulePinned { notice, opening_at: after.opening_at };
            append(&mut tx, at, deed, identity).await?;
        }
        if after.is_cancelled && !before.is_some_and(|before| before.is_cancelled) {
            append(&mut tx, at, Deed::CancellationPinned { notice }, identity).await?;
        }
        tx.commit().await?;
        Ok(after)
    }

    /// Pins the closed root of a lot; refuses a second one.
    pub(super) async fn root(&self, notice: Digest, lot: &str, root: Digest) -> Result<(), ReleaseRefused> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("INSERT INTO closed_root (notice, lot, root) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(notice.as_bytes().as_slice())
            .bind(lot)
            .bind(root.as_bytes().as_slice())
            .execute(&mut *tx)
            .await?;
        let kept: Vec<u8> = sqlx::query_scalar("SELECT root FROM closed_root WHERE notice = ? AND lot = ?")
            .bind(notice.as_bytes().as_slice())
            .bind(lot)
            .fetch_one(&mut *tx)
            .await?;
        if kept != root.as_bytes() {
            return Err(ReleaseRefused::OtherRoot);
        }
        tx.commit().await?;
        Ok(())
    }

    /// Adds a line to the record, durably.
    pub(super) async fn record(
        &self,
        at: Instant,
        deed: Deed,
        identity: &SigningKey,
    ) -> Result<(), sqlx::Error> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        append(&mut tx, at, deed, identity).await?;
        tx.commit().await
    }

    /// Adds a line to the record unless the same deed stands there already: for deeds that a member which was killed
    /// does again.
    pub(super) async fn record_once(
        &self,
        at: Instant,
        deed: Deed,
        identity: &SigningKey,
    ) -> Result<(), CustodianError> {
        let mut from = 0;
        loop {
            let page = self.lines(from, PAGE).await?;
            if page.iter().any(|line| line.line.deed == deed) {
                return Ok(());
            }
            if page.is_empty() {
                return Ok(self.record(at, deed, identity).await?);
            }
            from += page.len() as u64;
        }
    }

    /// At most `limit` lines of the record from `from` on.
    pub async fn lines(&self, from: u64, limit: u32) -> Result<Vec<SignedLine>, CustodianError> {
        let texts: Vec<String> =
            sqlx::query_scalar("SELECT line FROM record WHERE seq >= ? ORDER BY seq LIMIT ?")
                .bind(i64::try_from(from).unwrap_or(i64::MAX))
                .bind(limit)
                .fetch_all(&self.pool)
                .await?;
        let read = |(place, text): (u64, &String)| {
            serde_json::from_str(text).map_err(|_| CustodianError::RecordBroken(from + place))
        };
        (0_u64..).zip(&texts).map(read).collect()
    }
}

fn migrator() -> Migrator {
    let step = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(MIGRATIONS.map(step).into())
}

async fn append(
    tx: &mut Transaction<'_, Sqlite>,
    at: Instant,
    deed: Deed,
    identity: &SigningKey,
) -> Result<(), sqlx::Error> {
    let last: Option<String> = sqlx::query_scalar("SELECT line FROM record ORDER BY seq DESC LIMIT 1")
        .fetch_optional(&mut **tx)
        .await?;
    let damaged = |error| sqlx::Error::Decode(Box::new(error));
    let last: Option<SignedLine> =
        last.map(|text| serde_json::from_str(&text)).transpose().map_err(damaged)?;
    let line = SignedLine::after(last.as_ref(), at, deed, identity);
    let text = serde_json::to_string(&line).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query("INSERT INTO record (seq, line) VALUES (?, ?)")
        .bind(i64::try_from(line.line.seq).unwrap_or(i64::MAX))
        .bind(text)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
