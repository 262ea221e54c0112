//! Why a file is refused or does not open.

use crate::beacon::BeaconError;
use crate::lock::{LockError, NoRandomness};

/// Why a time-locked file was not made, or did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlockFileError {
    /// Not an age file, or one whose header or armour is not in the one form that it can have.
    #[error("not a file in the age format")]
    Format,
    /// An age file without a time lock.
    #[error("the file has no time lock")]
    NoLock,
    /// A stanza that calls itself a time lock and is none, or a second time lock.
    #[error("the file's time lock is malformed")]
    Stanza,
    /// The lock is of another network.
    #[error("the file is locked by another network")]
    Network,
    /// The lock is on another round than the beacon's.
    #[error("the file is locked to round {0}")]
    Round(u64),
    /// The capsule is none, or was made wrongly.
    #[error("the file's time lock: {0}")]
    Capsule(#[from] LockError),
    /// The header or the content is not what the maker wrote: changed, or cut off.
    #[error("the file was changed or cut off")]
    Changed,
    /// A round that no beacon has.
    #[error(transparent)]
    Beacon(#[from] BeaconError),
    /// No randomness to seal with.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl TlockFileError {
    /// Stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Format => "tlock_file_format",
            Self::NoLock => "tlock_file_no_lock",
            Self::Stanza => "tlock_file_stanza",
            Self::Network => "tlock_file_network",
            Self::Round(_) => "tlock_file_round",
            Self::Capsule(error) => error.code(),
            Self::Changed => "tlock_file_changed",
            Self::Beacon(error) => error.code(),
            Self::NoRandomness(error) => error.code(),
        }
    }
}
