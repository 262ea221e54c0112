//! The national algorithms: signatures of alg 3, envelopes of suite 2, and the prototype of a lock over SM2.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::act::{Nonce, Payload, SignedAct, VERSION};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, Locks, SealSeed};
use kaibiao_crypto::key::{PublicKey, SM2_SIGNER_ID, SigningKey};
use kaibiao_crypto::label::EnvelopeKind;
use kaibiao_crypto::lock::Randomness;
use kaibiao_crypto::national::{Ciphertext, LockCommittee, LockShare};
use kaibiao_crypto::payload::seal_statement;
use kaibiao_crypto::suite::{Suite, sm3};
use kaibiao_crypto::threshold::Quorum;
use serde_json::{Value, json};

use crate::cast::{Cast, Counted};

/// The order of the group, big-endian.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x72,
    0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23,
];
/// DER of PKCS #8 with an SM2 key without its public half, up to the 32 bytes of the secret.
const PKCS8_PREFIX: &str = "3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420";

pub fn vectors(cast: &Cast) -> Value {
    json!({
        "about": "SM2 (GB/T 32918), SM3 (GB/T 32905), SM4 (GB/T 32907) as docs/formats.md uses them. threshold is a \
                  prototype that no platform runs (docs/national.md).",
        "signer_id": SM2_SIGNER_ID,
        "sm3": digests(),
        "signatures": signatures(),
        "bad_signatures": bad_signatures(),
        "bad_keys": bad_keys(),
        "act": act(),
        "envelopes": [
            envelope(cast, "national statement, committee alone", &cast.plain),
            envelope(cast, "national statement with beacon and recovery", &cast.floored),
        ],
        "threshold": threshold(cast),
    })
}

fn digests() -> Vec<Value> {
    let digest = |text: &str| json!({"text": text, "digest": hex::encode(sm3(&[text.as_bytes()]))});
    ["", "abc", "标书"].map(digest).to_vec()
}

fn key(name: &str) -> ([u8; 32], SigningKey) {
    let secret = sm3(&[b"kaibiao vectors ", name.as_bytes()]);
    let prefix = hex::decode(PKCS8_PREFIX).expect("hexadecimal digits");
    (secret, SigningKey::from_pkcs8(&[prefix, secret.to_vec()].concat()).expect("below the order"))
}

fn signatures() -> Vec<Value> {
    let cases =
        [("bidder", "message"), ("bidder", ""), ("expert", "评标专家"), ("supervisor", "a longer message: ")];
    let vector = |(name, message): (&str, &str)| {
        let (secret, key) = key(name);
        json!({
            "key": name,
            "secret": hex::encode(secret),
            "spki": key.public(),
            "key_id": key.public().key_id(),
            "message": hex::encode(message),
            "signature": hex::encode(key.sign(message.as_bytes())),
        })
    };
    cases.into_iter().map(vector).collect()
}

/// Signatures of `bidder` over `message` that are none.
fn bad_signatures() -> Vec<Value> {
    let (_, key) = key("bidder");
    let good = key.sign(b"message");
    let with = |at: usize, bytes: &[u8]| {
        let mut signature = good.clone();
        signature[at..at + bytes.len()].copy_from_slice(bytes);
        signature
    };
    let der = {
        let number = |half: &[u8]| [&[2, 33, 0], half].concat();
        [&[0x30, 70], number(&good[..32]).as_slice(), &number(&good[32..])].concat()
    };
    let cases = [
        ("r is zero", with(0, &[0; 32])),
        ("s is zero", with(32, &[0; 32])),
        ("r is the order", with(0, &ORDER)),
        ("s is the order", with(32, &ORDER)),
        ("all ones", vec![0xff; 64]),
        ("halves swapped", [&good[32..], &good[..32]].concat()),
        ("a changed bit", with(63, &[good[63] ^ 1])),
        ("DER", der),
        ("a byte short", good[..63].to_vec()),
        ("a byte more", [good.as_slice(), &[0]].concat()),
        ("empty", Vec::new()),
        ("another message", key.sign(b"massage")),
    ];
    let vector = |(name, signature): (&str, Vec<u8>)| {
        let refused = key.public().verify(b"message", &signature).expect_err(name);
        json!({"name": name, "spki": key.public(), "message": hex::encode("message"),
            "signature": hex::encode(signature), "code": refused.code()})
    };
    cases.into_iter().map(vector).collect()
}

fn bad_keys() -> Vec<Value> {
    let (_, key) = key("bidder");
    let good = key.public().spki().to_vec();
    let with = |at: usize, bytes: &[u8]| {
        let mut spki = good.clone();
        spki[at..at + bytes.len()].copy_from_slice(bytes);
        spki
    };
    let y_is_odd = good[90] & 1;
    let compressed = {
        let mut spki = [&good[..26], &[2 + y_is_odd], &good[27..59]].concat();
        (spki[1], spki[24]) = (0x39, 0x22);
        spki
    };
    // x and y of −G, whose secret is n − 1.
    let minus_generator = "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c743c8c95c0b098863a642311c9496de\
                           ac2f56788239d5b8c0fd20cd1adec60f5f";
    let cases = [
        ("off the curve", with(90, &[good[90] ^ 1])),
        ("the point of another curve", [&good[..27], &[7; 64]].concat()),
        ("coordinates not reduced", with(27, &[0xff; 32])),
        ("zero", with(27, &[0; 64])),
        ("compressed", compressed),
        ("the hybrid form of a point", with(26, &[6 + y_is_odd])),
        ("a byte more", [good.as_slice(), &[0]].concat()),
        ("a byte short", good[..90].to_vec()),
        ("without the point", good[..26].to_vec()),
        ("another curve of the same family", with(22, &[0x2e])),
        ("the secret n − 1", with(27, &hex::decode(minus_generator).expect("hexadecimal digits"))),
    ];
    let vector = |(name, spki): (&str, Vec<u8>)| {
        let refused = PublicKey::from_spki(&spki).expect_err(name);
        json!({"name": name, "spki": STANDARD.encode(spki), "code": refused.code()})
    };
    cases.into_iter().map(vector).collect()
}

fn act() -> Value {
    let (_, key) = key("bidder");
    let payload = Payload {
        actor: "4b1f1d3a-0c53-4f53-9a5e-0a1b2c3d4e5f".into(),
        body: Some(json!({"name": "开标"})),
        body_sha256: None,
        client_time: 1_767_225_600_123,
        lot: Some("A-1".into()),
        nonce: Nonce([7; 16]),
        origin: "kaibiao.example/tlog/1".into(),
        prev: None,
        role: "bidder".into(),
        seen: None,
        tender: Some("9e107d9d-372b-4b68-81e5-4c1b5a3f2d10".into()),
        kind: "SubmitBid".into(),
        v: VERSION,
    };
    let act = SignedAct::sign(&key, &payload, None).expect("a good payload");
    json!({"spki": key.public(), "act": act})
}

fn envelope(cast: &Cast, name: &str, locks: &Locks) -> Value {
    let locks = &Locks { suite: Suite::National, ..*locks };
    let context = cast.context_under(locks, EnvelopeKind::Statement, name);
    let seed = SealSeed::from_bytes(&Digest::of(format!("seed of {name}").as_bytes()).0);
    let core = Core::seal(&seed, &context, locks).expect("the committee's own context");
    let key = seed.payload_key(locks.suite, &context);
    let statement = json!({"currency": "CNY", "price_minor": 12_345_678_900_u64});
    let (sealed, ciphertext) = seal_statement(&core, &key, statement.clone()).expect("a good statement");
    let has_floor = locks.floor.is_some();
    json!({
        "name": name,
        "suite": Suite::National,
        "context": context,
        "seed": hex::encode(seed.expose()),
        "locks": locks,
        "core": hex::encode(core.bytes()),
        "core_sha256": core.digest(),
        "payload_key": hex::encode(key.expose()),
        "label_key": cast.label_key(&context.label()),
        "beacon_signature": core.round().map(|round| cast.signature(round)),
        "recovery_secret": has_floor.then(|| hex::encode(cast.recovery.expose())),
        "statement": statement,
        "root": sealed.root,
        "total_len": sealed.total_len,
        "ciphertext_head": hex::encode(&ciphertext[..256]),
        "ciphertext_tag": hex::encode(&ciphertext[ciphertext.len() - 16..]),
    })
}

fn threshold(cast: &Cast) -> Value {
    let quorum = Quorum::new(3, 5).expect("a majority");
    let name = "sm2 lock deal";
    let (committee, shares) = LockCommittee::deal(quorum, &Counted::new(name)).expect("it deals");
    // The dealer draws the whole key first; in use nobody has it.
    let mut whole = [0; 32];
    Counted::new(name).fill(&mut whole).expect("it counts");
    let label = cast.context(EnvelopeKind::Statement, "sm2 lock").label();
    let other_label = cast.context(EnvelopeKind::Statement, "another sm2 lock").label();
    let message = *b"sixteen bytes...";
    let random = Counted::new("sm2 lock seal");
    let ciphertext = Ciphertext::seal(committee.group_key(), &label, &message, &random).expect("it seals");
    let partial = |share: &LockShare| {
        let random = Counted::new(&format!("sm2 lock partial {}", share.index()));
        share.partial(&ciphertext, &label, &random).expect("a good ciphertext")
    };
    let partials: Vec<_> = shares.iter().map(partial).collect();
    let opened = committee.combine(&ciphertext, &label, &partials[2..]).expect("three are enough");
    assert_eq!(*opened.message, message);
    json!({
        "quorum": quorum,
        "group_secret": hex::encode(whole),
        "group_key": hex::encode(committee.group_key().to_bytes()),
        "public_shares": committee.public_shares().iter().map(hex::encode).collect::<Vec<_>>(),
        "label": label,
        "label_bytes": hex::encode(label.to_bytes()),
        "other_label": other_label,
        "message": hex::encode(message),
        "sm2_ciphertext": hex::encode(ciphertext.sm2_bytes()),
        "ciphertext": hex::encode(ciphertext.to_bytes()),
        "partials": partials.iter().map(|partial| hex::encode(partial.to_bytes())).collect::<Vec<_>>(),
    })
}
