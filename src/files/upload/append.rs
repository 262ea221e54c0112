//! One part of an upload, from the line to the disk to the database.

use std::fmt::Display;

use bytes::Bytes;
use futures_util::Stream;
use kaibiao_crypto::digest::Digest;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Claim, UploadError, Uploads};
use crate::files::staging::{self, Goal, Outcome, Piece};
use crate::store::{Database, UploadRow};

/// What is said of a part before its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The upload.
    pub id: Uuid,
    /// Who sends it.
    pub person: Uuid,
    /// Where it begins.
    pub offset: u64,
    /// What its SHA-256 must be, when the sender says.
    pub checksum: Option<Digest>,
}

impl Uploads {
    /// Takes a part and returns where the upload then stands; those bytes are durable.
    ///
    /// A part with a checksum counts as a whole or not at all. Of one without, what came before the line
    /// broke counts ([`UploadError::Interrupted`] says how much). If this future is dropped while bytes are
    /// still to come, the part counts for nothing.
    pub async fn append<E: Display>(
        &self,
        part: Part,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
        now_ms: i64,
    ) -> Result<u64, UploadError> {
        let claim = self.claim(part.id)?;
        let row = self.status(part.id, part.person).await?;
        if row.outcome.is_some() {
            return Err(UploadError::AlreadyComplete);
        }
        if part.offset != row.received {
            return Err(UploadError::OffsetMismatch { expected: row.received });
        }
        let received = row.received;
        let write = |pieces| self.write(row, part.checksum, pieces, claim, now_ms);
        match staging::receive(body, write).await {
            (taken, true) => taken?,
            (taken, false) => match taken? {
                Ok(offset) => Err(UploadError::Interrupted { offset }),
                Err(UploadError::ChecksumMismatch) => Err(UploadError::Interrupted { offset: received }),
                Err(error) => Err(error),
            },
        }
    }

    /// The work of a part, which goes on to its end when the sender is gone: the claim is held until the
    /// database agrees with the disk, so no other part can meet it half-way.
    fn write(
        &self,
        row: UploadRow,
        checksum: Option<Digest>,
        pieces: mpsc::Receiver<Piece>,
        claim: Claim,
        now_ms: i64,
    ) -> impl Future<Output = Result<u64, UploadError>> + Send + use<> {
        let path = self.files.staged(&row.id.to_string());
        let room = self.limits.part_bytes_max.min(row.length - row.received);
        let (core_len, length) = (row.core_len, Some(row.length));
        let goal = Goal { start: row.received, room, core_len, length, checksum };
        let database = self.database.clone();
        async move {
            let outcome = staging::write(path, goal, pieces).await;
            let end = commit(&database, &row, room, outcome, now_ms).await;
            drop(claim);
            end
        }
    }
}

async fn commit(
    database: &Database,
    row: &UploadRow,
    room: u64,
    outcome: Outcome,
    now_ms: i64,
) -> Result<u64, UploadError> {
    let written = match outcome {
        Outcome::Written(written) => written,
        Outcome::Abandoned => return Err(UploadError::Interrupted { offset: row.received }),
        Outcome::TooLarge => return Err(UploadError::TooLarge { bytes_max: room }),
        Outcome::OtherBytes => return Err(UploadError::ChecksumMismatch),
        Outcome::Damaged => return Err(UploadError::Damaged),
        Outcome::Failed(error) => return Err(error.into()),
    };
    let span = (row.received, written.end);
    let moved = database.advance_upload(row.id, span, &written.segments, now_ms).await?;
    if moved { Ok(written.end) } else { Err(UploadError::Gone) }
}
