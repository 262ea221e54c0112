//! The keys of the recovery lock: X25519 (RFC 7748). The secret is kept offline and opens nothing without the
//! committee.

use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::EnvelopeError;
use crate::digest::Digest;
use crate::lock::{NoRandomness, Randomness, point_text};
use crate::suite::Suite;

/// The modulus 2^255 − 19 in little-endian.
const FIELD_MODULUS: [u8; 32] = {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed;
    bytes[31] = 0x7f;
    bytes
};

/// The public key of a recovery lock: canonical and of large order. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecoveryKey([u8; 32]);

impl RecoveryKey {
    /// The key of 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, EnvelopeError> {
        let is_below_modulus = bytes.iter().rev().lt(FIELD_MODULUS.iter().rev());
        // Any clamped scalar takes exactly the points of small order to zero.
        let probe = StaticSecret::from([1; 32]).diffie_hellman(&PublicKey::from(*bytes));
        if !is_below_modulus || !probe.was_contributory() {
            return Err(EnvelopeError::Malformed("a recovery key must be canonical and of large order"));
        }
        Ok(Self(*bytes))
    }

    /// The 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// `key_id` of the lock: SHA-256 of the key.
    pub fn id(&self) -> Digest {
        Digest::of(&self.0)
    }
}

point_text!(RecoveryKey, 32);

/// What the recovery keys of a centre's tenders are made of. Overwritten when dropped.
pub struct RecoveryMaster(Zeroizing<[u8; 32]>);

impl RecoveryMaster {
    /// A fresh one.
    pub fn generate(random: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// The one of 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The 32 bytes, to be written to a place that is as secret.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The secret key of a tender: HKDF-SHA256 (RFC 5869), info "TL1 recovery" ‖ the 16 bytes of its id. One that is
    /// published says nothing of another.
    pub fn of_tender(&self, tender: &[u8; 16]) -> RecoverySecret {
        let mut bytes = Zeroizing::new([0; 32]);
        Suite::Standard.extract(&[], &*self.0).expand(&[b"TL1 recovery", tender], bytes.as_mut());
        RecoverySecret::from_bytes(&bytes)
    }
}

/// The secret key of a recovery lock. Overwritten when dropped.
pub struct RecoverySecret(StaticSecret);

impl RecoverySecret {
    /// A fresh secret.
    pub fn generate(random: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut())?;
        Ok(Self::from_bytes(&bytes))
    }

    /// The secret of 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(StaticSecret::from(*bytes))
    }

    /// The 32 bytes, to be written to a place that is as secret.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The public key.
    pub fn public(&self) -> RecoveryKey {
        RecoveryKey(PublicKey::from(&self.0).to_bytes())
    }

    /// The shared secret with a key of large order.
    pub(super) fn agree(&self, other: &RecoveryKey) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.diffie_hellman(&PublicKey::from(other.0)).to_bytes())
    }
}
