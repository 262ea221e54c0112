//! The folder of one custodian: its vault, its card, whom it trusts, its state.
//!
//! ```text
//! vault.json   sealed: identity key, TLS key, shares            card.json    public, signed: carried to the centre
//! trust.toml   written by the custodian's own people            state.db     pins and record
//! ```

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::threshold::ShareFile;
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::card::{Card, CardText};
use super::error::CustodianError;
use super::record::Deed;
use super::state::State;
use super::vault::{Opener, Secrets, Vault};
use super::{Custodian, OwnClock, ShareId, Shares, Trust, ceremony};
use crate::base::ShortText;
use crate::clock::Clock;
use crate::held;
use crate::pinned::{self, OwnCertificate};

/// Whom a custodian trusts, as its people write it down.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustFile {
    /// Address and port to listen at.
    pub listen: String,
    /// The log's key, a `vkey` line.
    pub log: String,
    /// The certificate that the platform shows, DER, base64.
    pub platform: String,
    /// How many witnesses must have cosigned a head.
    pub quorum: usize,
    /// Witnesses' keys, `vkey` lines.
    pub witnesses: Vec<String>,
}

/// A custodian's folder with its vault open.
pub struct House {
    folder: PathBuf,
    pub(super) vault: Vault,
}

impl House {
    /// Makes a new custodian: identity key and TLS key in a sealed vault, and its card.
    pub fn create(
        folder: &Path,
        opener: &Opener,
        name: &ShortText,
        address: &str,
    ) -> Result<(Self, Card), CustodianError> {
        let identity = SigningKey::generate(&SystemRandom::new())?;
        let own = OwnCertificate::generate(name.as_str())?;
        let card = CardText {
            address: address.to_owned(),
            certificate: STANDARD.encode(&own.certificate),
            identity: STANDARD.encode(identity.public().spki()),
            name: name.clone(),
            v: 1,
        };
        let card = Card::sign(card, &identity)?;
        let vault = Vault::create(&vault_path(folder), opener, Secrets::new(&identity, &own.key))?;
        let path = folder.join("card.json");
        let text = serde_json::to_vec_pretty(&card).map_err(|_| CustodianError::VaultDamaged)?;
        held::write(&path, &text).map_err(|error| CustodianError::file(&path, error))?;
        Ok((Self { folder: folder.to_owned(), vault }, card))
    }

    /// Opens the custodian in `folder`.
    pub fn open(folder: &Path, opener: &Opener) -> Result<Self, CustodianError> {
        Ok(Self { folder: folder.to_owned(), vault: Vault::open(&vault_path(folder), opener)? })
    }

    /// Its card.
    pub fn card(&self) -> Result<Card, CustodianError> {
        Card::read(&self.folder.join("card.json"))
    }

    /// Its identity key.
    pub fn identity(&self) -> Result<SigningKey, CustodianError> {
        self.vault.secrets.identity()
    }

    /// Its state.
    pub async fn state(&self) -> Result<State, CustodianError> {
        State::open(&self.folder.join("state.db")).await
    }

    /// Whom it trusts, as its people wrote it down.
    pub fn trust(&self) -> Result<TrustFile, CustodianError> {
        let path = self.folder.join("trust.toml");
        let text = std::fs::read_to_string(&path).map_err(|error| CustodianError::file(&path, error))?;
        toml::from_str(&text).map_err(|_| CustodianError::Malformed(path, "a custodian's trust.toml"))
    }

    /// Its certificate with the key.
    pub fn certificate(&self) -> Result<OwnCertificate, CustodianError> {
        let certificate = pinned::certificate_from_base64(&self.card()?.card.certificate)?;
        let key = STANDARD.decode(self.vault.secrets.tls.as_bytes());
        Ok(OwnCertificate { certificate, key: key.map_err(|_| CustodianError::VaultDamaged)?.into() })
    }

    /// Its shares.
    pub fn shares(&self) -> Result<Shares, CustodianError> {
        let read = |(id, text): (&ShareId, &Zeroizing<String>)| {
            let file: ShareFile = serde_json::from_str(text).map_err(|_| CustodianError::VaultDamaged)?;
            let (share, committee) = file.import()?;
            if ShareId::of(&committee) != *id {
                return Err(CustodianError::VaultDamaged);
            }
            Ok((share, committee))
        };
        self.vault.secrets.shares.iter().map(read).collect()
    }

    /// The custodian, ready to answer.
    pub async fn custodian(&self, clock: OwnClock) -> Result<Custodian, CustodianError> {
        let trust = self.trust()?.read(&self.folder)?;
        Ok(Custodian::new(self.identity()?, self.shares()?, trust, clock, self.state().await?))
    }

    /// Shares of ceremonies that not all members have confirmed: they count for nothing yet, and are as secret.
    pub fn unconfirmed_shares(&self) -> Result<BTreeSet<ShareId>, CustodianError> {
        ceremony::unconfirmed_shares(&self.vault.secrets)
    }

    /// Destroys the share `id`, with all that a ceremony under way has kept of it: it stands in the record, then the
    /// vault is written without it. Copies in backups are the business of whoever made them.
    pub async fn destroy_share(&mut self, id: ShareId, clock: &OwnClock) -> Result<bool, CustodianError> {
        let is_unconfirmed = self.unconfirmed_shares()?.contains(&id);
        if !is_unconfirmed && !self.vault.secrets.shares.contains_key(&id) {
            return Ok(false);
        }
        let deed = Deed::ShareDestroyed { committee: id.committee, epoch: id.epoch.0 };
        self.state().await?.record(clock(), deed, &self.identity()?).await?;
        self.vault.secrets.shares.remove(&id);
        ceremony::forget_share(&mut self.vault.secrets, &id)?;
        self.vault.save()?;
        Ok(true)
    }
}

impl TrustFile {
    fn read(&self, folder: &Path) -> Result<Trust, CustodianError> {
        let malformed = || CustodianError::Malformed(folder.join("trust.toml"), "a custodian's trust.toml");
        let key = |text: &String| NoteVerifier::parse(text).map_err(|_| malformed());
        let witnesses = self.witnesses.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        if self.quorum == 0 || self.quorum > witnesses.len() {
            return Err(malformed());
        }
        Ok(Trust { log: key(&self.log)?, witnesses, quorum: self.quorum })
    }
}

fn vault_path(folder: &Path) -> PathBuf {
    folder.join("vault.json")
}

/// The clock of the custodian's own machine.
pub fn machine_clock() -> OwnClock {
    Arc::new(|| Clock::System.now())
}
