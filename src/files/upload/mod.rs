//! Uploads: how the bytes of an envelope or document arrive in parts, over broken lines and restarts.
//!
//! The state machine below any protocol of resumable uploads: [`Uploads::create`], [`Uploads::append`] until
//! all bytes are there, then [`Uploads::finish_envelope`] or [`Uploads::finish_document`]. Nothing here reads
//! a sealed byte or knows a deadline: an upload counts for nothing until a signed act names what it became.
//!
//! *Invariants*: the database never names more bytes than are durable on disk, so a killed process resumes at
//! the last acknowledged part; every step can be repeated after a crash; one part at a time is written to an
//! upload; an upload exists only for the person who began it.

mod append;
mod error;
mod finish;
pub(super) mod segments;
mod sweep;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::durable;
use super::shelf::{Files, blocking};
use crate::limits::UploadLimits;
use crate::store::{Database, UploadRow};

pub use append::Part;
pub use error::{CoreRefused, UploadError};
pub use finish::EnvelopeLabel;
pub use sweep::Recovered;

/// The uploads of the house. Clones share the same claims.
#[derive(Debug, Clone)]
pub struct Uploads {
    files: Files,
    database: Database,
    limits: UploadLimits,
    claimed: Arc<Mutex<HashSet<Uuid>>>,
    /// Creations take turns, so that two cannot both take the last place of a quota.
    creating: Arc<tokio::sync::Mutex<()>>,
}

/// An upload that is to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// Its id, unguessable.
    pub id: Uuid,
    /// Whose it is.
    pub person: Uuid,
    /// What it is to become.
    pub purpose: Purpose,
    /// What the uploader says about it (file name, fingerprint): kept and given back, never read.
    pub meta: String,
    /// Bytes that it will have, core included.
    pub length: u64,
}

/// What an upload is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A sealed envelope: a core of `core_len` bytes, then ciphertext.
    Envelope {
        /// Bytes of the core.
        core_len: u64,
    },
    /// A plain document.
    Document,
}

/// The right to write to an upload; given back when dropped.
#[derive(Debug)]
struct Claim {
    id: Uuid,
    claimed: Arc<Mutex<HashSet<Uuid>>>,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.claimed.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

impl Uploads {
    /// Uploads to `files`, with what is known of them in `database`. One process at a time writes uploads.
    pub fn new(files: Files, database: Database, limits: UploadLimits) -> Self {
        Self { files, database, limits, claimed: Arc::default(), creating: Arc::default() }
    }

    /// Begins an upload of which nothing has come.
    pub async fn create(&self, new: NewUpload, now_ms: i64) -> Result<UploadRow, UploadError> {
        let core_len = self.check_size(&new)?;
        let _turn = self.creating.lock().await;
        self.check_quota(new.person, new.length).await?;
        let path = self.files.staged(&new.id.to_string());
        blocking(move || durable::make_file(&path)).await?;
        let row = UploadRow {
            id: new.id,
            person: new.person,
            meta: new.meta,
            core_len,
            length: new.length,
            received: 0,
            created_ms: now_ms,
            updated_ms: now_ms,
            outcome: None,
        };
        self.database.insert_upload(&row).await?;
        Ok(row)
    }

    /// How far an upload has come.
    pub async fn status(&self, id: Uuid, person: Uuid) -> Result<UploadRow, UploadError> {
        let row = self.database.upload(id).await?;
        row.filter(|row| row.person == person).ok_or(UploadError::Gone)
    }

    /// Ends an upload and removes its bytes. One that is completed keeps what it became.
    pub async fn terminate(&self, id: Uuid, person: Uuid) -> Result<(), UploadError> {
        let _claim = self.claim(id)?;
        self.status(id, person).await?;
        self.remove(id).await
    }

    fn check_size(&self, new: &NewUpload) -> Result<Option<u64>, UploadError> {
        let core_len = match new.purpose {
            Purpose::Envelope { core_len } => Some(core_len),
            Purpose::Document => None,
        };
        let content = new.length.checked_sub(core_len.unwrap_or(0)).ok_or(UploadError::LengthInvalid)?;
        // A ciphertext is never shorter than the tag of its one segment.
        let content_min = if core_len.is_some() { 16 } else { 1 };
        if content < content_min || core_len == Some(0) {
            return Err(UploadError::LengthInvalid);
        }
        at_most(content, self.limits.upload_bytes_max)?;
        at_most(core_len.unwrap_or(0), self.limits.core_bytes_max)?;
        at_most(new.meta.len() as u64, self.limits.meta_bytes_max as u64)?;
        Ok(core_len)
    }

    async fn check_quota(&self, person: Uuid, length: u64) -> Result<(), UploadError> {
        let own = self.database.open_uploads(Some(person)).await?;
        let all = self.database.open_uploads(None).await?;
        let is_within = own.count < self.limits.open_per_person_max
            && own.bytes.saturating_add(length) <= self.limits.open_bytes_per_person_max
            && all.bytes.saturating_add(length) <= self.limits.open_bytes_max;
        if is_within { Ok(()) } else { Err(UploadError::QuotaExceeded) }
    }

    fn claim(&self, id: Uuid) -> Result<Claim, UploadError> {
        let mut claimed = self.claimed.lock().unwrap_or_else(PoisonError::into_inner);
        if !claimed.insert(id) {
            return Err(UploadError::Busy);
        }
        Ok(Claim { id, claimed: Arc::clone(&self.claimed) })
    }

    /// Removes the row, then the bytes: a crash between leaves bytes that the next start sweeps away.
    async fn remove(&self, id: Uuid) -> Result<(), UploadError> {
        self.database.delete_upload(id).await?;
        Ok(self.files.discard(&id.to_string()).await?)
    }
}

fn at_most(bytes: u64, bytes_max: u64) -> Result<(), UploadError> {
    if bytes <= bytes_max { Ok(()) } else { Err(UploadError::TooLarge { bytes_max }) }
}
