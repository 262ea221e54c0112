//! A sealed bid on the disk: `sealed/1.tl1` … `4.tl1`, `manifest.json`, and `bid.json`, which lists them.
//!
//! The folder can be carried to another computer for the upload; nothing in it opens the bid. `manifest.json` is the
//! canonical text that stands in the act `SubmitBid`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::envelope::CORE_BYTES_MAX;
use serde::{Deserialize, Serialize};

use crate::base::{BidId, KeyId, LotId, Manifest, ManifestLine, TenderId};
use crate::client::bid::sealed_folder;
use crate::client::{BidError, ClientError};
use crate::held;

/// The list that makes a folder of sealed files a sealed bid.
pub(super) const LIST: &str = "bid.json";

/// A sealed bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedBid {
    /// Version of this list: 1.
    pub v: u8,
    /// The bid's id.
    pub bid: BidId,
    /// The tender.
    pub tender: TenderId,
    /// The lot.
    pub lot: LotId,
    /// Tag 01: the notice that it is sealed to.
    pub notice: Digest,
    /// Tag 06: the committee.
    pub committee: Digest,
    /// Tag 07: the first announced opening, unix seconds.
    pub opening: u64,
    /// Addenda that it takes into account.
    pub document_set: u32,
    /// Tag 05: the signing key.
    pub bidder: KeyId,
    /// The envelopes, ascending.
    pub envelopes: Vec<SealedEnvelope>,
}

/// One sealed envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedEnvelope {
    /// Bytes of the core, with which the file begins.
    pub core_len: u64,
    /// The file's name.
    pub file: String,
    /// Its line in the manifest.
    pub line: ManifestLine,
}

impl SealedBid {
    /// Reads the sealed bid of a bid folder and checks that its files are there, whole, with their cores.
    /// Errors: `bid_not_sealed`, `bid_sealed_damaged`, `file`, `file_form`.
    pub fn read(folder: &Path) -> Result<Self, ClientError> {
        let target = sealed_folder(folder);
        let path = target.join(LIST);
        let Some(text) = held::read(&path).map_err(|error| ClientError::file(&path, error))? else {
            return Err(BidError::NotSealed.into());
        };
        let sealed: Self = serde_json::from_slice(&text).map_err(|error| ClientError::form(&path, error))?;
        if sealed.v != 1 {
            return Err(ClientError::form(&path, "an unknown version"));
        }
        sealed.manifest().map_err(|error| ClientError::form(&path, error))?;
        for envelope in &sealed.envelopes {
            if !envelope.is_whole(&target) || envelope.core_digest(&target)? != envelope.line.core_sha256 {
                return Err(BidError::SealedDamaged(target.join(&envelope.file)).into());
            }
        }
        Ok(sealed)
    }

    /// The manifest that the bidder signs.
    pub fn manifest(&self) -> Result<Manifest, kaibiao_crypto::manifest::ManifestError> {
        Manifest::new(self.envelopes.iter().map(|envelope| envelope.line.clone()).collect())
    }

    /// Writes the manifest, then the list: the bid is sealed once this returns.
    pub(super) fn keep(&self, folder: &Path) -> Result<(), ClientError> {
        let target = sealed_folder(folder);
        let manifest_path = target.join("manifest.json");
        let manifest = self.manifest().map_err(|error| ClientError::form(&manifest_path, error))?;
        held::write(&manifest_path, &manifest.to_bytes())
            .map_err(|error| ClientError::file(&manifest_path, error))?;
        let path = target.join(LIST);
        let text = serde_json::to_vec_pretty(self).map_err(|error| ClientError::form(&path, error))?;
        held::write(&path, &text).map_err(|error| ClientError::file(&path, error))
    }
}

impl SealedEnvelope {
    /// Bytes of the file: core and ciphertext.
    pub fn upload_len(&self) -> u64 {
        self.core_len + self.line.total_len
    }

    pub(super) fn is_whole(&self, target: &Path) -> bool {
        let is_plain_name = self.file == format!("{}.tl1", self.line.envelope.number());
        let size = std::fs::metadata(target.join(&self.file)).map(|metadata| metadata.len());
        is_plain_name && size.ok() == Some(self.upload_len())
    }

    fn core_digest(&self, target: &Path) -> Result<Digest, ClientError> {
        let path = target.join(&self.file);
        let mut core = Vec::with_capacity(CORE_BYTES_MAX);
        File::open(&path)
            .and_then(|file| file.take(self.core_len.min(CORE_BYTES_MAX as u64)).read_to_end(&mut core))
            .map_err(|error| ClientError::file(&path, error))?;
        Ok(Digest::of(&core))
    }
}
