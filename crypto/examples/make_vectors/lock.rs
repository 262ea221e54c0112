//! Capsules with fixed randomness, points that nobody may accept, capsules that may not open.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::label::{EnvelopeKind, Label};
use kaibiao_crypto::lock::{Capsule, G1_BYTES, G2_BYTES, GroupKey, LabelKey, PointError};
use serde_json::{Value, json};

use crate::cast::Cast;

pub fn vectors(cast: &Cast) -> Value {
    let label = cast.context(EnvelopeKind::Statement, "capsule").label();
    let label_key = cast.label_key(&label);
    let made: Vec<(Value, Capsule)> =
        pairs().map(|(sigma, message)| capsule(cast, &label, &sigma, &message)).collect();
    let honest = made[0].1.to_bytes();
    let failures: Vec<Value> = changed(&honest)
        .map(|(name, bytes, code)| {
            json!({"name": name, "capsule": hex::encode(bytes), "label_key": label_key, "code": code})
        })
        .collect();
    let other_key = cast.label_key(&cast.context(EnvelopeKind::Statement, "another").label());
    let another = json!({"name": "the key of another label", "capsule": hex::encode(honest), "label_key": other_key,
        "code": "capsule_check"});
    json!({
        "about": "The capsule: 16 bytes locked to an identity. Open it with label_key; seal it again with sigma.",
        "capsules": made.into_iter().map(|(vector, _)| vector).collect::<Vec<Value>>(),
        "failures": failures.into_iter().chain([another]).collect::<Vec<Value>>(),
        "points_refused": points_refused(),
    })
}

/// The first pair whose first hash is in range, and the first two whose first hash must be rejected.
fn pairs() -> impl Iterator<Item = ([u8; 16], [u8; 16])> {
    let pair = |n: u32| {
        let digest = Digest::of_parts(&[b"kaibiao vectors capsule", &n.to_be_bytes()]);
        (std::array::from_fn(|i| digest.0[i]), std::array::from_fn(|i| digest.0[16 + i]))
    };
    let in_range = (0..).map(pair).filter(|(sigma, message)| first_hash_in_range(sigma, message)).take(1);
    let rejected = (0..).map(pair).filter(|(sigma, message)| !first_hash_in_range(sigma, message)).take(2);
    in_range.chain(rejected)
}

/// Whether the first hash of H3 is below the order of the group.
pub fn first_hash_in_range(sigma: &[u8], message: &[u8]) -> bool {
    const ORDER: &str = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
    let base = Digest::of_parts(&[b"IBE-H3", sigma, message]);
    let mut hash = Digest::of_parts(&[&1_u16.to_le_bytes(), base.as_bytes()]);
    hash.0[0] >>= 1;
    hash.to_string().as_str() < ORDER
}

fn capsule(cast: &Cast, label: &Label, sigma: &[u8; 16], message: &[u8; 16]) -> (Value, Capsule) {
    let capsule = Capsule::seal(cast.committee.group_key(), &label.identity(), message, sigma);
    let vector = json!({
        "group_key": cast.committee.group_key(),
        "identity": label.identity().0,
        "sigma": hex::encode(sigma),
        "message": hex::encode(message),
        "h3_first_hash_in_range": first_hash_in_range(sigma, message),
        "label_key": cast.label_key(label),
        "capsule": hex::encode(capsule.to_bytes()),
    });
    (vector, capsule)
}

fn changed(honest: &[u8; 128]) -> impl Iterator<Item = (&'static str, [u8; 128], &'static str)> {
    let with = |edit: &dyn Fn(&mut [u8; 128])| {
        let mut bytes = *honest;
        edit(&mut bytes);
        bytes
    };
    let negated = with(&|bytes| bytes[0] ^= 0x20);
    let v = with(&|bytes| bytes[96] ^= 1);
    let w = with(&|bytes| bytes[127] ^= 0x80);
    let infinity = with(&|bytes| bytes[..G2_BYTES].copy_from_slice(&infinity::<G2_BYTES>()));
    let uncompressed = with(&|bytes| bytes[0] &= 0x7f);
    let outside = with(&|bytes| bytes[..G2_BYTES].copy_from_slice(&outside_subgroup::<G2_BYTES>()));
    [
        ("U negated", negated, "capsule_check"),
        ("a bit of V", v, "capsule_check"),
        ("a bit of W", w, "capsule_check"),
        ("U at infinity", infinity, "point_infinity"),
        ("U not marked as compressed", uncompressed, "point_encoding"),
        ("U outside the subgroup", outside, "point_subgroup"),
    ]
    .into_iter()
}

fn points_refused() -> Vec<Value> {
    [refused::<G1_BYTES>("g1"), refused::<G2_BYTES>("g2")].concat()
}

fn refused<const N: usize>(group: &str) -> Vec<Value> {
    let mut dirty_infinity = infinity::<N>();
    dirty_infinity[N - 1] = 1;
    // x = p: the same as 0 in the field, but not its canonical encoding.
    let mut modulus = [0; N];
    let p =
        "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
    modulus[N - 48..].copy_from_slice(&hex::decode(p).expect("hexadecimal digits"));
    modulus[0] |= 0x80;
    let cases: [(&str, Vec<u8>, PointError); 6] = [
        ("infinity", infinity::<N>().to_vec(), PointError::Infinity),
        ("infinity with a bit set", dirty_infinity.to_vec(), PointError::Encoding),
        ("a coordinate equal to the modulus", modulus.to_vec(), PointError::Encoding),
        ("outside the subgroup", outside_subgroup::<N>().to_vec(), PointError::Subgroup),
        ("not on the curve", off_curve::<N>().to_vec(), PointError::Encoding),
        ("a byte short", infinity::<N>()[1..].to_vec(), PointError::Length),
    ];
    let vector = |(name, bytes, error): (&str, Vec<u8>, PointError)| {
        assert_eq!(point_error::<N>(&bytes), Some(error), "{group}: {name}");
        json!({"name": name, "group": group, "bytes": hex::encode(bytes), "code": error.code()})
    };
    cases.into_iter().map(vector).collect()
}

pub fn infinity<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    bytes[0] = 0xc0;
    bytes
}

/// The point with the smallest x that is on the curve and not in the subgroup.
pub fn outside_subgroup<const N: usize>() -> [u8; N] {
    small_x::<N>(PointError::Subgroup)
}

/// The smallest x that no point has.
pub fn off_curve<const N: usize>() -> [u8; N] {
    small_x::<N>(PointError::Encoding)
}

fn small_x<const N: usize>(error: PointError) -> [u8; N] {
    let with = |x| {
        let mut bytes = [0; N];
        (bytes[0], bytes[N - 1]) = (0x80, x);
        bytes
    };
    (1..=u8::MAX)
        .map(with)
        .find(|bytes| point_error::<N>(bytes) == Some(error))
        .expect("half of all x will do")
}

fn point_error<const N: usize>(bytes: &[u8]) -> Option<PointError> {
    if N == G1_BYTES { LabelKey::from_bytes(bytes).err() } else { GroupKey::from_bytes(bytes).err() }
}
