//! Keys of people and of the log's signers: Ed25519 (RFC 8032), ECDSA P-256 with SHA-256 (FIPS 186-5), and SM2 with
//! SM3 (GB/T 32918.2).
//!
//! A public key is its SubjectPublicKeyInfo (RFC 5280, DER) and nothing else; `key_id` is the digest of those
//! bytes. Not a key ring: who holds a key, and whether it still counts, is decided by the fold of the log.
//!
//! *Invariant*: a [`PublicKey`] has the one strict DER form of its algorithm and is not an Ed25519 point of small
//! order, under which one signature would fit many messages.

mod signing;
mod sm2;

pub use signing::SigningKey;
pub use sm2::SM2_SIGNER_ID;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::digest::Digest;

/// Bytes of a signature: Ed25519 `R || S`, P-256 and SM2 `r || s` as WebCrypto writes the former.
pub const SIGNATURE_BYTES: usize = 64;

/// DER of an Ed25519 SubjectPublicKeyInfo up to the 32 bytes of the key (RFC 8410).
const ED25519_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// DER of a P-256 SubjectPublicKeyInfo up to and with the mark 04 of an uncompressed point (RFC 5480).
const P256_PREFIX: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];
/// The y coordinates of the Ed25519 points whose order divides 8, little-endian, without the sign bit.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    little_endian(1),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    below_field_prime(1),
];

/// How an act is signed. The number is the `alg` byte of acts and entries; 0 means no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Algorithm {
    /// Ed25519, RFC 8032.
    Ed25519 = 1,
    /// ECDSA on P-256 with SHA-256; for browsers without Ed25519.
    P256 = 2,
    /// SM2 with SM3 and the signer's id [`SM2_SIGNER_ID`]; for centres that ask for national algorithms.
    Sm2 = 3,
}

impl Algorithm {
    /// The algorithm of an `alg` byte. Error: `unknown_algorithm`.
    pub fn from_byte(byte: u8) -> Result<Self, KeyError> {
        match byte {
            1 => Ok(Self::Ed25519),
            2 => Ok(Self::P256),
            3 => Ok(Self::Sm2),
            _ => Err(KeyError::UnknownAlgorithm),
        }
    }

    /// The `alg` byte.
    pub fn byte(self) -> u8 {
        self as u8
    }
}

/// Why a key or a signature is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// An `alg` byte that names no algorithm.
    #[error("an unknown algorithm")]
    UnknownAlgorithm,
    /// Not the strict DER form of a public key of a known algorithm.
    #[error("not a public key in the accepted form")]
    PublicKeyForm,
    /// An Ed25519 key of small order or with a coordinate that is not reduced; the SM2 key of the secret n − 1.
    #[error("a weak public key")]
    WeakKey,
    /// The signature does not fit key and message.
    #[error("the signature does not fit")]
    BadSignature,
    /// Not PKCS #8 of a known algorithm.
    #[error("not a private key in the accepted form")]
    PrivateKeyForm,
    /// The random generator failed.
    #[error("the random generator failed")]
    Generator,
}

impl KeyError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAlgorithm => "unknown_algorithm",
            Self::PublicKeyForm => "public_key_form",
            Self::WeakKey => "weak_key",
            Self::BadSignature => "bad_signature",
            Self::PrivateKeyForm => "private_key_form",
            Self::Generator => "generator",
        }
    }
}

/// A public key: algorithm and SubjectPublicKeyInfo. Written in JSON as the base64 of the DER.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    alg: Algorithm,
    spki: Vec<u8>,
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo. Accepts exactly three forms: Ed25519, and P-256 or SM2 with an uncompressed
    /// point. Whether a point is on its curve is checked here for SM2, with each signature for P-256.
    /// Errors: `public_key_form`, `weak_key`.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        if let Some(raw) = der.strip_prefix(&ED25519_PREFIX) {
            return Self::from_ed25519(raw);
        }
        if der.starts_with(&sm2::SM2_PREFIX) {
            sm2::check_point(&der[sm2::SM2_PREFIX.len() - 1..])?;
            return Ok(Self { alg: Algorithm::Sm2, spki: der.to_vec() });
        }
        match der.strip_prefix(&P256_PREFIX) {
            Some(coordinates) if coordinates.len() == 64 => {
                Ok(Self { alg: Algorithm::P256, spki: der.to_vec() })
            }
            Some(_) | None => Err(KeyError::PublicKeyForm),
        }
    }

    /// The key of 32 raw Ed25519 bytes. Errors: `public_key_form`, `weak_key`.
    pub fn from_ed25519(raw: &[u8]) -> Result<Self, KeyError> {
        let mut y: [u8; 32] = raw.try_into().map_err(|_| KeyError::PublicKeyForm)?;
        y[31] &= 0x7f;
        let is_reduced = y.iter().rev().lt(below_field_prime(0).iter().rev());
        if !is_reduced || SMALL_ORDER.contains(&y) {
            return Err(KeyError::WeakKey);
        }
        Ok(Self { alg: Algorithm::Ed25519, spki: [&ED25519_PREFIX, raw].concat() })
    }

    /// The key of an uncompressed P-256 point: 04, x, y (65 bytes). Error: `public_key_form`.
    pub fn from_p256_point(point: &[u8]) -> Result<Self, KeyError> {
        Self::from_spki(&[&P256_PREFIX[..26], point].concat())
    }

    /// The key of an uncompressed SM2 point: 04, x, y (65 bytes). Errors: `public_key_form`, `weak_key`.
    pub fn from_sm2_point(point: &[u8]) -> Result<Self, KeyError> {
        Self::from_spki(&[&sm2::SM2_PREFIX[..26], point].concat())
    }

    /// The algorithm.
    pub fn alg(&self) -> Algorithm {
        self.alg
    }

    /// The SubjectPublicKeyInfo in DER.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The bytes inside the SubjectPublicKeyInfo: 32 for Ed25519, 65 for P-256 and SM2.
    pub fn raw(&self) -> &[u8] {
        match self.alg {
            Algorithm::Ed25519 => &self.spki[ED25519_PREFIX.len()..],
            Algorithm::P256 => &self.spki[P256_PREFIX.len() - 1..],
            Algorithm::Sm2 => &self.spki[sm2::SM2_PREFIX.len() - 1..],
        }
    }

    /// SHA-256 of the SubjectPublicKeyInfo: the name of the key everywhere.
    pub fn key_id(&self) -> Digest {
        Digest::of(&self.spki)
    }

    /// Checks a signature of [`SIGNATURE_BYTES`] over `message`. Error: `bad_signature`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        match self.alg {
            Algorithm::Ed25519 => UnparsedPublicKey::new(&ED25519, self.raw()).verify(message, signature),
            Algorithm::P256 => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.raw()).verify(message, signature)
            }
            Algorithm::Sm2 => return sm2::verify(self.raw(), message, signature),
        }
        .map_err(|_| KeyError::BadSignature)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.spki))
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let der = STANDARD.decode(text).map_err(de::Error::custom)?;
        Self::from_spki(&der).map_err(de::Error::custom)
    }
}

const fn little_endian(small: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[0] = small;
    bytes
}

/// 2^255 − 19 − `less`, little-endian, for `less` ≤ 0xed.
const fn below_field_prime(less: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed - less;
    bytes[31] = 0x7f;
    bytes
}
