//! Whole cores, with every input that they are made from.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, Locks, SealSeed};
use kaibiao_crypto::label::{Context, EnvelopeKind};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use serde_json::{Value, json};

use crate::cast::Cast;
use crate::{failures, lock};

pub fn vectors(cast: &Cast) -> Value {
    let cases = [
        ("documents, committee alone", EnvelopeKind::Documents, &cast.plain),
        ("price documents, committee alone", EnvelopeKind::PriceDocuments, &cast.plain),
        ("statement with beacon and recovery", EnvelopeKind::Statement, &cast.floored),
        ("price statement with beacon and recovery", EnvelopeKind::PriceStatement, &cast.floored),
    ];
    let mut vectors: Vec<Value> = Vec::new();
    for (name, kind, locks) in cases {
        let (core, seed) = cast.seal(kind, name, locks);
        vectors.push(vector(cast, name, &core, &seed, locks));
    }
    vectors.push(rejected(cast));
    json!({
        "about": "A core is a function of seed, context and locks. Seal: the same core. Open by each path whose keys \
                  are given: the same seed.",
        "cases": vectors,
        "failures": failures::vectors(cast),
    })
}

/// One core and all that it was made from.
pub fn vector(cast: &Cast, name: &str, core: &Core, seed: &SealSeed, locks: &Locks) -> Value {
    let (context, label) = (core.context(), core.context().label());
    let has_floor = locks.floor.is_some();
    json!({
        "name": name,
        "context": context,
        "context_bytes": hex::encode(context.to_bytes()),
        "label_bytes": hex::encode(label.to_bytes()),
        "identity": label.identity().0,
        "seed": hex::encode(seed.expose()),
        "locks": locks,
        "core": hex::encode(core.bytes()),
        "core_sha256": core.digest(),
        "payload_key": hex::encode(seed.payload_key(locks.suite, context).expose()),
        "label_key": cast.label_key(&label),
        "beacon_signature": core.round().map(|round| cast.signature(round)),
        "recovery_secret": has_floor.then(|| hex::encode(cast.recovery.expose())),
    })
}

/// The first seed that takes the rejection branch of H3 in both capsules.
fn rejected(cast: &Cast) -> Value {
    let name = "both capsules through the rejection branch of H3";
    let context = cast.context_under(&cast.floored, EnvelopeKind::Statement, name);
    let seeds = (0_u32..).map(|n| Digest::of_parts(&[name.as_bytes(), &n.to_be_bytes()]).0);
    let is_rejected = |seed: &[u8; 32], i| {
        !lock::first_hash_in_range(
            &derived(seed, &context, b"TL1 sigma", i),
            &derived(seed, &context, b"TL1 lock", i),
        )
    };
    let seed = seeds
        .into_iter()
        .find(|seed| is_rejected(seed, 0) && is_rejected(seed, 1))
        .expect("one in a hundred");
    let seed = SealSeed::from_bytes(&seed);
    let core = Core::seal(&seed, &context, &cast.floored).expect("the committee's own context");
    vector(cast, name, &core, &seed, &cast.floored)
}

/// s_i or sigma_i, as the format defines them.
fn derived(seed: &[u8; 32], context: &Context, name: &[u8], i: u8) -> [u8; 16] {
    let salt = Digest::of_parts(&[b"TL1/ctx\0", &context.to_bytes()]);
    let prk = Salt::new(HKDF_SHA256, salt.as_bytes()).extract(seed);
    let mut out = [0; 16];
    let info = [name, &[i]];
    prk.expand(&info, Sixteen).and_then(|okm| okm.fill(&mut out)).expect("16 bytes are within HKDF's limit");
    out
}

struct Sixteen;

impl KeyType for Sixteen {
    fn len(&self) -> usize {
        16
    }
}
