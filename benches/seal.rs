//! Sealing and opening a payload, beside raw AES-256-GCM and raw SHA-256 over the same bytes.

mod measure;

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, Locks, SealSeed};
use kaibiao_crypto::label::{Context, EnvelopeKind, SubmissionId};
use kaibiao_crypto::lock::GroupKey;
use kaibiao_crypto::payload::{DocumentHasher, DocumentHead, Head, PayloadWriter, unseal};
use measure::{print, rate, time};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SystemRandom;

/// Bytes of the document.
const BYTES: usize = 128 << 20;
/// One segment.
const SEGMENT: usize = 1 << 20;
/// drand quicknet's public key: a group key like any committee's.
const GROUP_KEY: &str = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";

fn main() {
    let mebibytes = BYTES as f64 / f64::from(1 << 20);
    let document = vec![7_u8; BYTES];
    let (encrypting, decrypting) = raw_aead(&document);
    let ((), hashing) = time(|| {
        for segment in document.chunks(SEGMENT) {
            std::hint::black_box(Digest::of(segment));
        }
    });
    let (raw_seal, raw_open) = (rate(mebibytes, encrypting), rate(mebibytes, decrypting));
    let raw_hash = rate(mebibytes, hashing);

    let core = core();
    let mut hasher = DocumentHasher::new();
    hasher.update(&document);
    let head = Head::of_documents(vec![DocumentHead {
        media_type: "application/pdf".to_owned(),
        name: "document.pdf".to_owned(),
        root: hasher.finish(),
        size: BYTES as u64,
    }]);
    let ((sealed, ciphertext), sealing) = time(|| {
        let sink = Vec::with_capacity(BYTES + BYTES / 8);
        let mut writer = PayloadWriter::start(&core.0, &core.1, &head, sink).expect("a payload");
        writer.write(&document).expect("written");
        writer.finish().expect("sealed")
    });
    let (opened, opening) =
        time(|| unseal(&core.0, &core.1, sealed.total_len, ciphertext.as_slice(), &mut |_, _| Ok(())));
    opened.expect("opened");
    // Sealing encrypts each byte and hashes it twice: the document for its root, the ciphertext for the receipt.
    let floor = 1.0 / (1.0 / raw_seal + 2.0 / raw_hash);
    print("seal a payload", rate(mebibytes, sealing), "AES-GCM + 2 × SHA-256, ring", floor, "MiB/s");
    let floor = 1.0 / (1.0 / raw_open + 1.0 / raw_hash);
    print("open a payload", rate(mebibytes, opening), "AES-GCM + SHA-256, ring", floor, "MiB/s");
    println!(
        "{:<46} {raw_seal:>12.1} MiB/s, open {raw_open:.1}, SHA-256 {raw_hash:.1}",
        "ring alone: AES-256-GCM seal"
    );
}

fn core() -> (Core, kaibiao_crypto::payload::PayloadKey) {
    let seed = SealSeed::generate(&SystemRandom::new()).expect("randomness");
    let group = GroupKey::from_bytes(&hex::decode(GROUP_KEY).expect("hex")).expect("a key");
    let context = Context {
        tender: Digest::of(b"tender"),
        lot: "1".parse().expect("a lot"),
        envelope: EnvelopeKind::Documents,
        submission: SubmissionId([1; 16]),
        bidder: Digest::of(b"bidder"),
        committee: group.committee_id(),
        opening: 1,
    };
    let core = Core::seal(&seed, &context, &Locks::of(group)).expect("a core");
    let key = seed.payload_key(core.suite(), &context);
    (core, key)
}

fn raw_aead(document: &[u8]) -> (std::time::Duration, std::time::Duration) {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[9; 32]).expect("a key"));
    let nonce = || Nonce::assume_unique_for_key([0; 12]);
    let mut segments: Vec<Vec<u8>> = document.chunks(SEGMENT).map(<[u8]>::to_vec).collect();
    let ((), sealing) = time(|| {
        for segment in &mut segments {
            key.seal_in_place_append_tag(nonce(), Aad::empty(), segment).expect("sealed");
        }
    });
    let ((), opening) = time(|| {
        for segment in &mut segments {
            key.open_in_place(nonce(), Aad::empty(), segment).expect("opened");
        }
    });
    (sealing, opening)
}
