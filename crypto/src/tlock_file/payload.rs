//! The content: a nonce of 16 bytes, then ChaCha20-Poly1305 in chunks of 64 KiB (the STREAM construction).
//!
//! A chunk's nonce is its number in 11 bytes and whether it is the last one, so no chunk can be moved, left out or
//! added. Only the one chunk of an empty content is empty.
//!
//! *Invariant*: nothing is returned unless every chunk up to the last one authenticates.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::{FileKey, TlockFileError, derived};

/// Bytes of content in a chunk.
const CHUNK_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;
const SALT_BYTES: usize = 16;

/// Appends the content of a file. `salt` is random and used for this one file.
pub(super) fn seal(file_key: &FileKey, salt: &[u8; SALT_BYTES], plaintext: &[u8], file: &mut Vec<u8>) {
    let key = chunk_key(file_key, salt);
    file.reserve(SALT_BYTES + plaintext.len() + (plaintext.len() / CHUNK_BYTES + 1) * TAG_BYTES);
    file.extend(salt);
    let (mut number, mut rest) = (0, plaintext);
    loop {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK_BYTES));
        let start = file.len();
        file.extend(chunk);
        let tag = key
            .seal_in_place_separate_tag(nonce(number, after.is_empty()), Aad::empty(), &mut file[start..])
            .expect("a chunk is far below the limit of the cipher");
        file.extend(tag.as_ref());
        if after.is_empty() {
            return;
        }
        (number, rest) = (number + 1, after);
    }
}

/// The whole content, authenticated.
pub(super) fn open(file_key: &FileKey, payload: &[u8]) -> Result<Vec<u8>, TlockFileError> {
    let (salt, mut rest) = payload.split_first_chunk::<SALT_BYTES>().ok_or(TlockFileError::Changed)?;
    let key = chunk_key(file_key, salt);
    let mut plaintext = Vec::with_capacity(rest.len());
    let mut number = 0;
    loop {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK_BYTES + TAG_BYTES));
        let mut chunk = chunk.to_vec();
        let opened = key
            .open_in_place(nonce(number, after.is_empty()), Aad::empty(), &mut chunk)
            .map_err(|_| TlockFileError::Changed)?;
        if opened.is_empty() && number > 0 {
            return Err(TlockFileError::Changed);
        }
        plaintext.extend_from_slice(opened);
        if after.is_empty() {
            return Ok(plaintext);
        }
        (number, rest) = (number + 1, after);
    }
}

fn chunk_key(file_key: &FileKey, salt: &[u8; SALT_BYTES]) -> LessSafeKey {
    LessSafeKey::new(derived::<_, UnboundKey>(file_key, salt, b"payload", &CHACHA20_POLY1305))
}

fn nonce(number: u64, is_last: bool) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    bytes[3..11].copy_from_slice(&number.to_be_bytes());
    bytes[11] = u8::from(is_last);
    Nonce::assume_unique_for_key(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEALED_BYTES: usize = CHUNK_BYTES + TAG_BYTES;

    fn sealed(bytes: usize) -> (FileKey, Vec<u8>) {
        let (file_key, mut payload) = (FileKey::new([1; 16]), Vec::new());
        seal(&file_key, &[2; SALT_BYTES], &vec![3; bytes], &mut payload);
        (file_key, payload)
    }

    #[test]
    fn chunks_cannot_be_moved_left_out_or_added() {
        let (file_key, payload) = sealed(3 * CHUNK_BYTES);
        assert_eq!(payload.len(), SALT_BYTES + 3 * SEALED_BYTES);
        assert_eq!(open(&file_key, &payload), Ok(vec![3; 3 * CHUNK_BYTES]));
        let (salt, chunks) = payload.split_at(SALT_BYTES);
        let chunk = |number: usize| &chunks[number * SEALED_BYTES..][..SEALED_BYTES];
        for order in [&[1, 0, 2][..], &[0, 1], &[0, 2], &[0], &[2], &[0, 1, 2, 2], &[0, 0, 1, 2], &[]] {
            let moved: Vec<u8> = order.iter().flat_map(|number| chunk(*number)).copied().collect();
            assert_eq!(open(&file_key, &[salt, &moved].concat()), Err(TlockFileError::Changed), "{order:?}");
        }
    }

    #[test]
    fn an_empty_chunk_after_a_full_one_is_not_the_one_form() {
        let (file_key, payload) = sealed(CHUNK_BYTES);
        let key = chunk_key(&file_key, &[2; SALT_BYTES]);
        let mut longer = payload[..SALT_BYTES].to_vec();
        for (number, is_last, bytes) in [(0, false, CHUNK_BYTES), (1, true, 0)] {
            let mut chunk = vec![3; bytes];
            key.seal_in_place_append_tag(nonce(number, is_last), Aad::empty(), &mut chunk).expect("it seals");
            longer.extend(chunk);
        }
        assert_eq!(open(&file_key, &longer), Err(TlockFileError::Changed));
    }
}
