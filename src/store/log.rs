//! Writing the log: entries, what the rooms hear of them, and the new head, in one transaction.

use kaibiao_crypto::digest::Digest;
use sqlx::AssertSqlSafe;

use super::column::{insert_of_rows, rows_at_once, stored};
use super::database::{Database, Tx};
use super::error::Error;
use super::facts::{self, FactRow};

/// An entry of the log as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Its position in the log, from 0.
    pub seq: u64,
    /// Its stream and its position there, from 0; none for a cover entry.
    pub place: Option<(String, u64)>,
    /// The server's time, unix milliseconds.
    pub ts: i64,
    /// The leaf hash of `bytes`.
    pub leaf: Digest,
    /// The leaf data, exactly as hashed.
    pub bytes: Vec<u8>,
    /// Canonical JSON of the events that it led to.
    pub events: Vec<u8>,
    /// The detached body of its act.
    pub body: Option<Vec<u8>>,
    /// Who acted and the nonce of the act; none for a cover entry.
    pub act: Option<(String, [u8; 16])>,
}

impl EntryRow {
    /// The row of a cover entry.
    pub fn cover(seq: u64, ts: i64, leaf: Digest, bytes: Vec<u8>) -> Self {
        Self { seq, place: None, ts, leaf, bytes, events: b"[]".to_vec(), body: None, act: None }
    }
}

/// The head that a batch leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHead {
    /// The root of the tree of all entries up to it.
    pub root: Digest,
    /// The signed note, when it is signed already.
    pub note: Option<String>,
}

/// Entries to append, with everything that must become true with them.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The size of the log before it.
    pub old_size: u64,
    /// The entries, from `old_size` on without a gap.
    pub entries: &'a [EntryRow],
    /// What the streams' followers will hear.
    pub facts: &'a [FactRow],
    /// The head after the last entry.
    pub head: NewHead,
}

impl Database {
    /// Appends a batch in one transaction of its own; durable once it returns. [`Error::HeadMoved`] when the
    /// log has another size than `old_size`, [`Error::Taken`] when a position or an act's nonce stands
    /// already.
    pub async fn append(&self, batch: &Batch<'_>) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        tx.append(batch).await?;
        tx.commit().await
    }
}

impl Tx {
    /// Appends a batch within this transaction: see [`Database::append`].
    pub async fn append(&mut self, batch: &Batch<'_>) -> Result<(), Error> {
        check_order(batch)?;
        let new_size = batch.old_size + batch.entries.len() as u64;
        // The compare-and-swap comes first: a writer that has lost waits here and then writes nothing.
        self.move_size(batch.old_size, new_size).await?;
        self.insert_entries(batch.entries).await?;
        facts::insert(self, batch.facts).await?;
        on!(self.connection(), conn => {
            sqlx::query("INSERT INTO head (size, root, note) VALUES ($1, $2, $3)")
                .bind(stored(new_size))
                .bind(batch.head.root.as_bytes().as_slice())
                .bind(batch.head.note.as_deref())
                .execute(conn)
                .await
                .map(drop)
        })
        .map_err(Error::writing("head"))
    }

    /// Says where the writer goes on, whatever was said before.
    pub async fn set_size(&mut self, size: u64) -> Result<(), Error> {
        on!(self.connection(), conn => {
            sqlx::query("UPDATE log_current SET size = $1 WHERE id = 1")
                .bind(stored(size))
                .execute(conn)
                .await
                .map(drop)
        })?;
        Ok(())
    }

    async fn move_size(&mut self, old_size: u64, new_size: u64) -> Result<(), Error> {
        let moved = on!(self.connection(), conn => {
            sqlx::query("UPDATE log_current SET size = $1 WHERE id = 1 AND size = $2")
                .bind(stored(new_size))
                .bind(stored(old_size))
                .execute(conn)
                .await
                .map(|done| done.rows_affected())
        })?;
        if moved == 1 { Ok(()) } else { Err(Error::HeadMoved { expected: old_size }) }
    }

    async fn insert_entries(&mut self, mut entries: &[EntryRow]) -> Result<(), Error> {
        const HEAD: &str =
            "INSERT INTO entry (seq, stream, sseq, ts, leaf, bytes, events, body, actor, nonce) VALUES";
        while !entries.is_empty() {
            let (chunk, rest) = entries.split_at(rows_at_once(entries.len()));
            let sql = insert_of_rows(HEAD, 10, chunk.len(), self.marks());
            on!(self.connection(), conn => {
                let mut statement = sqlx::query(AssertSqlSafe(sql));
                for entry in chunk {
                    statement = statement
                        .bind(stored(entry.seq))
                        .bind(entry.place.as_ref().map(|(stream, _)| stream.as_str()))
                        .bind(entry.place.as_ref().map(|(_, sseq)| stored(*sseq)))
                        .bind(entry.ts)
                        .bind(entry.leaf.as_bytes().as_slice())
                        .bind(entry.bytes.as_slice())
                        .bind(entry.events.as_slice())
                        .bind(entry.body.as_deref())
                        .bind(entry.act.as_ref().map(|(actor, _)| actor.as_str()))
                        .bind(entry.act.as_ref().map(|(_, nonce)| nonce.as_slice()));
                }
                statement.execute(conn).await.map(drop)
            })
            .map_err(Error::writing("entry"))?;
            entries = rest;
        }
        Ok(())
    }
}

/// A batch whose entries do not follow on its old size would leave a hole that no reader could explain.
fn check_order(batch: &Batch<'_>) -> Result<(), Error> {
    for (expected, entry) in (batch.old_size..).zip(batch.entries) {
        if entry.seq != expected {
            return Err(Error::BatchOutOfOrder { expected, found: entry.seq });
        }
    }
    Ok(())
}
