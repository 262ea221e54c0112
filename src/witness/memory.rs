//! What a witness keeps.
//!
//! ```text
//! witness.key    witness.toml    logs/<sha256 of the origin>.json    evidence/<sha256 of the origin>-<n>.txt
//! ```
//!
//! A witness whose memory was lost must not go on with the same key: it would cosign a second history.

use std::fs::File;
use std::path::{Path, PathBuf};

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::SigningKey;
use serde::{Deserialize, Serialize};

use super::WitnessError;
use crate::files::make_folder;
use crate::held;
use crate::limits::WITNESS_EVIDENCE_MAX;
use crate::signer::stored_key;

/// The head that was cosigned last.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Last {
    /// The line that was given for it.
    pub(super) cosignature: String,
    /// The head with the log's signature and the cosignature.
    pub(super) note: String,
    pub(super) root: Digest,
    pub(super) size: u64,
}

/// What is kept of a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogFile {
    pub(super) last: Option<Last>,
    /// Key of the log, a `vkey` line.
    pub(super) log: String,
    /// The key that its people have accepted to follow; with the first head that it signs it takes the place of the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
    pub(super) origin: String,
}

/// The folder.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(super) fn key(&self) -> Result<SigningKey, WitnessError> {
        Ok(stored_key(&self.0.join("witness.key"))?)
    }

    /// All logs.
    pub(super) fn logs(&self) -> Result<Vec<LogFile>, WitnessError> {
        let folder = self.0.join("logs");
        let failed = |error| WitnessError::File(folder.clone(), error);
        make_folder(&folder).map_err(failed)?;
        let mut logs = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                logs.extend(read(&path)?);
            }
        }
        Ok(logs)
    }

    /// One log, if it was added.
    pub(super) fn log(&self, origin: &str) -> Result<Option<LogFile>, WitnessError> {
        self.log_of(Digest::of(origin.as_bytes()))
    }

    /// The log whose origin has this digest.
    pub(super) fn log_of(&self, origin: Digest) -> Result<Option<LogFile>, WitnessError> {
        read(&self.log_path(origin))
    }

    /// Keeps a log. Durable once it returns.
    pub(super) fn keep(&self, file: &LogFile) -> Result<(), WitnessError> {
        let path = self.log_path(Digest::of(file.origin.as_bytes()));
        let text = serde_json::to_vec_pretty(file).map_err(|_| WitnessError::Malformed(path.clone()))?;
        held::write(&path, &text).map_err(|error| WitnessError::File(path, error))
    }

    /// Keeps a request that the log signed and that contradicts what was cosigned, with what was cosigned: two signed
    /// heads of two histories need no witness to be believed. The first ones are kept; more would say the same.
    pub(super) fn keep_evidence(&self, known: &LogFile, body: &[u8]) -> Result<(), WitnessError> {
        let folder = self.0.join("evidence");
        let name = Digest::of(known.origin.as_bytes());
        let free = (0..WITNESS_EVIDENCE_MAX).map(|n| folder.join(format!("{name}-{n}.txt")));
        let Some(path) = free.into_iter().find(|path| !path.exists()) else { return Ok(()) };
        let cosigned = known.last.as_ref().map_or("", |last| last.note.as_str());
        let text = [cosigned.as_bytes(), b"\n----\n", body].concat();
        held::write(&path, &text).map_err(|error| WitnessError::File(path, error))
    }

    /// Nobody else changes what is kept of logs as long as this value lives.
    pub(super) fn lock(&self) -> Result<File, WitnessError> {
        let path = self.0.join("logs");
        held::lock(&path).map_err(|error| WitnessError::File(path, error))
    }

    fn log_path(&self, origin: Digest) -> PathBuf {
        self.0.join("logs").join(format!("{origin}.json"))
    }
}

fn read(path: &Path) -> Result<Option<LogFile>, WitnessError> {
    let bytes = held::read(path).map_err(|error| WitnessError::File(path.to_owned(), error))?;
    let parse = |bytes: Vec<u8>| serde_json::from_slice(&bytes);
    bytes.map(parse).transpose().map_err(|_| WitnessError::Malformed(path.to_owned()))
}
