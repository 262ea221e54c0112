//! Payloads around the boundary of a segment, and ciphertexts that must not open.

use std::io::Write;

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, SealSeed};
use kaibiao_crypto::label::EnvelopeKind;
use kaibiao_crypto::payload::{
    DocumentHasher, DocumentHead, Head, PayloadError, PayloadKey, PayloadWriter, SEGMENT_BYTES,
    STATEMENT_BYTES, Sealed, Sealer, padme, unseal,
};
use serde_json::{Value, json};

use crate::cast::Cast;

/// Ciphertexts up to this length are written out; of longer ones there is the digest.
const WRITTEN_OUT_MAX: usize = 1024;

struct Case {
    name: &'static str,
    core: Core,
    seed: SealSeed,
    head: Head,
    sizes: Vec<usize>,
    sealed: Sealed,
    ciphertext: Vec<u8>,
}

pub fn vectors(cast: &Cast) -> Value {
    let cases = [
        documents(cast, "no document", &[]),
        documents(cast, "one empty document", &[0]),
        documents(cast, "two small documents", &[11, 200]),
        documents(cast, "a document of one segment less a byte", &[SEGMENT_BYTES - 1]),
        documents(cast, "a document of exactly one segment", &[SEGMENT_BYTES]),
        documents(cast, "a document of one segment and a byte", &[SEGMENT_BYTES + 1]),
        documents(cast, "documents over several segments", &[SEGMENT_BYTES + 5, 0, 2 * SEGMENT_BYTES]),
        statement(
            cast,
            "a statement",
            json!({"currency": "CNY", "price_minor": 12_345_678_900_u64, "text": "开标一览表"}),
        ),
        statement(cast, "an empty statement", json!({})),
    ];
    let lengths = [0, 1, 2, 5, 9, 100, 1000, 4097, 65_536, 65_537, 1_048_577, 123_456_789, 2_147_483_649_u64];
    json!({
        "about": "Byte i of a document is i mod 251. The head is given as text; core and payload_key are those of the \
                  envelope. Where ciphertext is null, compare its digest, root and length.",
        "padme": lengths.iter().map(|length| json!([length, padme(*length)])).collect::<Vec<Value>>(),
        "cases": cases.iter().map(vector).collect::<Vec<Value>>(),
        "edited": edited(&cases[6]),
        "forged": forged(cast),
    })
}

fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|i| u8::try_from(i % 251).expect("below 251")).collect()
}

fn document(name: String, bytes: &[u8]) -> DocumentHead {
    let mut hasher = DocumentHasher::new();
    hasher.update(bytes);
    DocumentHead {
        media_type: "application/pdf".into(),
        name,
        root: hasher.finish(),
        size: bytes.len() as u64,
    }
}

fn documents(cast: &Cast, name: &'static str, sizes: &[usize]) -> Case {
    let (core, seed) = cast.seal(EnvelopeKind::Documents, name, &cast.plain);
    let head = |(i, size): (usize, &usize)| document(format!("文件 {i}.pdf"), &pattern(*size));
    let head = Head::of_documents(sizes.iter().enumerate().map(head).collect());
    seal(name, core, seed, head, sizes)
}

fn statement(cast: &Cast, name: &'static str, statement: Value) -> Case {
    let (core, seed) = cast.seal(EnvelopeKind::Statement, name, &cast.plain);
    seal(name, core, seed, Head::of_statement(statement), &[])
}

fn seal(name: &'static str, core: Core, seed: SealSeed, head: Head, sizes: &[usize]) -> Case {
    let key = seed.payload_key(core.suite(), core.context());
    let mut writer = PayloadWriter::start(&core, &key, &head, Vec::new()).expect("a good head");
    for size in sizes {
        writer.write(&pattern(*size)).expect("the bytes that the head names");
    }
    let (sealed, ciphertext) = writer.finish().expect("all bytes are there");
    Case { name, core, seed, head, sizes: sizes.to_vec(), sealed, ciphertext }
}

fn vector(case: &Case) -> Value {
    let kind = case.core.context().envelope;
    let head = String::from_utf8(case.head.to_bytes(kind).expect("a good head")).expect("JSON is UTF-8");
    let is_short = case.ciphertext.len() <= WRITTEN_OUT_MAX;
    json!({
        "name": case.name,
        "envelope": kind,
        "core": hex::encode(case.core.bytes()),
        "payload_key": hex::encode(case.seed.payload_key(case.core.suite(), case.core.context()).expose()),
        "head": head,
        "document_sizes": case.sizes,
        "segment_sha256": case.sealed.segment_digests,
        "root": case.sealed.root,
        "total_len": case.sealed.total_len,
        "ciphertext": is_short.then(|| hex::encode(&case.ciphertext)),
        "ciphertext_sha256": Digest::of(&case.ciphertext),
    })
}

fn open(core: &Core, key: &PayloadKey, ciphertext: &[u8]) -> Result<Head, PayloadError> {
    unseal(core, key, ciphertext.len() as u64, ciphertext, &mut |_, _| Ok(()))
}

/// Edits of the ciphertext of one case, which the reader makes again.
fn edited(case: &Case) -> Vec<Value> {
    let key = case.seed.payload_key(case.core.suite(), case.core.context());
    let segment = SEGMENT_BYTES + 16;
    let honest = &case.ciphertext;
    let flip = |offset: usize| {
        let mut bytes = honest.clone();
        bytes[offset] ^= 1;
        (json!({"flip_lowest_bit_at": offset}), bytes)
    };
    let keep = |length: usize| (json!({"keep_first_bytes": length}), honest[..length].to_vec());
    let swapped = [&honest[segment..2 * segment], &honest[..segment], &honest[2 * segment..]].concat();
    let last_start = (honest.len() - 1) / segment * segment;
    let cases = [
        ("a bit of the first segment", flip(0), "payload_segment"),
        ("a bit of the first tag", flip(segment - 1), "payload_segment"),
        ("a bit of the last tag", flip(honest.len() - 1), "payload_segment"),
        ("two segments swapped", (json!({"swap_segments": [0, 1]}), swapped), "payload_segment"),
        ("the last segment dropped", keep(last_start), "payload_length"),
        ("the last byte dropped", keep(honest.len() - 1), "payload_length"),
        ("the last segment cut to its tag", keep(last_start + 16), "payload_length"),
        ("the first segment alone", keep(segment), "payload_segment"),
        ("fewer bytes than a tag", keep(15), "payload_length"),
        ("nothing", keep(0), "payload_length"),
    ];
    let vector = |(name, (edit, bytes), code): (&str, (Value, Vec<u8>), &str)| {
        assert_eq!(open(&case.core, &key, &bytes).map_err(|error| error.code()).err(), Some(code), "{name}");
        json!({"name": name, "case": case.name, "edit": edit, "code": code})
    };
    cases.into_iter().map(vector).collect()
}

/// Payloads that decrypt, with a plaintext that no honest client makes.
fn forged(cast: &Cast) -> Vec<Value> {
    let (core, seed) = cast.seal(EnvelopeKind::Documents, "forged", &cast.plain);
    let key = seed.payload_key(core.suite(), core.context());
    let head = Head::of_documents(vec![document("offer.pdf".into(), &pattern(3))]);
    let text = head.to_bytes(EnvelopeKind::Documents).expect("a good head");
    let padded = padme(4 + text.len() as u64 + 3);
    let plaintext = |text: &[u8], documents: &[u8], length: u64| {
        let mut bytes = u32::try_from(text.len()).expect("short").to_be_bytes().to_vec();
        bytes.extend(text);
        bytes.extend(documents);
        bytes.resize(usize::try_from(length).expect("short"), 0);
        bytes
    };
    let mut dirty = plaintext(&text, &pattern(3), padded);
    *dirty.last_mut().expect("not empty") = 1;
    let rename = |name: &str| {
        let text = String::from_utf8(text.clone()).expect("JSON is UTF-8").replace("offer.pdf", name);
        plaintext(text.as_bytes(), &pattern(3), padme(4 + text.len() as u64 + 3))
    };
    let a_statement = Head::of_statement(json!({})).to_bytes(EnvelopeKind::Statement).expect("a good head");
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("another document than the head names", plaintext(&text, &[9, 9, 9], padded), "payload_document"),
        ("padding that is not zeros", dirty, "payload_padding"),
        ("a byte of padding too many", plaintext(&text, &pattern(3), padded + 1), "payload_length"),
        (
            "a head that is not canonical",
            plaintext(&[b" ", text.as_slice()].concat(), &pattern(3), padded),
            "payload_head",
        ),
        ("a name that leaves its folder", rename("../pdf"), "payload_head"),
        ("a head longer than its payload", vec![0xff; 64], "payload_head"),
        ("three bytes", vec![0; 3], "payload_head"),
        ("a statement among documents", plaintext(&a_statement, b"", padme(64)), "payload_head"),
    ];
    let vector = |(name, plaintext, code): (&str, Vec<u8>, &str)| {
        assert!((plaintext.len() as u64) < STATEMENT_BYTES);
        let mut sealer = Sealer::new(core.digest(), &key, Vec::new());
        sealer.write_all(&plaintext).expect("a Vec takes all");
        let (_, ciphertext) = sealer.finish().expect("a Vec takes all");
        assert_eq!(open(&core, &key, &ciphertext).map_err(|error| error.code()).err(), Some(code), "{name}");
        json!({"name": name, "core": hex::encode(core.bytes()), "payload_key": hex::encode(key.expose()),
            "ciphertext": hex::encode(ciphertext), "code": code})
    };
    cases.into_iter().map(vector).collect()
}
