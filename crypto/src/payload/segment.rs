//! Segments: where they lie in the ciphertext, and the encryption of one.

use std::ops::Range;

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{AeadInOut, KeyInit};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sm4::Sm4;

use super::{KeyBytes, PayloadError, PayloadKey};
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
    cipher: Cipher,
    core_digest: Digest,
}

enum Cipher {
    Aes256Gcm(LessSafeKey),
    Sm4Gcm(AesGcm<Sm4, U12>),
}

impl SegmentCipher {
    /// The cipher for the payload behind the core with this digest.
    pub fn new(core_digest: Digest, key: &PayloadKey) -> Self {
        let cipher = match &key.0 {
            KeyBytes::Aes256(bytes) => {
                let key = UnboundKey::new(&AES_256_GCM, bytes.as_ref()).expect("an AES-256 key has 32 bytes");
                Cipher::Aes256Gcm(LessSafeKey::new(key))
            }
            KeyBytes::Sm4(bytes) => Cipher::Sm4Gcm(AesGcm::new((&**bytes).into())),
        };
        Self { cipher, core_digest }
    }

    /// Encrypts a segment where it stands and appends the tag.
    ///
    /// The caller never seals two plaintexts under one index: [`super::Sealer`] is the only caller outside tests.
    pub(super) fn seal_in_place(&self, index: u32, is_last: bool, segment: &mut Vec<u8>) {
        let (nonce, associated) = (nonce(index, is_last), &self.core_digest.0);
        let sealed = match &self.cipher {
            Cipher::Aes256Gcm(key) => key
                .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(associated), segment)
                .is_ok(),
            Cipher::Sm4Gcm(key) => key.encrypt_in_place(&nonce.into(), associated, segment).is_ok(),
        };
        assert!(sealed, "1 MiB is far below the limit of GCM");
    }

    /// Decrypts and authenticates one segment.
    pub fn open(&self, index: u32, is_last: bool, ciphertext: &[u8]) -> Result<Vec<u8>, PayloadError> {
        let mut buffer = ciphertext.to_vec();
        let (nonce, associated) = (nonce(index, is_last), &self.core_digest.0);
        let opened = match &self.cipher {
            Cipher::Aes256Gcm(key) => key
                .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(associated), &mut buffer)
                .map(|plaintext| plaintext.len())
                .ok(),
            Cipher::Sm4Gcm(key) => {
                let opened = key.decrypt_in_place(&nonce.into(), associated, &mut buffer);
                opened.ok().map(|()| buffer.len())
            }
        };
        buffer.truncate(opened.ok_or(PayloadError::Segment(index))?);
        Ok(buffer)
    }
}

/// 7 zero bytes, the index, and whether the segment is the last. Each key is used for one payload only.
fn nonce(index: u32, is_last: bool) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[7..11].copy_from_slice(&index.to_be_bytes());
    bytes[11] = u8::from(is_last);
    bytes
}
