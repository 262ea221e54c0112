//! A witness of logs, by C2SP `tlog-witness`: cosigns the heads of each log that it knows only as long as they are of one
//! history, so that nobody can be shown another.
//!
//! A program of an institution that is not the operator. It knows nothing of tenders and keeps nothing but, for each log,
//! the head that it cosigned last, and what a log signed that contradicts it.
//!
//! *Invariant*: what it has cosigned is kept durably before the cosignature leaves, and no head is cosigned that is not
//! proven to continue the kept one. The check and the keeping are one step.

pub mod commands;

mod client;
mod error;
mod memory;
mod request;
mod server;

pub use client::{Refused, WitnessLine};
pub use error::{NotCosigned, WitnessError};

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use kaibiao_crypto::checkpoint::{Checkpoint, Cosigner, NoteVerifier};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::tree::{self, empty_root};

use crate::clock::Clock;
use memory::{Folder, Last, LogFile};
use request::AddCheckpoint;

/// A witness.
pub struct Witness {
    cosigner: Cosigner,
    clock: Clock,
    folder: Folder,
    logs: Mutex<BTreeMap<String, Known>>,
}

/// A log that it watches.
struct Known {
    key: NoteVerifier,
    file: LogFile,
}

impl Witness {
    /// The witness `name` with its key and its memory in `folder`.
    pub fn open(folder: &Path, name: &str, clock: Clock) -> Result<Self, WitnessError> {
        let folder = Folder::at(folder);
        let cosigner = Cosigner::new(name, folder.key()?)?;
        let logs = folder.logs()?.into_iter().map(Known::of).collect::<Result<_, _>>()?;
        Ok(Self { cosigner, clock, folder, logs: Mutex::new(logs) })
    }

    /// Its public key, a `vkey` line.
    pub fn vkey(&self) -> String {
        self.cosigner.verifier().vkey()
    }

    /// Answers `add-checkpoint`: the cosignature's line, once the head is kept; for the head that is kept already, the
    /// line that it got then.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<String, NotCosigned> {
        let asked = AddCheckpoint::parse(body)?;
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = asked.checkpoint.origin.clone();
        if let (false, Some(file)) = (logs.contains_key(&origin), self.folder.log(&origin)?) {
            // It was added while this process ran.
            let (origin, known) = Known::of(file)?;
            logs.insert(origin, known);
        }
        let known = logs.get_mut(&origin).ok_or(NotCosigned::UnknownLog)?;
        asked.note.verify(&known.key).map_err(|_| NotCosigned::NotSigned)?;
        if asked.old_size > asked.checkpoint.size {
            return Err(NotCosigned::Malformed("the old size is larger than the new one"));
        }
        let last = known.file.last.as_ref();
        let (kept_size, kept_root) = last.map_or((0, empty_root()), |last| (last.size, last.root));
        if asked.old_size != kept_size {
            return Err(NotCosigned::OtherSize(kept_size));
        }
        let Checkpoint { size, root, .. } = asked.checkpoint;
        if let Some(last) = last.filter(|last| (last.size, last.root) == (size, root)) {
            return Ok(last.cosignature.clone());
        }
        if tree::verify_consistency(kept_size, kept_root, size, root, &asked.proof).is_err() {
            self.folder.keep_evidence(&known.file, body)?;
            return Err(NotCosigned::Unproven);
        }
        let cosignature = self.cosigner.cosign(&asked.note.text, self.clock.now().unix_seconds()).to_line();
        let note = format!("{}{cosignature}", asked.signed_by(&known.key));
        let last = Some(Last { cosignature: cosignature.clone(), note, root, size });
        let file = LogFile { last, ..known.file.clone() };
        self.folder.keep(&file)?;
        known.file = file;
        Ok(cosignature)
    }

    /// The note of the head that it cosigned last of the log whose origin has this digest.
    pub fn checkpoint(&self, origin: Digest) -> Option<String> {
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let known = logs.iter().find(|(name, _)| Digest::of(name.as_bytes()) == origin);
        known.and_then(|(_, known)| Some(known.file.last.as_ref()?.note.clone()))
    }
}

impl Known {
    fn of(file: LogFile) -> Result<(String, Self), WitnessError> {
        Ok((file.origin.clone(), Self { key: NoteVerifier::parse(&file.log)?, file }))
    }
}

#[cfg(test)]
mod tests;
