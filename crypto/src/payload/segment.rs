//! Segments: where they lie in the ciphertext, and the encryption of one.

use std::ops::Range;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::{PayloadError, PayloadKey};
use crate::digest::Digest;

/// Bytes of plaintext in every segment but the last.
pub const SEGMENT_BYTES: usize = 1 << 20;
/// Bytes that a segment's ciphertext is longer than its plaintext.
pub const TAG_BYTES: usize = 16;
const SEALED_SEGMENT_BYTES: u64 = (SEGMENT_BYTES + TAG_BYTES) as u64;

/// Where the segments of a payload lie, from its length alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    total_len: u64,
    segments: u32,
}

impl Layout {
    /// The layout of `total_len` bytes of ciphertext. Errors: no payload has that length.
    pub fn of_ciphertext(total_len: u64) -> Result<Self, PayloadError> {
        let segments = u32::try_from(total_len.div_ceil(SEALED_SEGMENT_BYTES))
            .map_err(|_| PayloadError::Length("more segments than the format can count"))?;
        let last_len = total_len - u64::from(segments.saturating_sub(1)) * SEALED_SEGMENT_BYTES;
        // Only a payload of nothing at all may end in an empty segment: one plaintext, one ciphertext.
        let shortest = if segments > 1 { TAG_BYTES as u64 + 1 } else { TAG_BYTES as u64 };
        if last_len < shortest {
            return Err(PayloadError::Length("no payload has this length"));
        }
        Ok(Self { total_len, segments })
    }

    /// How many segments there are; at least one.
    pub fn segments(&self) -> u32 {
        self.segments
    }

    /// Bytes of plaintext, padding included.
    pub fn plaintext_len(&self) -> u64 {
        self.total_len - u64::from(self.segments) * TAG_BYTES as u64
    }

    /// Whether a segment is the last.
    pub fn is_last(&self, index: u32) -> bool {
        index + 1 == self.segments
    }

    /// The bytes of ciphertext of a segment, counted from the end of the core; `None` when there is none.
    pub fn range(&self, index: u32) -> Option<Range<u64>> {
        let start = u64::from(index) * SEALED_SEGMENT_BYTES;
        (index < self.segments).then(|| start..self.total_len.min(start + SEALED_SEGMENT_BYTES))
    }
}

/// The encryption of single segments under one payload key and core.
pub struct SegmentCipher {
    key: LessSafeKey,
    core_digest: Digest,
}

impl SegmentCipher {
    /// The cipher for the payload behind the core with this digest.
    pub fn new(core_digest: Digest, key: &PayloadKey) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).expect("an AES-256 key has 32 bytes");
        Self { key: LessSafeKey::new(key), core_digest }
    }

    /// Encrypts a segment where it stands and appends the tag.
    ///
    /// The caller never seals two plaintexts under one index: [`super::Sealer`] is the only caller outside tests.
    pub(super) fn seal_in_place(&self, index: u32, is_last: bool, segment: &mut Vec<u8>) {
        self.key
            .seal_in_place_append_tag(nonce(index, is_last), self.associated_data(), segment)
            .expect("1 MiB is far below the limit of AES-GCM");
    }

    /// Decrypts and authenticates one segment.
    pub fn open(&self, index: u32, is_last: bool, ciphertext: &[u8]) -> Result<Vec<u8>, PayloadError> {
        let mut buffer = ciphertext.to_vec();
        let length = self
            .key
            .open_in_place(nonce(index, is_last), self.associated_data(), &mut buffer)
            .map_err(|_| PayloadError::Segment(index))?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }

    fn associated_data(&self) -> Aad<[u8; 32]> {
        Aad::from(self.core_digest.0)
    }
}

fn nonce(index: u32, is_last: bool) -> Nonce {
    let mut bytes = [0; 12];
    bytes[7..11].copy_from_slice(&index.to_be_bytes());
    bytes[11] = u8::from(is_last);
    Nonce::assume_unique_for_key(bytes)
}
