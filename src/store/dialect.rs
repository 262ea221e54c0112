//! What truly differs between SQLite and PostgreSQL: opening, beginning, the migrations' folder, text search.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteSynchronous};
use sqlx::{SqlSafeStr, Sqlite, Transaction};

use crate::limits::{DATABASE_CONNECTIONS_MAX, DATABASE_WAIT_MAX_MS};

/// The migrations of each engine, oldest first: number, name, text. Twins share number and name.
const MIGRATIONS: [(i64, &str, &str, &str); 2] = [
    (
        1,
        "house",
        include_str!("../../migrations/sqlite/0001_house.sql"),
        include_str!("../../migrations/postgres/0001_house.sql"),
    ),
    (
        2,
        "custody",
        include_str!("../../migrations/sqlite/0002_custody.sql"),
        include_str!("../../migrations/postgres/0002_custody.sql"),
    ),
];

/// Memory for pages of the writing connection, in KiB where negative: in a rush the pages of the indexes stay there.
const WRITER_CACHE: i32 = -32 * 1024;
/// Pages after which SQLite moves the write-ahead log into the database: 32 MiB. A page that many acts change is moved
/// once for all of them, and a batch rarely waits for it.
const CHECKPOINT_PAGES: u32 = 8192;

/// Opens the writing connection, then the reading ones beside it.
pub(super) async fn open_sqlite(url: &str) -> Result<(SqlitePool, SqlitePool), sqlx::Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL would lose acknowledged commits on a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_millis(DATABASE_WAIT_MAX_MS))
        .foreign_keys(true);
    let writing = options
        .clone()
        .pragma("cache_size", WRITER_CACHE.to_string())
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string());
    // The one writing connection is never recycled: nobody else may write in between.
    let writer = pool_options(1).idle_timeout(None).max_lifetime(None).connect_with(writing).await?;
    let readers = pool_options(DATABASE_CONNECTIONS_MAX).connect_with(options.read_only(true)).await?;
    Ok((writer, readers))
}

/// Opens the pool; a commit is acknowledged when it is on disk, whatever the server's default says.
pub(super) async fn open_postgres(options: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    let options = options.options([("synchronous_commit", "on")]);
    pool_options(DATABASE_CONNECTIONS_MAX).connect_with(options).await
}

fn pool_options<DB: sqlx::Database>(connections_max: u32) -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(Duration::from_millis(DATABASE_WAIT_MAX_MS))
}

/// Takes the write lock at once: a lock taken at the first write could fail half-way against another process.
pub(super) async fn begin_sqlite(writer: &SqlitePool) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    const BEGIN: &str = "BEGIN IMMEDIATE";
    match writer.begin_with(BEGIN).await {
        // On an error of the disk SQLite ends a transaction by itself, and the connection still counts it: a new one.
        Err(sqlx::Error::InvalidSavePointStatement) => {
            writer.acquire().await?.close().await?;
            writer.begin_with(BEGIN).await
        }
        begun => begun,
    }
}

pub(super) fn sqlite_migrations() -> Migrator {
    migrator(MIGRATIONS.map(|(version, name, sqlite, _)| (version, name, sqlite)))
}

pub(super) fn postgres_migrations() -> Migrator {
    migrator(MIGRATIONS.map(|(version, name, _, postgres)| (version, name, postgres)))
}

fn migrator<const N: usize>(steps: [(i64, &'static str, &'static str); N]) -> Migrator {
    let step = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(steps.into_iter().map(step).collect())
}

/// Pages of the named files that contain the needle. `$1` is the list of files, a JSON array of hexadecimal
/// digests; `$2` the needle as a quoted phrase of at least three characters; `$3` the greatest number of
/// hits.
pub(super) const SEARCH_SQLITE_TRIGRAMS: &str = "\
    SELECT t.sha256, t.page, t.content FROM file_text_trigram s JOIN file_text t ON t.id = s.rowid \
    WHERE s.content MATCH $2 AND t.sha256 IN (SELECT unhex(value) FROM json_each($1)) \
    ORDER BY t.sha256, t.page LIMIT $3";

/// As [`SEARCH_SQLITE_TRIGRAMS`] for shorter needles, most Chinese words among them: `$2` is a pattern of
/// LIKE and the named files are scanned.
pub(super) const SEARCH_SQLITE_SCAN: &str = "\
    SELECT sha256, page, content FROM file_text \
    WHERE content LIKE $2 ESCAPE '\\' AND sha256 IN (SELECT unhex(value) FROM json_each($1)) \
    ORDER BY sha256, page LIMIT $3";

/// As [`SEARCH_SQLITE_SCAN`]; `$1` is an array of digests. Without `pg_trgm`, which not every operator may
/// install, the named files are always scanned.
pub(super) const SEARCH_POSTGRES: &str = "\
    SELECT sha256, page, content FROM file_text \
    WHERE content ILIKE $2 ESCAPE '\\' AND sha256 = ANY($1) \
    ORDER BY sha256, page LIMIT $3";
