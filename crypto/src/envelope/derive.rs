//! HKDF-SHA256 (RFC 5869) as the envelope uses it: everything in a core is derived from (seed, context).

use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use zeroize::Zeroizing;

use super::SealSeed;
use crate::digest::Digest;
use crate::lock::MESSAGE_BYTES;

/// A share of the seed's wrapping: what one lock holds.
pub(super) type LockSecret = Zeroizing<[u8; MESSAGE_BYTES]>;

/// What a seed becomes under one context.
pub(super) struct Derivation {
    salt: Digest,
    prk: Prk,
}

impl Derivation {
    pub(super) fn new(seed: &SealSeed, context: &[u8]) -> Self {
        let salt = context_salt(context);
        let prk = Salt::new(HKDF_SHA256, salt.as_bytes()).extract(seed.expose());
        Self { salt, prk }
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

    pub(super) fn payload_key(&self) -> Zeroizing<[u8; 32]> {
        expand(&self.prk, &[b"TL1 payload"])
    }

    pub(super) fn box_mask(&self, path: u8, mask: u16, secrets: &[&LockSecret]) -> Zeroizing<[u8; 32]> {
        box_mask(&self.salt, path, mask, secrets)
    }
}

/// cs = SHA-256("TL1/ctx\0" ‖ ctx).
pub(super) fn context_salt(context: &[u8]) -> Digest {
    Digest::of_parts(&[b"TL1/ctx\0", context])
}

/// What the seed is masked with in the box of a path. `secrets` are those of the path's locks, in lock order.
pub(super) fn box_mask(salt: &Digest, path: u8, mask: u16, secrets: &[&LockSecret]) -> Zeroizing<[u8; 32]> {
    let material =
        Zeroizing::new(secrets.iter().flat_map(|secret| secret.iter().copied()).collect::<Vec<u8>>());
    let prk = Salt::new(HKDF_SHA256, salt.as_bytes()).extract(&material);
    expand(&prk, &[b"TL1 box", &[path], &mask.to_be_bytes()])
}

/// What the secret of a recovery lock is masked with.
pub(super) fn recovery_mask(shared: &[u8; 32], ephemeral: &[u8; 32], recovery: &[u8; 32]) -> LockSecret {
    let prk = Salt::new(HKDF_SHA256, &[]).extract(shared);
    expand(&prk, &[b"TL1 x25519", ephemeral, recovery])
}

fn expand<const N: usize>(prk: &Prk, info: &[&[u8]]) -> Zeroizing<[u8; N]> {
    let mut out = Zeroizing::new([0; N]);
    prk.expand(info, Length(N))
        .and_then(|okm| okm.fill(out.as_mut()))
        .expect("16 and 32 bytes are within HKDF's limit");
    out
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}
