//! Writing a bundle, piece by piece: nothing but the piece at hand is in memory.

use std::io::{self, Read, Seek, SeekFrom, Write};

use kaibiao_crypto::canonical;

use super::container::{self, Stored};
use super::{
    ABOUT, About, BundleError, CENTRE, CORES, FILES, FILES_MAX, Growth, HEADS, HEADS_MAX, Record, TENDER,
};
use crate::base::{Digest, SubmissionId};

/// Writes a bundle in its fixed order: description, heads, centre, tender, cores and files ascending by name.
pub struct BundleWriter<W: Write + Seek> {
    sink: Summed<W>,
    files: Vec<Stored>,
    /// How far in the order of kinds the bundle is.
    stage: u8,
    heads: usize,
}

impl<W: Write + Seek> BundleWriter<W> {
    /// Begins a bundle with its description; the heads follow.
    pub fn new(sink: W, about: &About) -> Result<Self, BundleError> {
        let sink = Summed { sink, crc: crc32fast::Hasher::new() };
        let mut writer = Self { sink, files: Vec::new(), stage: 0, heads: 0 };
        let about = canonical::to_vec(about)?;
        writer.start(ABOUT, 1, about.len() as u64)?;
        writer.sink.write_all(&about)?;
        writer.start(HEADS, 2, 0)?;
        Ok(writer)
    }

    /// The next step by which the log grew; the last one leads to the bundle's own head.
    pub fn growth(&mut self, growth: &Growth) -> Result<(), BundleError> {
        if self.stage != 2 {
            return Err(BundleError::Misplaced(format!("head {}", growth.size)));
        }
        if self.heads == HEADS_MAX {
            return Err(BundleError::TooLarge(HEADS));
        }
        self.heads += 1;
        Ok(growth.write(&mut self.sink)?)
    }

    /// Begins the centre's stream; its records follow.
    pub fn start_centre(&mut self) -> Result<(), BundleError> {
        self.start(CENTRE, 3, 0)
    }

    /// Begins the tender's stream; its records follow.
    pub fn start_tender(&mut self) -> Result<(), BundleError> {
        self.start(TENDER, 4, 0)
    }

    /// The next record of the stream that was begun.
    pub fn record(&mut self, record: &Record) -> Result<(), BundleError> {
        if !matches!(self.stage, 3 | 4) {
            return Err(BundleError::Misplaced(format!("record {}", record.index)));
        }
        Ok(record.write(&mut self.sink)?)
    }

    /// The core of an opened envelope; ascending by submission.
    pub fn core(&mut self, submission: SubmissionId, bytes: &[u8]) -> Result<(), BundleError> {
        self.start(&format!("{CORES}{}", hex::encode(submission.0)), 5, bytes.len() as u64)?;
        Ok(self.sink.write_all(bytes)?)
    }

    /// A document of `len` bytes; ascending by digest. Fewer or more bytes than `len` are an error.
    pub fn file(&mut self, sha256: Digest, len: u64, bytes: impl Read) -> Result<(), BundleError> {
        self.start_file(sha256, len)?;
        io::copy(&mut bytes.take(len.saturating_add(1)), &mut self.sink)?;
        self.end_file()
    }

    /// Begins a document whose bytes come by [`BundleWriter::piece`].
    pub fn start_file(&mut self, sha256: Digest, len: u64) -> Result<(), BundleError> {
        self.start(&format!("{FILES}{sha256}"), 6, len)
    }

    /// The next bytes of the document that was begun.
    pub fn piece(&mut self, bytes: &[u8]) -> Result<(), BundleError> {
        Ok(self.sink.write_all(bytes)?)
    }

    /// Ends the bundle.
    pub fn finish(mut self) -> Result<W, BundleError> {
        self.end_file()?;
        let mut sink = self.sink.sink;
        let at = sink.stream_position()?;
        sink.write_all(&container::directory(&self.files, at))?;
        sink.flush()?;
        Ok(sink)
    }

    /// Begins a file of `len` bytes; of a stream the length is not known yet.
    fn start(&mut self, name: &str, stage: u8, len: u64) -> Result<(), BundleError> {
        let last = self.files.last().map_or("", |file| file.name.as_str());
        let in_order = stage > self.stage || (stage == self.stage && stage >= 5 && name > last);
        if !in_order {
            return Err(BundleError::Misplaced(name.to_owned()));
        }
        if self.files.len() == FILES_MAX {
            return Err(BundleError::TooLarge("the list of files"));
        }
        self.end_file()?;
        let sink = &mut self.sink.sink;
        let file = Stored::new(name, len, sink.stream_position()?);
        sink.write_all(&file.local_header())?;
        self.files.push(file);
        (self.sink.crc, self.stage) = (crc32fast::Hasher::new(), stage);
        Ok(())
    }

    /// Writes the header of the last file again, now that its bytes are known. Another length than was announced is an
    /// error, but for streams.
    fn end_file(&mut self) -> Result<(), BundleError> {
        let Some(file) = self.files.last_mut() else { return Ok(()) };
        let Summed { sink, crc } = &mut self.sink;
        let end = sink.stream_position()?;
        let len = end - file.content_at();
        let is_stream = matches!(self.stage, 2..=4);
        if len != file.len && !is_stream {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        (file.len, file.crc) = (len, crc.clone().finalize());
        sink.seek(SeekFrom::Start(file.at))?;
        sink.write_all(&file.local_header())?;
        sink.seek(SeekFrom::Start(end))?;
        Ok(())
    }
}

/// Where the bytes of files go, with the checksum of the file that was begun last.
struct Summed<W> {
    sink: W,
    crc: crc32fast::Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.sink.write(bytes)?;
        self.crc.update(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
