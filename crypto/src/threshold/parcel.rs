//! How one share travels from its dealer to its recipient: encrypted with a key that only these two can derive.
//!
//! *Invariant*: the run, both ends and the direction are in the derivation of the key, and a dealer has one value for
//! a recipient, so a key never encrypts two values.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::secret::SecretText;
use crate::digest::Digest;
use crate::lock::{NoRandomness, Randomness, SCALAR_BYTES, Scalar, hex_bytes};

/// Bytes of an encrypted scalar: the scalar and a tag.
const SEALED_BYTES: usize = SCALAR_BYTES + 16;

/// Bytes that are written as lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HexBytes<const N: usize>(pub(super) [u8; N]);

impl<const N: usize> Serialize for HexBytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for HexBytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        hex_bytes(deserializer).map(Self)
    }
}

/// An X25519 key for one run (RFC 7748).
pub(super) type TransportKey = HexBytes<32>;
/// A scalar under AES-256-GCM.
pub(super) type SealedScalar = HexBytes<SEALED_BYTES>;

/// A fresh transport secret.
pub(super) fn transport_secret(random: &dyn Randomness) -> Result<StaticSecret, NoRandomness> {
    let mut bytes = Zeroizing::new([0; 32]);
    random.fill(bytes.as_mut())?;
    Ok(StaticSecret::from(*bytes))
}

/// The public half of a transport secret.
pub(super) fn transport_key(secret: &StaticSecret) -> TransportKey {
    HexBytes(PublicKey::from(secret).to_bytes())
}

/// A transport secret as it is saved, or shown in a complaint.
pub(super) fn transport_text(secret: &StaticSecret) -> SecretText {
    SecretText(Zeroizing::new(secret.to_bytes()))
}

/// Whether a transport key is of small order, which would make the shares sent to it readable by all.
pub(super) fn is_of_small_order(key: &TransportKey) -> bool {
    !StaticSecret::from([1; 32]).diffie_hellman(&PublicKey::from(key.0)).was_contributory()
}

/// From whom, to whom, in which run of which protocol.
pub(super) struct Route {
    pub(super) protocol: &'static [u8],
    pub(super) run: Digest,
    pub(super) dealer: (u8, TransportKey),
    pub(super) recipient: (u8, TransportKey),
}

impl Route {
    /// Encrypts `value` as the dealer.
    pub(super) fn seal(&self, dealer: &StaticSecret, value: &Scalar) -> SealedScalar {
        let mut sealed = [0; SEALED_BYTES];
        let (body, tag) = sealed.split_at_mut(SCALAR_BYTES);
        body.copy_from_slice(&*Zeroizing::new(value.to_be_bytes()));
        let made = self
            .key(dealer, &self.recipient.1)
            .seal_in_place_separate_tag(single_nonce(), Aad::empty(), body)
            .expect("32 bytes are far below the limit of AES-GCM");
        tag.copy_from_slice(made.as_ref());
        HexBytes(sealed)
    }

    /// Decrypts as the recipient; `None` unless it is a scalar that the dealer encrypted for this route.
    pub(super) fn open(&self, recipient: &StaticSecret, sealed: &SealedScalar) -> Option<Scalar> {
        let mut buffer = Zeroizing::new(sealed.0);
        let key = self.key(recipient, &self.dealer.1);
        let value = key.open_in_place(single_nonce(), Aad::empty(), buffer.as_mut()).ok()?;
        Scalar::from_be_bytes((&*value).try_into().ok()?)
    }

    fn key(&self, own: &StaticSecret, other: &TransportKey) -> LessSafeKey {
        let shared = own.diffie_hellman(&PublicKey::from(other.0));
        let ends = [self.dealer.0, self.recipient.0];
        let info: [&[u8]; 5] =
            [self.protocol, self.run.as_bytes(), &ends, &self.dealer.1.0, &self.recipient.1.0];
        let prk = Salt::new(HKDF_SHA256, &[]).extract(shared.as_bytes());
        let okm = prk.expand(&info, &AES_256_GCM).expect("32 bytes are within HKDF's limit");
        LessSafeKey::new(UnboundKey::from(okm))
    }
}

fn single_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}
