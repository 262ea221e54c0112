//! `-> tlock <round> <chain hash>` and the capsule under it, written and read.

use std::cell::Cell;
use std::collections::HashSet;

use age::secrecy::ExposeSecret;
use age::{DecryptError, EncryptError, Identity as AgeIdentity, Recipient};
use age_core::format::{FileKey, Stanza};
use zeroize::Zeroizing;

use super::TlockFileError;
use crate::beacon::{Beacon, Network};
use crate::digest::Digest;
use crate::lock::{CAPSULE_BYTES, Capsule, Identity, MESSAGE_BYTES};

const TAG: &str = "tlock";

/// Locks one file key to a round.
pub(super) struct Lock<'a> {
    pub(super) network: &'a Network,
    pub(super) round: u64,
    /// The capsule's randomness, used for this one file.
    pub(super) sigma: Zeroizing<[u8; MESSAGE_BYTES]>,
}

impl Recipient for Lock<'_> {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let identity = Identity::of_round(self.round);
        let capsule = Capsule::seal(self.network.key(), &identity, file_key.expose_secret(), &self.sigma);
        let args = vec![self.round.to_string(), self.network.chain().to_string()];
        let stanza = Stanza { tag: TAG.to_owned(), args, body: capsule.to_bytes().to_vec() };
        Ok((vec![stanza], HashSet::new()))
    }
}

/// A stanza that was read.
struct Found {
    round: u64,
    chain: Digest,
    capsule: Capsule,
}

/// `None` for a stanza of another kind, as tools write them to keep readers tolerant.
fn read(stanza: &Stanza) -> Option<Result<Found, TlockFileError>> {
    (stanza.tag == TAG).then(|| read_lock(stanza))
}

fn read_lock(stanza: &Stanza) -> Result<Found, TlockFileError> {
    let [digits, chain] = stanza.args.as_slice() else {
        return Err(TlockFileError::Stanza);
    };
    let round: u64 = digits.parse().map_err(|_| TlockFileError::Stanza)?;
    let chain = chain.parse().map_err(|_| TlockFileError::Stanza)?;
    let body: &[u8; CAPSULE_BYTES] = stanza.body.as_slice().try_into().map_err(|_| TlockFileError::Stanza)?;
    if round == 0 || round.to_string() != *digits {
        return Err(TlockFileError::Stanza);
    }
    Ok(Found { round, chain, capsule: Capsule::from_bytes(body)? })
}

/// Looks for the round that a network's lock is on, and opens nothing.
pub(super) struct Look {
    chain: Digest,
    outcome: Cell<Option<Result<u64, TlockFileError>>>,
}

impl Look {
    pub(super) fn of(network: &Network) -> Self {
        Self { chain: network.chain(), outcome: Cell::new(None) }
    }

    pub(super) fn outcome(&self) -> Result<u64, TlockFileError> {
        self.outcome.get().unwrap_or(Err(TlockFileError::NoLock))
    }
}

impl AgeIdentity for Look {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let found = match read(stanza)? {
            Ok(found) if found.chain == self.chain => Ok(found.round),
            Ok(_) => Err(TlockFileError::Network),
            Err(error) => Err(error),
        };
        // A file with several locks is judged by the first one of this network.
        if !matches!(self.outcome.get(), Some(Ok(_))) {
            self.outcome.set(Some(found));
        }
        None
    }
}

/// Opens the lock of a beacon's network and round.
pub(super) struct Opener<'a> {
    beacon: &'a Beacon,
    refusal: Cell<Option<TlockFileError>>,
}

impl<'a> Opener<'a> {
    pub(super) fn new(beacon: &'a Beacon) -> Self {
        Self { beacon, refusal: Cell::new(None) }
    }

    /// Why no lock was opened; what the format's reader says if that was not the lock's fault.
    pub(super) fn refusal(&self, error: DecryptError) -> TlockFileError {
        self.refusal.get().unwrap_or_else(|| error.into())
    }

    fn open(&self, stanza: &Stanza) -> Option<Result<FileKey, TlockFileError>> {
        let found = match read(stanza)? {
            Ok(found) => found,
            Err(error) => return Some(Err(error)),
        };
        // A lock that is not this beacon's says nothing about the file: another one may follow.
        if found.chain != self.beacon.chain() {
            self.refusal.set(Some(TlockFileError::Network));
            return None;
        }
        if found.round != self.beacon.round() {
            self.refusal.set(Some(TlockFileError::Round(found.round)));
            return None;
        }
        self.refusal.set(None);
        let message = found.capsule.open(self.beacon.signature());
        Some(message.map(|key| FileKey::new(Box::new(*key))).map_err(TlockFileError::from))
    }
}

impl AgeIdentity for Opener<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.open(stanza).map(|opened| {
            opened.map_err(|error| {
                self.refusal.set(Some(error));
                DecryptError::KeyDecryptionFailed
            })
        })
    }
}
