//! Writing a bundle, piece by piece: nothing but the piece at hand is in memory.

use std::io::{self, Read, Seek, Write};

use kaibiao_crypto::canonical;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{ABOUT, About, BundleError, CENTRE, CORES, FILES, HEADS, Record, ShownHead, TENDER};
use crate::base::{Digest, SubmissionId};

/// Rights of the files inside, for tools that unpack them.
const RIGHTS: u32 = 0o644;
/// From this length on a file needs the fields of 64 bits (zip64).
const LARGE_BYTES: u64 = u32::MAX as u64;

/// Writes a bundle in its fixed order: description, heads, centre, tender, cores and files ascending by name.
pub struct BundleWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    last: String,
    /// How far in the order of kinds the bundle is.
    stage: u8,
}

impl<W: Write + Seek> BundleWriter<W> {
    /// Begins a bundle.
    pub fn new(sink: W, about: &About, heads: &[ShownHead]) -> Result<Self, BundleError> {
        let mut writer = Self { zip: ZipWriter::new(sink), last: String::new(), stage: 0 };
        writer.start(ABOUT, 1, false)?;
        writer.zip.write_all(&canonical::to_vec(about)?)?;
        writer.start(HEADS, 2, false)?;
        writer.zip.write_all(&canonical::to_vec(heads)?)?;
        Ok(writer)
    }

    /// Begins the centre's stream; its records follow.
    pub fn start_centre(&mut self) -> Result<(), BundleError> {
        self.start(CENTRE, 3, true)
    }

    /// Begins the tender's stream; its records follow.
    pub fn start_tender(&mut self) -> Result<(), BundleError> {
        self.start(TENDER, 4, true)
    }

    /// The next record of the stream that was begun.
    pub fn record(&mut self, record: &Record) -> Result<(), BundleError> {
        if !matches!(self.stage, 3 | 4) {
            return Err(BundleError::Misplaced(format!("record {}", record.index)));
        }
        Ok(record.write(&mut self.zip)?)
    }

    /// The core of an opened envelope; ascending by submission.
    pub fn core(&mut self, submission: SubmissionId, bytes: &[u8]) -> Result<(), BundleError> {
        self.start(&format!("{CORES}{}", hex::encode(submission.0)), 5, false)?;
        Ok(self.zip.write_all(bytes)?)
    }

    /// A document of `len` bytes; ascending by digest. Fewer or more bytes than `len` are an error.
    pub fn file(&mut self, sha256: Digest, len: u64, bytes: impl Read) -> Result<(), BundleError> {
        self.start_file(sha256, len)?;
        let copied = io::copy(&mut bytes.take(len.saturating_add(1)), &mut self.zip)?;
        if copied == len { Ok(()) } else { Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()) }
    }

    /// Begins a document whose bytes come by [`BundleWriter::piece`].
    pub fn start_file(&mut self, sha256: Digest, len: u64) -> Result<(), BundleError> {
        self.start(&format!("{FILES}{sha256}"), 6, len >= LARGE_BYTES)
    }

    /// The next bytes of the document that was begun.
    pub fn piece(&mut self, bytes: &[u8]) -> Result<(), BundleError> {
        Ok(self.zip.write_all(bytes)?)
    }

    /// Ends the bundle.
    pub fn finish(self) -> Result<W, BundleError> {
        Ok(self.zip.finish()?)
    }

    fn start(&mut self, name: &str, stage: u8, is_large: bool) -> Result<(), BundleError> {
        let in_order = stage > self.stage || (stage == self.stage && stage >= 5 && name > self.last.as_str());
        if !in_order {
            return Err(BundleError::Misplaced(name.to_owned()));
        }
        (self.last, self.stage) = (name.to_owned(), stage);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(RIGHTS)
            .large_file(is_large);
        Ok(self.zip.start_file(name, options)?)
    }
}
