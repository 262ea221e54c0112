//! The signer of the log: the one that holds its key, and with it the *second store*, the head that it signed last.
//!
//! In the process of the platform by default; a program of its own, on another machine, where `[signer]` names its card.
//! It believes nothing but a proof: a new head is signed only if an RFC 6962 consistency proof leads to it from the head
//! that is kept, and it is kept durably before the signature leaves. So whoever rules the web and database host gets no
//! fork signed, and a restored database is found out.
//!
//! *Invariant*: two heads that it ever signed are always of one history. The same head again gets the same bytes.

pub mod commands;

mod card;
mod clock;
mod clock_commands;
mod error;
mod house;
mod keys;
mod port;
mod server;
mod step;
mod store;

pub use card::SignerCard;
pub use error::{SignRefused, SignerError};
pub use keys::{KeyFiles, stored_key};
pub use port::{RemoteSigner, SignerPort};
pub use store::KeptHead;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use kaibiao_crypto::checkpoint::{Checkpoint, NoteSignature, NoteSigner, NoteVerifier};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::tree::{self, empty_root};
use serde::{Deserialize, Serialize};

use clock::Watch;
use store::{Kept, Store};

/// A head that is to be signed, with the proof that it continues the one that was signed last.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Size of the head that was signed last; 0 if there is none.
    pub old_size: u64,
    /// Consistency proof from it to the new head.
    pub proof: Vec<Digest>,
    /// Root of the new head.
    pub root: Digest,
    /// Size of the new head.
    pub size: u64,
}

/// The log's key with the second store.
pub struct Signer {
    keys: KeyFiles,
    /// The key that signed when this process began.
    verifier: NoteVerifier,
    kept: Mutex<Keeping>,
}

/// What changes with each head.
struct Keeping {
    store: Store,
    /// None in the platform's own process: a clock that watches itself tells nothing, and nobody there could accept it.
    watch: Option<Watch>,
}

impl Signer {
    /// The signer in the platform's own process: its key in `key`, its second store at `store`. Both are made if neither
    /// is there. Error: `log_key_missing`.
    pub fn embedded(origin: &str, key: &Path, store: &Path) -> Result<Self, SignerError> {
        Self::new(origin, key, store, None)
    }

    fn new(origin: &str, key: &Path, store: &Path, watch: Option<Watch>) -> Result<Self, SignerError> {
        let keys = KeyFiles::at(origin, key, store);
        keys.found()?;
        let verifier = keys.verifiers()?.swap_remove(0);
        Ok(Self { keys, verifier, kept: Mutex::new(Keeping { store: Store::at(store), watch }) })
    }

    /// The public half of the log's key as it was when this process began; its name is the origin of the log.
    pub fn verifier(&self) -> &NoteVerifier {
        &self.verifier
    }

    /// The key that signs heads now, then the one that is prepared to follow it.
    pub fn verifiers(&self) -> Result<Vec<NoteVerifier>, SignerError> {
        self.keys.verifiers()
    }

    /// The head that was signed last.
    pub fn kept(&self) -> Result<Option<KeptHead>, SignerError> {
        let keeping = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(keeping.store.last()?.map(|kept| kept.head()))
    }

    /// The notes by which keepers have accepted steps of its clock, oldest first.
    pub fn clock_steps(&self) -> Result<Vec<String>, SignerError> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).store.accepted()
    }

    /// Signs a head that continues the one that was signed last, once it is kept; or that one again. While a key is
    /// rotated both sign.
    pub fn sign(&self, wanted: &Extension) -> Result<Vec<NoteSignature>, SignerError> {
        let mut keeping = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let _alone = keeping.store.lock()?;
        let signers = self.keys.signers()?;
        let kept = keeping.store.last()?;
        let new = KeptHead { root: wanted.root, size: wanted.size };
        match &kept {
            Some(kept) if kept.head() == new => keeping.store.confirm(kept)?,
            kept => {
                continues(kept.as_ref().map(Kept::head), wanted)?;
                let signed_at = keeping.look_at_clock(kept.as_ref())?;
                keeping.store.keep(&Kept {
                    clock_stepped: None,
                    root: new.root,
                    signed_at,
                    size: new.size,
                })?;
            }
        }
        let origin = self.verifier.name().to_owned();
        let text = Checkpoint { origin, size: new.size, root: new.root }.to_text();
        Ok(signers.iter().map(|signer: &NoteSigner| signer.sign(&text)).collect())
    }
}

impl Keeping {
    /// The moment now by a clock that has not stepped since the last head. A step stops the signer until its keepers
    /// accept it, across restarts too.
    fn look_at_clock(&mut self, kept: Option<&Kept>) -> Result<Option<crate::base::Instant>, SignerError> {
        let Some(watch) = &mut self.watch else { return Ok(None) };
        if let Some(stepped) = kept.and_then(|kept| kept.clock_stepped) {
            return Err(SignRefused::ClockStepped(stepped).into());
        }
        match watch.look(kept.and_then(|kept| kept.signed_at)) {
            Ok(now) => Ok(Some(now)),
            Err(stepped) => {
                if let Some(kept) = kept {
                    self.store.keep(&Kept { clock_stepped: Some(stepped), ..kept.clone() })?;
                }
                Err(SignRefused::ClockStepped(stepped).into())
            }
        }
    }
}

/// Whether a head continues the last one.
fn continues(last: Option<KeptHead>, wanted: &Extension) -> Result<(), SignRefused> {
    let last = last.unwrap_or(KeptHead { root: empty_root(), size: 0 });
    if wanted.size < last.size {
        return Err(SignRefused::Older { kept: last.size });
    }
    if wanted.size == last.size {
        return Err(SignRefused::OtherRoot { kept: last.size });
    }
    if wanted.old_size != last.size {
        return Err(SignRefused::NotNext { kept: last.size });
    }
    tree::verify_consistency(last.size, last.root, wanted.size, wanted.root, &wanted.proof)
        .map_err(|_| SignRefused::Unproven { kept: last.size })
}

#[cfg(test)]
mod tests;
