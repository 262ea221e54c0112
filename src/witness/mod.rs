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

use std::path::Path;

use kaibiao_crypto::checkpoint::{Checkpoint, Cosigner, Note, NoteVerifier};
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
}

/// A log that it watches.
struct Known {
    key: NoteVerifier,
    next: Option<NoteVerifier>,
    file: LogFile,
}

impl Witness {
    /// The witness `name` with its key and its memory in `folder`.
    pub fn open(folder: &Path, name: &str, clock: Clock) -> Result<Self, WitnessError> {
        let folder = Folder::at(folder);
        let cosigner = Cosigner::new(name, folder.key()?)?;
        // What cannot be read is found out before anybody relies on it.
        folder.logs()?.into_iter().try_for_each(|file| Known::of(file).map(drop))?;
        Ok(Self { cosigner, clock, folder })
    }

    /// Its public key, a `vkey` line.
    pub fn vkey(&self) -> String {
        self.cosigner.verifier().vkey()
    }

    /// Answers `add-checkpoint`: the cosignature's line, once the head is kept; the head that is kept already
    /// gets a new line, with the time that it is now.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<String, NotCosigned> {
        let asked = AddCheckpoint::parse(body)?;
        // Looking at what was cosigned and keeping the next is one step, beside the commands of its people too.
        let _alone = self.folder.lock()?;
        let file = self.folder.log(&asked.checkpoint.origin)?.ok_or(NotCosigned::UnknownLog)?;
        let known = Known::of(file)?;
        let key = known.signer(&asked.note).ok_or(NotCosigned::NotSigned)?;
        if asked.old_size > asked.checkpoint.size {
            return Err(NotCosigned::Malformed("the old size is larger than the new one"));
        }
        let last = known.file.last.as_ref();
        let (kept_size, kept_root) = last.map_or((0, empty_root()), |last| (last.size, last.root));
        if asked.old_size != kept_size {
            return Err(NotCosigned::OtherSize(kept_size));
        }
        let Checkpoint { size, root, .. } = asked.checkpoint;
        // The head that is kept already is cosigned again with the time that it is now: that it still is the newest.
        let is_kept = last.is_some_and(|last| (last.size, last.root) == (size, root));
        if !is_kept && tree::verify_consistency(kept_size, kept_root, size, root, &asked.proof).is_err() {
            self.folder.keep_evidence(&known.file, body)?;
            return Err(NotCosigned::Unproven);
        }
        let cosignature = self.cosigner.cosign(&asked.note.text, self.clock.now().unix_seconds()).to_line();
        let note = format!("{}{cosignature}", asked.signed_by(key));
        let last = Some(Last { cosignature: cosignature.clone(), note, root, size });
        let log = key.vkey();
        let LogFile { next, origin, .. } = known.file;
        // The first head by the key that was accepted: from now on nothing counts that the old one signs alone.
        let next = next.filter(|next| *next != log);
        self.folder.keep(&LogFile { last, log, next, origin })?;
        Ok(cosignature)
    }

    /// The note of the head that it cosigned last of the log whose origin has this digest.
    pub fn checkpoint(&self, origin: Digest) -> Option<String> {
        let file = self.folder.log_of(origin).ok().flatten()?;
        file.last.map(|last| last.note)
    }
}

impl Known {
    fn of(file: LogFile) -> Result<Self, WitnessError> {
        let next = file.next.as_deref().map(NoteVerifier::parse).transpose()?;
        Ok(Self { key: NoteVerifier::parse(&file.log)?, next, file })
    }

    /// The key that signed a head: the one that was accepted last, if it did.
    fn signer(&self, note: &Note) -> Option<&NoteVerifier> {
        self.next.iter().chain([&self.key]).find(|key| note.verify(key).is_ok())
    }
}

#[cfg(test)]
mod tests;
