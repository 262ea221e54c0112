//! Uploads under way: how far each has come, and the digests of the segments that have arrived.

use kaibiao_crypto::digest::Digest;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::column::{At, insert_of_rows, rows_at_once, stored};
use super::database::{Database, Tx};
use super::error::{DamagedRow, Error};

/// An upload, under way or just completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub person: Uuid,
    /// What the uploader says about it; the store does not read it.
    pub meta: String,
    /// Bytes of the core that an envelope begins with; none for a plain document.
    pub core_len: Option<u64>,
    /// Bytes that it will have.
    pub length: u64,
    /// Bytes that are durable in its staging file.
    pub received: u64,
    /// When it began, unix milliseconds.
    pub created_ms: i64,
    /// When its last bytes came, unix milliseconds.
    pub updated_ms: i64,
    /// What it became when it was completed: the submission id of an envelope, or the digest of a document.
    pub outcome: Option<Vec<u8>>,
}

/// What one person, or everybody, has under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenUploads {
    /// How many uploads are not completed.
    pub count: u64,
    /// The bytes that they will have.
    pub bytes: u64,
}

type Columns = (Vec<u8>, Vec<u8>, String, Option<i64>, i64, i64, i64, i64, Option<Vec<u8>>);

/// The statement that reads uploads, with the given ending.
macro_rules! select_uploads {
    ($ending:literal) => {
        concat!(
            "SELECT id, person, meta, core_len, length, received, created_ms, updated_ms, outcome ",
            "FROM upload ",
            $ending
        )
    };
}

impl Database {
    /// Adds an upload of which nothing has arrived.
    pub async fn insert_upload(&self, upload: &UploadRow) -> Result<(), Error> {
        const SQL: &str = "\
            INSERT INTO upload \
            (id, person, purpose, meta, core_len, length, received, created_ms, updated_ms, outcome) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        on!(self.writes(), conn => {
            sqlx::query(SQL)
                .bind(upload.id.as_bytes().as_slice())
                .bind(upload.person.as_bytes().as_slice())
                .bind(if upload.core_len.is_some() { "envelope" } else { "document" })
                .bind(upload.meta.as_str())
                .bind(upload.core_len.map(stored))
                .bind(stored(upload.length))
                .bind(stored(upload.received))
                .bind(upload.created_ms)
                .bind(upload.updated_ms)
                .bind(upload.outcome.as_deref())
                .execute(conn)
                .await
                .map(drop)
        })
        .map_err(Error::writing("upload"))
    }

    /// The upload with this id.
    pub async fn upload(&self, id: Uuid) -> Result<Option<UploadRow>, Error> {
        let row = on!(self.reads(), conn => {
            sqlx::query_as(select_uploads!("WHERE id = $1"))
                .bind(id.as_bytes().as_slice())
                .fetch_optional(conn)
                .await
        })?;
        Ok(row.map(upload_of).transpose()?)
    }

    /// At most `limit` uploads whose last bytes came before `before_ms`, the oldest first.
    pub async fn uploads_before(&self, before_ms: i64, limit: u32) -> Result<Vec<UploadRow>, Error> {
        let rows: Vec<Columns> = on!(self.reads(), conn => {
            sqlx::query_as(select_uploads!("WHERE updated_ms < $1 ORDER BY updated_ms LIMIT $2"))
                .bind(before_ms)
                .bind(i64::from(limit))
                .fetch_all(conn)
                .await
        })?;
        Ok(rows.into_iter().map(upload_of).collect::<Result<_, DamagedRow>>()?)
    }

    /// What `person` has under way; of everybody when there is none.
    pub(crate) async fn open_uploads(&self, person: Option<Uuid>) -> Result<OpenUploads, Error> {
        const SQL: &str = "\
            SELECT COUNT(*), CAST(COALESCE(SUM(length), 0) AS BIGINT) FROM upload \
            WHERE outcome IS NULL AND ($1 IS NULL OR person = $1)";
        let person_bytes = person.as_ref().map(|person| person.as_bytes().as_slice());
        let (count, bytes): (i64, i64) = on!(self.reads(), conn => {
            sqlx::query_as(SQL).bind(person_bytes).fetch_one(conn).await
        })?;
        let at = At::row("upload", &"all");
        Ok(OpenUploads { count: at.count("id", count)?, bytes: at.count("length", bytes)? })
    }

    /// Moves an upload from `old` to `new` durable bytes together with the digests of the segments that
    /// became whole. False when it stood elsewhere, is complete or gone: then nothing is written.
    pub async fn advance_upload(
        &self,
        id: Uuid,
        (old, new): (u64, u64),
        segments: &[(u64, Digest)],
        now_ms: i64,
    ) -> Result<bool, Error> {
        const SQL: &str = "\
            UPDATE upload SET received = $3, updated_ms = $4 \
            WHERE id = $1 AND received = $2 AND outcome IS NULL";
        let mut tx = self.begin().await?;
        let moved = on!(tx.connection(), conn => {
            sqlx::query(SQL)
                .bind(id.as_bytes().as_slice())
                .bind(stored(old))
                .bind(stored(new))
                .bind(now_ms)
                .execute(conn)
                .await
                .map(|done| done.rows_affected())
        })?;
        if moved != 1 {
            return Ok(false);
        }
        insert_segments(&mut tx, id, segments).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The digests of an upload's whole segments, in order and without a gap.
    pub async fn upload_segments(&self, id: Uuid) -> Result<Vec<Digest>, Error> {
        const SQL: &str = "SELECT i, digest FROM upload_segment WHERE upload = $1 ORDER BY i";
        let rows: Vec<(i64, Vec<u8>)> = on!(self.reads(), conn => {
            sqlx::query_as(SQL).bind(id.as_bytes().as_slice()).fetch_all(conn).await
        })?;
        let at = At::row("upload_segment", &id);
        let digest_at = |(belongs, (i, digest)): (u64, (i64, Vec<u8>))| {
            at.is("i", at.count("i", i)?, belongs)?;
            at.digest("digest", &digest)
        };
        Ok((0..).zip(rows).map(digest_at).collect::<Result<_, DamagedRow>>()?)
    }

    /// Removes an upload and its segments. False when it was gone.
    pub async fn delete_upload(&self, id: Uuid) -> Result<bool, Error> {
        const SQL: &str = "DELETE FROM upload WHERE id = $1";
        let removed = on!(self.writes(), conn => {
            sqlx::query(SQL)
                .bind(id.as_bytes().as_slice())
                .execute(conn)
                .await
                .map(|done| done.rows_affected())
        })?;
        Ok(removed == 1)
    }
}

impl Tx {
    /// Notes what an upload became; its segments are needed no more.
    pub(crate) async fn complete_upload(
        &mut self,
        id: Uuid,
        outcome: &[u8],
        now_ms: i64,
    ) -> Result<(), Error> {
        on!(self.connection(), conn => {
            sqlx::query("UPDATE upload SET outcome = $2, updated_ms = $3 WHERE id = $1")
                .bind(id.as_bytes().as_slice())
                .bind(outcome)
                .bind(now_ms)
                .execute(conn)
                .await
                .map(drop)
        })?;
        on!(self.connection(), conn => {
            sqlx::query("DELETE FROM upload_segment WHERE upload = $1")
                .bind(id.as_bytes().as_slice())
                .execute(conn)
                .await
                .map(drop)
        })?;
        Ok(())
    }
}

async fn insert_segments(tx: &mut Tx, id: Uuid, mut segments: &[(u64, Digest)]) -> Result<(), Error> {
    while !segments.is_empty() {
        let (chunk, rest) = segments.split_at(rows_at_once(segments.len()));
        let sql = insert_of_rows(
            "INSERT INTO upload_segment (upload, i, digest) VALUES",
            3,
            chunk.len(),
            tx.marks(),
        );
        on!(tx.connection(), conn => {
            let mut statement = sqlx::query(AssertSqlSafe(sql));
            for (i, digest) in chunk {
                statement = statement
                    .bind(id.as_bytes().as_slice())
                    .bind(stored(*i))
                    .bind(digest.as_bytes().as_slice());
            }
            statement.execute(conn).await.map(drop)
        })
        .map_err(Error::writing("upload_segment"))?;
        segments = rest;
    }
    Ok(())
}

fn upload_of(row: Columns) -> Result<UploadRow, DamagedRow> {
    let (id, person, meta, core_len, length, received, created_ms, updated_ms, outcome) = row;
    let hex = hex::encode(&id);
    let at = At::row("upload", &hex);
    Ok(UploadRow {
        id: at.uuid("id", &id)?,
        person: at.uuid("person", &person)?,
        meta,
        core_len: core_len.map(|len| at.count("core_len", len)).transpose()?,
        length: at.count("length", length)?,
        received: at.count("received", received)?,
        created_ms,
        updated_ms,
        outcome,
    })
}
