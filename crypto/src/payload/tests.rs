//! Chunks, boundaries, padding, and everything that must not open.

use std::io::Write;

use proptest::prelude::*;
use serde_json::json;

use super::document::DocumentHasher;
use super::*;
use crate::digest::Digest;
use crate::envelope::{Core, Locks, SealSeed};
use crate::label::{Context, EnvelopeKind, SubmissionId};
use crate::lock::GroupKey;

struct Envelope {
    core: Core,
    key: PayloadKey,
}

fn envelope(kind: EnvelopeKind) -> Envelope {
    let vector: serde_json::Value =
        serde_json::from_str(include_str!("../../vectors/tl1_interop.json")).expect("the file is JSON");
    let committee: GroupKey = serde_json::from_value(vector["group_key"].clone()).expect("a key");
    let context = Context {
        tender: Digest::of(b"notice"),
        lot: "L1".parse().expect("a lot id"),
        envelope: kind,
        submission: SubmissionId([1; 16]),
        bidder: Digest::of(b"bidder"),
        committee: committee.committee_id(),
        opening: 1_900_000_000,
    };
    let seed = SealSeed::from_bytes(&[3; 32]);
    let core = Core::seal(&seed, &context, &Locks::of(committee)).expect("it seals");
    let key = seed.payload_key(core.suite(), core.context());
    Envelope { core, key }
}

fn document(name: &str, bytes: &[u8]) -> DocumentHead {
    let mut hasher = DocumentHasher::new();
    hasher.update(bytes);
    let size = hasher.size();
    DocumentHead { media_type: "application/pdf".into(), name: name.into(), root: hasher.finish(), size }
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|i| u8::try_from(i % 251).expect("below 251")).collect()
}

fn seal(envelope: &Envelope, files: &[&[u8]], chunk: usize) -> (Sealed, Vec<u8>) {
    let heads = files.iter().enumerate().map(|(i, bytes)| document(&format!("{i}.pdf"), bytes)).collect();
    let head = Head::of_documents(heads);
    let mut writer =
        PayloadWriter::start(&envelope.core, &envelope.key, &head, Vec::new()).expect("a good head");
    for part in files.concat().chunks(chunk) {
        writer.write(part).expect("the bytes that the head names");
    }
    writer.finish().expect("all bytes are there")
}

fn open(envelope: &Envelope, ciphertext: &[u8]) -> Result<Vec<Vec<u8>>, PayloadError> {
    let mut files: Vec<Vec<u8>> = Vec::new();
    let total_len = ciphertext.len() as u64;
    let head = unseal(&envelope.core, &envelope.key, total_len, ciphertext, &mut |document, bytes| {
        files.resize_with(files.len().max(document + 1), Vec::new);
        files[document].extend_from_slice(bytes);
        Ok(())
    })?;
    files.resize_with(head.documents.len(), Vec::new);
    Ok(files)
}

#[test]
fn documents_around_the_boundary_of_a_segment_come_back() {
    let envelope = envelope(EnvelopeKind::Documents);
    for length in [0, 1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 2 * SEGMENT_BYTES + 77] {
        let (first, last) = (pattern(length), pattern(5));
        let files: [&[u8]; 4] = [&first, b"", &last, b""];
        let (sealed, ciphertext) = seal(&envelope, &files, 70_001);
        assert_eq!(sealed.total_len, ciphertext.len() as u64);
        let digests: Vec<Digest> = ciphertext.chunks(SEGMENT_BYTES + TAG_BYTES).map(Digest::of).collect();
        assert_eq!(sealed.segment_digests, digests);
        assert_eq!(open(&envelope, &ciphertext).expect("it opens"), files);
    }
}

#[test]
fn chunks_make_no_difference() {
    let envelope = envelope(EnvelopeKind::PriceDocuments);
    let bytes = pattern(SEGMENT_BYTES + 4096);
    let whole = seal(&envelope, &[&bytes], usize::MAX);
    for chunk in [4093, SEGMENT_BYTES] {
        assert_eq!(seal(&envelope, &[&bytes], chunk), whole);
    }
}

#[test]
fn any_segment_opens_alone() {
    let envelope = envelope(EnvelopeKind::Documents);
    let (_, ciphertext) = seal(&envelope, &[&pattern(3 * SEGMENT_BYTES)], SEGMENT_BYTES);
    let opener = Opener::new(&envelope.core, &envelope.key, ciphertext.len() as u64).expect("a good length");
    let layout = *opener.layout();
    assert_eq!(layout.segments(), 4);
    let mut plaintext_len = 0;
    for index in (0..layout.segments()).rev() {
        let range = layout.range(index).expect("it exists");
        let range = usize::try_from(range.start).expect("small")..usize::try_from(range.end).expect("small");
        plaintext_len += opener.open(index, &ciphertext[range]).expect("it opens").len() as u64;
    }
    assert_eq!(plaintext_len, layout.plaintext_len());
    assert_eq!(layout.range(4), None);
    assert_eq!(opener.open(4, &[]).map_err(|error| error.code()), Err("payload_length"));
}

#[test]
fn segments_that_are_changed_moved_or_missing_do_not_open() {
    let envelope = envelope(EnvelopeKind::Documents);
    let (_, honest) = seal(&envelope, &[&pattern(3 * SEGMENT_BYTES)], SEGMENT_BYTES);
    let segment = SEGMENT_BYTES + TAG_BYTES;
    let mut flipped = honest.clone();
    flipped[segment + 9] ^= 1;
    let swapped = [&honest[segment..2 * segment], &honest[..segment], &honest[2 * segment..]].concat();
    let repeated = [&honest[..segment], &honest[..segment], &honest[2 * segment..]].concat();
    let cases: [(&str, &[u8], &str); 8] = [
        ("flipped", &flipped, "payload_segment"),
        ("swapped", &swapped, "payload_segment"),
        ("repeated", &repeated, "payload_segment"),
        ("last dropped", &honest[..3 * segment], "payload_length"),
        ("cut inside", &honest[..honest.len() - 1], "payload_length"),
        ("cut to a tag", &honest[..3 * segment + TAG_BYTES], "payload_length"),
        ("less than a tag", &honest[..TAG_BYTES - 1], "payload_length"),
        ("nothing", &[], "payload_length"),
    ];
    for (name, ciphertext, code) in cases {
        assert_eq!(open(&envelope, ciphertext).map_err(|error| error.code()), Err(code), "{name}");
    }
    let other = self::envelope(EnvelopeKind::PriceDocuments);
    assert_eq!(open(&other, &honest).map_err(|error| error.code()), Err("payload_segment"));
}

#[test]
fn a_reader_that_ends_early_is_an_error() {
    let envelope = envelope(EnvelopeKind::Documents);
    let (sealed, ciphertext) = seal(&envelope, &[b"short"], 9);
    let cut = &ciphertext[..20];
    let result = unseal(&envelope.core, &envelope.key, sealed.total_len, cut, &mut |_, _| Ok(()));
    assert_eq!(result.map_err(|error| error.code()), Err("payload_length"));
    let unsealer = Unsealer::new(&envelope.core, &envelope.key, sealed.total_len).expect("a good length");
    assert_eq!(unsealer.finish().map_err(|error| error.code()), Err("payload_length"));
}

/// Seals a plaintext that no honest client makes.
fn forge(envelope: &Envelope, plaintext: &[u8]) -> Vec<u8> {
    let mut sealer = Sealer::new(envelope.core.digest(), &envelope.key, Vec::new());
    sealer.write_all(plaintext).expect("a Vec takes all");
    sealer.finish().expect("a Vec takes all").1
}

#[test]
fn plaintexts_that_break_a_rule_are_refused_by_name() {
    let documents = envelope(EnvelopeKind::Documents);
    let statements = envelope(EnvelopeKind::Statement);
    let good = Head::of_documents(vec![document("offer.pdf", b"abc")]);
    let text = good.to_bytes(EnvelopeKind::Documents).expect("a good head");
    let plaintext = |text: &[u8], rest: &[u8], length: u64| {
        let mut bytes = u32::try_from(text.len()).expect("short").to_be_bytes().to_vec();
        bytes.extend(text);
        bytes.extend(rest);
        bytes.resize(usize::try_from(length).expect("short"), 0);
        bytes
    };
    let length = 4 + text.len() as u64 + 3;
    let padded = padme(length);
    assert!(padded > length, "the case needs padding to make dirty");
    let spaced =
        text.iter().flat_map(|b| if *b == b',' { vec![b',', b' '] } else { vec![*b] }).collect::<Vec<u8>>();
    let mut dirty = plaintext(&text, b"abc", padded);
    *dirty.last_mut().expect("not empty") = 1;
    let statement =
        Head::of_statement(json!({"price": 1})).to_bytes(EnvelopeKind::Statement).expect("a good head");
    let cases: [(&str, &Envelope, Vec<u8>, &str); 9] = [
        ("other bytes", &documents, plaintext(&text, b"abd", padded), "payload_document"),
        ("dirty padding", &documents, dirty, "payload_padding"),
        ("too much padding", &documents, plaintext(&text, b"abc", padded + 1), "payload_length"),
        ("spaces in the head", &documents, plaintext(&spaced, b"abc", padded), "payload_head"),
        ("no head", &documents, vec![0; 3], "payload_head"),
        ("a head beyond the end", &documents, vec![0xff; 40], "payload_head"),
        (
            "a statement among documents",
            &documents,
            plaintext(&statement, b"", STATEMENT_BYTES),
            "payload_head",
        ),
        ("documents in a statement", &statements, plaintext(&text, b"abc", STATEMENT_BYTES), "payload_head"),
        ("a short statement", &statements, plaintext(&statement, b"", 1024), "payload_length"),
    ];
    for (name, envelope, plaintext, code) in cases {
        let result = open(envelope, &forge(envelope, &plaintext));
        assert_eq!(result.map_err(|error| error.code()), Err(code), "{name}");
    }
}

#[test]
fn statements_have_one_length_and_come_back() {
    let envelope = envelope(EnvelopeKind::PriceStatement);
    for statement in [json!({}), json!({"currency": "CNY", "price_minor": 12_345_678_900_u64})] {
        let (sealed, ciphertext) =
            seal_statement(&envelope.core, &envelope.key, statement.clone()).expect("it fits");
        assert_eq!(sealed.total_len, STATEMENT_BYTES + 16);
        assert_eq!(open_statement(&envelope.core, &envelope.key, &ciphertext).expect("it opens"), statement);
    }
    let long = json!({"text": "x".repeat(HEAD_BYTES_MAX)});
    let refused = seal_statement(&envelope.core, &envelope.key, long).map(|_| ());
    assert_eq!(refused.map_err(|error| error.code()), Err("payload_head"));
    let refused = seal_statement(&envelope.core, &envelope.key, json!("a string")).map(|_| ());
    assert_eq!(refused.map_err(|error| error.code()), Err("payload_head"));
}

#[test]
fn a_file_that_changed_since_its_head_is_not_sealed() {
    let envelope = envelope(EnvelopeKind::Documents);
    let head = Head::of_documents(vec![document("a.pdf", b"abc")]);
    let start =
        || PayloadWriter::start(&envelope.core, &envelope.key, &head, Vec::new()).expect("a good head");
    assert_eq!(start().write(b"abd").map_err(|error| error.code()), Err("payload_document"));
    assert_eq!(start().write(b"abcd").map_err(|error| error.code()), Err("payload_length"));
    assert_eq!(start().finish().map(|_| ()).map_err(|error| error.code()), Err("payload_length"));
}

#[test]
fn a_failure_is_final() {
    let envelope = envelope(EnvelopeKind::Documents);
    let head = Head::of_documents(vec![document("a.pdf", b"abc")]);
    let mut writer =
        PayloadWriter::start(&envelope.core, &envelope.key, &head, Vec::new()).expect("a good head");
    writer.write(b"ab").expect("the first bytes");
    assert_eq!(writer.write(b"d").map_err(|error| error.code()), Err("payload_document"));
    assert_eq!(writer.write(b"abc").map_err(|error| error.code()), Err("payload_length"));
    assert_eq!(writer.finish().map(|_| ()).map_err(|error| error.code()), Err("payload_length"));

    let (sealed, ciphertext) = seal(&envelope, &[b"abc"], 3);
    let mut unsealer = Unsealer::new(&envelope.core, &envelope.key, sealed.total_len).expect("a good length");
    let full = &mut |_: usize, _: &[u8]| Err(std::io::ErrorKind::StorageFull.into());
    assert_eq!(unsealer.push(&ciphertext, full).map_err(|error| error.code()), Err("payload_io"));
    assert_eq!(unsealer.finish().map_err(|error| error.code()), Err("payload_length"));
}

#[test]
fn names_that_leave_their_folder_are_refused() {
    let long = "x".repeat(256);
    for name in ["", ".", "..", "../a", "a\\b", "a\0", "a\n", &long] {
        let head = Head::of_documents(vec![document(name, b"")]);
        let result = head.to_bytes(EnvelopeKind::Documents).map_err(|error| error.code());
        assert_eq!(result, Err("payload_head"), "{name:?}");
    }
    assert!(
        Head::of_documents(vec![document("投标文件.pdf", b"")]).to_bytes(EnvelopeKind::Documents).is_ok()
    );
}

proptest! {
    #[test]
    fn padme_grows_by_at_most_an_eighth_and_is_stable(length in 0..1_u64 << 50) {
        let padded = padme(length);
        prop_assert!(padded >= length && padded - length <= length / 8);
        prop_assert_eq!(padme(padded), padded);
    }

    #[test]
    fn every_byte_of_a_document_counts_once(cuts in proptest::collection::vec(0..3_000_000_usize, 0..4)) {
        let bytes = pattern(2 * SEGMENT_BYTES + 10);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % bytes.len()).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let mut hasher = DocumentHasher::new();
        cuts.windows(2).for_each(|pair| hasher.update(&bytes[pair[0]..pair[1]]));
        let segments: Vec<Digest> = bytes.chunks(SEGMENT_BYTES).map(Digest::of).collect();
        prop_assert_eq!(hasher.finish(), crate::tree::root_of_digests(&segments));
    }
}
