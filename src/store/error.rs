//! What can go wrong in the store, grouped by who must act.

use sqlx::error::ErrorKind;

/// A stored value that cannot be what was written: the database was damaged or changed by a stranger's hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("damaged row: {table}.{column} of {row} {fault}")]
pub struct DamagedRow {
    /// The table.
    pub table: &'static str,
    /// The column whose value is wrong.
    pub column: &'static str,
    /// The key of the row, as text.
    pub row: String,
    /// What is wrong with it.
    pub fault: &'static str,
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another writer extended the log first: reload, decide again.
    #[error("the log is no longer of size {expected}")]
    HeadMoved {
        /// The size that the batch was made for.
        expected: u64,
    },
    /// A row with the same key stands already.
    #[error("a row of {table} with this key exists")]
    Taken {
        /// The table.
        table: &'static str,
    },
    /// The entries of a batch do not follow on its old size.
    #[error("entry {found} stands where {expected} belongs")]
    BatchOutOfOrder {
        /// The position that belongs there.
        expected: u64,
        /// The position that the entry names.
        found: u64,
    },
    /// A stored value is not what was written.
    #[error(transparent)]
    Damaged(#[from] DamagedRow),
    /// The address of the database is neither `sqlite://…` nor `postgres://…`.
    #[error("a database address begins with sqlite:// or postgres://")]
    UnknownEngine,
    /// The schema could not be brought up to date.
    #[error("migration failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The database refused or is out of reach.
    #[error("database failed")]
    Database(#[source] sqlx::Error),
}

impl Error {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HeadMoved { .. } => "head_moved",
            Self::Taken { .. } => "taken",
            Self::BatchOutOfOrder { .. } => "batch_out_of_order",
            Self::Damaged(_) => "damaged_row",
            Self::UnknownEngine => "unknown_engine",
            Self::Migration(_) => "migration_failed",
            Self::Database(_) => "database_failed",
        }
    }

    /// Names the table of a broken uniqueness: SQLite does not tell it apart from its message.
    pub(crate) fn writing(table: &'static str) -> impl Fn(sqlx::Error) -> Self {
        move |error| match error.as_database_error().map(|e| e.kind()) {
            Some(ErrorKind::UniqueViolation) => Self::Taken { table },
            _ => Self::Database(error),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}
