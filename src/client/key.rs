//! The person's signing key at this computer, and its certificate from the centre.
//!
//! *Invariant*: the key is made here and never leaves; its file is readable by its owner only, and one that is not is
//! not used.

use std::os::unix::fs::PermissionsExt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::act::pae;
use kaibiao_crypto::key::{Algorithm, SigningKey};
use ring::rand::SystemRandom;

use super::wire::KeyRequest;
use super::{Client, ClientError, Home, Me};
use crate::base::KeyId;
use crate::held;

/// What a key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStanding {
    /// It signs.
    Active,
    /// It waits for a registrar or for a day.
    Pending,
    /// It signs no more.
    Revoked,
    /// The centre does not know it.
    Unknown,
}

impl KeyStanding {
    /// As text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
        }
    }

    /// In Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Active => "有效",
            Self::Pending => "待生效",
            Self::Revoked => "已吊销",
            Self::Unknown => "未登记",
        }
    }
}

impl Me {
    /// What the key is good for.
    pub fn standing(&self, key: KeyId) -> KeyStanding {
        match self.keys.iter().find(|known| known.key_id == key).map(|known| known.status.as_str()) {
            Some("active") => KeyStanding::Active,
            Some("pending") => KeyStanding::Pending,
            Some(_) => KeyStanding::Revoked,
            None => KeyStanding::Unknown,
        }
    }
}

impl Home {
    /// Makes the key, durably. Errors: `key_exists`, `generator`, `file`.
    pub fn make_key(&self, alg: Algorithm) -> Result<SigningKey, ClientError> {
        let path = self.key_path();
        if path.exists() {
            return Err(ClientError::KeyExists(path));
        }
        let key = SigningKey::generate_of(alg, &SystemRandom::new())?;
        held::write(&path, &key.to_pkcs8()).map_err(|error| ClientError::file(&path, error))?;
        Ok(key)
    }

    /// The key. Errors: `key_missing`, `key_exposed`, `private_key_form`, `file`.
    pub fn key(&self) -> Result<SigningKey, ClientError> {
        let path = self.key_path();
        let failed = |error| ClientError::file(&path, error);
        let Some(bytes) = held::read(&path).map_err(failed)? else {
            return Err(ClientError::KeyMissing(path));
        };
        let mode = std::fs::metadata(&path).map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(ClientError::KeyExposed(path));
        }
        Ok(SigningKey::from_pkcs8(&bytes)?)
    }

    /// The key, made if there is none.
    pub fn key_or_make(&self) -> Result<SigningKey, ClientError> {
        match self.key() {
            Err(ClientError::KeyMissing(_)) => self.make_key(Algorithm::Ed25519),
            other => other,
        }
    }
}

impl Client {
    /// Has the key of the person who is signed in certified, if the centre does not know it: proves that its private
    /// half is here, for this person and this log. Errors: those of the server.
    pub async fn certify_key(&self, key: &SigningKey, name: &str) -> Result<Me, ClientError> {
        let me = self.me().await?;
        if me.standing(key.public().key_id()) != KeyStanding::Unknown {
            return Ok(me);
        }
        let claim = format!("kaibiao key {} {}", me.person, me.origin);
        let request = KeyRequest {
            alg: key.public().alg().byte(),
            spki: STANDARD.encode(key.public().spki()),
            proof: STANDARD.encode(key.sign(&pae(claim.as_bytes()))),
            name: name.to_owned(),
        };
        self.post("/api/keys", &request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_only_its_owner_may_read_it() {
        let folder = std::env::temp_dir().join(format!("kaibiao-key-{}", uuid::Uuid::new_v4()));
        let home = Home::new(&folder);
        assert_eq!(home.key().err().map(|error| error.code().to_owned()), Some("key_missing".into()));
        let key = home.make_key(Algorithm::Ed25519).expect("made");
        assert_eq!(home.key().expect("read").public().key_id(), key.public().key_id());
        assert_eq!(
            home.make_key(Algorithm::Ed25519).err().map(|error| error.code().to_owned()),
            Some("key_exists".into())
        );
        std::fs::set_permissions(home.key_path(), std::fs::Permissions::from_mode(0o640)).expect("changed");
        assert_eq!(home.key().err().map(|error| error.code().to_owned()), Some("key_exposed".into()));
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
