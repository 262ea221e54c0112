//! The bytes of a core: built from a seed, and read strictly.

use subtle::ConstantTimeEq;

use super::derive::{Derivation, LockSecret, recovery_mask};
use super::recovery::{RecoveryKey, RecoverySecret};
use super::{EnvelopeError, Locks, SealSeed};
use crate::digest::Digest;
use crate::label::Context;
use crate::lock::{CAPSULE_BYTES, Capsule, Identity, MESSAGE_BYTES, xor};
use crate::suite::Suite;

const MAGIC: &[u8] = b"TL1\0";
const COMMITTEE_LOCK: u8 = 1;
const BEACON_LOCK: u8 = 2;
const RECOVERY_LOCK: u8 = 3;
const RECOVERY_BYTES: usize = 32 + MESSAGE_BYTES;

/// Path 1 without a beacon: the committee, lock 0.
pub(super) const COMMITTEE_PATH: (u8, u16) = (1, 0b001);
/// Path 1 with a beacon: the committee and the beacon, locks 0 and 1.
pub(super) const BEACON_PATH: (u8, u16) = (1, 0b011);
/// Path 2 with a beacon: the committee and the recovery key, locks 0 and 2.
pub(super) const RECOVERY_PATH: (u8, u16) = (2, 0b101);

/// A core as it was read. Which locks it has decides which paths it has.
pub(super) struct Parts {
    pub(super) suite: Suite,
    pub(super) context: Context,
    pub(super) committee: Capsule,
    /// The box of path 1.
    pub(super) first_box: [u8; 32],
    pub(super) floor: Option<FloorParts>,
}

/// What a core with a beacon has besides.
pub(super) struct FloorParts {
    pub(super) chain: Digest,
    pub(super) round: u64,
    pub(super) beacon: Capsule,
    pub(super) recovery_id: Digest,
    pub(super) ephemeral: RecoveryKey,
    pub(super) masked: [u8; MESSAGE_BYTES],
    /// The box of path 2.
    pub(super) second_box: [u8; 32],
}

/// A capsule of the committee that was opened with a proven key: sealed again with the same message and randomness it
/// would be the same, for e(Q, P)^r = e(key, U) once U = r·G2, so that pairing can be spared.
pub(super) struct OpenedCapsule<'a> {
    pub(super) capsule: &'a Capsule,
    pub(super) secret: LockSecret,
    pub(super) sigma: LockSecret,
}

impl OpenedCapsule<'_> {
    fn is_of(&self, secret: &LockSecret, sigma: &LockSecret) -> bool {
        bool::from(self.secret.ct_eq(secret.as_ref()) & self.sigma.ct_eq(sigma.as_ref()))
    }
}

/// The one core of (seed, context, locks). Context and label are bytes here, so that it can be held against
/// values made elsewhere; `opening` is the context's, and decides the round of a beacon.
pub(super) fn build(
    seed: &SealSeed,
    context: &[u8],
    label: &[u8],
    opening: u64,
    locks: &Locks,
    opened: Option<&OpenedCapsule<'_>>,
) -> Result<Vec<u8>, EnvelopeError> {
    let derived = Derivation::new(locks.suite, seed, context);
    let committee_secret = derived.lock_secret(0);
    let sigma = derived.sigma(0);
    let capsule = match opened.filter(|opened| opened.is_of(&committee_secret, &sigma)) {
        Some(opened) => *opened.capsule,
        None => {
            let identity = Identity(Digest::of(label));
            Capsule::seal(&locks.committee, &identity, &committee_secret, &sigma)
        }
    };

    let mut bytes = Vec::with_capacity(super::CORE_BYTES_MAX);
    bytes.extend(MAGIC);
    bytes.push(locks.suite.byte());
    put_sized(&mut bytes, context);
    bytes.push(if locks.floor.is_some() { 3 } else { 1 });
    put_lock(&mut bytes, COMMITTEE_LOCK, &locks.committee.committee_id(), label, &capsule.to_bytes());

    let Some(floor) = &locks.floor else {
        bytes.push(1);
        put_path(&mut bytes, COMMITTEE_PATH, seed, &derived, &[&committee_secret]);
        bytes.extend(derived.commit());
        return Ok(bytes);
    };
    let round = floor.network.round_at(opening).ok_or(EnvelopeError::WrongContext("opening"))?;
    let (beacon_secret, recovery_secret) = (derived.lock_secret(1), derived.lock_secret(2));
    let (network, identity) = (&floor.network, Identity::of_round(round));
    let capsule = Capsule::seal(network.key(), &identity, &beacon_secret, &derived.sigma(1));
    put_lock(&mut bytes, BEACON_LOCK, &network.chain(), &round.to_be_bytes(), &capsule.to_bytes());
    let body = recovery_body(locks.suite, &derived, &floor.recovery, &recovery_secret);
    put_lock(&mut bytes, RECOVERY_LOCK, &floor.recovery.id(), b"", &body);
    bytes.push(2);
    put_path(&mut bytes, BEACON_PATH, seed, &derived, &[&committee_secret, &beacon_secret]);
    put_path(&mut bytes, RECOVERY_PATH, seed, &derived, &[&committee_secret, &recovery_secret]);
    bytes.extend(derived.commit());
    Ok(bytes)
}

fn recovery_body(suite: Suite, derived: &Derivation, recovery: &RecoveryKey, secret: &LockSecret) -> Vec<u8> {
    let ephemeral = RecoverySecret::from_bytes(&derived.ephemeral(2));
    let public = ephemeral.public();
    let mask = recovery_mask(suite, &ephemeral.agree(recovery), &public.to_bytes(), &recovery.to_bytes());
    [public.to_bytes().as_slice(), &xor(secret, &mask)].concat()
}

fn put_lock(bytes: &mut Vec<u8>, kind: u8, key_id: &Digest, preimage: &[u8], body: &[u8]) {
    bytes.push(kind);
    bytes.extend(key_id.as_bytes());
    put_sized(bytes, preimage);
    put_sized(bytes, body);
}

fn put_path(
    bytes: &mut Vec<u8>,
    path: (u8, u16),
    seed: &SealSeed,
    derived: &Derivation,
    secrets: &[&LockSecret],
) {
    let (id, mask) = path;
    bytes.push(id);
    bytes.extend(mask.to_be_bytes());
    bytes.extend(xor(seed.expose(), &derived.box_mask(id, mask, secrets)));
}

fn put_sized(bytes: &mut Vec<u8>, value: &[u8]) {
    let length = u16::try_from(value.len()).expect("contexts, labels and capsules are below 256 bytes");
    bytes.extend(length.to_be_bytes());
    bytes.extend(value);
}

/// Reads one core from the front of `bytes`; also returns how many bytes it has.
pub(super) fn read(bytes: &[u8]) -> Result<(Parts, usize), EnvelopeError> {
    let mut rest = Reader(bytes);
    rest.expect(MAGIC, "not a TL1 envelope")?;
    let suite = Suite::from_byte(rest.byte()?).ok_or(EnvelopeError::Malformed("an unknown suite"))?;
    let context = Context::parse(rest.sized()?)?;
    let lock_count = rest.byte()?;
    let committee = read_committee(&mut rest, &context)?;
    let floor = match lock_count {
        1 => None,
        3 => Some((read_beacon(&mut rest)?, read_recovery(&mut rest)?)),
        _ => return Err(EnvelopeError::Malformed("an envelope has one lock or three")),
    };
    rest.expect(&[if floor.is_some() { 2 } else { 1 }], "one path for one lock, two for three")?;
    let first_box = rest.path(if floor.is_some() { BEACON_PATH } else { COMMITTEE_PATH })?;
    let floor = match floor {
        None => None,
        Some(((chain, round, beacon), (recovery_id, ephemeral, masked))) => {
            let second_box = rest.path(RECOVERY_PATH)?;
            Some(FloorParts { chain, round, beacon, recovery_id, ephemeral, masked, second_box })
        }
    };
    // The commitment depends on the seed alone and is compared when the core is rebuilt.
    let _commit: [u8; 32] = rest.array()?;
    Ok((Parts { suite, context, committee, first_box, floor }, bytes.len() - rest.0.len()))
}

fn read_committee(rest: &mut Reader<'_>, context: &Context) -> Result<Capsule, EnvelopeError> {
    rest.expect(&[COMMITTEE_LOCK], "the first lock is not the committee's")?;
    rest.expect(context.committee.as_bytes(), "the committee's lock is of another committee")?;
    if rest.sized()? != context.label().to_bytes() {
        return Err(EnvelopeError::Malformed("the committee's lock is on another label"));
    }
    rest.capsule()
}

fn read_beacon(rest: &mut Reader<'_>) -> Result<(Digest, u64, Capsule), EnvelopeError> {
    rest.expect(&[BEACON_LOCK], "the second lock is not a beacon's")?;
    let chain = Digest(rest.array()?);
    let round = rest.sized()?.try_into().map_err(|_| EnvelopeError::Malformed("a round has 8 bytes"))?;
    Ok((chain, u64::from_be_bytes(round), rest.capsule()?))
}

type RecoveryLock = (Digest, RecoveryKey, [u8; MESSAGE_BYTES]);

fn read_recovery(rest: &mut Reader<'_>) -> Result<RecoveryLock, EnvelopeError> {
    rest.expect(&[RECOVERY_LOCK], "the third lock is not the recovery key's")?;
    let recovery_id = Digest(rest.array()?);
    rest.expect(&[0, 0], "a recovery lock has no identity")?;
    let body: &[u8; RECOVERY_BYTES] =
        rest.sized()?.try_into().map_err(|_| EnvelopeError::Malformed("a recovery lock has 48 bytes"))?;
    let ephemeral = RecoveryKey::from_bytes(&std::array::from_fn(|i| body[i]))?;
    Ok((recovery_id, ephemeral, std::array::from_fn(|i| body[32 + i])))
}

/// What was not read yet.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], EnvelopeError> {
        let (value, rest) = self.0.split_at_checked(length).ok_or(EnvelopeError::Malformed("too short"))?;
        self.0 = rest;
        Ok(value)
    }

    fn expect(&mut self, value: &[u8], otherwise: &'static str) -> Result<(), EnvelopeError> {
        if self.take(value.len())? == value { Ok(()) } else { Err(EnvelopeError::Malformed(otherwise)) }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], EnvelopeError> {
        let mut value = [0; N];
        value.copy_from_slice(self.take(N)?);
        Ok(value)
    }

    fn byte(&mut self) -> Result<u8, EnvelopeError> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    fn sized(&mut self) -> Result<&'a [u8], EnvelopeError> {
        let length = u16::from_be_bytes(self.array()?);
        self.take(usize::from(length))
    }

    fn capsule(&mut self) -> Result<Capsule, EnvelopeError> {
        let body: &[u8; CAPSULE_BYTES] =
            self.sized()?.try_into().map_err(|_| EnvelopeError::Malformed("a capsule has 128 bytes"))?;
        Ok(Capsule::from_bytes(body)?)
    }

    fn path(&mut self, path: (u8, u16)) -> Result<[u8; 32], EnvelopeError> {
        let (id, mask) = path;
        let [high, low] = mask.to_be_bytes();
        self.expect(&[id, high, low], "a path that this envelope cannot have")?;
        self.array()
    }
}
