//! Records and bundles that nobody honest wrote are refused with a code and without harm.

use std::io::Cursor;

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
        // Dates and rights in the container's own list mean nothing; every byte of the contents does.
        if let Ok(report) = verdict {
            let is_untouched = report.verdict == crate::replay::check::Verdict::Verified;
            let central = bytes.len() - bytes.len() / 10;
            assert!(!is_untouched || place > central, "byte {place} of {}", bytes.len());
        }
    }
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
