//! A lock as an ordinary file: age (age-encryption.org/v1) with the stanza `-> tlock <round> <chain hash>`, which
//! drand's own tools open and write too.
//!
//! The stanza's body is the capsule of the file key; all other keys of the file follow from that one. It is not the
//! envelope: such a file has no committee, so it is never a bid; it is for handing over what nobody may read before
//! a time, and for checking the lock with tools of others. It is not all of age either: no other kind of stanza is
//! opened here, only passed over.
//!
//! *Invariant*: the network of a file is only compared with one that the caller names, never taken from it; what
//! [`decrypt`] returns was authenticated as a whole.

mod armor;
mod error;
mod header;
mod payload;

use ring::hkdf::{HKDF_SHA256, KeyType, Okm, Salt};
use ring::rand::SystemRandom;
use zeroize::Zeroizing;

pub use armor::armored;
pub use error::TlockFileError;
use header::{Header, Stanza};

use crate::beacon::{Beacon, BeaconError, Network};
use crate::digest::Digest;
use crate::lock::{Capsule, Identity, MESSAGE_BYTES, NoRandomness, Randomness};

/// The key of one file, from which those of its header and its content follow; overwritten when dropped.
type FileKey = Zeroizing<[u8; MESSAGE_BYTES]>;

/// Locks `plaintext` to a round of `network`: a binary age file with one stanza. The randomness is the operating
/// system's.
pub fn encrypt(network: &Network, round: u64, plaintext: &[u8]) -> Result<Vec<u8>, TlockFileError> {
    if round == 0 {
        return Err(BeaconError::Round.into());
    }
    let (file_key, sigma, nonce) = (drawn()?, drawn()?, drawn()?);
    let capsule = Capsule::seal(network.key(), &Identity::of_round(round), &file_key, &sigma);
    let stanza = Stanza { round, chain: network.chain(), body: capsule.to_bytes() };
    let mut file = header::write(&stanza, &file_key);
    payload::seal(&file_key, &nonce, plaintext, &mut file);
    Ok(file)
}

/// The round of `network` whose beacon opens a file, binary or armoured. Nothing was authenticated yet: before
/// there is a beacon, nobody can tell whether somebody changed the round.
pub fn round_of(network: &Network, file: &[u8]) -> Result<u64, TlockFileError> {
    let file = armor::removed(file)?;
    let header = Header::read(&file)?;
    capsule_of(&header.stanza, network.chain())?;
    Ok(header.stanza.round)
}

/// Opens a file, binary or armoured, with the beacon of its round.
pub fn decrypt(beacon: &Beacon, file: &[u8]) -> Result<Vec<u8>, TlockFileError> {
    let file = armor::removed(file)?;
    let header = Header::read(&file)?;
    let capsule = capsule_of(&header.stanza, beacon.chain())?;
    if header.stanza.round != beacon.round() {
        return Err(TlockFileError::Round(header.stanza.round));
    }
    let file_key = capsule.open(beacon.signature())?;
    header.verify(&file_key)?;
    payload::open(&file_key, header.payload)
}

fn capsule_of(stanza: &Stanza, chain: Digest) -> Result<Capsule, TlockFileError> {
    if stanza.chain != chain {
        return Err(TlockFileError::Network);
    }
    Ok(Capsule::from_bytes(&stanza.body)?)
}

fn drawn() -> Result<Zeroizing<[u8; MESSAGE_BYTES]>, NoRandomness> {
    let mut bytes = Zeroizing::new([0; MESSAGE_BYTES]);
    SystemRandom::new().fill(bytes.as_mut())?;
    Ok(bytes)
}

/// A key of the file: HKDF-SHA-256 of the file key, with the salt and the name that age gives it.
fn derived<K: KeyType, Key: for<'a> From<Okm<'a, K>>>(
    file_key: &FileKey,
    salt: &[u8],
    name: &[u8],
    kind: K,
) -> Key {
    let (root, info) = (Salt::new(HKDF_SHA256, salt).extract(file_key.as_ref()), [name]);
    root.expand(&info, kind).expect("a key is far below 255 digests").into()
}

#[cfg(test)]
mod tests;
