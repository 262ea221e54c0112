//! The vault of a custodian, opened as somebody could who has the key file: written from the description of the format,
//! so that tests can plant lies in it and know the secrets to search for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::key::SigningKey;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};

const INFO: &[u8] = b"KB/custodian vault/1";

/// An open vault.
pub struct OpenVault {
    path: PathBuf,
    salt: String,
    key: LessSafeKey,
    /// `identity`, `tls`, `shares`, `rounds`.
    pub secrets: Value,
}

impl OpenVault {
    /// The vault of the custodian in `home`, whose key file holds `key`.
    pub fn open(home: &Path, key: &[u8]) -> Self {
        let path = home.join("vault.json");
        let file: Value = serde_json::from_slice(&std::fs::read(&path).expect("a vault")).expect("JSON");
        let text = |name: &str| file[name].as_str().expect("text").to_owned();
        let salt = hex::decode(text("salt")).expect("hexadecimal");
        let mut derived = [0; 32];
        let extracted = Salt::new(HKDF_SHA256, &salt).extract(key);
        let expanded = extracted.expand(&[INFO], HKDF_SHA256).expect("a short info");
        expanded.fill(&mut derived).expect("32 bytes");
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &derived).expect("a key"));
        let nonce: [u8; NONCE_LEN] =
            hex::decode(text("nonce")).expect("hexadecimal").try_into().expect("12 bytes");
        let mut sealed = STANDARD.decode(text("sealed")).expect("base64");
        let plain = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(INFO), &mut sealed);
        let secrets = serde_json::from_slice(plain.expect("it opens")).expect("JSON");
        Self { path, salt: text("salt"), key, secrets }
    }

    /// Writes it back as a custodian would.
    pub fn save(&self) {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).expect("randomness");
        let mut sealed = serde_json::to_vec(&self.secrets).expect("JSON");
        let unique = Nonce::assume_unique_for_key(nonce);
        self.key.seal_in_place_append_tag(unique, Aad::from(INFO), &mut sealed).expect("sealed");
        let file = json!({
            "nonce": hex::encode(nonce), "opener": "file", "salt": self.salt,
            "sealed": STANDARD.encode(sealed), "v": 1,
        });
        std::fs::write(&self.path, serde_json::to_vec(&file).expect("JSON")).expect("written");
    }

    /// The identity key.
    pub fn identity(&self) -> SigningKey {
        let pkcs8 = STANDARD.decode(self.secrets["identity"].as_str().expect("text")).expect("base64");
        SigningKey::from_pkcs8(&pkcs8).expect("a key")
    }

    /// The TLS key, PKCS #8.
    pub fn tls(&self) -> Vec<u8> {
        STANDARD.decode(self.secrets["tls"].as_str().expect("text")).expect("base64")
    }

    /// The shares that are held, by their names, as their files say them.
    pub fn shares(&self) -> BTreeMap<String, Value> {
        let shares = self.secrets["shares"].as_object().expect("shares").iter();
        let read = |text: &Value| serde_json::from_str(text.as_str().expect("text")).expect("JSON");
        shares.map(|(name, text)| (name.clone(), read(text))).collect()
    }

    /// The one share that is held.
    pub fn share(&self) -> Value {
        self.shares().into_values().next().expect("a share")
    }

    /// Puts another share file in the place of the one that is held.
    pub fn set_share(&mut self, share: &Value) {
        let shares = self.secrets["shares"].as_object_mut().expect("shares");
        let held = shares.values_mut().next().expect("a share");
        *held = Value::String(share.to_string());
    }
}
