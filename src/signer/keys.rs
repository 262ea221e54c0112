//! The files of the log's key.
//!
//! ```text
//! log.key         signs heads                log.next.key     is to follow it: both sign, until the first one retires
//! ```
//!
//! *Invariant*: each step of a rotation is one file that is there whole or not at all, so that a process killed between
//! two of them finds either state and goes on. A key that signed once is never made again under its name.

use std::path::{Path, PathBuf};

use kaibiao_crypto::checkpoint::{Note, NoteSigner, NoteVerifier};
use kaibiao_crypto::key::SigningKey;
use kaibiao_crypto::receipt::Receipt;
use kaibiao_crypto::succession::{Succession, SuccessionError};
use ring::rand::SystemRandom;

use super::store::Store;
use super::{SignRefused, SignerError};
use crate::held;

/// Where the key of one log lies, with the second store that stands beside it.
pub struct KeyFiles {
    origin: String,
    key: PathBuf,
    next: PathBuf,
    store: PathBuf,
}

impl KeyFiles {
    /// The key of the log `origin` in the file `key`; its second store is `store`.
    pub fn at(origin: &str, key: &Path, store: &Path) -> Self {
        let next = key.with_extension("next.key");
        Self { origin: origin.to_owned(), key: key.to_owned(), next, store: store.to_owned() }
    }

    /// Makes the first key of a log, if there is none and no head was signed yet. Error: `log_key_missing`.
    pub(super) fn found(&self) -> Result<(), SignerError> {
        if !self.key.exists() {
            if Store::at(&self.store).last()?.is_some() {
                return Err(SignerError::KeyMissing(self.key.clone()));
            }
            stored_key(&self.key)?;
        }
        Ok(())
    }

    /// The key that signs heads, then the one that is to follow it, if that is prepared.
    pub(super) fn signers(&self) -> Result<Vec<NoteSigner>, SignerError> {
        let mut signers = vec![self.in_force()?];
        signers.extend(self.read(&self.next)?);
        Ok(signers)
    }

    /// Their public halves.
    pub(super) fn verifiers(&self) -> Result<Vec<NoteVerifier>, SignerError> {
        Ok(self.signers()?.iter().map(|signer| signer.verifier().clone()).collect())
    }

    /// Makes the key that is to follow, durably, and gives what both keys sign of that; the same when it is asked again.
    pub fn prepare(&self) -> Result<Note, SignerError> {
        let _alone = Store::at(&self.store).lock()?;
        let key = self.in_force()?;
        let next = NoteSigner::new(&self.origin, stored_key(&self.next)?)?;
        Ok(Succession::sign(&key, &next))
    }

    /// The old key retires: the one that was prepared takes its place, in one step. Only if `receipt` proves, under a
    /// head of this log, that the succession stands in it; without that nobody could follow. Gives the key in force.
    pub fn finish(&self, receipt: &[u8]) -> Result<String, SignerError> {
        let receipt = Receipt::parse(receipt).map_err(SuccessionError::from)?;
        let Succession { from, to } = Succession::of_entry(&receipt.entry)?;
        receipt.verify(&to, &[], 0).map_err(SuccessionError::from)?;
        let _alone = Store::at(&self.store).lock()?;
        match self.verifiers()?.as_slice() {
            [key] if *key == to => {}
            [key, next] if (key, next) == (&from, &to) => {
                held::rename(&self.next, &self.key)
                    .map_err(|error| SignerError::File(self.key.clone(), error))?;
            }
            _ => return Err(SignRefused::NotPrepared.into()),
        }
        Ok(to.vkey())
    }

    /// The key that signs heads.
    pub(super) fn in_force(&self) -> Result<NoteSigner, SignerError> {
        self.read(&self.key)?.ok_or_else(|| SignerError::KeyMissing(self.key.clone()))
    }

    fn read(&self, path: &Path) -> Result<Option<NoteSigner>, SignerError> {
        let pkcs8 = held::read(path).map_err(|error| SignerError::File(path.to_owned(), error))?;
        let signer = |pkcs8: Vec<u8>| Ok(NoteSigner::new(&self.origin, SigningKey::from_pkcs8(&pkcs8)?)?);
        pkcs8.map(signer).transpose()
    }
}

/// The key in the file `path`; made and stored durably if there is none. Readable by its owner only.
pub fn stored_key(path: &Path) -> Result<SigningKey, SignerError> {
    let failed = |error| SignerError::File(path.to_owned(), error);
    if let Some(pkcs8) = held::read(path).map_err(failed)? {
        return Ok(SigningKey::from_pkcs8(&pkcs8)?);
    }
    let key = SigningKey::generate(&SystemRandom::new())?;
    held::write(path, &key.to_pkcs8()).map_err(failed)?;
    Ok(key)
}
