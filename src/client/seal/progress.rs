//! What an interrupted sealing has done: envelopes that are whole, and of which documents.
//!
//! Kept beside `bid.toml` and not among the sealed files, because it tells what is in them. *Invariant*: an envelope is
//! taken up again only for the same tender, lot, committee, opening, key and documents.

use std::path::{Path, PathBuf};

use kaibiao_crypto::digest::Digest;
use serde::{Deserialize, Serialize};

use super::SealedEnvelope;
use crate::base::{Envelope, KeyId, LotId};
use crate::client::ClientError;
use crate::client::notice::Lockable;
use crate::held;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    lot: LotId,
    notice: Digest,
    committee: Digest,
    opening: u64,
    bidder: KeyId,
    done: Vec<Done>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Done {
    fingerprint: Digest,
    envelope: SealedEnvelope,
}

/// A sealing under way.
pub(super) struct Unfinished {
    path: PathBuf,
    content: Content,
}

impl Unfinished {
    pub(super) fn open(
        folder: &Path,
        lot: &LotId,
        lockable: &Lockable,
        bidder: KeyId,
    ) -> Result<Self, ClientError> {
        let path = folder.join("sealing.json");
        let kept = held::read(&path).map_err(|error| ClientError::file(&path, error))?;
        let fresh = Content {
            lot: lot.clone(),
            notice: lockable.notice,
            committee: lockable.committee,
            opening: lockable.opening,
            bidder,
            done: Vec::new(),
        };
        let same = |kept: &Content| {
            (&kept.lot, kept.notice, kept.committee, kept.opening, kept.bidder)
                == (&fresh.lot, fresh.notice, fresh.committee, fresh.opening, fresh.bidder)
        };
        // A damaged note of what was done costs only time: everything is sealed anew.
        let kept: Option<Content> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).filter(same);
        Ok(Self { path, content: kept.unwrap_or(fresh) })
    }

    /// The envelope of exactly this content, if it is done and its file is there in full length.
    pub(super) fn find(&self, target: &Path, kind: Envelope, fingerprint: Digest) -> Option<SealedEnvelope> {
        let is_it = |done: &&Done| done.envelope.line.envelope == kind && done.fingerprint == fingerprint;
        let done = self.content.done.iter().find(is_it)?;
        done.envelope.is_whole(target).then(|| done.envelope.clone())
    }

    pub(super) fn keep(&mut self, envelope: &SealedEnvelope, fingerprint: Digest) -> Result<(), ClientError> {
        self.content.done.retain(|done| done.envelope.line.envelope != envelope.line.envelope);
        self.content.done.push(Done { fingerprint, envelope: envelope.clone() });
        let text = serde_json::to_vec(&self.content).map_err(|error| ClientError::form(&self.path, error))?;
        held::write(&self.path, &text).map_err(|error| ClientError::file(&self.path, error))
    }

    pub(super) fn forget(self) -> Result<(), ClientError> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(ClientError::file(&self.path, error))
            }
            Err(_) | Ok(()) => Ok(()),
        }
    }
}
