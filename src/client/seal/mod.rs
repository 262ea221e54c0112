//! Sealing a bid folder, offline: each envelope locked to the committee of the notice, in files of its own.
//!
//! Two passes over each document (its root for the head, then its bytes), a segment of 1 MiB at a time. The seed of an
//! envelope lives only while it is sealed: what is kept are the sealed bytes, so an upload that is interrupted goes on
//! with the same bytes, and nothing on the disk opens them but the plain documents beside them.
//!
//! *Invariants*: one seed never seals two plaintexts; `sealed/bid.json` is there only when every envelope is, whole and
//! durable.

mod envelope;
mod progress;
mod sealed;

use std::path::Path;

use kaibiao_crypto::label::{Context, SubmissionId};
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use super::bid::sealed_folder;
use super::notice::Lockable;
use super::{BidError, BidFolder, ClientError, Notice};
use crate::base::{BidId, Envelope, KeyId};

use envelope::{Content, seal_envelope};
use progress::Unfinished;
pub use sealed::{SealedBid, SealedEnvelope};

/// What to seal.
#[derive(Debug, Clone, Copy)]
pub struct SealRequest<'a> {
    /// The bid folder.
    pub folder: &'a Path,
    /// The tender.
    pub notice: &'a Notice,
    /// The bidder's signing key, by its id: the envelopes are bound to it.
    pub bidder: KeyId,
    /// Seal anew although the folder is sealed; the older sealed files are moved aside.
    pub again: bool,
}

/// How far sealing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealProgress {
    /// Which envelope.
    pub envelope: Envelope,
    /// The second pass, which seals; the first only reads.
    pub is_sealing: bool,
    /// Bytes of documents done in this pass.
    pub bytes_done: u64,
    /// Bytes of documents in this envelope.
    pub bytes_total: u64,
}

/// Seals a bid folder into `sealed/`. An interrupted sealing goes on where whole envelopes are done and their documents
/// unchanged. Errors: those of [`BidError`], files, `payload_document` if a document changed while it was sealed.
pub fn seal(
    request: &SealRequest<'_>,
    progress: &mut dyn FnMut(SealProgress),
) -> Result<SealedBid, ClientError> {
    let SealRequest { folder, notice, bidder, again } = *request;
    let bid = BidFolder::read(folder, notice)?;
    let lockable = notice.lockable()?;
    let target = sealed_folder(folder);
    make_room(&target, again)?;
    std::fs::create_dir_all(&target).map_err(|error| ClientError::file(&target, error))?;
    let mut unfinished = Unfinished::open(folder, &bid.lot, &lockable, bidder)?;
    let mut envelopes = Vec::new();
    for kind in notice.terms.procedure.envelopes().iter().copied() {
        let content = Content::read(&bid, kind, progress)?;
        let sealed = match unfinished.find(&target, kind, content.fingerprint()?) {
            Some(done) => done,
            None => {
                let context = context(&bid, &lockable, bidder, kind)?;
                let sealed = seal_envelope(&content, &context, &lockable.locks, &target, progress)?;
                unfinished.keep(&sealed, content.fingerprint()?)?;
                sealed
            }
        };
        envelopes.push(sealed);
    }
    let sealed = SealedBid {
        v: 1,
        bid: BidId(Uuid::new_v4()),
        tender: notice.id,
        lot: bid.lot,
        notice: lockable.notice,
        committee: lockable.committee,
        opening: lockable.opening,
        document_set: notice.document_set(),
        bidder,
        envelopes,
    };
    sealed.keep(folder)?;
    unfinished.forget()?;
    Ok(sealed)
}

/// Moves an older sealed bid aside: it may have been submitted, so nothing of it is deleted.
fn make_room(target: &Path, again: bool) -> Result<(), ClientError> {
    if !target.join(sealed::LIST).exists() {
        return Ok(());
    }
    if !again {
        return Err(BidError::AlreadySealed.into());
    }
    let aside = (1_u32..)
        .map(|number| target.with_file_name(format!("sealed-{number}")))
        .find(|path| !path.exists())
        .ok_or(BidError::AlreadySealed)?;
    std::fs::rename(target, &aside).map_err(|error| ClientError::file(target, error))
}

fn context(
    bid: &BidFolder,
    lockable: &Lockable,
    bidder: KeyId,
    envelope: Envelope,
) -> Result<Context, ClientError> {
    let mut submission = SubmissionId([0; 16]);
    SystemRandom::new().fill(&mut submission.0).map_err(|_| ClientError::Generator)?;
    Ok(Context {
        tender: lockable.notice,
        lot: bid.lot.clone(),
        envelope,
        submission,
        bidder,
        committee: lockable.committee,
        opening: lockable.opening,
    })
}

#[cfg(test)]
mod tests;
