//! The folder of a signer that is a program of its own.
//!
//! ```text
//! log.key     signs heads            head.json    the second store        tls.key, tls.der   its door
//! log.next.key   is to follow, while the key is rotated
//! card.json   carried to the platform             signer.toml             written by its own people
//! ```

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::clock::Watch;
use super::store::{Kept, Store};
use super::{KeptHead, KeyFiles, Signer, SignerCard, SignerError, stored_key};
use crate::clock::Clock;
use crate::daemon::{self, LockError};
use crate::held;
use crate::pinned::OwnCertificate;

/// What its people decide.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Address and port to listen at.
    pub(super) listen: String,
    /// Origin of the log.
    pub(super) origin: String,
    /// The certificate that the platform shows, DER, base64.
    pub(super) platform: String,
}

/// The folder.
pub(super) struct House(PathBuf);

impl House {
    /// Makes a signer. A log that has a key and heads already brings its key and its second store with it.
    pub(super) fn create(
        folder: &Path,
        settings: &Settings,
        address: &str,
        adopted: Option<(&Path, &Path)>,
    ) -> Result<SignerCard, SignerError> {
        let house = Self(folder.to_owned());
        if house.settings_path().exists() || house.key_path().exists() {
            return Err(SignerError::Exists(folder.to_owned()));
        }
        if let Some((key, head)) = adopted {
            house.adopt(key, &house.key_path())?;
            house.adopt(head, &house.head_path())?;
        }
        stored_key(&house.key_path())?;
        let signer = Signer::embedded(&settings.origin, &house.key_path(), &house.head_path())?;
        // What was adopted must be readable before anybody relies on it.
        signer.kept()?;
        let own = house.certificate(&settings.origin)?;
        let card = SignerCard {
            address: address.to_owned(),
            certificate: STANDARD.encode(&own.certificate),
            log: signer.verifier().vkey(),
            v: 1,
        };
        house.write_card(&card)?;
        let text = toml::to_string(settings).map_err(|_| SignerError::Malformed(folder.to_owned()))?;
        house.write(&house.settings_path(), text.as_bytes())?;
        Ok(card)
    }

    pub(super) fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    pub(super) fn settings(&self) -> Result<Settings, SignerError> {
        let path = self.settings_path();
        let text = std::fs::read_to_string(&path).map_err(|error| SignerError::File(path.clone(), error))?;
        toml::from_str(&text).map_err(|_| SignerError::Malformed(path))
    }

    /// The files of its key.
    pub(super) fn keys(&self) -> Result<KeyFiles, SignerError> {
        Ok(KeyFiles::at(&self.settings()?.origin, &self.key_path(), &self.head_path()))
    }

    /// The card names the key in force.
    pub(super) fn renew_card(&self, log: String) -> Result<(), SignerError> {
        let card = SignerCard::read(&self.card_path())?;
        self.write_card(&SignerCard { log, ..card })
    }

    /// The signer, with a watch on this machine's clock.
    pub(super) fn signer(&self, origin: &str) -> Result<Signer, SignerError> {
        Signer::new(origin, &self.key_path(), &self.head_path(), Some(Watch::new(Clock::System)))
    }

    /// Its certificate with the key.
    pub(super) fn certificate(&self, origin: &str) -> Result<OwnCertificate, SignerError> {
        Ok(OwnCertificate::stored(&self.0, origin)?)
    }

    /// The head that was signed last, and whether a step of the clock has stopped the signer since.
    pub(super) fn status(&self) -> Result<(Option<KeptHead>, Option<crate::base::Span>), SignerError> {
        let kept = Store::at(&self.head_path()).last()?;
        Ok((kept.as_ref().map(Kept::head), kept.and_then(|kept| kept.clock_stepped)))
    }

    /// Its people have looked at the clock and go on with it.
    pub(super) fn accept_clock(&self) -> Result<crate::base::Span, SignerError> {
        let _lock = self.lock()?;
        let mut store = Store::at(&self.head_path());
        let kept = store.last()?.ok_or(SignerError::NoStep)?;
        let stepped = kept.clock_stepped.ok_or(SignerError::NoStep)?;
        store.keep(&Kept { clock_stepped: None, signed_at: None, ..kept })?;
        Ok(stepped)
    }

    /// One process at a time signs from this folder.
    pub(super) fn lock(&self) -> Result<std::fs::File, SignerError> {
        daemon::lock(&self.0, "lock").map_err(|error| match error {
            LockError::Held => SignerError::Busy(self.0.clone()),
            LockError::File(error) => SignerError::File(self.0.join("lock"), error),
        })
    }

    fn adopt(&self, from: &Path, to: &Path) -> Result<(), SignerError> {
        let bytes = std::fs::read(from).map_err(|error| SignerError::File(from.to_owned(), error))?;
        self.write(to, &bytes)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SignerError> {
        held::write(path, bytes).map_err(|error| SignerError::File(path.to_owned(), error))
    }

    fn write_card(&self, card: &SignerCard) -> Result<(), SignerError> {
        let path = self.card_path();
        let text = serde_json::to_vec_pretty(card).map_err(|_| SignerError::Malformed(path.clone()))?;
        self.write(&path, &text)
    }

    fn card_path(&self) -> PathBuf {
        self.0.join("card.json")
    }

    fn settings_path(&self) -> PathBuf {
        self.0.join("signer.toml")
    }

    fn key_path(&self) -> PathBuf {
        self.0.join("log.key")
    }

    fn head_path(&self) -> PathBuf {
        self.0.join("head.json")
    }
}
