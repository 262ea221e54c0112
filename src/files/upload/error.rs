//! What can go wrong with an upload, each with the code that its sender is told.

use crate::files;
use crate::store;

/// Why an upload does not go on.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// There is no such upload, or it is another person's.
    #[error("no such upload")]
    Gone,
    /// The part begins elsewhere than where the upload stands.
    #[error("the upload stands at {expected}")]
    OffsetMismatch {
        /// Where it stands.
        expected: u64,
    },
    /// The bytes are not those that the sender named; the part counts for nothing.
    #[error("the part has another digest than its sender named")]
    ChecksumMismatch,
    /// The line broke off; the upload stands where `offset` says.
    #[error("the part broke off, the upload stands at {offset}")]
    Interrupted {
        /// Where it stands now.
        offset: u64,
    },
    /// The upload, its core, its description or the part is larger than is allowed.
    #[error("larger than {bytes_max} bytes")]
    TooLarge {
        /// What is allowed.
        bytes_max: u64,
    },
    /// The announced length cannot be that of an envelope or document.
    #[error("an upload of this length holds nothing")]
    LengthInvalid,
    /// The person, or the house, has too much under way.
    #[error("too many uploads are under way")]
    QuotaExceeded,
    /// Another part of the same upload is being written.
    #[error("another part of this upload is on its way")]
    Busy,
    /// The upload is completed: it takes no more bytes.
    #[error("the upload is complete already")]
    AlreadyComplete,
    /// Not all bytes have come.
    #[error("the upload stands at {received} of {length}")]
    Incomplete {
        /// Bytes that have come.
        received: u64,
        /// Bytes that were announced.
        length: u64,
    },
    /// The upload is to become what it was not announced as.
    #[error("the upload was announced for another purpose")]
    OtherPurpose,
    /// The core was looked at and refused by its reader.
    #[error(transparent)]
    CoreRefused(CoreRefused),
    /// Another envelope has this submission id.
    #[error("another envelope has this submission id")]
    SubmissionTaken,
    /// Another envelope has this capsule: one of them is a copy.
    #[error("another envelope has this capsule")]
    CapsuleReused,
    /// Bytes that were acknowledged are missing on disk: the upload must begin anew.
    #[error("the upload was damaged on disk")]
    Damaged,
    /// The disk or the store of files failed.
    #[error(transparent)]
    Files(#[from] files::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Why the reader of a core does not accept it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct CoreRefused {
    /// The stable name of the reason.
    pub code: &'static str,
    /// The reason in words.
    pub detail: String,
}

impl UploadError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gone => "upload_gone",
            Self::OffsetMismatch { .. } => "offset_mismatch",
            Self::ChecksumMismatch => "checksum_mismatch",
            Self::Interrupted { .. } => "interrupted",
            Self::TooLarge { .. } => "too_large",
            Self::LengthInvalid => "length_invalid",
            Self::QuotaExceeded => "quota_exceeded",
            Self::Busy => "upload_busy",
            Self::AlreadyComplete => "already_complete",
            Self::Incomplete { .. } => "upload_incomplete",
            Self::OtherPurpose => "other_purpose",
            Self::CoreRefused(refused) => refused.code,
            Self::SubmissionTaken => "submission_taken",
            Self::CapsuleReused => "capsule_reused",
            Self::Damaged => "upload_damaged",
            Self::Files(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<std::io::Error> for UploadError {
    fn from(error: std::io::Error) -> Self {
        Self::Files(error.into())
    }
}
