//! The beacon: quicknet's rounds and texts, envelopes that wait for a round, and what must be refused of both.

use kaibiao_crypto::beacon::{Beacon, ChainParameters, Network};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, Floor, Locks, SealSeed};
use kaibiao_crypto::label::{Context, EnvelopeKind};
use kaibiao_crypto::lock::{Capsule, G2_BYTES, GroupKey, Identity, LabelKey};
use serde_json::{Value, json};

use crate::cast::{Cast, FLOOR_ROUND, opening_of};
use crate::envelope;
use crate::failures::{Given, Places, edited};
use crate::lock::{infinity, off_curve, outside_subgroup};

const NAME: &str = "an envelope that waits for a round";

pub fn vectors(cast: &Cast) -> Value {
    let (core, seed) = cast.seal(EnvelopeKind::Statement, NAME, &cast.floored);
    let places = Places::of(core.context());
    let failures =
        [unreadable(core.bytes(), &places), elsewhere(cast), unopenable(cast, &core, &seed, &places)]
            .concat();
    json!({
        "about": "quicknet is pinned in code. A beacon is its text, verified; an envelope's round is that of its \
                  announced opening; each case opens by both paths to the same seed.",
        "network": network(),
        "rounds": rounds(),
        "beacons": beacons(cast),
        "beacons_refused": beacons_refused(cast),
        "cases": cases(cast),
        "failures": failures,
    })
}

/// The published parameters; `chain` follows from the others.
fn quicknet() -> ChainParameters<'static> {
    let seed = "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e";
    ChainParameters {
        key: *Network::quicknet().key(),
        genesis: opening_of(1),
        period: 3,
        seed: seed.parse().expect("the published digest"),
        beacon_id: "quicknet",
    }
}

fn network() -> Value {
    let ChainParameters { key, genesis, period, seed, beacon_id } = quicknet();
    assert_eq!(Network::of(&quicknet()).as_ref(), Ok(Network::quicknet()));
    json!({"beacon_id": beacon_id, "chain": Network::quicknet().chain(), "genesis": genesis, "key": key,
        "period": period, "seed": seed})
}

fn rounds() -> Vec<Value> {
    let genesis = opening_of(1);
    let moments = [0, genesis - 1, genesis, genesis + 2, genesis + 3, opening_of(FLOOR_ROUND), 1_900_000_000];
    moments.iter().map(|moment| json!([moment, Network::quicknet().round_at(*moment)])).collect()
}

fn beacons(cast: &Cast) -> Vec<Value> {
    let vector = |(round, signature): (&u64, &LabelKey)| {
        let beacon = Beacon::verify(Network::quicknet(), *round, *signature).expect("a published signature");
        let text = json!({"randomness": beacon.randomness(), "round": round, "signature": signature});
        json!({"text": text.to_string(), "round": round, "signature": signature, "randomness": beacon.randomness()})
    };
    cast.signatures.iter().map(vector).collect()
}

fn beacons_refused(cast: &Cast) -> Vec<Value> {
    let signature = cast.signature(FLOOR_ROUND);
    let digits = hex::encode(signature.to_bytes());
    let with = |round: Value, signature: &str| json!({"round": round, "signature": signature}).to_string();
    let thousand = || json!(FLOOR_ROUND);
    let randomness =
        json!({"randomness": Digest::of(b"another"), "round": FLOOR_ROUND, "signature": signature});
    let cases = [
        ("no JSON", "1000".to_owned(), "beacon_text"),
        ("a beacon cut off", with(thousand(), &digits)[..60].to_owned(), "beacon_text"),
        ("no signature", json!({"round": FLOOR_ROUND}).to_string(), "beacon_text"),
        ("a round in quotes", with(json!("1000"), &digits), "beacon_text"),
        ("a negative round", with(json!(-1), &digits), "beacon_text"),
        ("round 0", with(json!(0), &digits), "beacon_round"),
        ("a digit missing", with(thousand(), &digits[1..]), "beacon_signature_text"),
        ("digits in capitals", with(thousand(), &digits.to_uppercase()), "beacon_signature_text"),
        ("the point at infinity", with(thousand(), &hex::encode(infinity::<48>())), "point_infinity"),
        ("a point off the curve", with(thousand(), &hex::encode(off_curve::<48>())), "point_encoding"),
        (
            "a point outside the subgroup",
            with(thousand(), &hex::encode(outside_subgroup::<48>())),
            "point_subgroup",
        ),
        ("randomness of something else", randomness.to_string(), "beacon_randomness"),
        ("the signature under the next round", with(json!(FLOOR_ROUND + 1), &digits), "beacon_signature"),
        (
            "the key of a committee's label",
            with(
                thousand(),
                &hex::encode(cast.label_key(&cast.context(EnvelopeKind::Statement, NAME).label()).to_bytes()),
            ),
            "beacon_signature",
        ),
    ];
    let vector = |(name, text, code): (&str, String, &str)| {
        let found = Beacon::from_json(Network::quicknet(), text.as_bytes()).map_err(|error| error.code());
        assert_eq!(found.err(), Some(code), "{name}");
        json!({"name": name, "text": text, "code": code})
    };
    cases.into_iter().map(vector).collect()
}

/// Envelopes at both ends of a period, and in rounds early and late.
fn cases(cast: &Cast) -> Vec<Value> {
    let moments = [
        ("opened at the second of its round", opening_of(FLOOR_ROUND)),
        ("opened in the last second of the period", opening_of(FLOOR_ROUND) + 2),
        ("opened in the next round", opening_of(FLOOR_ROUND + 1)),
        ("opened in an early round", opening_of(123)),
        ("opened in a late round", opening_of(12_040_883)),
    ];
    let vector = |(name, opening): (&str, u64)| {
        let context = Context { opening, ..cast.context(EnvelopeKind::Statement, name) };
        let seed = SealSeed::from_bytes(&Digest::of(name.as_bytes()).0);
        let core = Core::seal(&seed, &context, &cast.floored).expect("the committee's own context");
        envelope::vector(cast, name, &core, &seed, &cast.floored)
    };
    moments.into_iter().map(vector).collect()
}

/// Refused when read: nothing but the pinned network's parameters is needed to see it.
fn unreadable(core: &[u8], at: &Places) -> Vec<Value> {
    let put = |place: usize, value: &[u8]| {
        edited(core, |bytes| bytes[place..place + value.len()].copy_from_slice(value))
    };
    let round = at.beacon + 1 + 32 + 2;
    let capsule = round + 8 + 2;
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("locked to the round before", put(round, &(FLOOR_ROUND - 1).to_be_bytes())),
        ("locked to the round after", put(round, &(FLOOR_ROUND + 1).to_be_bytes())),
        ("locked to round 0", put(round, &[0; 8])),
        ("announced for another round", put(at.lock_count - 8, &opening_of(FLOOR_ROUND + 1).to_be_bytes())),
        ("announced before the genesis", put(at.lock_count - 8, &[0; 8])),
        ("the first path by the beacon alone", put(at.paths + 2, &[0, 0b010])),
        ("the second path by the recovery key alone", put(at.paths + 1 + 35 + 1, &[0, 0b100])),
        ("the second path by beacon and recovery key", put(at.paths + 1 + 35 + 1, &[0, 0b110])),
        ("a path by no lock", put(at.paths + 2, &[0, 0])),
        ("the beacon in the committee's place", put(at.lock_count + 1, &core[at.beacon..at.beacon + 33])),
        ("the beacon's U at infinity", put(capsule, &infinity::<G2_BYTES>())),
        ("the beacon's U outside the subgroup", put(capsule, &outside_subgroup::<G2_BYTES>())),
        ("the beacon's U not on the curve", put(capsule, &off_curve::<G2_BYTES>())),
        ("the beacon's capsule a byte short", put(capsule - 2, &[0, 127])),
    ];
    let vector = |(name, bytes): (&str, Vec<u8>)| {
        let found = Core::parse(&bytes).map(|_| ());
        assert_eq!(found.map_err(|error| error.code()), Err("malformed"), "{name}");
        json!({"name": name, "operation": "parse", "core": hex::encode(bytes), "code": "malformed"})
    };
    cases.into_iter().map(vector).collect()
}

/// A good core of another network, tried where quicknet is called for: its own parameters are never taken up.
fn elsewhere(cast: &Cast) -> Vec<Value> {
    let floor = cast.floored.floor.expect("these locks have one");
    let own = ChainParameters { key: *cast.committee.group_key(), beacon_id: "own", ..quicknet() };
    let network = Network::of(&own).expect("good parameters");
    let locks = Locks { floor: Some(Floor { network, ..floor }), ..cast.floored };
    let (core, _) = cast.seal(EnvelopeKind::Statement, "of another network", &locks);
    let (context, found) = (core.context(), core.check(core.context(), &cast.floored));
    assert_eq!(found.map_err(|error| error.code()), Err("wrong_lock"));
    let check = json!({"name": "a beacon of another network", "operation": "check", "core": hex::encode(core.bytes()),
        "context": context, "locks": cast.floored, "code": "wrong_lock"});
    let open =
        |keys: Given| keys.vector("a beacon of another network", core.bytes(), &cast.floored, "wrong_lock");
    vec![check, open(Given::path_1(cast, context)), open(Given::path_2(cast, context))]
}

/// Cores that read well and that no honest sealer makes: the right keys show it, by both paths.
fn unopenable(cast: &Cast, core: &Core, seed: &SealSeed, at: &Places) -> Vec<Value> {
    let bytes = core.bytes();
    let capsule = at.beacon + 1 + 32 + 2 + 8 + 2;
    let flip = |place: usize| edited(bytes, |bytes| bytes[place] ^= 0x80);
    let under = |key: &GroupKey, round: u64| {
        let (message, sigma) = seed.expose().split_at(16);
        let array = |half: &[u8]| std::array::from_fn(|i| half[i]);
        let made = Capsule::seal(key, &Identity::of_round(round), &array(message), &array(sigma));
        edited(bytes, |bytes| bytes[capsule..at.recovery].copy_from_slice(&made.to_bytes()))
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("a bit of the beacon's V", flip(capsule + 96)),
        ("a bit of the beacon's W", flip(capsule + 127)),
        ("a bit of the first path's box", flip(at.paths + 4)),
        (
            "a capsule for the next round under this round's number",
            under(Network::quicknet().key(), FLOOR_ROUND + 1),
        ),
        ("a capsule for the round with another message", under(Network::quicknet().key(), FLOOR_ROUND)),
        ("a capsule under a key of one's own", under(cast.committee.group_key(), FLOOR_ROUND)),
    ];
    let both = |(name, bytes): (&str, Vec<u8>)| {
        let keys = [Given::path_1(cast, core.context()), Given::path_2(cast, core.context())];
        keys.map(|keys| keys.vector(name, &bytes, &cast.floored, "malformed"))
    };
    cases.into_iter().flat_map(both).collect()
}
