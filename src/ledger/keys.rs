//! The log's own keys: the one that signs heads, and the witness in the process (policy 1 of 1).

use std::path::Path;

use kaibiao_crypto::checkpoint::{Checkpoint, Cosigner, Note, NoteSigner};
use kaibiao_crypto::key::SigningKey;
use ring::rand::SystemRandom;

use super::LedgerError;
use crate::base::Instant;
use crate::held;

/// Keys of the log.
pub struct LogKeys {
    log: NoteSigner,
    witness: Cosigner,
    origin: String,
}

impl LogKeys {
    /// Reads the keys of the log `origin` from `folder`, or makes them there on the first start.
    pub fn open(folder: &Path, origin: &str) -> Result<Self, LedgerError> {
        let log = NoteSigner::new(origin, stored_key(&folder.join("log.key"))?)?;
        let name = format!("{origin}/witness");
        let witness = Cosigner::new(&name, stored_key(&folder.join("witness.key"))?)?;
        Ok(Self { log, witness, origin: origin.to_owned() })
    }

    /// Origin line of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Public key of the log as a `vkey` line.
    pub fn log_vkey(&self) -> String {
        self.log.verifier().vkey()
    }

    /// Public keys of the witnesses.
    pub fn witness_vkeys(&self) -> Vec<String> {
        vec![self.witness.verifier().vkey()]
    }

    /// Signs a head and has it cosigned.
    pub(super) fn sign(&self, checkpoint: &Checkpoint, now: Instant) -> Result<Note, LedgerError> {
        let mut note = checkpoint.sign(&self.log)?;
        let cosignature = self.witness.cosign(&note.text, now.unix_seconds());
        note.signatures.push(cosignature);
        Ok(note)
    }
}

/// The key in the file `path`; made and stored durably if there is none. Readable by its owner only.
pub fn stored_key(path: &Path) -> Result<SigningKey, LedgerError> {
    if let Some(pkcs8) = held::read(path)? {
        return Ok(SigningKey::from_pkcs8(&pkcs8)?);
    }
    let key = SigningKey::generate(&SystemRandom::new())?;
    held::write(path, &key.to_pkcs8())?;
    Ok(key)
}
