//! The private half: for the server's own signers, the command line and tests. A person's key stays in the browser.
//!
//! *Invariant*: the key is never printed, cloned or serialised unasked; its PKCS #8 text is wiped when it goes.

use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

use super::{Algorithm, KeyError, PublicKey, sm2};

enum Pair {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
    Sm2(sm2::Secret),
}

/// A private key with its public half. Has no `Debug`, no `Clone`, no `Serialize`.
pub struct SigningKey {
    pair: Pair,
    pkcs8: Zeroizing<Vec<u8>>,
    public: PublicKey,
}

impl SigningKey {
    /// A new Ed25519 key. Error: `generator`.
    pub fn generate(rng: &dyn SecureRandom) -> Result<Self, KeyError> {
        let document = Ed25519KeyPair::generate_pkcs8(rng).map_err(|_| KeyError::Generator)?;
        Self::from_pkcs8(document.as_ref())
    }

    /// A new key of `alg`. Error: `generator`.
    pub fn generate_of(alg: Algorithm, rng: &dyn SecureRandom) -> Result<Self, KeyError> {
        match alg {
            Algorithm::Ed25519 => Self::generate(rng),
            Algorithm::P256 => {
                let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, rng);
                Self::from_pkcs8(document.map_err(|_| KeyError::Generator)?.as_ref())
            }
            Algorithm::Sm2 => Self::from_pkcs8(&sm2::Secret::generate(rng)?.to_pkcs8()),
        }
    }

    /// The key in a PKCS #8 document (RFC 5958), Ed25519 and SM2 with or without its public half, or P-256 with it.
    /// Errors: `private_key_form`, `weak_key`.
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, KeyError> {
        let pkcs8 = Zeroizing::new(document.to_vec());
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document) {
            let public = PublicKey::from_ed25519(pair.public_key().as_ref())?;
            return Ok(Self { pair: Pair::Ed25519(pair), pkcs8, public });
        }
        match sm2::Secret::from_pkcs8(document) {
            Ok(secret) => {
                let public = PublicKey::from_sm2_point(&secret.public_point())?;
                return Ok(Self { pair: Pair::Sm2(secret), pkcs8, public });
            }
            Err(KeyError::PrivateKeyForm) => {}
            Err(error) => return Err(error),
        }
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document, &SystemRandom::new())
            .map_err(|_| KeyError::PrivateKeyForm)?;
        let public = PublicKey::from_p256_point(pair.public_key().as_ref())?;
        Ok(Self { pair: Pair::P256(pair), pkcs8, public })
    }

    /// The PKCS #8 document of the key; the copy is wiped when it goes.
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        self.pkcs8.clone()
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs `message`; 64 bytes. Ed25519 and SM2 are deterministic. P-256 takes its nonce from the system's generator,
    /// mixed with the key and the message.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::P256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message);
                signature.expect("fails only without the system's generator").as_ref().to_vec()
            }
            Pair::Sm2(secret) => secret.sign(message),
        }
    }
}
