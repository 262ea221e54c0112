//! Open data in: an OCDS 1.0 or 1.1 package becomes what a host may begin a draft with.
//!
//! Real data has defects. Only a file that is no OCDS at all, or that describes no tender, is refused; whatever else is
//! missing, malformed or has no place in our terms is named in a [`Note`], and the rest is taken. Not here: fetching of
//! anything that the file points to, storing, deciding — the host reads the draft, completes it and signs it.
//!
//! *Invariants*: no value is made up, and none is rounded: an amount goes from the file's decimal text to minor units
//! without a float. Every list, text and depth has a limit.

mod amount;
mod draft;
mod package;
mod reading;
mod tender;

#[cfg(test)]
mod tests;

pub use draft::{
    AwardBasis, ImportedDraft, ListedDocument, Note, NoteCode, PartialLot, PartialTerms, Source,
};

use reading::Reading;

/// Bytes of a package.
pub const BYTES_MAX: usize = 8 << 20;
/// Notes that are listed; what follows is only counted.
pub const NOTES_MAX: usize = 200;
/// Documents that are listed.
pub const DOCUMENTS_LISTED_MAX: usize = 200;

/// Why a file is no draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// More than [`BYTES_MAX`].
    #[error("larger than {BYTES_MAX} bytes")]
    TooLarge,
    /// Not JSON in UTF-8.
    #[error("not JSON")]
    NotJson,
    /// JSON, but neither a release, nor a release package, nor a record package.
    #[error("neither an OCDS release nor a package of releases or records")]
    NotOcds,
    /// No release in it describes a tender.
    #[error("no release in it describes a tender")]
    NoTender,
}

impl ImportError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NotJson => "ocds_not_json",
            Self::NotOcds => "ocds_not_ocds",
            Self::NoTender => "ocds_no_tender",
        }
    }
}

/// Reads a release package, a record package or a single release, and maps its tender.
///
/// Of several contracting processes the first with a tender is taken; of several releases of one process the compiled
/// release, else the newest that has a tender.
pub fn import(bytes: &[u8]) -> Result<ImportedDraft, ImportError> {
    if bytes.len() > BYTES_MAX {
        return Err(ImportError::TooLarge);
    }
    let mut reading = Reading::default();
    let chosen = package::choose(bytes, &mut reading)?;
    let (terms, documents) = tender::map(chosen.tender, &chosen.parties, &mut reading);
    let (notes, more_notes) = reading.finish();
    Ok(ImportedDraft { documents, more_notes, notes, source: chosen.source, terms })
}
