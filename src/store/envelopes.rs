//! Complete sealed envelopes and plain files: what is known of the bytes that `files` keeps.

use kaibiao_crypto::digest::Digest;
use uuid::Uuid;

use super::column::{At, stored};
use super::database::{Database, Tx};
use super::error::{DamagedRow, Error};

/// A complete sealed envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeRow {
    /// The submission id in its label.
    pub submission: [u8; 16],
    /// The tender, as the caller names it.
    pub tender: String,
    /// The lot.
    pub lot: String,
    /// The kind of envelope.
    pub kind: u8,
    /// Who uploaded it.
    pub person: Uuid,
    /// SHA-256 of its core.
    pub core_sha256: Digest,
    /// Root over the digests of its ciphertext segments.
    pub root: Digest,
    /// Bytes of the core.
    pub core_len: u64,
    /// Bytes of ciphertext.
    pub total_len: u64,
    /// U of its first capsule; unique, so that a bid copied under another label shows.
    pub capsule_u: Vec<u8>,
    /// When it was complete, unix milliseconds.
    pub stored_at_ms: i64,
}

/// A plain file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Its digest, which is its address.
    pub sha256: Digest,
    /// Its bytes.
    pub len: u64,
    /// Its media type, as the uploader named it.
    pub media_type: String,
    /// When it was stored, unix milliseconds.
    pub stored_at_ms: i64,
}

type Columns = (Vec<u8>, String, String, i64, Vec<u8>, Vec<u8>, Vec<u8>, i64, i64, Vec<u8>, i64);

/// The statement that reads envelopes, with the given ending.
macro_rules! select_envelopes {
    ($ending:literal) => {
        concat!(
            "SELECT submission, tender, lot, kind, person, core_sha256, root, core_len, total_len, ",
            "capsule_u, stored_at_ms FROM envelope ",
            $ending
        )
    };
}

impl Database {
    /// The envelope of a submission.
    pub async fn envelope(&self, submission: &[u8; 16]) -> Result<Option<EnvelopeRow>, Error> {
        let row = on!(self.reads(), conn => {
            sqlx::query_as(select_envelopes!("WHERE submission = $1"))
                .bind(submission.as_slice())
                .fetch_optional(conn)
                .await
        })?;
        Ok(row.map(envelope_of).transpose()?)
    }

    /// The envelope with this capsule.
    pub async fn envelope_by_capsule(&self, capsule_u: &[u8]) -> Result<Option<EnvelopeRow>, Error> {
        let row = on!(self.reads(), conn => {
            sqlx::query_as(select_envelopes!("WHERE capsule_u = $1")).bind(capsule_u).fetch_optional(conn).await
        })?;
        Ok(row.map(envelope_of).transpose()?)
    }

    /// Every complete envelope of a lot, whether or not a bid names it, by submission id.
    pub async fn envelopes_of_lot(&self, tender: &str, lot: &str) -> Result<Vec<EnvelopeRow>, Error> {
        let rows: Vec<Columns> = on!(self.reads(), conn => {
            sqlx::query_as(select_envelopes!("WHERE tender = $1 AND lot = $2 ORDER BY submission"))
                .bind(tender)
                .bind(lot)
                .fetch_all(conn)
                .await
        })?;
        Ok(rows.into_iter().map(envelope_of).collect::<Result<_, DamagedRow>>()?)
    }

    /// What is known of a plain file.
    pub async fn file(&self, sha256: Digest) -> Result<Option<FileRow>, Error> {
        const SQL: &str = "SELECT len, media_type, stored_at_ms FROM file WHERE sha256 = $1";
        let row: Option<(i64, String, i64)> = on!(self.reads(), conn => {
            sqlx::query_as(SQL).bind(sha256.as_bytes().as_slice()).fetch_optional(conn).await
        })?;
        let file_of = |(len, media_type, stored_at_ms)| {
            let len = At::row("file", &sha256).count("len", len)?;
            Ok::<_, DamagedRow>(FileRow { sha256, len, media_type, stored_at_ms })
        };
        Ok(row.map(file_of).transpose()?)
    }

    /// Notes a plain file; the first note of the same bytes stands.
    pub async fn insert_file(&self, file: &FileRow) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        tx.insert_file(file).await?;
        tx.commit().await
    }
}

impl Tx {
    /// Adds a complete envelope. [`Error::Taken`] when the submission or the capsule stands already.
    pub(crate) async fn insert_envelope(&mut self, envelope: &EnvelopeRow) -> Result<(), Error> {
        const SQL: &str = "\
            INSERT INTO envelope \
            (submission, tender, lot, kind, person, core_sha256, root, core_len, total_len, capsule_u, \
            stored_at_ms) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        on!(self.connection(), conn => {
            sqlx::query(SQL)
                .bind(envelope.submission.as_slice())
                .bind(envelope.tender.as_str())
                .bind(envelope.lot.as_str())
                .bind(i64::from(envelope.kind))
                .bind(envelope.person.as_bytes().as_slice())
                .bind(envelope.core_sha256.as_bytes().as_slice())
                .bind(envelope.root.as_bytes().as_slice())
                .bind(stored(envelope.core_len))
                .bind(stored(envelope.total_len))
                .bind(envelope.capsule_u.as_slice())
                .bind(envelope.stored_at_ms)
                .execute(conn)
                .await
                .map(drop)
        })
        .map_err(Error::writing("envelope"))
    }

    /// Notes a plain file within this transaction: see [`Database::insert_file`].
    pub async fn insert_file(&mut self, file: &FileRow) -> Result<(), Error> {
        const SQL: &str = "\
            INSERT INTO file (sha256, len, media_type, stored_at_ms) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (sha256) DO NOTHING";
        on!(self.connection(), conn => {
            sqlx::query(SQL)
                .bind(file.sha256.as_bytes().as_slice())
                .bind(stored(file.len))
                .bind(file.media_type.as_str())
                .bind(file.stored_at_ms)
                .execute(conn)
                .await
                .map(drop)
        })?;
        Ok(())
    }
}

fn envelope_of(row: Columns) -> Result<EnvelopeRow, DamagedRow> {
    let (
        submission,
        tender,
        lot,
        kind,
        person,
        core_sha256,
        root,
        core_len,
        total_len,
        capsule_u,
        stored_at_ms,
    ) = row;
    let hex = hex::encode(&submission);
    let at = At::row("envelope", &hex);
    Ok(EnvelopeRow {
        submission: at.sixteen("submission", &submission)?,
        tender,
        lot,
        kind: at.byte("kind", kind)?,
        person: at.uuid("person", &person)?,
        core_sha256: at.digest("core_sha256", &core_sha256)?,
        root: at.digest("root", &root)?,
        core_len: at.count("core_len", core_len)?,
        total_len: at.count("total_len", total_len)?,
        capsule_u,
        stored_at_ms,
    })
}
