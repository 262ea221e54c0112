//! What a backup says of itself.

use std::path::Path;

use kaibiao_crypto::digest::Digest;
use serde::{Deserialize, Serialize};

use super::{UpkeepError, at};
use crate::base::Instant;
use crate::held;

/// Name of the manifest in its snapshot.
pub(super) const NAME: &str = "manifest.json";
/// The form of backups.
pub(super) const FORMAT: &str = "kaibiao-backup-1";

/// All that belongs to one backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// When it was made.
    pub made_at: Instant,
    /// Origin of the log.
    pub origin: String,
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// The copy of the database, beside the manifest.
    pub database: PoolFile,
    /// Entries of the log in it.
    pub log_size: u64,
    /// The files of the house, by their path in the pool.
    pub files: Vec<PoolFile>,
}

/// A file with its digest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolFile {
    /// Path, relative.
    pub path: String,
    /// Bytes.
    pub len: u64,
    /// SHA-256.
    pub sha256: Digest,
}

impl Manifest {
    /// Reads that of the snapshot in `folder`.
    pub fn read(folder: &Path) -> Result<Self, UpkeepError> {
        let path = folder.join(NAME);
        let text = held::read(&path).map_err(at(&path))?.ok_or_else(|| UpkeepError::Damaged(path.clone()))?;
        let manifest: Self =
            serde_json::from_slice(&text).map_err(|error| UpkeepError::NoManifest(path.clone(), error))?;
        if manifest.format == FORMAT { Ok(manifest) } else { Err(UpkeepError::Damaged(path)) }
    }

    /// Writes it into the snapshot in `folder`: last, so that a snapshot without one is none.
    pub(super) fn write(&self, folder: &Path) -> Result<(), UpkeepError> {
        let path = folder.join(NAME);
        let text =
            serde_json::to_vec_pretty(self).map_err(|error| UpkeepError::NoManifest(path.clone(), error))?;
        held::write(&path, &text).map_err(at(&path))
    }
}
