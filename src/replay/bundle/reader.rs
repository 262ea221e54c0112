//! Reading a bundle, with a limit on everything.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use kaibiao_crypto::canonical;
use kaibiao_crypto::envelope::CORE_BYTES_MAX;
use serde::de::DeserializeOwned;
use zip::{CompressionMethod, ZipArchive};

use super::{
    ABOUT, About, BundleError, CENTRE, CORES, FILES, FILES_MAX, HEADS, Record, STREAM_BYTES_MAX, ShownHead,
    TENDER, TEXT_BYTES_MAX,
};
use crate::base::{Digest, SubmissionId};

/// A bundle that is open for reading.
pub struct Bundle<R> {
    zip: ZipArchive<R>,
    about: About,
    heads: Vec<ShownHead>,
    files: BTreeMap<Digest, u64>,
    cores: BTreeSet<[u8; 16]>,
}

/// A document inside a bundle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CarriedFile {
    /// What its name says that its digest is.
    pub sha256: Digest,
    /// Its bytes.
    pub len: u64,
}

impl<R: Read + Seek> Bundle<R> {
    /// Opens a bundle. Errors: every code of [`BundleError`] but `bundle_record`.
    pub fn open(source: R) -> Result<Self, BundleError> {
        let mut zip = ZipArchive::new(source)?;
        if zip.len() > FILES_MAX {
            return Err(BundleError::TooLarge("the list of files"));
        }
        let (files, cores) = inventory(&mut zip)?;
        let about: About = text(&mut zip, ABOUT)?;
        if !about.is_readable() {
            return Err(BundleError::Form(ABOUT));
        }
        let heads = text(&mut zip, HEADS)?;
        Ok(Self { zip, about, heads, files, cores })
    }

    /// What the bundle says of itself.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Older heads with their proofs.
    pub fn heads(&self) -> &[ShownHead] {
        &self.heads
    }

    /// The records of the centre.
    pub fn centre(&mut self) -> Result<Vec<Record>, BundleError> {
        self.records(CENTRE)
    }

    /// The records of the tender.
    pub fn tender(&mut self) -> Result<Vec<Record>, BundleError> {
        self.records(TENDER)
    }

    /// The documents inside, ascending by digest.
    pub fn files(&self) -> impl Iterator<Item = CarriedFile> + '_ {
        self.files.iter().map(|(sha256, len)| CarriedFile { sha256: *sha256, len: *len })
    }

    /// The bytes of a document, as a stream; none if it is not carried.
    pub fn file(&mut self, sha256: Digest) -> Result<Option<impl Read + '_>, BundleError> {
        if !self.files.contains_key(&sha256) {
            return Ok(None);
        }
        Ok(Some(self.zip.by_name(&format!("{FILES}{sha256}"))?))
    }

    /// The core of an envelope; none if it is not carried.
    pub fn core(&mut self, submission: SubmissionId) -> Result<Option<Vec<u8>>, BundleError> {
        if !self.cores.contains(&submission.0) {
            return Ok(None);
        }
        let file = self.zip.by_name(&format!("{CORES}{}", hex::encode(submission.0)))?;
        let mut bytes = Vec::new();
        file.take(CORE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > CORE_BYTES_MAX { Err(BundleError::TooLarge("a core")) } else { Ok(Some(bytes)) }
    }

    fn records(&mut self, name: &'static str) -> Result<Vec<Record>, BundleError> {
        let file = self.zip.by_name(name)?;
        if file.size() > STREAM_BYTES_MAX {
            return Err(BundleError::TooLarge(name));
        }
        let mut source = std::io::BufReader::new(file.take(STREAM_BYTES_MAX));
        let mut records = Vec::new();
        loop {
            match Record::read(&mut source) {
                Ok(Some(record)) => records.push(record),
                Ok(None) => return Ok(records),
                // The zip's own checksum fails as `InvalidData` too: either way these are not the bytes of records.
                Err(_) => return Err(BundleError::Record { stream: name, number: records.len() as u64 }),
            }
        }
    }
}

type Inventory = (BTreeMap<Digest, u64>, BTreeSet<[u8; 16]>);

/// Checks that the files are those of a bundle, stored, in their order.
fn inventory<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<Inventory, BundleError> {
    const FIRST: [&str; 4] = [ABOUT, HEADS, CENTRE, TENDER];
    let (mut files, mut cores) = (BTreeMap::new(), BTreeSet::new());
    let mut last = String::new();
    for place in 0..zip.len() {
        let file = zip.by_index_raw(place)?;
        let name = file.name()?.into_owned();
        if file.compression() != CompressionMethod::Stored || file.encrypted() {
            return Err(BundleError::Compressed(name));
        }
        let misplaced = || BundleError::Misplaced(name.clone());
        match FIRST.get(place) {
            Some(wanted) if *wanted == name => continue,
            Some(wanted) => return Err(BundleError::Missing(wanted)),
            None => {}
        }
        if let Some(submission) = name.strip_prefix(CORES) {
            let mut id = [0; 16];
            hex::decode_to_slice(submission, &mut id).map_err(|_| misplaced())?;
            if hex::encode(id) != submission {
                return Err(misplaced());
            }
            cores.insert(id);
        } else {
            let sha256 = name.strip_prefix(FILES).and_then(|digest| digest.parse().ok());
            files.insert(sha256.ok_or_else(misplaced)?, file.size());
        }
        // "cores/" sorts before "files/", so one comparison orders both.
        if name <= last {
            return Err(misplaced());
        }
        last = name;
    }
    match FIRST.get(zip.len()) {
        Some(missing) => Err(BundleError::Missing(missing)),
        None => Ok((files, cores)),
    }
}

fn text<R: Read + Seek, T: DeserializeOwned>(
    zip: &mut ZipArchive<R>,
    name: &'static str,
) -> Result<T, BundleError> {
    let file = zip.by_name(name)?;
    let mut bytes = Vec::new();
    file.take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > TEXT_BYTES_MAX {
        return Err(BundleError::TooLarge(name));
    }
    serde_json::from_value(canonical::parse(&bytes)?).map_err(|_| BundleError::Form(name))
}
