//! One enum of the two native pools, one of the two transactions, and the macro that compiles a statement
//! twice.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Postgres, Sqlite, Transaction};

use super::column::Marks;
use super::dialect;
use super::error::Error;

/// A value for one of the two engines: what [`on!`] takes apart.
pub(crate) enum Engine<S, P> {
    /// For SQLite.
    Sqlite(S),
    /// For PostgreSQL.
    Postgres(P),
}

/// Compiles one statement for both engines: `on!(tx.connection(), conn =>
/// sqlx::query(SQL).execute(conn).await)`.
macro_rules! on {
    ($engine:expr, $conn:ident => $statement:expr) => {
        match $engine {
            $crate::store::database::Engine::Sqlite($conn) => $statement,
            $crate::store::database::Engine::Postgres($conn) => $statement,
        }
    };
}

/// An open database. Clones share its connections.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file: one connection that writes, several that read beside it (write-ahead log).
    Sqlite {
        /// The only connection that writes.
        writer: SqlitePool,
        /// Read-only connections.
        readers: SqlitePool,
    },
    /// A server that speaks the PostgreSQL protocol.
    Postgres(PgPool),
}

/// A transaction. Dropped without [`Tx::commit`] it leaves nothing behind.
#[derive(Debug)]
pub enum Tx {
    /// On the writing connection of SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Database {
    /// Opens `sqlite://path` (made when absent) or `postgres://user@host/name`. The schema is left as it is:
    /// see [`Database::migrate`].
    pub async fn open(url: &str) -> Result<Self, Error> {
        if url.starts_with("sqlite:") {
            let (writer, readers) = dialect::open_sqlite(url).await?;
            Ok(Self::Sqlite { writer, readers })
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Ok(Self::Postgres(dialect::open_postgres(PgConnectOptions::from_str(url)?).await?))
        } else {
            Err(Error::UnknownEngine)
        }
    }

    /// Name of its engine: the scheme of its address.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Brings the schema up to date; does nothing when it is.
    pub async fn migrate(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite { writer, .. } => dialect::sqlite_migrations().run(writer).await?,
            Self::Postgres(pool) => dialect::postgres_migrations().run(pool).await?,
        }
        Ok(())
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(dialect::begin_sqlite(writer).await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Closes every connection; statements under way end first.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Connections for reading.
    pub(crate) fn reads(&self) -> Engine<&SqlitePool, &PgPool> {
        match self {
            Self::Sqlite { readers, .. } => Engine::Sqlite(readers),
            Self::Postgres(pool) => Engine::Postgres(pool),
        }
    }

    /// Connections for a single statement that writes.
    pub(crate) fn writes(&self) -> Engine<&SqlitePool, &PgPool> {
        match self {
            Self::Sqlite { writer, .. } => Engine::Sqlite(writer),
            Self::Postgres(pool) => Engine::Postgres(pool),
        }
    }
}

impl Tx {
    /// Makes everything written durable.
    pub async fn commit(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// How statements of many values are written here.
    pub(super) fn marks(&self) -> Marks {
        match self {
            Self::Sqlite(_) => Marks::Bare,
            Self::Postgres(_) => Marks::Numbered,
        }
    }

    /// The connection under the transaction.
    pub(crate) fn connection(&mut self) -> Engine<&mut SqliteConnection, &mut PgConnection> {
        match self {
            Self::Sqlite(tx) => Engine::Sqlite(tx),
            Self::Postgres(tx) => Engine::Postgres(tx),
        }
    }
}
