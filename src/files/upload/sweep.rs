//! What is left over: after a crash, and of uploads that were abandoned.

use std::path::PathBuf;
use std::{fs, io};

use uuid::Uuid;

use super::{UploadError, Uploads};
use crate::files::shelf::blocking;
use crate::limits::UPLOADS_SWEPT_MAX;

/// What the start-up sweep found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Uploads under way that can go on.
    pub resumable: u64,
    /// Uploads whose acknowledged bytes are missing on disk: they were removed and must begin anew. Never
    /// happens unless a disk or a person lost data.
    pub damaged: u64,
    /// Staged files that nothing refers to, removed.
    pub orphans: u64,
}

impl Uploads {
    /// Brings disk and database together. To be called once, before the first part is taken.
    pub async fn recover(&self) -> Result<Recovered, UploadError> {
        let mut found = Recovered::default();
        let folder = self.files.staging_folder();
        for (name, len) in blocking(move || staged_files(folder)).await? {
            let row = match Uuid::parse_str(&name) {
                Ok(id) => self.database.upload(id).await?,
                Err(_) => None,
            };
            match row.filter(|row| row.outcome.is_none()) {
                None => {
                    self.files.discard(&name).await?;
                    found.orphans += 1;
                }
                Some(row) if len < row.received => {
                    self.remove(row.id).await?;
                    found.damaged += 1;
                }
                Some(_) => found.resumable += 1,
            }
        }
        Ok(found)
    }

    /// Removes uploads whose last bytes came before `before_ms`, at most [`UPLOADS_SWEPT_MAX`] of them, and
    /// returns how many. What completed ones became stays.
    pub async fn expire(&self, before_ms: i64) -> Result<u64, UploadError> {
        let mut removed = 0;
        for row in self.database.uploads_before(before_ms, UPLOADS_SWEPT_MAX).await? {
            let Ok(_claim) = self.claim(row.id) else { continue };
            // Looked at again under the claim: a part may have come since.
            let row = self.database.upload(row.id).await?;
            if let Some(row) = row.filter(|row| row.updated_ms < before_ms) {
                self.remove(row.id).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

fn staged_files(folder: PathBuf) -> io::Result<Vec<(String, u64)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files.push((entry.file_name().to_string_lossy().into_owned(), entry.metadata()?.len()));
    }
    Ok(files)
}
