//! The second store of the head: a small file elsewhere than the database. A restored backup of the database is behind
//! it, and is found out.

use std::fs::File;
use std::path::{Path, PathBuf};

use kaibiao_crypto::digest::Digest;
use serde::{Deserialize, Serialize};

use super::SignerError;
use crate::base::{Instant, Span};
use crate::held;

/// A head by its size and root.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptHead {
    /// Tree head.
    pub root: Digest,
    /// Entries.
    pub size: u64,
}

/// What the file says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// By how much the clock was found to have stepped; nothing is signed until its keepers accept it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) clock_stepped: Option<Span>,
    pub(super) root: Digest,
    /// When the head was signed, by a signer with a clock of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signed_at: Option<Instant>,
    pub(super) size: u64,
}

impl Kept {
    pub(super) fn head(&self) -> KeptHead {
        KeptHead { root: self.root, size: self.size }
    }
}

/// The file.
pub(super) struct Store {
    path: PathBuf,
    /// Whether what can be read there is known to survive a power cut: not at first, nor after a keeping that failed in its
    /// last step.
    is_durable: bool,
}

impl Store {
    pub(super) fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), is_durable: false }
    }

    /// Nobody else moves the head as long as this value lives: looking at it and keeping the next is one step, in other
    /// processes on the same store too.
    pub(super) fn lock(&self) -> Result<File, SignerError> {
        held::lock(&self.path).map_err(|error| SignerError::File(self.path.clone(), error))
    }

    /// What was kept last.
    pub(super) fn last(&self) -> Result<Option<Kept>, SignerError> {
        let bytes = held::read(&self.path).map_err(|error| SignerError::File(self.path.clone(), error))?;
        let parse = |bytes: Vec<u8>| serde_json::from_slice(&bytes);
        bytes.map(parse).transpose().map_err(|_| SignerError::Malformed(self.path.clone()))
    }

    /// Keeps `new`. Durable once it returns.
    pub(super) fn keep(&mut self, new: &Kept) -> Result<(), SignerError> {
        let text = serde_json::to_vec(new).map_err(|_| SignerError::Malformed(self.path.clone()))?;
        self.is_durable = false;
        held::write(&self.path, &text).map_err(|error| SignerError::File(self.path.clone(), error))?;
        self.is_durable = true;
        Ok(())
    }

    /// The notes by which keepers have accepted steps of the clock, oldest first.
    pub(super) fn accepted(&self) -> Result<Vec<String>, SignerError> {
        let path = self.accepted_path();
        let bytes = held::read(&path).map_err(|error| SignerError::File(path.clone(), error))?;
        let notes = bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose();
        Ok(notes.map_err(|_| SignerError::Malformed(path))?.unwrap_or_default())
    }

    /// Keeps another one of them. Durable once it returns; the same note again changes nothing.
    pub(super) fn accept(&self, note: String) -> Result<(), SignerError> {
        let (path, mut notes) = (self.accepted_path(), self.accepted()?);
        if !notes.contains(&note) {
            notes.push(note);
        }
        let text = serde_json::to_vec_pretty(&notes).map_err(|_| SignerError::Malformed(path.clone()))?;
        held::write(&path, &text).map_err(|error| SignerError::File(path, error))
    }

    fn accepted_path(&self) -> PathBuf {
        self.path.with_extension("clock.json")
    }

    /// Keeps again what was read, unless it is known to be durable.
    pub(super) fn confirm(&mut self, read: &Kept) -> Result<(), SignerError> {
        if self.is_durable { Ok(()) } else { self.keep(read) }
    }
}
