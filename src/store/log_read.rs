//! Reading the log: by position, by stream, by the nonce of an act.

use kaibiao_crypto::digest::Digest;

use super::column::{At, stored};
use super::database::Database;
use super::error::{DamagedRow, Error};
use super::log::EntryRow;

/// The newest entry of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamHead {
    /// The stream.
    pub stream: String,
    /// Position of its newest entry in the stream.
    pub sseq: u64,
    /// Position of that entry in the log.
    pub seq: u64,
    /// Its time, unix milliseconds.
    pub ts: i64,
    /// Its leaf hash.
    pub leaf: Digest,
}

type Columns = (
    i64,
    Option<String>,
    Option<i64>,
    i64,
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    Option<Vec<u8>>,
    Option<String>,
    Option<Vec<u8>>,
);

/// The statement that reads whole entries, with the given ending.
macro_rules! select_entries {
    ($ending:literal) => {
        concat!("SELECT seq, stream, sseq, ts, leaf, bytes, events, body, actor, nonce FROM entry ", $ending)
    };
}

impl Database {
    /// The entry at `seq`.
    pub async fn entry(&self, seq: u64) -> Result<Option<EntryRow>, Error> {
        let row = on!(self.reads(), conn => {
            sqlx::query_as(select_entries!("WHERE seq = $1")).bind(stored(seq)).fetch_optional(conn).await
        })?;
        Ok(row.map(entry_of).transpose()?)
    }

    /// At most `limit` entries from position `from` on, without a gap.
    pub async fn entries(&self, from: u64, limit: u32) -> Result<Vec<EntryRow>, Error> {
        let rows = on!(self.reads(), conn => {
            sqlx::query_as(select_entries!("WHERE seq >= $1 ORDER BY seq LIMIT $2"))
                .bind(stored(from))
                .bind(i64::from(limit))
                .fetch_all(conn)
                .await
        })?;
        let entries = all_of(rows)?;
        for (belongs, entry) in (from..).zip(&entries) {
            At::row("entry", &entry.seq).is("seq", entry.seq, belongs)?;
        }
        Ok(entries)
    }

    /// At most `limit` entries of a stream from its position `from` on, without a gap.
    pub async fn stream_entries(&self, stream: &str, from: u64, limit: u32) -> Result<Vec<EntryRow>, Error> {
        let rows = on!(self.reads(), conn => {
            sqlx::query_as(select_entries!("WHERE stream = $1 AND sseq >= $2 ORDER BY sseq LIMIT $3"))
                .bind(stream)
                .bind(stored(from))
                .bind(i64::from(limit))
                .fetch_all(conn)
                .await
        })?;
        let entries = all_of(rows)?;
        for (belongs, entry) in (from..).zip(&entries) {
            let sseq = entry.place.as_ref().map_or(0, |(_, sseq)| *sseq);
            At::row("entry", &entry.seq).is("sseq", sseq, belongs)?;
        }
        Ok(entries)
    }

    /// The entry of the act that `actor` made with `nonce`: the same act again gets the same answer.
    pub async fn entry_by_nonce(&self, actor: &str, nonce: &[u8; 16]) -> Result<Option<EntryRow>, Error> {
        if actor.contains('\0') {
            return Ok(None); // PostgreSQL keeps no such text.
        }
        let row = on!(self.reads(), conn => {
            sqlx::query_as(select_entries!("WHERE actor = $1 AND nonce = $2"))
                .bind(actor)
                .bind(nonce.as_slice())
                .fetch_optional(conn)
                .await
        })?;
        Ok(row.map(entry_of).transpose()?)
    }

    /// At most `limit` leaf hashes from position `from` on, without a gap.
    pub async fn leaves(&self, from: u64, limit: u32) -> Result<Vec<Digest>, Error> {
        const SQL: &str = "SELECT seq, leaf FROM entry WHERE seq >= $1 ORDER BY seq LIMIT $2";
        let rows: Vec<(i64, Vec<u8>)> = on!(self.reads(), conn => {
            sqlx::query_as(SQL).bind(stored(from)).bind(i64::from(limit)).fetch_all(conn).await
        })?;
        let leaf_at = |(belongs, (seq, leaf)): (u64, (i64, Vec<u8>))| {
            let at = At::row("entry", &seq);
            at.is("seq", at.count("seq", seq)?, belongs)?;
            at.digest("leaf", &leaf)
        };
        Ok((from..).zip(rows).map(leaf_at).collect::<Result<_, DamagedRow>>()?)
    }

    /// The newest entry of every stream, oldest first.
    pub async fn streams(&self) -> Result<Vec<StreamHead>, Error> {
        const SQL: &str = "\
            SELECT e.stream, e.sseq, e.seq, e.ts, e.leaf FROM entry e \
            JOIN (SELECT stream, MAX(sseq) AS sseq FROM entry WHERE stream IS NOT NULL GROUP BY stream) \
            newest ON newest.stream = e.stream AND newest.sseq = e.sseq ORDER BY e.seq";
        let rows: Vec<(String, i64, i64, i64, Vec<u8>)> =
            on!(self.reads(), conn => sqlx::query_as(SQL).fetch_all(conn).await)?;
        let head_of = |(stream, sseq, seq, ts, leaf): (String, i64, i64, i64, Vec<u8>)| {
            let at = At::row("entry", &seq);
            let (sseq, leaf) = (at.count("sseq", sseq)?, at.digest("leaf", &leaf)?);
            Ok(StreamHead { stream, sseq, seq: at.count("seq", seq)?, ts, leaf })
        };
        Ok(rows.into_iter().map(head_of).collect::<Result<_, DamagedRow>>()?)
    }
}

fn all_of(rows: Vec<Columns>) -> Result<Vec<EntryRow>, DamagedRow> {
    rows.into_iter().map(entry_of).collect()
}

fn entry_of(row: Columns) -> Result<EntryRow, DamagedRow> {
    let (seq, stream, sseq, ts, leaf, bytes, events, body, actor, nonce) = row;
    let at = At::row("entry", &seq);
    // The schema keeps the halves of each pair together.
    let sseq = sseq.map(|sseq| at.count("sseq", sseq)).transpose()?;
    let nonce = nonce.map(|nonce| at.sixteen("nonce", &nonce)).transpose()?;
    Ok(EntryRow {
        seq: at.count("seq", seq)?,
        place: stream.zip(sseq),
        ts,
        leaf: at.digest("leaf", &leaf)?,
        bytes,
        events,
        body,
        act: actor.zip(nonce),
    })
}
