//! The folder of a signer that is a program of its own.
//!
//! ```text
//! log.key     signs heads            head.json    the second store        tls.key, tls.der   its door
//! log.next.key   is to follow, while the key is rotated
//! card.json   carried to the platform             signer.toml             written by its own people
//! policy.txt  whose clocks are believed after a step of the own one (C2SP `tlog-policy`), theirs too
//! clock.question   what was asked about the last step      head.clock.json   the notes that were accepted
//! ```

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::policy::Policy;
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
    /// Who may accept a step of the clock, `vkey` lines; two of them must.
    pub(super) keepers: Vec<String>,
    /// Address and port to listen at.
    pub(super) listen: String,
    /// Origin of the log.
    pub(super) origin: String,
    /// The certificate that the platform shows, DER, base64.
    pub(super) platform: String,
}

/// Files that a new signer takes over.
#[derive(Clone, Copy, Default)]
pub(super) struct Adopted<'a> {
    /// Key and second store of a log that exists already.
    pub(super) log: Option<(&'a Path, &'a Path)>,
    /// The policy of the witnesses.
    pub(super) policy: Option<&'a Path>,
}

/// The folder.
pub(super) struct House(PathBuf);

impl House {
    /// Makes a signer. A log that has a key and heads already brings its key and its second store with it.
    pub(super) fn create(
        folder: &Path,
        settings: &Settings,
        address: &str,
        adopted: Adopted<'_>,
    ) -> Result<SignerCard, SignerError> {
        let house = Self(folder.to_owned());
        if house.settings_path().exists() || house.key_path().exists() {
            return Err(SignerError::Exists(folder.to_owned()));
        }
        if let Some((key, head)) = adopted.log {
            house.adopt(key, &house.key_path())?;
            house.adopt(head, &house.head_path())?;
        }
        if let Some(policy) = adopted.policy {
            house.adopt(policy, &house.policy_path())?;
            house.policy()?;
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

    /// The policy of the witnesses whose clocks it believes.
    pub(super) fn policy(&self) -> Result<Policy, SignerError> {
        let path = self.policy_path();
        let bytes = held::read(&path).map_err(|error| SignerError::File(path.clone(), error))?;
        let bytes = bytes.ok_or_else(|| SignerError::PolicyMissing(path.clone()))?;
        Policy::parse(&String::from_utf8_lossy(&bytes)).map_err(|error| SignerError::Policy(path, error))
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

    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SignerError> {
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

    pub(super) fn head_path(&self) -> PathBuf {
        self.0.join("head.json")
    }

    pub(super) fn question_path(&self) -> PathBuf {
        self.0.join("clock.question")
    }

    fn policy_path(&self) -> PathBuf {
        self.0.join("policy.txt")
    }
}
