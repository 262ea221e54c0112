//! The second store of the head: a small file elsewhere than the database. A restored backup of the database is behind
//! it, and is found out.

use std::path::PathBuf;

use kaibiao_crypto::digest::Digest;
use serde::{Deserialize, Serialize};

use super::LedgerError;
use crate::held;

/// A head as kept here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptHead {
    pub(super) root: Digest,
    pub(super) size: u64,
}

/// The file.
pub(super) struct SecondStore(PathBuf);

impl SecondStore {
    pub(super) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// The head kept last.
    pub(super) fn last(&self) -> Result<Option<KeptHead>, LedgerError> {
        let bytes = held::read(&self.0)?;
        let parse = |bytes: Vec<u8>| serde_json::from_slice(&bytes).map_err(LedgerError::Encode);
        bytes.map(parse).transpose()
    }

    /// Moves from `old` to `new`; refuses if another head than `old` is kept. Durable once it returns.
    pub(super) fn advance(&self, old: Option<KeptHead>, new: KeptHead) -> Result<(), LedgerError> {
        let kept = self.last()?;
        if kept != old {
            return Err(LedgerError::Closed(format!("the second store holds {kept:?}, not {old:?}")));
        }
        let text = serde_json::to_vec(&new).map_err(LedgerError::Encode)?;
        Ok(held::write(&self.0, &text)?)
    }
}
