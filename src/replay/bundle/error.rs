//! Why a bundle cannot be read or written at all. What it proves or not is `check`'s to say.

use kaibiao_crypto::canonical::CanonicalError;

/// Not a bundle, or not to be written.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The disk, or whoever is at the other end.
    #[error("reading or writing: {0}")]
    Io(#[from] std::io::Error),
    /// Around the files stands something else than the one container that they give: the first such byte.
    #[error("byte {0} is not that of the container which its files give")]
    Zip(u64),
    /// A file that must be there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A file that no bundle has, one twice, or one out of its place.
    #[error("{0:?} has no place here")]
    Misplaced(String),
    /// Longer than a reader takes.
    #[error("{0} is larger than a bundle's may be")]
    TooLarge(&'static str),
    /// `bundle.json` has other fields or another version than this build knows.
    #[error("{0} cannot be understood")]
    Form(&'static str),
    /// Text that is not canonical.
    #[error("not canonical: {0}")]
    Canonical(#[from] CanonicalError),
    /// A record, or a step of the heads, ends early, is longer than any, or has bytes behind it.
    #[error("record {number} of {stream} has not the form of a record")]
    Record {
        /// Which stream's file.
        stream: &'static str,
        /// Which record, from 0.
        number: u64,
    },
}

impl BundleError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "bundle_io",
            Self::Zip(_) => "bundle_zip",
            Self::Missing(_) => "bundle_missing",
            Self::Misplaced(_) => "bundle_misplaced",
            Self::TooLarge(_) => "bundle_too_large",
            Self::Form(_) => "bundle_form",
            Self::Canonical(_) => "bundle_not_canonical",
            Self::Record { .. } => "bundle_record",
        }
    }
}
