//! The second store of the head: a small file elsewhere than the database. A restored backup of the database is behind
//! it, and is found out.

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
    /// By how much the clock was found to have stepped; nothing is signed until its people accept it.
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
pub(super) struct Store(PathBuf);

impl Store {
    pub(super) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// What was kept last.
    pub(super) fn last(&self) -> Result<Option<Kept>, SignerError> {
        let bytes = held::read(&self.0).map_err(|error| SignerError::File(self.0.clone(), error))?;
        let parse = |bytes: Vec<u8>| serde_json::from_slice(&bytes);
        bytes.map(parse).transpose().map_err(|_| SignerError::Malformed(self.0.clone()))
    }

    /// Keeps `new`. Durable once it returns.
    pub(super) fn keep(&self, new: &Kept) -> Result<(), SignerError> {
        let text = serde_json::to_vec(new).map_err(|_| SignerError::Malformed(self.0.clone()))?;
        held::write(&self.0, &text).map_err(|error| SignerError::File(self.0.clone(), error))
    }
}
