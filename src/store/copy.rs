//! A consistent copy of a whole database while others write: a file that the same engine takes back.
//!
//! SQLite copies itself (`VACUUM INTO`). PostgreSQL's own programs copy it, under a snapshot that this process holds, so
//! that what is said about the copy is true of it.

use std::path::Path;
use std::process::{Output, Stdio};

use reqwest::Url;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{Connection, SqliteConnection};
use tokio::process::Command;

use super::database::Database;
use super::error::Error;

/// Why a database could not be copied or taken back.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database.
    #[error("the database failed")]
    Store(#[from] Error),
    /// A program of PostgreSQL is absent.
    #[error("{0} cannot be started: install PostgreSQL's client programs")]
    NoProgram(&'static str, #[source] std::io::Error),
    /// A program of PostgreSQL refused.
    #[error("{0}: {1}")]
    Program(&'static str, String),
    /// A file.
    #[error("the copy cannot be written")]
    File(#[from] std::io::Error),
    /// There is something already where the copy is to go.
    #[error("the database is not empty")]
    NotEmpty,
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Database {
    /// Writes a copy of the database at `url` to `path`, which must not exist; how many entries its log has.
    pub async fn copy_to(&self, url: &str, path: &Path) -> Result<u64, CopyError> {
        let size = match self {
            Self::Sqlite { readers, .. } => copy_sqlite(readers, path).await?,
            Self::Postgres(pool) => {
                let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                let snapshot: String =
                    sqlx::query_scalar("SELECT pg_export_snapshot()").fetch_one(&mut *tx).await?;
                let (size,): (i64,) = sqlx::query_as(LOG_SIZE).fetch_one(&mut *tx).await?;
                let mut dump = program("pg_dump", url);
                dump.args(["--format=custom", "--no-owner", "--snapshot", &snapshot, "--file"]).arg(path);
                run("pg_dump", dump).await?;
                size
            }
        };
        std::fs::File::open(path)?.sync_all()?;
        Ok(u64::try_from(size).unwrap_or(0))
    }

    /// Puts the copy at `path` where `url` says, where nothing may be yet.
    pub async fn take_back(url: &str, path: &Path) -> Result<(), CopyError> {
        if let Some(file) = url.strip_prefix("sqlite://") {
            let file = Path::new(file.split('?').next().unwrap_or(file));
            if file.exists() {
                return Err(CopyError::NotEmpty);
            }
            let folder = file.parent().unwrap_or(Path::new("."));
            crate::files::make_folder(folder)?;
            std::fs::copy(path, file)?;
            std::fs::File::open(file)?.sync_all()?;
            return Ok(std::fs::File::open(folder)?.sync_all()?);
        }
        let Self::Postgres(pool) = Self::open(url).await? else { return Err(Error::UnknownEngine.into()) };
        let (is_there,): (bool,) =
            sqlx::query_as("SELECT to_regclass('entry') IS NOT NULL").fetch_one(&pool).await?;
        pool.close().await;
        if is_there {
            return Err(CopyError::NotEmpty);
        }
        let mut restore = program("pg_restore", url);
        restore.args(["--no-owner", "--exit-on-error", "--single-transaction"]).arg(path);
        run("pg_restore", restore).await
    }
}

const LOG_SIZE: &str = "SELECT size FROM log_current WHERE id = 1";

async fn copy_sqlite(readers: &SqlitePool, path: &Path) -> Result<i64, CopyError> {
    sqlx::query("VACUUM INTO $1").bind(path.display().to_string()).execute(readers).await?;
    // Looked at as it stands: opening it as usual would leave files beside it.
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let mut copy = SqliteConnection::connect_with(&options).await?;
    let (size,): (i64,) = sqlx::query_as(LOG_SIZE).fetch_one(&mut copy).await?;
    copy.close().await?;
    Ok(size)
}

/// A program of PostgreSQL for the database at `url`. The password goes by the environment: arguments are seen by all.
fn program(name: &'static str, url: &str) -> Command {
    let mut command = Command::new(name);
    let mut place = url.to_owned();
    if let Ok(mut parsed) = Url::parse(url) {
        if let Some(password) = parsed.password() {
            let password = percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned();
            command.env("PGPASSWORD", password);
            let _ = parsed.set_password(None);
        }
        place = parsed.into();
    }
    command.arg("--dbname").arg(place).stdin(Stdio::null());
    command
}

async fn run(name: &'static str, mut command: Command) -> Result<(), CopyError> {
    let Output { status, stderr, .. } =
        command.output().await.map_err(|error| CopyError::NoProgram(name, error))?;
    if status.success() {
        return Ok(());
    }
    Err(CopyError::Program(name, String::from_utf8_lossy(&stderr).trim().to_owned()))
}
