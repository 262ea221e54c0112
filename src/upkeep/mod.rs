//! What operators do so that nothing is lost: backup, restore, recovery from the mirror, projections made anew.
//!
//! A backup folder holds one pool of files, which never change and are copied once, and a snapshot a run: the database
//! with a manifest of everything. The second store is in no backup: it is how a restored one is found out.

pub mod commands;

mod backup;
mod manifest;
mod pool;
mod restore;

pub use backup::backup;
pub use manifest::{Manifest, PoolFile};
pub use restore::restore;

use std::io;
use std::path::PathBuf;

use crate::store::CopyError;

/// Why a backup could not be made or restored.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// A file or folder.
    #[error("{0}")]
    File(PathBuf, #[source] io::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] CopyError),
    /// The manifest is none.
    #[error("{0} is no manifest of a backup")]
    NoManifest(PathBuf, #[source] serde_json::Error),
    /// A file of the backup is absent or has other bytes than its manifest says.
    #[error("{0} is absent from the backup or damaged")]
    Damaged(PathBuf),
    /// The backup is of another log than the configuration names.
    #[error("the backup is of the log {0}")]
    OtherLog(String),
    /// The backup is of a database of another engine.
    #[error("the backup is of {0}, the configuration names another database")]
    OtherEngine(String),
}

/// Names the file in an error.
fn at(path: &std::path::Path) -> impl Fn(io::Error) -> UpkeepError {
    move |error| UpkeepError::File(path.to_owned(), error)
}
