//! SM2 signatures with SM3 (GB/T 32918.2, GM/T 0003.2), as acts carry them: alg 3.
//!
//! The signer's distinguishing identifier is the one that GM/T 0009 gives to all who agree on no other. It says
//! nothing about the person: who holds the key is what the log says.
//!
//! *Invariant*: one signature has one text, `r || s` of 32 bytes each, both in 1..n−1; DER is not accepted.

use ::sm2::dsa::signature::{Signer, Verifier};
use ::sm2::dsa::{Signature, SigningKey, VerifyingKey};
use ::sm2::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use ::sm2::{PublicKey, SecretKey};
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use super::KeyError;

/// The distinguishing identifier in the digest of each signature, 16 bytes of ASCII (GM/T 0009, section 10).
pub const SM2_SIGNER_ID: &str = "1234567812345678";

/// DER of an SM2 SubjectPublicKeyInfo up to and with the mark 04 of an uncompressed point: `id-ecPublicKey` with the
/// curve 1.2.156.10197.1.301 (GM/T 0006, RFC 8998).
pub(super) const SM2_PREFIX: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x81,
    0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00, 0x04,
];
/// The public key −G: its secret n − 1 is the one number below the order that the standard forbids.
const MINUS_GENERATOR: [u8; 65] = [
    0x04, 0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94,
    0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7, 0x43,
    0xc8, 0xc9, 0x5c, 0x0b, 0x09, 0x88, 0x63, 0xa6, 0x42, 0x31, 0x1c, 0x94, 0x96, 0xde, 0xac, 0x2f, 0x56,
    0x78, 0x82, 0x39, 0xd5, 0xb8, 0xc0, 0xfd, 0x20, 0xcd, 0x1a, 0xde, 0xc6, 0x0f, 0x5f,
];

/// Checks that 65 bytes are a point of the curve that can be a key. Errors: `public_key_form`, `weak_key`.
pub(super) fn check_point(point: &[u8]) -> Result<(), KeyError> {
    if point == MINUS_GENERATOR {
        return Err(KeyError::WeakKey);
    }
    PublicKey::from_sec1_bytes(point).map(|_| ()).map_err(|_| KeyError::PublicKeyForm)
}

/// Checks a signature over `message` with the key of 65 bytes.
pub(super) fn verify(point: &[u8], message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
    let key = VerifyingKey::from_sec1_bytes(SM2_SIGNER_ID, point).map_err(|_| KeyError::BadSignature)?;
    let signature = Signature::from_slice(signature).map_err(|_| KeyError::BadSignature)?;
    key.verify(message, &signature).map_err(|_| KeyError::BadSignature)
}

/// A private key. Overwritten when dropped.
pub(super) struct Secret(SecretKey);

impl Secret {
    /// A fresh key: uniform in 1..n−2, by rejection. Error: `generator`.
    pub(super) fn generate(rng: &dyn SecureRandom) -> Result<Self, KeyError> {
        loop {
            let mut bytes = Zeroizing::new([0; 32]);
            rng.fill(bytes.as_mut()).map_err(|_| KeyError::Generator)?;
            let secret = SecretKey::from_slice(bytes.as_ref()).map(Self);
            if let Some(secret) = secret.ok().filter(|secret| check_point(&secret.public_point()).is_ok()) {
                return Ok(secret);
            }
        }
    }

    /// The key in a PKCS #8 document whose algorithm is SM2. Errors: `private_key_form`, `weak_key`.
    pub(super) fn from_pkcs8(document: &[u8]) -> Result<Self, KeyError> {
        let secret = SecretKey::from_pkcs8_der(document).map(Self).map_err(|_| KeyError::PrivateKeyForm)?;
        check_point(&secret.public_point())?;
        Ok(secret)
    }

    /// The PKCS #8 document with the public half in it (RFC 5958, RFC 5915).
    pub(super) fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        self.0.to_pkcs8_der().expect("the document of a key is short").to_bytes()
    }

    /// 04, x, y of the public half.
    pub(super) fn public_point(&self) -> Box<[u8]> {
        self.0.public_key().to_sec1_bytes()
    }

    /// Signs; 64 bytes. The nonce is derived from key and message (RFC 6979 with SM3), so no generator can spoil it.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        // Built anew each time because, unlike `SecretKey`, it would not be overwritten with the pair.
        let key = SigningKey::new(SM2_SIGNER_ID, &self.0).expect("the identifier is shorter than 8 KiB");
        let signature: Signature = key.try_sign(message).expect("refused once in 2^255 digests");
        signature.to_bytes().to_vec()
    }
}
