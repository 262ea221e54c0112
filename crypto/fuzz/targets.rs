//! What the fuzzer calls, one function a format; `crypto/tests/hostile` calls the same with edited seeds.
//!
//! *Invariant*: each takes any bytes, never panics, and asserts what holds of whatever is accepted.

use std::sync::LazyLock;

use kaibiao_crypto::act::{Payload, SignedAct};
use kaibiao_crypto::canonical as canonical_json;
use kaibiao_crypto::checkpoint::{Checkpoint, Note, NoteVerifier};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::LogItem;
use kaibiao_crypto::envelope::{Core, Locks, OpeningKeys, RecoverySecret};
use kaibiao_crypto::key::{PublicKey, SigningKey};
use kaibiao_crypto::label::{Context, EnvelopeKind, Label};
use kaibiao_crypto::lock::{Capsule, GroupKey, LabelKey};
use kaibiao_crypto::manifest::{ClosedProof, Manifest};
use kaibiao_crypto::payload::{Head, Layout, PayloadKey, unseal};
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::threshold::keygen::{self, Announced, Announcement};
use kaibiao_crypto::threshold::reshare::{self, Dealing, Enrolment, Plan};
use kaibiao_crypto::threshold::{Committee, Partial, Quorum, ShareFile};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A target: its name, which is that of its folder of seeds, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const ALL: [Target; 16] = [
    ("act", act),
    ("canonical", canonical),
    ("capsule", capsule),
    ("checkpoint", checkpoint),
    ("core", core),
    ("entry", entry),
    ("head", head),
    ("keygen", keygen),
    ("label", label),
    ("manifest", manifest),
    ("open", open),
    ("payload", payload),
    ("receipt", receipt),
    ("reshare", reshare),
    ("share_file", share_file),
    ("spki", spki),
];

const KINDS: [EnvelopeKind; 4] = [
    EnvelopeKind::Documents,
    EnvelopeKind::PriceDocuments,
    EnvelopeKind::Statement,
    EnvelopeKind::PriceStatement,
];

fn json<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}

fn vectors(text: &str) -> Value {
    serde_json::from_str(text).expect("the vectors are JSON")
}

fn field<T: DeserializeOwned>(value: &Value, name: &str) -> T {
    serde_json::from_value(value[name].clone()).expect("a field of the vectors")
}

fn bytes_of(value: &Value, name: &str) -> Vec<u8> {
    hex::decode(field::<String>(value, name)).expect("hexadecimal digits")
}

/// An act on the wire, and the payload inside one.
pub fn act(bytes: &[u8]) {
    if let Some(act) = json::<SignedAct>(bytes) {
        let _ = (act.read_payload(), act.body_value());
    }
    if let Ok(payload) = Payload::parse(bytes) {
        assert_eq!(payload.encode().as_deref(), Ok(bytes), "a payload has one text");
    }
}

/// Canonical JSON.
pub fn canonical(bytes: &[u8]) {
    if let Ok(value) = canonical_json::parse(bytes) {
        assert_eq!(canonical_json::to_vec(&value).as_deref(), Ok(bytes), "a value has one text");
    }
}

/// Points and capsules.
pub fn capsule(bytes: &[u8]) {
    if let Ok(key) = GroupKey::from_bytes(bytes) {
        assert_eq!(key.to_bytes().as_slice(), bytes, "a point has one encoding");
    }
    let label_key = LabelKey::from_bytes(bytes.get(128..).unwrap_or_default());
    let capsule = bytes.get(..128).and_then(|bytes| bytes.try_into().ok()).map(Capsule::from_bytes);
    if let Some(Ok(capsule)) = capsule {
        assert_eq!(capsule.to_bytes().as_slice(), &bytes[..128], "a capsule has one encoding");
        if let Ok(label_key) = label_key {
            let _ = capsule.open(&label_key);
        }
    }
}

/// Notes, checkpoints and the names of keys.
pub fn checkpoint(bytes: &[u8]) {
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_text().as_bytes(), bytes, "a note has one text");
        let _ = Checkpoint::parse(&note.text);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = (Checkpoint::parse(text), NoteVerifier::parse(text));
    }
}

/// The core of an envelope, read only.
pub fn core(bytes: &[u8]) {
    if let Ok((core, length)) = Core::parse_prefix(bytes) {
        assert_eq!(core.bytes(), &bytes[..length]);
        let context = core.context().to_bytes();
        assert_eq!(Context::parse(&context).as_ref(), Ok(core.context()));
    }
    let _ = Context::parse(bytes);
}

/// Entries of the log.
pub fn entry(bytes: &[u8]) {
    if let Ok(LogItem::Act(entry)) = LogItem::parse(bytes) {
        assert_eq!(entry.encode().as_deref(), Ok(bytes), "an entry has one form");
        let _ = entry.read_payload();
    }
}

/// The head of a payload, and lengths of ciphertexts.
pub fn head(bytes: &[u8]) {
    for kind in KINDS {
        if let Ok(head) = Head::parse(bytes, kind) {
            assert_eq!(head.to_bytes(kind).ok().as_deref(), Some(bytes), "a head has one text");
        }
    }
    if let Some(length) = bytes.first_chunk()
        && let Ok(layout) = Layout::of_ciphertext(u64::from_be_bytes(*length))
    {
        assert!(layout.range(layout.segments() - 1).is_some() && layout.range(layout.segments()).is_none());
    }
}

/// Labels and contexts.
pub fn label(bytes: &[u8]) {
    if let Ok(label) = Label::parse(bytes) {
        assert_eq!(label.to_bytes(), bytes, "a label has one form");
    }
    if let Ok(context) = Context::parse(bytes) {
        assert_eq!(context.to_bytes(), bytes, "a context has one form");
    }
}

/// Manifests and proofs that they stand in a closed root.
pub fn manifest(bytes: &[u8]) {
    if let Ok(manifest) = Manifest::parse(bytes) {
        assert_eq!(manifest.to_bytes(), bytes, "a manifest has one text");
    }
    if let Some(proof) = json::<ClosedProof>(bytes) {
        let _ = proof.verify(&Digest([1; 32]), Digest([2; 32]));
    }
}

struct Case {
    core: Vec<u8>,
    locks: Locks,
    label_key: LabelKey,
    signature: Option<LabelKey>,
    secret: Option<RecoverySecret>,
}

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let vectors = vectors(include_str!("../vectors/tl1_envelope.json"));
    let secret = |vector: &Value| {
        let digits = field::<Option<String>>(vector, "recovery_secret")?;
        let bytes = hex::decode(digits).expect("hexadecimal digits").try_into().expect("32 bytes");
        Some(RecoverySecret::from_bytes(&bytes))
    };
    let case = |vector: &Value| Case {
        core: bytes_of(vector, "core"),
        locks: field(vector, "locks"),
        label_key: field(vector, "label_key"),
        signature: field(vector, "beacon_signature"),
        secret: secret(vector),
    };
    vectors["cases"].as_array().expect("a list").iter().map(case).collect()
});

/// Opening a core by every path of every set of keys of the vectors: only the cores of the vectors open.
pub fn open(bytes: &[u8]) {
    let Ok(core) = Core::parse(bytes) else { return };
    for case in CASES.iter() {
        let label_key = &case.label_key;
        let mut paths = vec![OpeningKeys::Committee { label_key }];
        paths.extend(case.signature.as_ref().map(|signature| OpeningKeys::Beacon { label_key, signature }));
        paths.extend(case.secret.as_ref().map(|secret| OpeningKeys::Recovery { label_key, secret }));
        for keys in &paths {
            let is_open = core.open(&case.locks, keys).is_ok();
            assert!(!is_open || bytes == case.core, "another core opens");
        }
    }
}

static SEALED: LazyLock<Vec<(Core, [u8; 32])>> = LazyLock::new(|| {
    let vectors = vectors(include_str!("../vectors/tl1_payload.json"));
    let sealed = |vector: &Value| {
        let key = bytes_of(vector, "payload_key").try_into().expect("32 bytes");
        (Core::parse(&bytes_of(vector, "core")).expect("a good core"), key)
    };
    vectors["cases"].as_array().expect("a list").iter().take(2).map(sealed).collect()
});

/// Payloads: as ciphertext, and as the plaintext of one segment that a hostile bidder sealed properly.
pub fn payload(bytes: &[u8]) {
    for (core, key) in SEALED.iter() {
        let opened = |ciphertext: &[u8]| {
            let key = PayloadKey::from_bytes(key);
            unseal(core, &key, ciphertext.len() as u64, ciphertext, &mut |_, _| Ok(())).is_ok()
        };
        opened(bytes);
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("32 bytes"));
        let mut nonce = [0; 12];
        nonce[11] = 1;
        let mut segment = bytes.to_vec();
        let aad = Aad::from(core.digest().0);
        let sealed = cipher.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut segment);
        if sealed.is_ok() {
            opened(&segment);
        }
    }
}

static LOG: LazyLock<NoteVerifier> = LazyLock::new(|| {
    let vectors = vectors(include_str!("../vectors/log_receipt.json"));
    NoteVerifier::parse(&field::<String>(&vectors["log"], "vkey")).expect("a good key")
});

/// Receipts, checked against the log of the vectors.
pub fn receipt(bytes: &[u8]) {
    if let Ok(receipt) = Receipt::parse(bytes) {
        assert_eq!(receipt.to_text().as_bytes(), bytes, "a receipt has one text");
        let _ = receipt.verify(&LOG, &[], 0);
    }
}

/// Subject public key infos and private keys.
pub fn spki(bytes: &[u8]) {
    if let Ok(key) = PublicKey::from_spki(bytes) {
        assert_eq!(key.spki(), bytes);
        let _ = key.verify(b"message", bytes.get(..64).unwrap_or_default());
    }
    let _ = SigningKey::from_pkcs8(bytes);
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Share files, committees, quorums and partials.
pub fn share_file(bytes: &[u8]) {
    if let Some(Ok((share, committee))) = json::<ShareFile>(bytes).map(ShareFile::import) {
        assert_eq!(share.check(&committee), Ok(()));
    }
    let _ = (json::<Committee>(bytes), json::<Quorum>(bytes), json::<Vec<Partial>>(bytes));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeygenRun {
    announcements: Vec<Announcement>,
    complaints: Vec<keygen::Complaint>,
    quorum: Quorum,
    session: Digest,
    shares: Vec<keygen::SealedShare>,
}

/// Messages and saved states of a key generation.
pub fn keygen(bytes: &[u8]) {
    let saved = text(bytes);
    let _ = Announced::resume(saved);
    if let Ok(state) = keygen::Dealt::resume(saved) {
        let _ = state.receive(&[]);
    }
    let Some(run) = json::<KeygenRun>(bytes) else { return };
    let Ok(transcript) = keygen::Transcript::verify(run.session, run.quorum, &run.announcements) else {
        return;
    };
    let _ = (transcript.committee(), transcript.digest());
    for share in &run.shares {
        for complaint in &run.complaints {
            let _ = complaint.judge(&transcript, share);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReshareRun {
    complaints: Vec<reshare::Complaint>,
    dealings: Vec<Dealing>,
    enrolments: Vec<Enrolment>,
    plan: Plan,
    shares: Vec<reshare::SealedShare>,
}

/// Messages and saved states of a resharing.
pub fn reshare(bytes: &[u8]) {
    let saved = text(bytes);
    let _ =
        (reshare::Dealer::resume(saved), reshare::Dealt::resume(saved), reshare::Recipient::resume(saved));
    let Some(run) = json::<ReshareRun>(bytes) else { return };
    let transcript = reshare::Transcript::verify(run.plan, &run.dealings, &run.enrolments);
    let Ok(transcript) = transcript else { return };
    let _ = (transcript.committee(), transcript.digest());
    for share in &run.shares {
        for complaint in &run.complaints {
            let _ = complaint.judge(&transcript, share);
        }
    }
}
