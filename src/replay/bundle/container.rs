//! The bytes around the files of a bundle: the one zip that they give (docs/formats.md, 11).
//!
//! Writer and reader make the headers with the same functions, and the reader compares every byte with them. So whoever
//! reads by the local headers and whoever reads by the central directory see the same, and no byte is without meaning.

use std::io::{self, Read, Seek, SeekFrom};

use super::{BundleError, CENTRE, FILES_MAX, HEADS, TENDER};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
/// Bytes of a local header before its name.
const LOCAL_BYTES: usize = 30;
/// 1980-01-01, the first day that a zip knows.
const DATE: u16 = 0x21;
/// A plain file that its owner may write and everybody may read, as Unix says it.
const RIGHTS: u32 = 0o100_644 << 16;
const MADE_BY_UNIX: u16 = 3 << 8;
/// What a reader must know: plain files.
const VERSION: u16 = 10;
/// What a reader must know: fields of 64 bits.
const VERSION_64: u16 = 45;
/// Longest name: `files/` and a digest.
const NAME_BYTES_MAX: usize = 70;

/// One stored file with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) crc: u32,
    pub(super) len: u64,
    /// Where its local header begins.
    pub(super) at: u64,
    /// Whether its lengths have 64 bits: those of streams always, because they are not known when one begins.
    pub(super) is_large: bool,
}

impl Stored {
    /// A file that begins at `at`.
    pub(super) fn new(name: &str, len: u64, at: u64) -> Self {
        let is_large = matches!(name, HEADS | CENTRE | TENDER) || len >= u64::from(u32::MAX);
        Self { name: name.to_owned(), crc: 0, len, at, is_large }
    }

    /// Where its bytes begin.
    pub(super) fn content_at(&self) -> u64 {
        self.at + self.local_header().len() as u64
    }

    /// What stands before its bytes.
    pub(super) fn local_header(&self) -> Vec<u8> {
        let version = if self.is_large { VERSION_64 } else { VERSION };
        let extra = if self.is_large { extra(&[self.len, self.len]) } else { Vec::new() };
        let mut bytes = LOCAL.to_le_bytes().to_vec();
        self.put_common(&mut bytes, version, extra.len());
        bytes.extend_from_slice(self.name.as_bytes());
        bytes.extend(extra);
        bytes
    }

    /// Its line in the central directory.
    pub(super) fn central_header(&self) -> Vec<u8> {
        let lengths: &[u64] = if self.is_large { &[self.len, self.len] } else { &[] };
        let (place, far) = match u32::try_from(self.at) {
            Ok(place) if place < u32::MAX => (place, None),
            Ok(_) | Err(_) => (u32::MAX, Some(self.at)),
        };
        let fields: Vec<u64> = lengths.iter().copied().chain(far).collect();
        let extra = if fields.is_empty() { Vec::new() } else { extra(&fields) };
        let version = if fields.is_empty() { VERSION } else { VERSION_64 };
        let mut bytes = CENTRAL.to_le_bytes().to_vec();
        put_16(&mut bytes, &[MADE_BY_UNIX | version]);
        self.put_common(&mut bytes, version, extra.len());
        // No comment, the first disk, not said to be text.
        put_16(&mut bytes, &[0, 0, 0]);
        bytes.extend(RIGHTS.to_le_bytes());
        bytes.extend(place.to_le_bytes());
        bytes.extend_from_slice(self.name.as_bytes());
        bytes.extend(extra);
        bytes
    }

    /// Version, flags, method, time, date, checksum, lengths; lengths of name and extra field.
    fn put_common(&self, bytes: &mut Vec<u8>, version: u16, extra_len: usize) {
        put_16(bytes, &[version, 0, 0, 0, DATE]);
        let len = if self.is_large { u32::MAX } else { short(self.len) };
        for field in [self.crc, len, len] {
            bytes.extend(field.to_le_bytes());
        }
        // A name has at most 70 bytes and an extra field 28.
        put_16(bytes, &[self.name.len(), extra_len].map(|len| u16::try_from(len).unwrap_or(u16::MAX)));
    }
}

/// What follows the last file: the central directory and its end.
pub(super) fn directory(files: &[Stored], at: u64) -> Vec<u8> {
    let mut bytes: Vec<u8> = files.iter().flat_map(Stored::central_header).collect();
    let (count, len) = (files.len() as u64, bytes.len() as u64);
    if count >= u64::from(u16::MAX) || at >= u64::from(u32::MAX) {
        put_end_64(&mut bytes, count, len, at);
    }
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    bytes.extend(END.to_le_bytes());
    put_16(&mut bytes, &[0, 0, count, count]);
    bytes.extend(short(len).to_le_bytes());
    bytes.extend(short(at).to_le_bytes());
    put_16(&mut bytes, &[0]);
    bytes
}

/// The end with fields of 64 bits, and where it begins.
fn put_end_64(bytes: &mut Vec<u8>, count: u64, len: u64, at: u64) {
    bytes.extend(END_64.to_le_bytes());
    bytes.extend(44_u64.to_le_bytes());
    put_16(bytes, &[MADE_BY_UNIX | VERSION_64, VERSION_64]);
    bytes.extend([0; 8]);
    for field in [count, count, len, at] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend(LOCATOR_64.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend((at + len).to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
}

/// The zip64 field.
fn extra(fields: &[u64]) -> Vec<u8> {
    let values: Vec<u8> = fields.iter().flat_map(|field| field.to_le_bytes()).collect();
    let mut bytes = Vec::with_capacity(4 + values.len());
    put_16(&mut bytes, &[1, u16::try_from(values.len()).unwrap_or(u16::MAX)]);
    bytes.extend(values);
    bytes
}

fn put_16(bytes: &mut Vec<u8>, fields: &[u16]) {
    bytes.extend(fields.iter().flat_map(|field| field.to_le_bytes()));
}

fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Reads where the files stand, without their bytes, and demands that everything around them is as written here.
/// Errors: `bundle_io`, `bundle_zip` with the first byte that differs, `bundle_too_large`.
pub(super) fn read(source: &mut (impl Read + Seek)) -> Result<Vec<Stored>, BundleError> {
    let total = source.seek(SeekFrom::End(0))?;
    let (mut files, mut at) = (Vec::new(), 0);
    while let Some(file) = read_local(source, at, total)? {
        if files.len() == FILES_MAX {
            return Err(BundleError::TooLarge("the list of files"));
        }
        at = file.content_at() + file.len;
        files.push(file);
    }
    let wanted = if files.is_empty() { LOCAL.to_le_bytes().to_vec() } else { directory(&files, at) };
    same(source, at, &wanted)?;
    if at + wanted.len() as u64 == total {
        Ok(files)
    } else {
        Err(BundleError::Zip(at + wanted.len() as u64))
    }
}

/// The file whose local header begins at `at`; none if no header does.
fn read_local(source: &mut (impl Read + Seek), at: u64, total: u64) -> Result<Option<Stored>, BundleError> {
    source.seek(SeekFrom::Start(at))?;
    let mut head = Vec::with_capacity(LOCAL_BYTES + NAME_BYTES_MAX + 20);
    source.by_ref().take(head.capacity() as u64).read_to_end(&mut head)?;
    let word = |from: usize| Some(u32::from_le_bytes(head.get(from..from + 4)?.try_into().ok()?));
    let (Some(LOCAL), Some(crc), Some(len), Some(lengths)) = (word(0), word(14), word(22), word(26)) else {
        return Ok(None);
    };
    let name_len = (lengths & 0xffff) as usize;
    let name =
        head.get(LOCAL_BYTES..LOCAL_BYTES + name_len).map(|name| String::from_utf8_lossy(name).into_owned());
    let name = name.ok_or(BundleError::Zip(at + 26))?;
    let long = |from: usize| Some(u64::from_le_bytes(head.get(from..from + 8)?.try_into().ok()?));
    let len = match len {
        u32::MAX => long(LOCAL_BYTES + name_len + 4).ok_or(BundleError::Zip(at + 22))?,
        len => u64::from(len),
    };
    let file = Stored { crc, ..Stored::new(&name, len, at) };
    same(source, at, &file.local_header())?;
    let room = total.saturating_sub(file.content_at());
    if len > room { Err(BundleError::Zip(at + 22)) } else { Ok(Some(file)) }
}

/// Passes if `wanted` stands at `at`; otherwise the error names the first byte that differs.
fn same(source: &mut (impl Read + Seek), at: u64, wanted: &[u8]) -> Result<(), BundleError> {
    source.seek(SeekFrom::Start(at))?;
    let mut found = Vec::new();
    source.by_ref().take(wanted.len() as u64).read_to_end(&mut found)?;
    let first = wanted.iter().zip(&found).position(|(wanted, found)| wanted != found);
    match first.or((found.len() < wanted.len()).then_some(found.len())) {
        None => Ok(()),
        Some(place) => Err(BundleError::Zip(at + place as u64)),
    }
}

/// The bytes of one stored file; at their end, an error of kind `InvalidData` if they have not its checksum.
pub(super) struct Contents<'a, R> {
    source: &'a mut R,
    left: u64,
    crc: crc32fast::Hasher,
    wanted: u32,
}

impl<'a, R: Read + Seek> Contents<'a, R> {
    pub(super) fn new(source: &'a mut R, file: &Stored) -> io::Result<Self> {
        source.seek(SeekFrom::Start(file.content_at()))?;
        Ok(Self { source, left: file.len, crc: crc32fast::Hasher::new(), wanted: file.crc })
    }
}

impl<R: Read> Read for Contents<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let length = self.source.read(&mut into[..most])?;
        self.crc.update(&into[..length]);
        self.left -= length as u64;
        if length > 0 || into.is_empty() {
            return Ok(length);
        }
        if self.left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.crc.clone().finalize() == self.wanted {
            Ok(0)
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    }
}
