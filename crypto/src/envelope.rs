//! The core of a sealed envelope (format TL1): who sealed what, for which lot, and under which locks.
//!
//! One random seed of 32 bytes makes the whole core: **each byte is a function of (suite, seed, context, public
//! keys)**.
//! Opening recovers the seed by one path, builds the core again and demands equality, byte for byte. That one
//! check binds the envelope to its bidder and tender, gives every path the same result, and makes a malformed
//! seal provable to anyone who holds the keys.
//!
//! It is not the payload (`payload`), and it decides nothing about when a key may be released.
//!
//! *Invariant*: no path is without the committee; a core has exactly the locks and paths of [`Locks`], so there is
//! nothing optional to tamper with; a beacon's lock is on the round of the announced opening and no other.

mod derive;
mod error;
mod locks;
mod recovery;
mod wire;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use derive::{Derivation, LockSecret};
pub use error::EnvelopeError;
pub use locks::{Floor, Locks, OpeningKeys};
pub use recovery::{RecoveryKey, RecoveryMaster, RecoverySecret};

use crate::beacon::Network;
use crate::digest::Digest;
use crate::label::Context;
use crate::lock::{Identity, NoRandomness, ProvenKey, Randomness, xor};
use crate::payload::PayloadKey;
use crate::suite::Suite;
use wire::OpenedCapsule;

/// The longest core, in bytes: what a reader of an upload needs to hold to find the core's end.
pub const CORE_BYTES_MAX: usize = 1024;
/// Bytes of a seed.
pub const SEED_BYTES: usize = 32;

/// The secret of one envelope. One seed never seals two plaintexts; overwritten when dropped.
pub struct SealSeed(Zeroizing<[u8; SEED_BYTES]>);

impl SealSeed {
    /// A fresh seed.
    pub fn generate(random: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        random.fill(seed.as_mut())?;
        Ok(Self(seed))
    }

    /// The seed of an upload that goes on after an interruption.
    pub fn from_bytes(bytes: &[u8; SEED_BYTES]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The 32 bytes, to be kept wrapped until the receipt is there.
    pub fn expose(&self) -> &[u8; SEED_BYTES] {
        &self.0
    }

    /// The key of the payload under this seed and context, in `suite`.
    pub fn payload_key(&self, suite: Suite, context: &Context) -> PayloadKey {
        Derivation::new(suite, self, &context.to_bytes()).payload_key()
    }
}

/// What opening gives.
pub struct Opened {
    /// The seed, from which everything can be checked again.
    pub seed: SealSeed,
    /// What the payload is decrypted with.
    pub payload_key: PayloadKey,
}

/// A well-formed core: every point in it was checked, but nothing says yet that it opens.
pub struct Core {
    bytes: Vec<u8>,
    parts: wire::Parts,
}

type Path<'a> = (&'a [u8; SEED_BYTES], (u8, u16), Option<LockSecret>);

impl Core {
    /// Seals: builds the one core of this seed, context and locks. An opening before the beacon's genesis has no
    /// round, and so no core.
    pub fn seal(seed: &SealSeed, context: &Context, locks: &Locks) -> Result<Self, EnvelopeError> {
        if context.committee != locks.committee.committee_id() {
            return Err(EnvelopeError::WrongLock("committee"));
        }
        Self::parse(&build(seed, context, locks, None)?)
    }

    /// Reads a core that is exactly `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let (core, length) = Self::parse_prefix(bytes)?;
        if length == bytes.len() { Ok(core) } else { Err(EnvelopeError::Malformed("bytes left over")) }
    }

    /// Reads the core at the front of an upload and its length; [`CORE_BYTES_MAX`] bytes are always enough.
    pub fn parse_prefix(bytes: &[u8]) -> Result<(Self, usize), EnvelopeError> {
        let (parts, length) = wire::read(bytes)?;
        // The network that a ciphertext names is only looked up among the pinned ones, to refuse a wrong round early.
        if let Some(floor) = &parts.floor
            && let Some(network) = Network::pinned(&floor.chain)
        {
            check_round(floor.round, network, &parts.context)?;
        }
        Ok((Self { bytes: bytes[..length].to_vec(), parts }, length))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// `core_sha256`: SHA-256 of the bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    /// The algorithms that the envelope is sealed with.
    pub fn suite(&self) -> Suite {
        self.parts.suite
    }

    /// What the envelope is bound to.
    pub fn context(&self) -> &Context {
        &self.parts.context
    }

    /// The round of the beacon that path 1 waits for, if the envelope has a beacon's lock.
    pub fn round(&self) -> Option<u64> {
        self.parts.floor.as_ref().map(|floor| floor.round)
    }

    /// SHA-256 of the `U` of the committee's capsule: nobody may submit one that was seen before.
    pub fn committee_u_digest(&self) -> Digest {
        Digest::of(&self.parts.committee.u_bytes())
    }

    /// Whether this is the envelope that the tender and the authenticated bidder call for.
    pub fn check(&self, expected: &Context, locks: &Locks) -> Result<(), EnvelopeError> {
        let found = self.context();
        let differs = [
            ("tender", found.tender != expected.tender),
            ("lot", found.lot != expected.lot),
            ("envelope", found.envelope != expected.envelope),
            ("submission", found.submission != expected.submission),
            ("bidder", found.bidder != expected.bidder),
            ("committee", found.committee != expected.committee),
            ("opening", found.opening != expected.opening),
        ];
        match differs.iter().find(|(_, differs)| *differs) {
            Some((field, _)) => Err(EnvelopeError::WrongContext(field)),
            None => self.check_locks(locks),
        }
    }

    /// Whether suite and locks are those of the tender.
    pub fn check_locks(&self, locks: &Locks) -> Result<(), EnvelopeError> {
        let is_same = |same, name| if same { Ok(()) } else { Err(EnvelopeError::WrongLock(name)) };
        is_same(self.suite() == locks.suite, "suite")?;
        is_same(self.context().committee == locks.committee.committee_id(), "committee")?;
        match (&self.parts.floor, &locks.floor) {
            (None, None) => Ok(()),
            (Some(_), None) | (None, Some(_)) => Err(EnvelopeError::WrongLock("set of locks")),
            (Some(found), Some(floor)) => {
                is_same(found.chain == floor.network.chain(), "beacon")?;
                is_same(found.recovery_id == floor.recovery.id(), "recovery key")?;
                check_round(found.round, &floor.network, self.context())
            }
        }
    }

    /// Opens by the path of `keys`: opens each lock with its check, rebuilds the core and demands equality; a failure
    /// with a key that is not the right one is that key's. [`EnvelopeError::code`] tells whose fault a failure is.
    pub fn open(&self, locks: &Locks, keys: &OpeningKeys<'_>) -> Result<Opened, EnvelopeError> {
        self.open_by(locks, keys, false)
    }

    /// [`Core::open`] with a label key that is already proven, which spares a pairing: what many envelopes are opened
    /// with, after all their keys were verified together. Error also: `wrong_key` if the proof is of another key.
    pub fn open_proven(
        &self,
        locks: &Locks,
        keys: &OpeningKeys<'_>,
        proven: &ProvenKey,
    ) -> Result<Opened, EnvelopeError> {
        let is_of_label = proven.is_of(&locks.committee, &self.context().label().identity());
        if !is_of_label || **proven != *keys.label_key() {
            return Err(EnvelopeError::WrongKey("label"));
        }
        self.open_by(locks, keys, true)
    }

    fn open_by(
        &self,
        locks: &Locks,
        keys: &OpeningKeys<'_>,
        is_proven: bool,
    ) -> Result<Opened, EnvelopeError> {
        self.check_locks(locks)?;
        // What rebuilds to the very same core was opened with the right keys: another key opens an honest capsule to
        // something else (2^-128). So keys are verified only to tell whose fault a failure is.
        match self.rebuilt(locks, keys, is_proven) {
            Err(EnvelopeError::WrongPath) => Err(EnvelopeError::WrongPath),
            Err(error) => Err(self.wrong_key(locks, keys).unwrap_or(error)),
            Ok(opened) => Ok(opened),
        }
    }

    fn rebuilt(
        &self,
        locks: &Locks,
        keys: &OpeningKeys<'_>,
        is_proven: bool,
    ) -> Result<Opened, EnvelopeError> {
        let (boxed, path, other) = self.path(locks, keys)?;
        let (secret, sigma) = self.parts.committee.open_whole(keys.label_key())?;
        let secrets: Vec<&LockSecret> = [&secret].into_iter().chain(&other).collect();
        let seed = self.unbox(boxed, path, &secrets);
        let context = self.context();
        let opened = OpenedCapsule { capsule: &self.parts.committee, secret, sigma };
        let rebuilt = build(&seed, context, locks, is_proven.then_some(&opened))?;
        // The rebuilt core has what would authenticate a forged one: where they differ is told to nobody.
        if !bool::from(rebuilt.ct_eq(&self.bytes)) {
            return Err(EnvelopeError::Malformed("the core is not the one of its seed"));
        }
        Ok(Opened { payload_key: seed.payload_key(self.suite(), context), seed })
    }

    /// The path of these keys: its box, its name, and what the lock beside the committee's gives.
    fn path(&self, locks: &Locks, keys: &OpeningKeys<'_>) -> Result<Path<'_>, EnvelopeError> {
        let first = &self.parts.first_box;
        match (keys, &self.parts.floor, &locks.floor) {
            (OpeningKeys::Committee { .. }, None, None) => Ok((first, wire::COMMITTEE_PATH, None)),
            (OpeningKeys::Beacon { signature, .. }, Some(found), Some(_)) => {
                Ok((first, wire::BEACON_PATH, Some(found.beacon.open(signature)?)))
            }
            (OpeningKeys::Recovery { secret, .. }, Some(found), Some(_)) => {
                let secret = open_recovery(self.suite(), found, secret);
                Ok((&found.second_box, wire::RECOVERY_PATH, Some(secret)))
            }
            (
                OpeningKeys::Committee { .. } | OpeningKeys::Beacon { .. } | OpeningKeys::Recovery { .. },
                _,
                _,
            ) => Err(EnvelopeError::WrongPath),
        }
    }

    /// The key that is not the right one, if there is one.
    fn wrong_key(&self, locks: &Locks, keys: &OpeningKeys<'_>) -> Option<EnvelopeError> {
        let identity = self.context().label().identity();
        let is_of_label = || locks.committee.verify(&identity, keys.label_key());
        let wrong = match (keys, &self.parts.floor, &locks.floor) {
            (OpeningKeys::Beacon { signature, .. }, Some(found), Some(floor))
                if !floor.network.key().verify(&Identity::of_round(found.round), signature) =>
            {
                "beacon"
            }
            (OpeningKeys::Recovery { secret, .. }, _, Some(floor)) if secret.public() != floor.recovery => {
                "recovery lock"
            }
            _ if is_of_label() => return None,
            _ => "label",
        };
        Some(EnvelopeError::WrongKey(wrong))
    }

    fn unbox(&self, boxed: &[u8; SEED_BYTES], path: (u8, u16), secrets: &[&LockSecret]) -> SealSeed {
        let salt = derive::context_salt(self.suite(), &self.context().to_bytes());
        SealSeed(Zeroizing::new(xor(boxed, &derive::box_mask(self.suite(), &salt, path.0, path.1, secrets))))
    }
}

fn build(
    seed: &SealSeed,
    context: &Context,
    locks: &Locks,
    opened: Option<&OpenedCapsule<'_>>,
) -> Result<Vec<u8>, EnvelopeError> {
    let label = context.label().to_bytes();
    wire::build(seed, &context.to_bytes(), &label, context.opening, locks, opened)
}

/// ctx.07 decides the round. Another one is the sealer's doing: it would open at another time than announced.
fn check_round(round: u64, network: &Network, context: &Context) -> Result<(), EnvelopeError> {
    if network.round_at(context.opening) == Some(round) {
        return Ok(());
    }
    Err(EnvelopeError::Malformed("the beacon's lock is not on the round of the announced opening"))
}

fn open_recovery(suite: Suite, found: &wire::FloorParts, secret: &RecoverySecret) -> LockSecret {
    let shared = secret.agree(&found.ephemeral);
    let mask =
        derive::recovery_mask(suite, &shared, &found.ephemeral.to_bytes(), &secret.public().to_bytes());
    Zeroizing::new(xor(&found.masked, &mask))
}

#[cfg(test)]
mod tests;
