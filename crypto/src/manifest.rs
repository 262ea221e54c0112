//! The manifest of a bid and the closed root of a lot: what was submitted, exactly, and that nothing came later.
//!
//! The manifest stands in the body of the signed act `SubmitBid`; that signature is the bidder's signature on the
//! bid. The closed root is the RFC 6962 tree head over the SHA-256 digests of the standing manifests, ascending.
//!
//! *Invariant*: a manifest names at least one envelope, each kind once, ascending, and no submission id twice; the
//! same bid has one text and one digest.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical;
use crate::digest::Digest;
use crate::label::{EnvelopeKind, SubmissionId};
use crate::tree::{self, ProofError};

/// One envelope of a bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestLine {
    /// SHA-256 of the core.
    pub core_sha256: Digest,
    /// What the envelope holds.
    pub envelope: EnvelopeKind,
    /// The RFC 6962 tree head over the SHA-256 digests of the ciphertext segments.
    pub root: Digest,
    /// The envelope's own id, ctx.04.
    pub submission: SubmissionId,
    /// Bytes of ciphertext, without the core; at most 2^53 − 1.
    pub total_len: u64,
}

/// Lines that are not a manifest, or a text that is not its canonical one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// No lines at all.
    #[error("a manifest names at least one envelope")]
    Empty,
    /// Kinds out of order or twice.
    #[error("the envelopes of a manifest ascend, each at most once")]
    Order,
    /// One submission id for two envelopes.
    #[error("each envelope has a submission id of its own")]
    SubmissionTwice,
    /// Not canonical JSON, other fields, or a length beyond 2^53 − 1.
    #[error("not the canonical text of a manifest")]
    Text,
}

impl ManifestError {
    /// Stable name of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "manifest_empty",
            Self::Order => "manifest_order",
            Self::SubmissionTwice => "manifest_submission_twice",
            Self::Text => "manifest_text",
        }
    }
}

/// The envelopes of one bid. As JSON: the array of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<ManifestLine>", into = "Vec<ManifestLine>")]
pub struct Manifest(Vec<ManifestLine>);

impl Manifest {
    /// The manifest of these lines.
    pub fn new(lines: Vec<ManifestLine>) -> Result<Self, ManifestError> {
        if lines.is_empty() {
            return Err(ManifestError::Empty);
        }
        if !lines.is_sorted_by(|a, b| a.envelope < b.envelope) {
            return Err(ManifestError::Order);
        }
        let mut ids: Vec<SubmissionId> = lines.iter().map(|line| line.submission).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(ManifestError::SubmissionTwice);
        }
        if lines.iter().any(|line| line.total_len > canonical::INTEGER_MAX) {
            return Err(ManifestError::Text);
        }
        Ok(Self(lines))
    }

    /// The manifest of exactly this canonical text.
    pub fn parse(text: &[u8]) -> Result<Self, ManifestError> {
        let value: Value = canonical::parse(text).map_err(|_| ManifestError::Text)?;
        let lines = serde_json::from_value(value).map_err(|_| ManifestError::Text)?;
        Self::new(lines)
    }

    /// The canonical text.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::to_vec(&self.0)
            .expect("digests, small numbers and hexadecimal digits have a canonical text")
    }

    /// SHA-256 of the canonical text: the manifest's leaf in the closed root.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }

    /// The lines, ascending by envelope.
    pub fn lines(&self) -> &[ManifestLine] {
        &self.0
    }

    /// The line of one envelope.
    pub fn line(&self, envelope: EnvelopeKind) -> Option<&ManifestLine> {
        self.0.iter().find(|line| line.envelope == envelope)
    }
}

impl TryFrom<Vec<ManifestLine>> for Manifest {
    type Error = ManifestError;

    fn try_from(lines: Vec<ManifestLine>) -> Result<Self, ManifestError> {
        Self::new(lines)
    }
}

impl From<Manifest> for Vec<ManifestLine> {
    fn from(manifest: Manifest) -> Self {
        manifest.0
    }
}

/// The closed root of a lot: the tree head over the digests of its standing manifests, in any order here.
pub fn closed_root(manifests: &[Digest]) -> Digest {
    tree::root_of_digests(&sorted(manifests))
}

/// That a manifest stands in a closed root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedProof {
    /// The manifest's place among the sorted digests, from 0.
    pub index: u64,
    /// How many manifests there are.
    pub size: u64,
    /// The siblings, lowest first.
    pub path: Vec<Digest>,
}

impl ClosedProof {
    /// The proof for one of these manifests; `None` when it is not among them.
    pub fn of(manifests: &[Digest], manifest: &Digest) -> Option<Self> {
        let sorted = sorted(manifests);
        let index = sorted.binary_search(manifest).ok()? as u64;
        let leaves: Vec<Digest> = sorted.iter().map(|digest| tree::leaf_hash(digest.as_bytes())).collect();
        Some(Self { index, size: leaves.len() as u64, path: tree::inclusion_proof(&leaves, index) })
    }

    /// Checks that `manifest` stands in `closed_root`.
    pub fn verify(&self, manifest: &Digest, closed_root: Digest) -> Result<(), ProofError> {
        let leaf = tree::leaf_hash(manifest.as_bytes());
        tree::verify_inclusion(leaf, self.index, self.size, &self.path, closed_root)
    }
}

fn sorted(manifests: &[Digest]) -> Vec<Digest> {
    let mut sorted = manifests.to_vec();
    sorted.sort_unstable();
    sorted
}

#[cfg(test)]
mod tests;
