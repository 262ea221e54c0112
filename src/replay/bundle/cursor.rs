//! Reading a stream of records piece by piece, from where the last piece ended: a log of a million entries is checked
//! without being held.

use std::io::{self, Read, Seek, SeekFrom};

use super::container::Stored;
use super::{BundleError, Record};

/// Bytes that are read at once.
const PIECE: u64 = 1 << 18;

/// A place in a stream of records.
pub struct Cursor {
    name: &'static str,
    at: u64,
    left: u64,
    crc: crc32fast::Hasher,
    wanted: u32,
    piece: Vec<u8>,
    used: usize,
    count: u64,
}

impl Cursor {
    pub(super) fn new(file: &Stored, name: &'static str) -> Self {
        Self {
            name,
            at: file.content_at(),
            left: file.len,
            crc: crc32fast::Hasher::new(),
            wanted: file.crc,
            piece: Vec::new(),
            used: 0,
            count: 0,
        }
    }

    /// Bytes of the stream that were not read yet.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// The next record; none at the end. Error: `bundle_record`.
    pub(super) fn next<R: Read + Seek>(&mut self, source: &mut R) -> Result<Option<Record>, BundleError> {
        let record = Record::read(&mut Feed { cursor: self, source });
        // A wrong checksum is `InvalidData` too: either way these are not the bytes of records.
        let record = record.map_err(|_| BundleError::Record { stream: self.name, number: self.count })?;
        self.count += u64::from(record.is_some());
        Ok(record)
    }
}

/// The bytes of a stream from a cursor on; at their end an error if they have not the stream's checksum.
struct Feed<'a, R> {
    cursor: &'a mut Cursor,
    source: &'a mut R,
}

impl<R: Read + Seek> Feed<'_, R> {
    fn next_piece(&mut self) -> io::Result<()> {
        let Cursor { at, left, crc, wanted, piece, used, .. } = &mut *self.cursor;
        if *left == 0 {
            let is_whole = crc.clone().finalize() == *wanted;
            return if is_whole { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) };
        }
        let length = PIECE.min(*left);
        self.source.seek(SeekFrom::Start(*at))?;
        piece.clear();
        self.source.by_ref().take(length).read_to_end(piece)?;
        if piece.len() as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        crc.update(piece);
        (*at, *left, *used) = (*at + length, *left - length, 0);
        Ok(())
    }
}

impl<R: Read + Seek> Read for Feed<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.cursor.used == self.cursor.piece.len() && !into.is_empty() {
            self.next_piece()?;
        }
        let Cursor { piece, used, .. } = &mut *self.cursor;
        let length = into.len().min(piece.len() - *used);
        into[..length].copy_from_slice(&piece[*used..*used + length]);
        *used += length;
        Ok(length)
    }
}
