//! Cores and keys that must be refused, each with its code. Every one is tried before it is written.

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::{Core, EnvelopeError, Floor, Locks, OpeningKeys, RecoverySecret, SealSeed};
use kaibiao_crypto::label::{Context, EnvelopeKind};
use kaibiao_crypto::lock::{Capsule, G2_BYTES, GroupKey, LabelKey};
use serde_json::{Value, json};

use crate::cast::{Cast, Counted, FLOOR_ROUND};
use crate::lock::{infinity, off_curve, outside_subgroup};

const NAME: &str = "statement with beacon and recovery";
/// Where the context of a core begins.
const CONTEXT_AT: usize = 7;

pub fn vectors(cast: &Cast) -> Vec<Value> {
    let (core, seed) = cast.seal(EnvelopeKind::Statement, NAME, &cast.floored);
    let places = Places::of(core.context());
    [
        unreadable(core.bytes(), &places),
        misplaced(cast, &core),
        unopenable(cast, &core, &seed, &places),
        wrong_keys(cast, &core),
    ]
    .concat()
}

/// Offsets into a core with three locks.
pub struct Places {
    pub lock_count: usize,
    pub committee_id: usize,
    pub label: usize,
    pub capsule: usize,
    pub beacon: usize,
    pub recovery: usize,
    pub paths: usize,
}

impl Places {
    pub fn of(context: &Context) -> Self {
        let lock_count = CONTEXT_AT + context.to_bytes().len();
        let label = lock_count + 1 + 1 + 32 + 2;
        let capsule = label + context.label().to_bytes().len() + 2;
        let beacon = capsule + 128;
        let recovery = beacon + 1 + 32 + 2 + 8 + 2 + 128;
        let paths = recovery + 1 + 32 + 2 + 2 + 48;
        Self { lock_count, committee_id: lock_count + 2, label, capsule, beacon, recovery, paths }
    }
}

pub fn edited(core: &[u8], edit: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = core.to_vec();
    edit(&mut bytes);
    bytes
}

/// Bytes that are not a core: refused when they are read.
fn unreadable(core: &[u8], at: &Places) -> Vec<Value> {
    let flip = |place: usize| edited(core, |bytes| bytes[place] ^= 1);
    let put = |place: usize, value: &[u8]| {
        edited(core, |bytes| bytes[place..place + value.len()].copy_from_slice(value))
    };
    let ephemeral = at.recovery + 1 + 32 + 2 + 2;
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("a byte short", core[..core.len() - 1].to_vec()),
        ("a byte more", [core, &[0]].concat()),
        ("another magic", flip(0)),
        ("an unknown suite", put(4, &[3])),
        ("a context with a longer length", put(5, &[0xff, 0xff])),
        ("a context with an unknown tag", put(CONTEXT_AT, &[9])),
        ("a context with a tag twice", put(CONTEXT_AT + 35, &[1])),
        ("a lot that is not ASCII", put(CONTEXT_AT + 38, &[0xc3])),
        ("an envelope of kind 5", put(CONTEXT_AT + 35 + 5 + 3, &[5])),
        ("no locks", put(at.lock_count, &[0])),
        ("two locks", put(at.lock_count, &[2])),
        ("a first lock of another kind", put(at.lock_count + 1, &[2])),
        ("a lock of another committee", flip(at.committee_id)),
        ("a lock on another label", flip(at.label + 20)),
        ("a capsule of another length", put(at.capsule - 2, &[0, 127])),
        ("U at infinity", put(at.capsule, &infinity::<G2_BYTES>())),
        ("U outside the subgroup", put(at.capsule, &outside_subgroup::<G2_BYTES>())),
        ("U not on the curve", put(at.capsule, &off_curve::<G2_BYTES>())),
        ("U not marked as compressed", edited(core, |bytes| bytes[at.capsule] &= 0x7f)),
        ("a second lock of another kind", put(at.beacon, &[4])),
        ("a round of 7 bytes", put(at.beacon + 33, &[0, 7])),
        ("a recovery lock with an identity", put(at.recovery + 33, &[0, 1])),
        ("an ephemeral key of small order", put(ephemeral, &[0; 32])),
        ("an ephemeral key above the modulus", put(ephemeral, &[0xff; 32])),
        ("one path for three locks", put(at.paths, &[1])),
        ("a path without the committee", put(at.paths + 2, &[0, 0b110])),
        ("two paths of one number", put(at.paths + 1 + 35, &[1])),
    ];
    let vector = |(name, bytes): (&str, Vec<u8>)| {
        let found = Core::parse(&bytes).map(|_| ());
        assert_eq!(found.map_err(|error| error.code()), Err("malformed"), "{name}");
        json!({"name": name, "operation": "parse", "core": hex::encode(bytes), "code": "malformed"})
    };
    cases.into_iter().map(vector).collect()
}

/// Good cores that are not the ones expected: refused when an upload is checked.
fn misplaced(cast: &Cast, core: &Core) -> Vec<Value> {
    let expected = core.context().clone();
    let other = Digest::of(b"another");
    let floor = cast.floored.floor.expect("these locks have one");
    let elsewhere = Locks { committee: *floor.network.key(), ..cast.floored };
    let stranger = RecoverySecret::generate(&Counted::new("a stranger")).expect("counted bytes do not end");
    let recovered = Locks { floor: Some(Floor { recovery: stranger.public(), ..floor }), ..cast.floored };
    let cases: Vec<(&str, Context, Locks, &str)> = vec![
        ("another bidder", Context { bidder: other, ..expected.clone() }, cast.floored, "wrong_context"),
        ("another tender", Context { tender: other, ..expected.clone() }, cast.floored, "wrong_context"),
        ("another opening", Context { opening: 1, ..expected.clone() }, cast.floored, "wrong_context"),
        ("another committee", expected.clone(), elsewhere, "wrong_lock"),
        ("another recovery key", expected.clone(), recovered, "wrong_lock"),
        ("a beacon where none is expected", expected.clone(), cast.plain, "wrong_lock"),
    ];
    let vector = |(name, context, locks, code): (&str, Context, Locks, &str)| {
        assert_eq!(core.check(&context, &locks).map_err(|error| error.code()), Err(code), "{name}");
        json!({"name": name, "operation": "check", "core": hex::encode(core.bytes()), "context": context,
            "locks": locks, "code": code})
    };
    cases.into_iter().map(vector).collect()
}

/// Cores that read well and that no honest sealer makes: the right keys show it, by every path.
fn unopenable(cast: &Cast, core: &Core, seed: &SealSeed, at: &Places) -> Vec<Value> {
    let bytes = core.bytes();
    let flip = |place: usize| edited(bytes, |bytes| bytes[place] ^= 1);
    let other_seed = SealSeed::from_bytes(&[9; 32]);
    let other = Core::seal(&other_seed, core.context(), &cast.floored).expect("the same context");
    let graft = |range: std::ops::Range<usize>| {
        edited(bytes, |bytes| bytes[range.clone()].copy_from_slice(&other.bytes()[range]))
    };
    let second_box = at.paths + 1 + 35 + 3;
    let substituted = substituted_key(cast, core, at, seed);
    let relabelled = CONTEXT_AT + core.context().to_bytes().len() - 11 - 35 - 1;
    let copied = edited(bytes, |bytes| {
        // The same byte of the submission id, in the context and in the label.
        bytes[CONTEXT_AT + 35 + 5 + 4 + 3] ^= 1;
        bytes[at.capsule - 3 - 15] ^= 1;
    });
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("re-labelled for another bidder", flip(relabelled)),
        ("copied under another submission id", copied),
        ("another opening written in", flip(at.lock_count - 1)),
        ("a bit of V", flip(at.capsule + 96)),
        ("a bit of W", flip(at.capsule + 127)),
        ("the committee's capsule of another seed", graft(at.capsule..at.capsule + 128)),
        ("the beacon's capsule of another seed", graft(at.beacon + 45..at.recovery)),
        ("a bit of the recovery lock", flip(at.paths - 1)),
        ("a bit of the first box", flip(at.paths + 5)),
        ("different seeds by different paths", graft(second_box..second_box + 32)),
        ("a bit of the commitment", flip(bytes.len() - 1)),
        ("a capsule under a key of one's own", substituted),
    ];
    let mut vectors = Vec::new();
    for (name, bytes) in cases {
        // A core that names another label is tried with the key of that label.
        let read = Core::parse(&bytes).expect("these read well");
        for keys in [Given::path_1(cast, read.context()), Given::path_2(cast, read.context())] {
            vectors.push(keys.vector(name, &bytes, &cast.floored, "malformed"));
        }
    }
    vectors
}

/// The committee's capsule made under the beacon's key, while the lock still names the committee.
fn substituted_key(cast: &Cast, core: &Core, at: &Places, seed: &SealSeed) -> Vec<u8> {
    let key: GroupKey = *cast.floored.floor.expect("these locks have one").network.key();
    let (message, sigma) = seed.expose().split_at(16);
    let array = |half: &[u8]| std::array::from_fn(|i| half[i]);
    let capsule = Capsule::seal(&key, &core.context().label().identity(), &array(message), &array(sigma));
    edited(core.bytes(), |bytes| bytes[at.capsule..at.beacon].copy_from_slice(&capsule.to_bytes()))
}

/// A good core and keys that do not open it: the opener's fault.
fn wrong_keys(cast: &Cast, core: &Core) -> Vec<Value> {
    let (path_1, path_2) = (Given::path_1(cast, core.context()), Given::path_2(cast, core.context()));
    let other = cast.label_key(&cast.context(EnvelopeKind::Statement, "another").label());
    let stranger = RecoverySecret::generate(&Counted::new("a stranger")).expect("counted bytes do not end");
    let bytes = core.bytes();
    let (alone, _) = cast.seal(EnvelopeKind::Documents, "documents, committee alone", &cast.plain);
    let of_alone = |given: Given| Given { label_key: cast.label_key(&alone.context().label()), ..given };
    let floored = &cast.floored;
    vec![
        Given { label_key: other, ..path_1.clone() }.vector(
            "the key of another label",
            bytes,
            floored,
            "wrong_key",
        ),
        Given { signature: Some(cast.signature(FLOOR_ROUND + 1)), ..path_1.clone() }.vector(
            "the signature of another round",
            bytes,
            floored,
            "wrong_key",
        ),
        Given { recovery: Some(*stranger.expose()), ..path_2.clone() }.vector(
            "another recovery key",
            bytes,
            floored,
            "wrong_key",
        ),
        Given { signature: None, ..path_1.clone() }.vector(
            "the committee without the beacon",
            bytes,
            floored,
            "wrong_path",
        ),
        of_alone(path_1).vector("a beacon's signature too many", alone.bytes(), &cast.plain, "wrong_path"),
        of_alone(path_2).vector("a recovery key too many", alone.bytes(), &cast.plain, "wrong_path"),
    ]
}

/// The keys of one path, as a vector names them.
#[derive(Clone)]
pub struct Given {
    label_key: LabelKey,
    signature: Option<LabelKey>,
    recovery: Option<[u8; 32]>,
}

impl Given {
    pub fn path_1(cast: &Cast, context: &Context) -> Self {
        let signature = Some(cast.signature(FLOOR_ROUND));
        Self { label_key: cast.label_key(&context.label()), signature, recovery: None }
    }

    pub fn path_2(cast: &Cast, context: &Context) -> Self {
        let recovery = Some(*cast.recovery.expose());
        Self { label_key: cast.label_key(&context.label()), signature: None, recovery }
    }

    fn open(&self, core: &[u8], locks: &Locks) -> Result<(), EnvelopeError> {
        let label_key = &self.label_key;
        let secret = self.recovery.map(|bytes| RecoverySecret::from_bytes(&bytes));
        let keys = match (&self.signature, &secret) {
            (Some(signature), _) => OpeningKeys::Beacon { label_key, signature },
            (None, Some(secret)) => OpeningKeys::Recovery { label_key, secret },
            (None, None) => OpeningKeys::Committee { label_key },
        };
        Core::parse(core)?.open(locks, &keys).map(|_| ())
    }

    pub fn vector(&self, name: &str, core: &[u8], locks: &Locks, code: &str) -> Value {
        let found = self.open(core, locks).map_err(|error| error.code());
        assert_eq!(found, Err(code), "{name}");
        json!({"name": name, "operation": "open", "core": hex::encode(core), "locks": locks,
            "label_key": self.label_key, "beacon_signature": self.signature,
            "recovery_secret": self.recovery.map(hex::encode), "code": code})
    }
}
