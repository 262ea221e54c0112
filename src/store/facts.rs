//! Facts: what the rooms and other followers of a stream hear, numbered per stream.

use kaibiao_crypto::digest::{Digest, Hasher};
use sqlx::AssertSqlSafe;

use super::column::{At, insert_of_rows, rows_at_once, stored};
use super::database::{Database, Tx};
use super::error::{DamagedRow, Error};

/// One thing that followers of a stream hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRow {
    /// The stream, in the follower's sense: a room and an audience, or any name the caller gives it.
    pub stream: String,
    /// Its number there.
    pub n: u64,
    /// When it was said, unix milliseconds.
    pub ts: i64,
    /// What was said.
    pub bytes: Vec<u8>,
}

/// The greatest number of a stream of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactHead {
    /// The stream.
    pub stream: String,
    /// The number of its newest fact.
    pub n: u64,
}

impl Database {
    /// At most `limit` facts of a stream with a number above `after` (all of them: none), in order.
    pub async fn facts(&self, stream: &str, after: Option<u64>, limit: u32) -> Result<Vec<FactRow>, Error> {
        const SQL: &str = "SELECT n, ts, bytes FROM fact WHERE stream = $1 AND n > $2 ORDER BY n LIMIT $3";
        let rows: Vec<(i64, i64, Vec<u8>)> = on!(self.reads(), conn => {
            sqlx::query_as(SQL)
                .bind(stream)
                .bind(after.map_or(-1, stored))
                .bind(i64::from(limit))
                .fetch_all(conn)
                .await
        })?;
        let fact_of = |(n, ts, bytes)| {
            Ok(FactRow { stream: stream.to_owned(), n: At::row("fact", &stream).count("n", n)?, ts, bytes })
        };
        Ok(rows.into_iter().map(fact_of).collect::<Result<_, DamagedRow>>()?)
    }

    /// The newest number of every stream of facts, ordered by stream.
    pub async fn fact_heads(&self) -> Result<Vec<FactHead>, Error> {
        const SQL: &str = "SELECT stream, MAX(n) FROM fact GROUP BY stream";
        let rows: Vec<(String, i64)> = on!(self.reads(), conn => sqlx::query_as(SQL).fetch_all(conn).await)?;
        let head_of =
            |(stream, n): (String, i64)| Ok(FactHead { n: At::row("fact", &stream).count("n", n)?, stream });
        let mut heads = rows.into_iter().map(head_of).collect::<Result<Vec<_>, DamagedRow>>()?;
        // Sorted here: the engines do not collate text alike.
        heads.sort_by(|a, b| a.stream.cmp(&b.stream));
        Ok(heads)
    }
}

impl Tx {
    /// Forgets all facts: they are a projection, and about to be made anew.
    pub async fn clear_facts(&mut self) -> Result<(), Error> {
        on!(self.connection(), conn => sqlx::query("DELETE FROM fact").execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Writes facts.
    pub async fn insert_facts(&mut self, facts: &[FactRow]) -> Result<(), Error> {
        insert(self, facts).await
    }

    /// SHA-256 over every column of every fact, in the order of its stream and number.
    pub async fn facts_digest(&mut self) -> Result<Digest, Error> {
        const SQL: &str = "\
            SELECT stream, n, ts, bytes FROM fact WHERE (stream, n) > ($1, $2) ORDER BY stream, n LIMIT 1000";
        let mut hasher = Hasher::new();
        let mut last = (String::new(), -1);
        loop {
            let rows: Vec<(String, i64, i64, Vec<u8>)> = on!(self.connection(), conn => {
                sqlx::query_as(SQL).bind(last.0.as_str()).bind(last.1).fetch_all(conn).await
            })?;
            let Some((stream, n, ..)) = rows.last() else { return Ok(hasher.finish()) };
            last = (stream.clone(), *n);
            for (stream, n, ts, bytes) in &rows {
                for part in [stream.as_bytes(), &n.to_be_bytes(), &ts.to_be_bytes(), bytes] {
                    hasher.update(&(part.len() as u64).to_be_bytes());
                    hasher.update(part);
                }
            }
        }
    }
}

/// Writes facts within the transaction of the entries that they tell of.
pub(super) async fn insert(tx: &mut Tx, mut facts: &[FactRow]) -> Result<(), Error> {
    while !facts.is_empty() {
        let (chunk, rest) = facts.split_at(rows_at_once(facts.len()));
        let sql =
            insert_of_rows("INSERT INTO fact (stream, n, ts, bytes) VALUES", 4, chunk.len(), tx.marks());
        on!(tx.connection(), conn => {
            let mut statement = sqlx::query(AssertSqlSafe(sql));
            for fact in chunk {
                statement = statement
                    .bind(fact.stream.as_str())
                    .bind(stored(fact.n))
                    .bind(fact.ts)
                    .bind(fact.bytes.as_slice());
            }
            statement.execute(conn).await.map(drop)
        })
        .map_err(Error::writing("fact"))?;
        facts = rest;
    }
    Ok(())
}
