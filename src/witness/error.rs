//! Why a head is not cosigned, and what can go wrong around a witness.

use std::io;
use std::path::PathBuf;

use kaibiao_crypto::checkpoint::NoteError;
use kaibiao_crypto::succession::SuccessionError;

use crate::signer::SignerError;

/// Why a head is not cosigned.
#[derive(Debug, thiserror::Error)]
pub enum NotCosigned {
    /// The body has not its form (400).
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// No known key of the log signed it (403).
    #[error("not signed by the log")]
    NotSigned,
    /// Not a log of this witness (404).
    #[error("unknown log")]
    UnknownLog,
    /// The old size is not that of the head cosigned last, which is this (409).
    #[error("the head cosigned last has {0} entries")]
    OtherSize(u64),
    /// The head does not continue the one cosigned last: another root, or no proof (422).
    #[error("not proven to continue the head cosigned last")]
    Unproven,
    /// A fault of the witness (500).
    #[error(transparent)]
    Fault(#[from] WitnessError),
}

/// What can go wrong in the house of a witness.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// A file.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// A file that is not what it should be.
    #[error("{0} is not what the witness wrote")]
    Malformed(PathBuf),
    /// Something stands there already and is not overwritten.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// Another process witnesses from this folder.
    #[error("another process is at work in {0}")]
    Busy(PathBuf),
    /// A key's file.
    #[error(transparent)]
    Key(#[from] SignerError),
    /// A name or key.
    #[error("a name or key cannot be used: {0}")]
    Name(#[from] NoteError),
    /// The key is not that of a log with this name.
    #[error("the key is not that of the log {0}")]
    OtherOrigin(String),
    /// A note of successions of keys.
    #[error(transparent)]
    Succession(#[from] SuccessionError),
    /// The succession leads from another key than the one that is known, or to another than the one that was told.
    #[error("the succession leads to {0}: not from the known key to the one that was told")]
    OtherSuccession(String),
    /// Where a witness is reached is no address.
    #[error("no line to a witness can be set up: {0}")]
    Line(String),
}
