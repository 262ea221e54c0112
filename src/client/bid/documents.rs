//! The documents of a bid: files by their paths, with the names under which experts will see them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::BidError;
use super::statement::is_nfc;
use crate::base::Envelope;
use crate::client::limits::{DOCUMENTS_MAX, ENVELOPE_BYTES_MAX};

/// A document on this computer's disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSource {
    /// Where its bytes are.
    pub path: PathBuf,
    /// How it is called in the bid.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Bytes, when the folder was read.
    pub size: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentsToml {
    technical: Vec<DocumentToml>,
    price: Vec<DocumentToml>,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields, expecting = "a path, or { path, name, media_type }")]
enum DocumentToml {
    Path(PathBuf),
    Named { path: PathBuf, name: Option<String>, media_type: Option<String> },
}

pub(super) fn read(
    toml: DocumentsToml,
    folder: &Path,
) -> Result<BTreeMap<Envelope, Vec<DocumentSource>>, BidError> {
    let lists = [(Envelope::Documents, toml.technical), (Envelope::PriceDocuments, toml.price)];
    lists.into_iter().map(|(envelope, list)| Ok((envelope, read_list(envelope, list, folder)?))).collect()
}

fn read_list(
    envelope: Envelope,
    list: Vec<DocumentToml>,
    folder: &Path,
) -> Result<Vec<DocumentSource>, BidError> {
    if list.is_empty() {
        return Err(BidError::NoDocuments(envelope));
    }
    if list.len() > DOCUMENTS_MAX {
        return Err(BidError::TooManyDocuments(envelope));
    }
    let sources = list.into_iter().map(|entry| entry.find(folder)).collect::<Result<Vec<_>, _>>()?;
    let mut names = BTreeSet::new();
    if let Some(twice) = sources.iter().find(|source| !names.insert(&source.name)) {
        return Err(BidError::DocumentTwice(twice.name.clone()));
    }
    let bytes = sources.iter().try_fold(0_u64, |sum, source| sum.checked_add(source.size));
    match bytes {
        Some(bytes) if bytes <= ENVELOPE_BYTES_MAX => Ok(sources),
        Some(_) | None => Err(BidError::TooLarge(envelope)),
    }
}

impl DocumentToml {
    fn find(self, folder: &Path) -> Result<DocumentSource, BidError> {
        let (written, name, media_type) = match self {
            Self::Path(path) => (path, None, None),
            Self::Named { path, name, media_type } => (path, name, media_type),
        };
        let path = folder.join(&written);
        let size = match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => metadata.len(),
            Ok(_) | Err(_) => return Err(BidError::DocumentMissing(written)),
        };
        if size == 0 {
            return Err(BidError::DocumentEmpty(written));
        }
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.or(file_name).unwrap_or_default();
        let is_name = (1..=255).contains(&name.len())
            && !matches!(name.as_str(), "." | "..")
            && !name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | char::REPLACEMENT_CHARACTER));
        if !is_name {
            return Err(BidError::DocumentName(name));
        }
        if !is_nfc(&name) {
            return Err(BidError::NotNfc(name));
        }
        let guessed = || mime_guess::from_path(&name).first_or_octet_stream().essence_str().to_owned();
        let media_type = media_type.unwrap_or_else(guessed);
        let is_type =
            (1..=255).contains(&media_type.len()) && media_type.bytes().all(|b| b.is_ascii_graphic());
        if is_type {
            Ok(DocumentSource { path, name, media_type, size })
        } else {
            Err(BidError::DocumentName(media_type))
        }
    }
}
