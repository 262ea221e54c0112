//! Digests of the ciphertext segments of an envelope, taken once as its bytes arrive.
//!
//! An uploaded envelope is its core, then segments of 1 MiB + 16 bytes (plaintext and its tag); the last one
//! may be shorter.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;
use kaibiao_crypto::digest::{Digest, Hasher};

/// Bytes of a ciphertext segment.
pub(super) const SEGMENT_BYTES: u64 = (1 << 20) + 16;

/// The segment that is being filled.
pub(in crate::files) struct Segments {
    /// Bytes of the core that are still to come.
    core_left: u64,
    /// Its place.
    index: u64,
    /// Its bytes so far.
    filled: u64,
    hasher: Hasher,
}

impl Segments {
    /// Where the first `received` bytes of the file leave off. The digest of a segment that is only begun is
    /// taken from the file again: at most 1 MiB, once per part.
    pub(in crate::files) fn resume(file: &mut File, core_len: u64, received: u64) -> io::Result<Self> {
        let ciphertext = received.saturating_sub(core_len);
        let (index, filled) = (ciphertext / SEGMENT_BYTES, ciphertext % SEGMENT_BYTES);
        let mut hasher = Hasher::new();
        file.seek(SeekFrom::Start(core_len + index * SEGMENT_BYTES))?;
        let mut begun = file.take(filled);
        let (mut buffer, mut read) = ([0; 16 << 10], 0);
        loop {
            match begun.read(&mut buffer)? {
                0 if read == filled => break,
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => {
                    hasher.update(&buffer[..n]);
                    read += n as u64;
                }
            }
        }
        Ok(Self { core_left: core_len.saturating_sub(received), index, filled, hasher })
    }

    /// Takes the next bytes and adds the segments that they make whole.
    pub(in crate::files) fn take(&mut self, bytes: &Bytes, whole: &mut Vec<(u64, Digest)>) {
        let core = shorter(self.core_left, bytes.len());
        self.core_left -= core as u64;
        let mut rest = &bytes[core..];
        while !rest.is_empty() {
            let (part, after) = rest.split_at(shorter(SEGMENT_BYTES - self.filled, rest.len()));
            self.hasher.update(part);
            self.filled += part.len() as u64;
            rest = after;
            if self.filled == SEGMENT_BYTES {
                whole.push((self.index, std::mem::take(&mut self.hasher).finish()));
                (self.index, self.filled) = (self.index + 1, 0);
            }
        }
    }

    /// The segment that ends with the file, if one is begun.
    pub(in crate::files) fn last(self) -> Option<(u64, Digest)> {
        (self.filled > 0).then(|| (self.index, self.hasher.finish()))
    }
}

fn shorter(left: u64, len: usize) -> usize {
    usize::try_from(left).map_or(len, |left| left.min(len))
}
