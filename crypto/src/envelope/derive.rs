//! HKDF (RFC 5869) as the envelope uses it, over the hash of its suite: everything in a core is derived from
//! (suite, seed, context).

use zeroize::Zeroizing;

use super::SealSeed;
use crate::lock::MESSAGE_BYTES;
use crate::payload::PayloadKey;
use crate::suite::{Prk, Suite};

/// A share of the seed's wrapping: what one lock holds.
pub(super) type LockSecret = Zeroizing<[u8; MESSAGE_BYTES]>;

/// What a seed becomes in one suite and under one context.
pub(super) struct Derivation {
    suite: Suite,
    salt: [u8; 32],
    prk: Prk,
}

impl Derivation {
    pub(super) fn new(suite: Suite, seed: &SealSeed, context: &[u8]) -> Self {
        let salt = context_salt(suite, context);
        Self { suite, salt, prk: suite.extract(&salt, seed.expose()) }
    }

    /// s_i: what lock `i` hides.
    pub(super) fn lock_secret(&self, i: u8) -> LockSecret {
        expand(&self.prk, &[b"TL1 lock", &[i]])
    }

    /// sigma_i: the randomness of the capsule of lock `i`.
    pub(super) fn sigma(&self, i: u8) -> LockSecret {
        expand(&self.prk, &[b"TL1 sigma", &[i]])
    }

    /// eph_i: the ephemeral X25519 secret of lock `i`.
    pub(super) fn ephemeral(&self, i: u8) -> Zeroizing<[u8; 32]> {
        expand(&self.prk, &[b"TL1 eph", &[i]])
    }

    pub(super) fn commit(&self) -> [u8; 32] {
        *expand(&self.prk, &[b"TL1 commit"])
    }

    /// The key of the payload: 32 bytes for AES-256, 16 for SM4.
    pub(super) fn payload_key(&self) -> PayloadKey {
        match self.suite {
            Suite::Standard => PayloadKey::from_bytes(&expand(&self.prk, &[b"TL1 payload"])),
            Suite::National => PayloadKey::from_sm4(&expand(&self.prk, &[b"TL1 payload"])),
        }
    }

    pub(super) fn box_mask(&self, path: u8, mask: u16, secrets: &[&LockSecret]) -> Zeroizing<[u8; 32]> {
        box_mask(self.suite, &self.salt, path, mask, secrets)
    }
}

/// cs = H("TL1/ctx\0" ‖ ctx), H the hash of the suite.
pub(super) fn context_salt(suite: Suite, context: &[u8]) -> [u8; 32] {
    suite.digest(&[b"TL1/ctx\0", context])
}

/// What the seed is masked with in the box of a path. `secrets` are those of the path's locks, in lock order.
pub(super) fn box_mask(
    suite: Suite,
    salt: &[u8; 32],
    path: u8,
    mask: u16,
    secrets: &[&LockSecret],
) -> Zeroizing<[u8; 32]> {
    let material =
        Zeroizing::new(secrets.iter().flat_map(|secret| secret.iter().copied()).collect::<Vec<u8>>());
    let prk = suite.extract(salt, &material);
    expand(&prk, &[b"TL1 box", &[path], &mask.to_be_bytes()])
}

/// What the secret of a recovery lock is masked with.
pub(super) fn recovery_mask(
    suite: Suite,
    shared: &[u8; 32],
    ephemeral: &[u8; 32],
    recovery: &[u8; 32],
) -> LockSecret {
    let prk = suite.extract(&[], shared);
    expand(&prk, &[b"TL1 x25519", ephemeral, recovery])
}

fn expand<const N: usize>(prk: &Prk, info: &[&[u8]]) -> Zeroizing<[u8; N]> {
    let mut out = Zeroizing::new([0; N]);
    prk.expand(info, out.as_mut());
    out
}
