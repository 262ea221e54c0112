//! The folder of one person at this computer: the signing key, and what is remembered of the logs.

use std::path::{Path, PathBuf};

/// A person's folder. Made when something is first put into it.
#[derive(Debug, Clone)]
pub struct Home(PathBuf);

impl Home {
    /// The folder at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The PKCS #8 document of the signing key.
    pub fn key_path(&self) -> PathBuf {
        self.0.join("signing.key")
    }

    /// Keys and heads of logs, and the last act of each key.
    pub(super) fn memory_path(&self) -> PathBuf {
        self.0.join("memory.json")
    }
}
