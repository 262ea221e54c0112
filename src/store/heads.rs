//! Heads of the log, their signed notes and the witnesses' cosignatures.

use kaibiao_crypto::digest::Digest;

use super::column::{At, stored};
use super::database::Database;
use super::error::{DamagedRow, Error};

/// A head of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// How many entries it covers.
    pub size: u64,
    /// The root of their tree.
    pub root: Digest,
    /// The signed note; none until it is signed.
    pub note: Option<String>,
}

/// A witness's cosignature of a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The size of the head.
    pub size: u64,
    /// The witness's name, as in its key.
    pub name: String,
    /// The line that goes below the signed note.
    pub line: String,
}

type Columns = (i64, Vec<u8>, Option<String>);

impl Database {
    /// The newest head; none while the log is empty.
    pub async fn last_head(&self) -> Result<Option<HeadRow>, Error> {
        const SQL: &str = "SELECT size, root, note FROM head ORDER BY size DESC LIMIT 1";
        let row = on!(self.reads(), conn => sqlx::query_as(SQL).fetch_optional(conn).await)?;
        Ok(row.map(head_of).transpose()?)
    }

    /// The newest head that is signed.
    pub async fn last_signed_head(&self) -> Result<Option<HeadRow>, Error> {
        const SQL: &str =
            "SELECT size, root, note FROM head WHERE note IS NOT NULL ORDER BY size DESC LIMIT 1";
        let row = on!(self.reads(), conn => sqlx::query_as(SQL).fetch_optional(conn).await)?;
        Ok(row.map(head_of).transpose()?)
    }

    /// The smallest head that covers at least `size` entries.
    pub async fn head_covering(&self, size: u64) -> Result<Option<HeadRow>, Error> {
        const SQL: &str = "SELECT size, root, note FROM head WHERE size >= $1 ORDER BY size LIMIT 1";
        let row =
            on!(self.reads(), conn => sqlx::query_as(SQL).bind(stored(size)).fetch_optional(conn).await)?;
        Ok(row.map(head_of).transpose()?)
    }

    /// Keeps the signed note of the head of `size`. A note that stands is never replaced: signing is
    /// deterministic, so a second note of the same head is the same text.
    pub async fn keep_note(&self, size: u64, note: &str) -> Result<(), Error> {
        const SQL: &str = "UPDATE head SET note = $2 WHERE size = $1 AND note IS NULL";
        on!(self.writes(), conn => {
            sqlx::query(SQL).bind(stored(size)).bind(note).execute(conn).await.map(drop)
        })?;
        Ok(())
    }

    /// Keeps a cosignature; a newer one of the same witness for the same head replaces it.
    pub async fn keep_cosignature(&self, cosignature: &Cosignature) -> Result<(), Error> {
        const SQL: &str = "\
            INSERT INTO cosignature (size, name, line) VALUES ($1, $2, $3) \
            ON CONFLICT (size, name) DO UPDATE SET line = excluded.line";
        on!(self.writes(), conn => {
            sqlx::query(SQL)
                .bind(stored(cosignature.size))
                .bind(cosignature.name.as_str())
                .bind(cosignature.line.as_str())
                .execute(conn)
                .await
                .map(drop)
        })?;
        Ok(())
    }

    /// The cosignatures of the head of `size`, ordered by name.
    pub async fn cosignatures(&self, size: u64) -> Result<Vec<Cosignature>, Error> {
        const SQL: &str = "SELECT name, line FROM cosignature WHERE size = $1 ORDER BY name";
        let rows: Vec<(String, String)> =
            on!(self.reads(), conn => sqlx::query_as(SQL).bind(stored(size)).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(|(name, line)| Cosignature { size, name, line }).collect())
    }
}

fn head_of((size, root, note): Columns) -> Result<HeadRow, DamagedRow> {
    let at = At::row("head", &size);
    Ok(HeadRow { size: at.count("size", size)?, root: at.digest("root", &root)?, note })
}
