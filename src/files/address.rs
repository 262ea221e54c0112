//! Where a file stands: its content names it.

use kaibiao_crypto::digest::Digest;
use object_store::path::Path;

/// The folders of kept files: sealed envelopes, plain files.
pub const SHELVES: [&str; 2] = ["ct", "f"];

/// The address of a kept file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Address {
    /// A sealed envelope: its core, then its ciphertext.
    Sealed {
        /// Root over the digests of the ciphertext segments.
        root: Digest,
        /// SHA-256 of the core. Part of the address because `root` does not cover the core: whoever put
        /// another core before a copied ciphertext would otherwise reach the same address.
        core_sha256: Digest,
    },
    /// A plain file, by its SHA-256.
    Plain(Digest),
}

impl Address {
    /// Where the file stands below the folder: `ct/{root}/{core_sha256}` or `f/{sha256}`.
    pub(super) fn path(&self) -> Path {
        let [sealed, plain] = SHELVES;
        match self {
            Self::Sealed { root, core_sha256 } => Path::from(format!("{sealed}/{root}/{core_sha256}")),
            Self::Plain(sha256) => Path::from(format!("{plain}/{sha256}")),
        }
    }
}
