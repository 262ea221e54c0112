//! Reading a bundle, with a limit on everything.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};
use std::sync::Arc;

use kaibiao_crypto::canonical;
use kaibiao_crypto::envelope::CORE_BYTES_MAX;
use serde::de::DeserializeOwned;

use super::container::{self, Contents, Stored};
use super::{
    ABOUT, About, BundleError, CENTRE, CORES, Cursor, FILES, HEADS, HEADS_MAX, Heads, Record,
    STREAM_BYTES_MAX, TENDER, TEXT_BYTES_MAX,
};
use crate::base::{Digest, SubmissionId};

/// A bundle that is open for reading.
pub struct Bundle<R> {
    source: R,
    about: About,
    heads: Arc<Heads>,
    streams: [Stored; 2],
    files: BTreeMap<Digest, Stored>,
    cores: BTreeMap<SubmissionId, Stored>,
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
    pub fn open(mut source: R) -> Result<Self, BundleError> {
        let Inventory { about, heads, streams, files, cores } = Inventory::of(container::read(&mut source)?)?;
        let about: About = text(&mut source, &about, ABOUT)?;
        if !about.is_readable() {
            return Err(BundleError::Form(ABOUT));
        }
        let heads = Heads::read(Contents::new(&mut source, &heads)?, HEADS_MAX)?;
        Ok(Self { source, about, heads: Arc::new(heads), streams, files, cores })
    }

    /// What the bundle says of itself.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The heads that signers have seen.
    pub fn heads(&self) -> &Arc<Heads> {
        &self.heads
    }

    /// The records of the centre.
    pub fn centre(&mut self) -> Result<Vec<Record>, BundleError> {
        self.all(CENTRE)
    }

    /// The records of the tender.
    pub fn tender(&mut self) -> Result<Vec<Record>, BundleError> {
        self.all(TENDER)
    }

    /// The beginning of the centre's stream and that of the tender's, to be read piece by piece.
    pub fn streams(&self) -> [Cursor; 2] {
        let [centre, tender] = &self.streams;
        [Cursor::new(centre, CENTRE), Cursor::new(tender, TENDER)]
    }

    /// The record at `cursor`, which goes on to the next one; none at the end of the stream. Error: `bundle_record`.
    pub fn next(&mut self, cursor: &mut Cursor) -> Result<Option<Record>, BundleError> {
        cursor.next(&mut self.source)
    }

    fn all(&mut self, name: &'static str) -> Result<Vec<Record>, BundleError> {
        let [centre, tender] = self.streams();
        let mut cursor = if name == CENTRE { centre } else { tender };
        if cursor.left() > STREAM_BYTES_MAX {
            return Err(BundleError::TooLarge(name));
        }
        std::iter::from_fn(|| self.next(&mut cursor).transpose()).collect()
    }

    /// The documents inside, ascending by digest.
    pub fn files(&self) -> impl Iterator<Item = CarriedFile> + '_ {
        self.files.iter().map(|(sha256, file)| CarriedFile { sha256: *sha256, len: file.len })
    }

    /// The cores inside, ascending by submission.
    pub fn cores(&self) -> impl Iterator<Item = SubmissionId> + '_ {
        self.cores.keys().copied()
    }

    /// The bytes of a document, as a stream; none if it is not carried.
    pub fn file(&mut self, sha256: Digest) -> Result<Option<impl Read + '_>, BundleError> {
        let Some(file) = self.files.get(&sha256) else { return Ok(None) };
        Ok(Some(Contents::new(&mut self.source, file)?))
    }

    /// The core of an envelope; none if it is not carried.
    pub fn core(&mut self, submission: SubmissionId) -> Result<Option<Vec<u8>>, BundleError> {
        let Some(file) = self.cores.get(&submission) else { return Ok(None) };
        if file.len > CORE_BYTES_MAX as u64 {
            return Err(BundleError::TooLarge("a core"));
        }
        Ok(Some(read_whole(&mut self.source, file)?))
    }
}

/// The files of a bundle by what they are.
struct Inventory {
    about: Stored,
    heads: Stored,
    streams: [Stored; 2],
    files: BTreeMap<Digest, Stored>,
    cores: BTreeMap<SubmissionId, Stored>,
}

impl Inventory {
    /// Checks that the files are those of a bundle, in their order.
    fn of(stored: Vec<Stored>) -> Result<Self, BundleError> {
        let mut stored = stored.into_iter();
        let mut first = |name: &'static str| {
            stored.next().filter(|file| file.name == name).ok_or(BundleError::Missing(name))
        };
        let (about, heads, centre, tender) = (first(ABOUT)?, first(HEADS)?, first(CENTRE)?, first(TENDER)?);
        let (mut files, mut cores) = (BTreeMap::new(), BTreeMap::new());
        let mut last = String::new();
        for file in stored {
            // "cores/" sorts before "files/", so one comparison orders both.
            let is_misplaced = file.name <= last;
            last.clone_from(&file.name);
            if let Some(submission) = last.strip_prefix(CORES).and_then(submission).filter(|_| !is_misplaced)
            {
                cores.insert(submission, file);
            } else if let Some(sha256) = last.strip_prefix(FILES).and_then(|name| name.parse().ok())
                && !is_misplaced
            {
                files.insert(sha256, file);
            } else {
                return Err(BundleError::Misplaced(last));
            }
        }
        Ok(Self { about, heads, streams: [centre, tender], files, cores })
    }
}

/// The submission that 32 lower-case hexadecimal digits name.
fn submission(name: &str) -> Option<SubmissionId> {
    let mut id = [0; 16];
    hex::decode_to_slice(name, &mut id).ok()?;
    (hex::encode(id) == name).then_some(SubmissionId(id))
}

fn read_whole<R: Read + Seek>(source: &mut R, file: &Stored) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Contents::new(source, file)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text<R: Read + Seek, T: DeserializeOwned>(
    source: &mut R,
    file: &Stored,
    name: &'static str,
) -> Result<T, BundleError> {
    if file.len > TEXT_BYTES_MAX {
        return Err(BundleError::TooLarge(name));
    }
    let bytes = read_whole(source, file)?;
    serde_json::from_value(canonical::parse(&bytes)?).map_err(|_| BundleError::Form(name))
}
