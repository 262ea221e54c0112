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
    Aes256Gcm(Box<LessSafeKey>),
    Sm4Gcm(Box<AesGcm<Sm4, U12>>),
}

impl SegmentCipher {
    /// The cipher for the payload behind the core with this digest.
    pub fn new(core_digest: Digest, key: &PayloadKey) -> Self {
        let cipher = match &key.0 {
            KeyBytes::Aes256(bytes) => {
                let key = UnboundKey::new(&AES_256_GCM, bytes.as_ref()).expect("an AES-256 key has 32 bytes");
                Cipher::Aes256Gcm(Box::new(LessSafeKey::new(key)))
            }
            KeyBytes::Sm4(bytes) => Cipher::Sm4Gcm(Box::new(AesGcm::new((&**bytes).into()))),
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

#[cfg(test)]
mod tests {
    use aes_gcm::aead::array::Array;
    use sm4::cipher::{BlockCipherEncrypt, KeyInit as _};

    use super::*;

    const KEY: &str = "0123456789abcdeffedcba9876543210";

    fn bytes(digits: &str) -> Vec<u8> {
        hex::decode(digits).expect("hexadecimal digits")
    }

    fn key() -> [u8; 16] {
        bytes(KEY).try_into().expect("16 bytes")
    }

    /// GB/T 32907-2016, annex A.1 and A.2: one block, once and a million times.
    #[test]
    fn sm4_is_that_of_the_standard() {
        let cipher = Sm4::new(&key().into());
        let mut block = Array(key());
        cipher.encrypt_block(&mut block);
        assert_eq!(hex::encode(block), "681edf34d206965e86b3e94f536e4246");
        for _ in 1..1_000_000 {
            cipher.encrypt_block(&mut block);
        }
        assert_eq!(hex::encode(block), "595298c7c6fd271f0402f804c33d3f66");
    }

    /// RFC 8998, appendix A.1.
    #[test]
    fn sm4_gcm_is_that_of_the_rfc() {
        let cipher = AesGcm::<Sm4, U12>::new(&key().into());
        let nonce: [u8; 12] = bytes("00001234567800000000abcd").try_into().expect("12 bytes");
        let associated = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let mut text =
            b"\xaa\xbb\xcc\xdd\xee\xff\xee\xaa".iter().flat_map(|byte| [*byte; 8]).collect::<Vec<u8>>();
        let plaintext = text.clone();
        cipher.encrypt_in_place(&nonce.into(), &associated, &mut text).expect("it is short");
        assert_eq!(
            hex::encode(&text),
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15\
             a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec"
        );
        cipher.decrypt_in_place(&nonce.into(), &associated, &mut text).expect("it is authentic");
        assert_eq!(text, plaintext);
    }
}
