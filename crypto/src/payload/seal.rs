//! Sealing: plaintext in any chunks becomes ciphertext segments, and the root that the bidder signs.

use std::io::{self, Write};

use serde_json::Value;

use super::document::Track;
use super::segment::SegmentCipher;
use super::{Head, PayloadError, PayloadKey, SEGMENT_BYTES, TAG_BYTES};
use crate::digest::Digest;
use crate::envelope::Core;
use crate::tree;

/// How many zeros are written at a time.
const ZEROS: [u8; 4096] = [0; 4096];

/// What stands in the manifest about a sealed payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of each ciphertext segment, in order: the leaves of `root`.
    pub segment_digests: Vec<Digest>,
    /// The RFC 6962 tree head over `segment_digests`.
    pub root: Digest,
    /// Bytes of ciphertext.
    pub total_len: u64,
}

/// Encrypts a plaintext as it is written; each segment goes to the sink as soon as it is known not to be the last.
/// It knows nothing of heads and padding: see [`PayloadWriter`]. Holds one segment.
pub struct Sealer<W> {
    cipher: SegmentCipher,
    buffer: Vec<u8>,
    index: u32,
    segment_digests: Vec<Digest>,
    total_len: u64,
    sink: W,
}

impl<W: Write> Sealer<W> {
    /// A sealer for the payload behind the core with this digest.
    pub fn new(core_digest: Digest, key: &PayloadKey, sink: W) -> Self {
        Self {
            cipher: SegmentCipher::new(core_digest, key),
            buffer: Vec::with_capacity(SEGMENT_BYTES + TAG_BYTES),
            index: 0,
            segment_digests: Vec::new(),
            total_len: 0,
            sink,
        }
    }

    /// Seals the last segment. A payload that is not finished does not open.
    pub fn finish(mut self) -> io::Result<(Sealed, W)> {
        self.seal_segment(true)?;
        self.sink.flush()?;
        let root = tree::root_of_digests(&self.segment_digests);
        Ok((Sealed { segment_digests: self.segment_digests, root, total_len: self.total_len }, self.sink))
    }

    fn seal_segment(&mut self, is_last: bool) -> io::Result<()> {
        self.cipher.seal_in_place(self.index, is_last, &mut self.buffer);
        self.segment_digests.push(Digest::of(&self.buffer));
        self.total_len += self.buffer.len() as u64;
        self.index = self.index.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        let written = self.sink.write_all(&self.buffer);
        // Cleared even on failure: a segment that is sealed already must not be sealed again.
        self.buffer.clear();
        written
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        if self.buffer.len() == SEGMENT_BYTES && !plaintext.is_empty() {
            self.seal_segment(false)?;
        }
        let length = plaintext.len().min(SEGMENT_BYTES - self.buffer.len());
        self.buffer.extend_from_slice(&plaintext[..length]);
        Ok(length)
    }

    /// Flushes the sink. The segment that is not full stays here: it may be the last.
    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Seals a whole payload: the head first, then the documents' bytes as they are written, then the padding.
///
/// Two passes over the files: [`super::DocumentHasher`] makes the head, then their bytes are written here. A file
/// that changed in between is an error, because its envelope would not open.
pub struct PayloadWriter<W> {
    sealer: Sealer<W>,
    track: Track,
    /// Bytes of plaintext that are not written yet, padding included.
    missing: u64,
    /// A failure is final: a payload half written is never finished.
    is_broken: bool,
}

impl<W: Write> PayloadWriter<W> {
    /// Begins the payload of `core` with its head.
    pub fn start(core: &Core, key: &PayloadKey, head: &Head, sink: W) -> Result<Self, PayloadError> {
        key.check(core)?;
        let kind = core.context().envelope;
        let text = head.to_bytes(kind)?;
        let length = u32::try_from(text.len()).expect("a head is at most 65,532 bytes");
        let track = Track::new(head.documents.clone())?;
        let missing = head.plaintext_len(text.len(), kind)?;
        let mut writer =
            Self { sealer: Sealer::new(core.digest(), key, sink), track, missing, is_broken: false };
        writer.put(&length.to_be_bytes())?;
        writer.put(&text)?;
        Ok(writer)
    }

    /// Takes the next bytes of the documents, which stand one after another; a chunk may span several. After an
    /// error the payload cannot be finished.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), PayloadError> {
        if self.is_broken {
            return Err(PayloadError::Length("the payload was given up"));
        }
        let result = self.take(bytes);
        self.is_broken = result.is_err();
        result
    }

    fn take(&mut self, mut bytes: &[u8]) -> Result<(), PayloadError> {
        while !bytes.is_empty() {
            let taken = self.track.take(bytes)?;
            let (_, length) = taken.ok_or(PayloadError::Length("more bytes than the head names"))?;
            self.put(&bytes[..length])?;
            bytes = &bytes[length..];
        }
        Ok(())
    }

    /// Pads and seals the end. Errors when documents are missing.
    pub fn finish(mut self) -> Result<(Sealed, W), PayloadError> {
        if self.is_broken || !self.track.is_complete() {
            return Err(PayloadError::Length("fewer bytes than the head names"));
        }
        while self.missing > 0 {
            let length = usize::try_from(self.missing).unwrap_or(usize::MAX).min(ZEROS.len());
            self.put(&ZEROS[..length])?;
        }
        Ok(self.sealer.finish()?)
    }

    fn put(&mut self, plaintext: &[u8]) -> Result<(), PayloadError> {
        self.missing -= plaintext.len() as u64;
        Ok(self.sealer.write_all(plaintext)?)
    }
}

/// Seals a statement (envelopes 3 and 4): the ciphertext, always of one length, and what the manifest says of it.
pub fn seal_statement(
    core: &Core,
    key: &PayloadKey,
    statement: Value,
) -> Result<(Sealed, Vec<u8>), PayloadError> {
    PayloadWriter::start(core, key, &Head::of_statement(statement), Vec::new())?.finish()
}
