//! From the last byte to a kept file: the root, the address, the row that says what came.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use kaibiao_crypto::digest::{Digest, Hasher};
use kaibiao_crypto::tree;
use uuid::Uuid;

use super::segments::SEGMENT_BYTES;
use super::{Claim, CoreRefused, UploadError, Uploads};
use crate::files::address::Address;
use crate::files::shelf::blocking;
use crate::store::{self, EnvelopeRow, FileRow, UploadRow};

/// What the reader of a core found in it. The core is public, but only its reader knows its format and the
/// tender that it must belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeLabel {
    /// The submission id.
    pub submission: [u8; 16],
    /// The tender, as the database is to name it.
    pub tender: String,
    /// The lot.
    pub lot: String,
    /// The kind of envelope.
    pub kind: u8,
    /// U of the first capsule.
    pub capsule_u: Vec<u8>,
}

impl Uploads {
    /// Makes a complete upload an envelope. `read_core` is shown the core and says what it is, or refuses it.
    /// Asked again, it answers the same.
    pub async fn finish_envelope(
        &self,
        id: Uuid,
        person: Uuid,
        read_core: impl FnOnce(&[u8]) -> Result<EnvelopeLabel, CoreRefused> + Send,
        now_ms: i64,
    ) -> Result<EnvelopeRow, UploadError> {
        let (_claim, row) = self.complete(id, person).await?;
        let core_len = row.core_len.ok_or(UploadError::OtherPurpose)?;
        if let Some(outcome) = &row.outcome {
            let submission = outcome.as_slice().try_into().map_err(|_| UploadError::Damaged)?;
            return self.database.envelope(&submission).await?.ok_or(UploadError::Damaged);
        }
        let root = self.root_of(&row, core_len).await?;
        let path = self.files.staged(&id.to_string());
        let core = blocking(move || read_start(path, core_len)).await.map_err(damaged_when_absent)?;
        let label = read_core(&core).map_err(UploadError::CoreRefused)?;
        let envelope = EnvelopeRow {
            submission: label.submission,
            tender: label.tender,
            lot: label.lot,
            kind: label.kind,
            person,
            core_sha256: Digest::of(&core),
            root,
            core_len,
            total_len: row.length - core_len,
            capsule_u: label.capsule_u,
            stored_at_ms: now_ms,
        };
        self.keep_envelope(id, envelope).await
    }

    /// Makes a complete upload a plain document. Asked again, it answers the same.
    pub async fn finish_document(
        &self,
        id: Uuid,
        person: Uuid,
        media_type: &str,
        now_ms: i64,
    ) -> Result<FileRow, UploadError> {
        let (_claim, row) = self.complete(id, person).await?;
        if row.core_len.is_some() {
            return Err(UploadError::OtherPurpose);
        }
        if let Some(outcome) = &row.outcome {
            let sha256 = Digest::from_slice(outcome).ok_or(UploadError::Damaged)?;
            return self.database.file(sha256).await?.ok_or(UploadError::Damaged);
        }
        let path = self.files.staged(&id.to_string());
        let sha256 = blocking(move || digest_of(path)).await.map_err(damaged_when_absent)?;
        let (len, media_type) = (row.length, media_type.to_owned());
        self.files.adopt(&id.to_string(), Address::Plain(sha256)).await?;
        let mut tx = self.database.begin().await?;
        tx.insert_file(&FileRow { sha256, len, media_type, stored_at_ms: now_ms }).await?;
        tx.complete_upload(id, sha256.as_bytes(), now_ms).await?;
        tx.commit().await?;
        self.files.discard(&id.to_string()).await?;
        self.database.file(sha256).await?.ok_or(UploadError::Damaged)
    }

    /// The claim on an upload of which all bytes have come.
    async fn complete(&self, id: Uuid, person: Uuid) -> Result<(Claim, UploadRow), UploadError> {
        let claim = self.claim(id)?;
        let row = self.status(id, person).await?;
        if row.received < row.length {
            return Err(UploadError::Incomplete { received: row.received, length: row.length });
        }
        Ok((claim, row))
    }

    async fn root_of(&self, row: &UploadRow, core_len: u64) -> Result<Digest, UploadError> {
        let digests = self.database.upload_segments(row.id).await?;
        if digests.len() as u64 != (row.length - core_len).div_ceil(SEGMENT_BYTES) {
            return Err(UploadError::Damaged);
        }
        Ok(tree::root_of_digests(&digests))
    }

    /// First the address, then the row, last the staged name goes: killed between any two, the same call
    /// again finds each step done or does it.
    async fn keep_envelope(&self, id: Uuid, envelope: EnvelopeRow) -> Result<EnvelopeRow, UploadError> {
        let standing = self.standing(&envelope).await?;
        let address = Address::Sealed { root: envelope.root, core_sha256: envelope.core_sha256 };
        self.files.adopt(&id.to_string(), address).await?;
        let mut tx = self.database.begin().await?;
        if standing.is_none() {
            match tx.insert_envelope(&envelope).await {
                // Another upload of the same submission or capsule was finished since.
                Err(store::Error::Taken { .. }) => {
                    drop(tx);
                    let same = self.standing(&envelope).await?;
                    return Err(same.map_or(UploadError::CapsuleReused, |_| UploadError::Busy));
                }
                inserted => inserted?,
            }
        }
        tx.complete_upload(id, &envelope.submission, envelope.stored_at_ms).await?;
        tx.commit().await?;
        self.files.discard(&id.to_string()).await?;
        Ok(standing.unwrap_or(envelope))
    }

    /// The same envelope, if it was finished before. A different one with the same submission id or capsule
    /// is refused: somebody copied a bid.
    async fn standing(&self, envelope: &EnvelopeRow) -> Result<Option<EnvelopeRow>, UploadError> {
        if let Some(standing) = self.database.envelope(&envelope.submission).await? {
            let is_same = standing.person == envelope.person
                && standing.core_sha256 == envelope.core_sha256
                && standing.root == envelope.root;
            return if is_same { Ok(Some(standing)) } else { Err(UploadError::SubmissionTaken) };
        }
        match self.database.envelope_by_capsule(&envelope.capsule_u).await? {
            Some(_) => Err(UploadError::CapsuleReused),
            None => Ok(None),
        }
    }
}

/// Bytes that were acknowledged are missing: no failure of the disk that a second try could mend.
fn damaged_when_absent(error: io::Error) -> UploadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => UploadError::Damaged,
        _ => error.into(),
    }
}

fn read_start(path: PathBuf, len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(len).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == len { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn digest_of(path: PathBuf) -> io::Result<Digest> {
    let (mut file, mut hasher, mut buffer) = (File::open(path)?, Hasher::new(), vec![0; 256 << 10]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            n => hasher.update(&buffer[..n]),
        }
    }
}
