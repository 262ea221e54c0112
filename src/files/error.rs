//! What can go wrong with kept files.

use std::io;

/// Why a file was not kept or not read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No file stands at the address.
    #[error("no such file")]
    NotFound,
    /// More bytes came than were allowed.
    #[error("more than {bytes_max} bytes")]
    TooLarge {
        /// The bytes that were allowed.
        bytes_max: u64,
    },
    /// The sender's stream broke off; nothing was kept.
    #[error("the sender broke off")]
    Interrupted,
    /// No room is left on the disk.
    #[error("no room is left")]
    StorageFull,
    /// The disk failed.
    #[error("the disk failed")]
    Disk(#[source] io::Error),
    /// The store of files failed.
    #[error("the store of files failed")]
    Storage(#[source] object_store::Error),
}

impl Error {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "file_not_found",
            Self::TooLarge { .. } => "too_large",
            Self::Interrupted => "interrupted",
            Self::StorageFull => "storage_full",
            Self::Disk(_) => "disk_failed",
            Self::Storage(_) => "storage_failed",
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::StorageFull,
            _ => Self::Disk(error),
        }
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            other => Self::Storage(other),
        }
    }
}
