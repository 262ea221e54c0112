//! What a custodian must keep to itself, in one sealed file: its identity key, its TLS key, its shares, and what
//! it has kept of ceremonies.
//!
//! The file is sealed (AES-256-GCM) under a key from a passphrase (Argon2id, RFC 9106) or from a file that lies on
//! another device. *Invariant*: nothing of what is inside is ever written outside this file, printed or logged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::SigningKey;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::ShareId;
use super::error::CustodianError;
use crate::held;

/// Memory of Argon2id in KiB, passes and lanes: RFC 9106's second recommendation.
const ARGON2: (u32, u32, u32) = (64 * 1024, 3, 4);
/// Fewest bytes of a key file.
const KEY_FILE_BYTES_MIN: usize = 32;
/// Bound to every sealed vault.
const VAULT_INFO: &[u8] = b"KB/custodian vault/1";

/// What opens a vault.
pub enum Opener {
    /// Something a person knows.
    Passphrase(Zeroizing<String>),
    /// The bytes of a file, which belongs on another device than the vault.
    KeyFile(Zeroizing<Vec<u8>>),
}

impl Opener {
    /// The opener that a command line names: exactly one of the two.
    pub fn read(passphrase: Option<&Path>, key_file: Option<&Path>) -> Result<Self, CustodianError> {
        let file = |path: &Path| {
            let bytes = std::fs::read(path).map_err(|error| CustodianError::file(path, error))?;
            Ok::<_, CustodianError>(Zeroizing::new(bytes))
        };
        match (passphrase, key_file) {
            (Some(path), None) => {
                let text = String::from_utf8(file(path)?.to_vec()).map_err(|_| CustodianError::Opener)?;
                let text = Zeroizing::new(text);
                let line = text.lines().next().unwrap_or_default();
                if line.is_empty() {
                    Err(CustodianError::Opener)
                } else {
                    Ok(Self::Passphrase(line.to_owned().into()))
                }
            }
            (None, Some(path)) => {
                let bytes = file(path)?;
                if bytes.len() < KEY_FILE_BYTES_MIN {
                    Err(CustodianError::Opener)
                } else {
                    Ok(Self::KeyFile(bytes))
                }
            }
            (None, None) | (Some(_), Some(_)) => Err(CustodianError::Opener),
        }
    }

    fn key(&self, salt: &[u8; 32]) -> Result<LessSafeKey, CustodianError> {
        let mut key = Zeroizing::new([0; 32]);
        match self {
            Self::Passphrase(passphrase) => {
                let (memory, passes, lanes) = ARGON2;
                let params =
                    Params::new(memory, passes, lanes, Some(32)).map_err(|_| CustodianError::Opener)?;
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                let hashed = argon2.hash_password_into(passphrase.as_bytes(), salt, key.as_mut());
                hashed.map_err(|_| CustodianError::Opener)?;
            }
            Self::KeyFile(bytes) => {
                let extracted = Salt::new(HKDF_SHA256, salt).extract(bytes);
                let expanded = extracted.expand(&[VAULT_INFO], HKDF_SHA256);
                expanded.and_then(|okm| okm.fill(key.as_mut())).map_err(|_| CustodianError::Opener)?;
            }
        }
        let key = UnboundKey::new(&AES_256_GCM, key.as_ref()).map_err(|_| CustodianError::Opener)?;
        Ok(LessSafeKey::new(key))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Passphrase(_) => "argon2id",
            Self::KeyFile(_) => "file",
        }
    }
}

/// The file as it lies on the disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    /// `argon2id` or `file`: what opens it.
    opener: String,
    /// 32 bytes, hexadecimal.
    salt: String,
    /// 12 bytes, hexadecimal; new with every write.
    nonce: String,
    /// Ciphertext and tag, base64.
    sealed: String,
    v: u8,
}

/// What is inside.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secrets {
    /// Identity key, PKCS #8, base64.
    identity: Zeroizing<String>,
    /// TLS key, PKCS #8, base64.
    pub(super) tls: Zeroizing<String>,
    /// Share files, as `threshold::ShareFile` writes them.
    pub(super) shares: BTreeMap<ShareId, Zeroizing<String>>,
    /// What is kept of a ceremony, by its session.
    pub(super) rounds: BTreeMap<Digest, Zeroizing<String>>,
}

impl Secrets {
    pub(super) fn new(identity: &SigningKey, tls: &[u8]) -> Self {
        Self {
            identity: STANDARD.encode(identity.to_pkcs8()).into(),
            tls: STANDARD.encode(tls).into(),
            ..Self::default()
        }
    }

    pub(super) fn identity(&self) -> Result<SigningKey, CustodianError> {
        let pkcs8 = STANDARD.decode(self.identity.as_bytes()).map_err(|_| CustodianError::VaultDamaged)?;
        SigningKey::from_pkcs8(&Zeroizing::new(pkcs8)).map_err(|_| CustodianError::VaultDamaged)
    }
}

/// An open vault.
pub struct Vault {
    path: PathBuf,
    opener: &'static str,
    salt: [u8; 32],
    key: LessSafeKey,
    pub(super) secrets: Secrets,
}

impl Vault {
    /// A new vault at `path`, where there must be none.
    pub(super) fn create(path: &Path, opener: &Opener, secrets: Secrets) -> Result<Self, CustodianError> {
        if path.exists() {
            return Err(CustodianError::Exists(path.to_owned()));
        }
        let mut salt = [0; 32];
        SystemRandom::new().fill(&mut salt).map_err(|_| CustodianError::NoRandomness)?;
        let vault =
            Self { path: path.to_owned(), opener: opener.name(), salt, key: opener.key(&salt)?, secrets };
        vault.save()?;
        Ok(vault)
    }

    /// Opens the vault at `path`. Errors: no vault there, a wrong opener, damage.
    pub fn open(path: &Path, opener: &Opener) -> Result<Self, CustodianError> {
        let text = held::read(path).map_err(|error| CustodianError::file(path, error))?;
        let text = text.ok_or_else(|| CustodianError::NoVault(path.to_owned()))?;
        let file: Sealed = serde_json::from_slice(&text).map_err(|_| CustodianError::VaultDamaged)?;
        if file.v != 1 || file.opener != opener.name() {
            return Err(CustodianError::WrongOpener);
        }
        let mut salt = [0; 32];
        let mut nonce = [0; NONCE_LEN];
        let read =
            hex::decode_to_slice(&file.salt, &mut salt).and(hex::decode_to_slice(&file.nonce, &mut nonce));
        read.map_err(|_| CustodianError::VaultDamaged)?;
        let key = opener.key(&salt)?;
        let sealed = STANDARD.decode(&file.sealed).map_err(|_| CustodianError::VaultDamaged)?;
        let mut sealed = Zeroizing::new(sealed);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let plain = key.open_in_place(nonce, Aad::from(VAULT_INFO), &mut sealed);
        let plain = plain.map_err(|_| CustodianError::WrongOpener)?;
        let secrets = serde_json::from_slice(plain).map_err(|_| CustodianError::VaultDamaged)?;
        Ok(Self { path: path.to_owned(), opener: opener.name(), salt, key, secrets })
    }

    /// Puts what is inside on the disk, durably; a power cut finds the old or the new vault whole.
    pub(super) fn save(&self) -> Result<(), CustodianError> {
        let plain =
            Zeroizing::new(serde_json::to_vec(&self.secrets).map_err(|_| CustodianError::VaultDamaged)?);
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| CustodianError::NoRandomness)?;
        // Encrypted in place: when it is done, no plaintext is left in this buffer.
        let mut sealed = plain.to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        let done = self.key.seal_in_place_append_tag(unique, Aad::from(VAULT_INFO), &mut sealed);
        done.map_err(|_| CustodianError::VaultDamaged)?;
        let file = Sealed {
            opener: self.opener.to_owned(),
            salt: hex::encode(self.salt),
            nonce: hex::encode(nonce),
            sealed: STANDARD.encode(sealed),
            v: 1,
        };
        let text = serde_json::to_vec(&file).map_err(|_| CustodianError::VaultDamaged)?;
        held::write(&self.path, &text).map_err(|error| CustodianError::file(&self.path, error))
    }
}

#[cfg(test)]
mod tests {
    use kaibiao_crypto::threshold::Epoch;

    use super::*;

    fn key_file(byte: u8) -> Opener {
        Opener::KeyFile(vec![byte; 32].into())
    }

    #[test]
    fn a_vault_opens_with_its_opener_only_and_keeps_what_was_put_in() {
        let folder = std::env::temp_dir().join(format!("kaibiao-vault-{}", uuid::Uuid::new_v4()));
        let path = folder.join("vault.json");
        let identity = SigningKey::generate(&SystemRandom::new()).expect("a key");
        let mut vault =
            Vault::create(&path, &key_file(1), Secrets::new(&identity, b"tls key")).expect("created");
        let id = ShareId { committee: Digest::of(b"committee"), epoch: Epoch::FIRST };
        vault.secrets.shares.insert(id, Zeroizing::new("a very secret share".to_owned()));
        vault.save().expect("saved");
        let on_disk = std::fs::read_to_string(&path).expect("a file");
        assert!(!on_disk.contains("secret"), "nothing lies open");

        let opened = Vault::open(&path, &key_file(1)).expect("opened");
        assert_eq!(opened.secrets.shares.len(), 1);
        assert_eq!(opened.secrets.identity().expect("a key").public().spki(), identity.public().spki());
        assert!(matches!(Vault::open(&path, &key_file(2)), Err(CustodianError::WrongOpener)));
        let passphrase = Opener::Passphrase("正确的马电池订书钉".to_owned().into());
        assert!(matches!(Vault::open(&path, &passphrase), Err(CustodianError::WrongOpener)));
        let again = Vault::create(&path, &key_file(1), Secrets::default());
        assert!(matches!(again, Err(CustodianError::Exists(_))), "a vault is never overwritten by a new one");
        std::fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn a_passphrase_opens_what_it_sealed() {
        let folder = std::env::temp_dir().join(format!("kaibiao-vault-{}", uuid::Uuid::new_v4()));
        let path = folder.join("vault.json");
        let passphrase = |text: &str| Opener::Passphrase(text.to_owned().into());
        Vault::create(&path, &passphrase("一二三四"), Secrets::default()).expect("created");
        assert!(Vault::open(&path, &passphrase("一二三四")).is_ok());
        assert!(matches!(Vault::open(&path, &passphrase("一二三")), Err(CustodianError::WrongOpener)));
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
