//! Records and bundles that nobody honest wrote are refused with a code and without harm.

mod flips;
mod heads;

use std::io::{Cursor, Read, Seek, SeekFrom};

use super::*;
use crate::base::Digest;
use crate::replay::check::fixture::Fixture;

fn record() -> Record {
    let content = Content::Whole { entry: vec![1, 2, 3], events: b"[]".to_vec(), body: Some(vec![4; 9]) };
    Record { index: 7, content, proof: vec![Digest([5; 32]); 3] }
}

fn written(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::new();
    record.write(&mut bytes).expect("written");
    bytes
}

#[test]
fn a_record_is_read_back_and_every_prefix_is_refused() {
    let withheld = Record { content: Content::Withheld { leaf: Digest([6; 32]) }, ..record() };
    for record in [record(), withheld] {
        let bytes = written(&record);
        let mut source = Cursor::new(&bytes);
        assert_eq!(Record::read(&mut source).expect("a record"), Some(record));
        assert_eq!(Record::read(&mut source).expect("the end"), None);
        for length in 1..bytes.len() {
            assert!(Record::read(&mut Cursor::new(&bytes[..length])).is_err(), "{length} bytes");
        }
    }
}

#[test]
fn the_layout_is_the_written_one() {
    let bytes = written(&record());
    assert_eq!(bytes[..8], 7_u64.to_be_bytes());
    assert_eq!(bytes[8..15], [0, 0, 0, 3, 1, 2, 3]);
    assert_eq!(bytes[15..21], [0, 0, 0, 2, b'[', b']']);
    assert_eq!(bytes[21..25], [0, 0, 0, 9]);
    assert_eq!(bytes[34..36], [0, 3]);
    assert_eq!(bytes.len(), 36 + 3 * 32);
}

#[test]
fn lengths_beyond_their_limits_are_refused_before_anything_is_read() {
    let huge = |place: usize| {
        let mut bytes = written(&record());
        bytes[place..place + 4].copy_from_slice(&0xffff_fffe_u32.to_be_bytes());
        Record::read(&mut Cursor::new(bytes)).expect_err("too long").kind()
    };
    for place in [8, 15, 21] {
        assert_eq!(huge(place), std::io::ErrorKind::InvalidData, "length at {place}");
    }
    let long = Record { proof: vec![Digest([0; 32]); 64], ..record() };
    assert!(long.write(&mut Vec::new()).is_err(), "no tree has 64 levels");
}

#[test]
fn a_bundle_cut_off_or_flipped_anywhere_is_an_error_or_a_failed_check() {
    let bytes = Fixture::honest().parts().to_bytes();
    for length in [0, 1, 100, bytes.len() / 2, bytes.len() - 1] {
        assert!(Bundle::open(Cursor::new(bytes[..length].to_vec())).is_err(), "{length} bytes");
    }
    for place in (0..bytes.len()).step_by(bytes.len() / 60) {
        let mut changed = bytes.clone();
        changed[place] ^= 0x10;
        let verdict = Bundle::open(Cursor::new(changed)).and_then(|mut bundle| {
            crate::replay::check::verify(&mut bundle, &crate::replay::check::Trust::default())
        });
        if let Ok(report) = verdict {
            assert_eq!(
                report.verdict,
                crate::replay::check::Verdict::Failed,
                "byte {place} of {}",
                bytes.len()
            );
        }
    }
}

/// The code of the error, if these bytes are no bundle.
fn refused(bytes: Vec<u8>) -> Option<&'static str> {
    Bundle::open(Cursor::new(bytes)).err().map(|error| error.code())
}

#[test]
fn every_byte_around_the_files_has_one_value() {
    let bytes = Fixture::honest().parts().to_bytes();
    let files = container::read(&mut Cursor::new(&bytes)).expect("a container");
    let last = files.last().expect("documents");
    let headers = files.iter().flat_map(|file| file.at..file.content_at());
    for place in headers.chain(last.content_at() + last.len..bytes.len() as u64) {
        for bit in [0x01, 0x80] {
            let mut changed = bytes.clone();
            changed[usize::try_from(place).expect("small")] ^= bit;
            assert!(refused(changed).is_some(), "byte {place} of {}", bytes.len());
        }
    }
}

#[test]
fn nothing_stands_before_between_or_behind_the_files() {
    let bytes = Fixture::honest().parts().to_bytes();
    let directory = {
        let files = container::read(&mut Cursor::new(&bytes)).expect("a container");
        let last = files.last().expect("documents");
        usize::try_from(last.content_at() + last.len).expect("small")
    };
    for place in [0, directory, bytes.len()] {
        let mut changed = bytes.clone();
        changed.splice(place..place, *b"else");
        assert_eq!(refused(changed), Some("bundle_zip"), "at {place}");
    }
    // A comment that the end announces.
    let mut changed = bytes;
    let length = changed.len() - 2;
    changed[length] = 4;
    changed.extend(b"else");
    assert_eq!(refused(changed), Some("bundle_zip"));
}

#[test]
fn the_fault_of_a_container_has_a_place() {
    let mut bytes = Fixture::honest().parts().to_bytes();
    let last = bytes.len() - 1;
    bytes[last] = 1;
    match Bundle::open(Cursor::new(bytes)).err() {
        Some(BundleError::Zip(place)) => assert_eq!(place, last as u64),
        other => panic!("{other:?}"),
    }
}

#[test]
fn another_reader_finds_the_same_files() {
    let parts = Fixture::honest().parts();
    let mut zip = zip::ZipArchive::new(Cursor::new(parts.to_bytes())).expect("a zip");
    assert_eq!(zip.len(), 4 + parts.cores.len() + parts.files.len());
    for (sha256, bytes) in &parts.files {
        let mut found = Vec::new();
        zip.by_name(&format!("files/{sha256}")).expect("it is there").read_to_end(&mut found).expect("read");
        assert_eq!(found, *bytes);
    }
}

/// A source with a hole of zeros in it.
struct Hollow {
    before: Vec<u8>,
    hole: u64,
    after: Vec<u8>,
    at: u64,
}

impl Read for Hollow {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let behind = self.before.len() as u64 + self.hole;
        let length = match usize::try_from(self.at) {
            Ok(at) if at < self.before.len() => (&self.before[at..]).read(into)?,
            _ if self.at < behind => std::io::repeat(0).take(behind - self.at).read(into)?,
            _ => self
                .after
                .get(usize::try_from(self.at - behind).expect("small")..)
                .unwrap_or_default()
                .read(into)?,
        };
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for Hollow {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let end = self.before.len() as u64 + self.hole + self.after.len() as u64;
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (self.at, by),
            SeekFrom::End(by) => (end, by),
        };
        self.at = from.checked_add_signed(by).ok_or(std::io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[test]
fn files_of_gigabytes_and_what_stands_behind_them_are_found() {
    const HOLE: u64 = 5 << 30;
    let large = container::Stored::new("files/large", HOLE, 0);
    let small = container::Stored::new("files/small", 3, large.content_at() + HOLE);
    let files = vec![large, small];
    let end = files[1].content_at() + 3;
    let after = [files[1].local_header(), b"end".to_vec(), container::directory(&files, end)].concat();
    let hollow = || Hollow { before: files[0].local_header(), hole: HOLE, after: after.clone(), at: 0 };
    assert_eq!(container::read(&mut hollow()).expect("a container"), files);
    let mut zip = zip::ZipArchive::new(hollow()).expect("a zip for another reader too");
    let lengths: Vec<u64> = (0..2).map(|place| zip.by_index_raw(place).expect("a file").size()).collect();
    assert_eq!(lengths, [HOLE, 3]);
}

#[test]
fn another_zip_file_is_no_bundle() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("readme.txt", stored).expect("begun");
    let bytes = zip.finish().expect("written").into_inner();
    let code = Bundle::open(Cursor::new(bytes)).err().map(|error| error.code());
    assert_eq!(code, Some("bundle_missing"));
    let code = Bundle::open(Cursor::new(b"not a zip".to_vec())).err().map(|error| error.code());
    assert_eq!(code, Some("bundle_zip"));
}
