//! Bytes to upload: each known by its position, so that none need be kept.

use std::convert::Infallible;
use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::tree;

/// Bytes of a ciphertext segment (formats.md 4), written here again on purpose.
pub const SEGMENT_BYTES: u64 = 1_048_592;

const PIECE_BYTES: u64 = 64 << 10;

/// The bytes at these positions.
pub fn bytes(range: Range<u64>) -> Bytes {
    range.map(|at| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as u8).collect()
}

/// The bytes at these positions as they come over a line.
pub fn line(range: Range<u64>) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let end = range.end;
    let pieces = range.step_by(PIECE_BYTES as usize);
    stream::iter(pieces.map(move |at| Ok(bytes(at..end.min(at + PIECE_BYTES)))))
}

/// Digest of the core and root of the segments of an envelope of `length` bytes that begins with `core_len`.
pub fn digests(core_len: u64, length: u64) -> (Digest, Digest) {
    let segments = (core_len..length).step_by(SEGMENT_BYTES as usize);
    let digests: Vec<Digest> =
        segments.map(|at| Digest::of(&bytes(at..length.min(at + SEGMENT_BYTES)))).collect();
    (Digest::of(&bytes(0..core_len)), tree::root_of_digests(&digests))
}
