//! Beacons of drand: a network that signs round after round at known times, and one signed round.
//!
//! A beacon is a public file of two values, a round and its signature, that anyone may fetch anywhere and hand over
//! or type in: it is verified here, offline, with the key of a network that is pinned in code. It is not a client
//! of a network, it knows no clock, and it decides nothing about when a bid is opened.
//!
//! *Invariant*: a [`Beacon`] that exists was verified; its signature is the one signature of its round.

mod error;
mod network;

use std::fmt;

use serde::Deserialize;

pub use error::BeaconError;
pub use network::{ChainParameters, Network};

use crate::digest::Digest;
use crate::lock::{G1_BYTES, Identity, LabelKey};

/// The longest JSON text of a beacon that is read, in bytes; drand's own texts have about 300.
pub const BEACON_TEXT_BYTES_MAX: usize = 4096;

/// A round and its verified signature, which opens everything that was locked to the round.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Beacon {
    chain: Digest,
    round: u64,
    signature: LabelKey,
}

impl Beacon {
    /// The beacon of these two values, if `signature` is the network's signature on `round`.
    pub fn verify(network: &Network, round: u64, signature: LabelKey) -> Result<Self, BeaconError> {
        if round == 0 {
            return Err(BeaconError::Round);
        }
        if !network.key().verify(&Identity::of_round(round), &signature) {
            return Err(BeaconError::Signature);
        }
        Ok(Self { chain: network.chain(), round, signature })
    }

    /// Reads the JSON of drand's HTTP interface: `{"round":…,"signature":"<hex>",…}`. A `randomness` beside them
    /// must be SHA-256 of the signature; other fields say nothing here.
    pub fn from_json(network: &Network, text: &[u8]) -> Result<Self, BeaconError> {
        #[derive(Deserialize)]
        struct Text {
            round: u64,
            signature: String,
            randomness: Option<String>,
        }
        if text.len() > BEACON_TEXT_BYTES_MAX {
            return Err(BeaconError::Text);
        }
        let Text { round, signature, randomness } =
            serde_json::from_slice(text).map_err(|_| BeaconError::Text)?;
        let signature = read_signature(&signature)?;
        if let Some(randomness) = randomness
            && randomness.parse() != Ok(signature.digest())
        {
            return Err(BeaconError::Randomness);
        }
        Self::verify(network, round, signature)
    }

    /// Reads what a person typed: a round in decimal digits, a signature in hexadecimal digits of either case.
    /// White space, as it comes with copying from a page, is passed over.
    pub fn typed(network: &Network, round: &str, signature: &str) -> Result<Self, BeaconError> {
        let digits = without_space(round);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BeaconError::Round);
        }
        let round = digits.parse().map_err(|_| BeaconError::Round)?;
        Self::verify(network, round, read_signature(&without_space(signature).to_ascii_lowercase())?)
    }

    /// The chain hash of the network.
    pub fn chain(&self) -> Digest {
        self.chain
    }

    /// The round, from 1.
    pub fn round(&self) -> u64 {
        self.round
    }

    /// The signature.
    pub fn signature(&self) -> &LabelKey {
        &self.signature
    }

    /// The round's public random value: SHA-256 of the signature.
    pub fn randomness(&self) -> Digest {
        self.signature.digest()
    }
}

impl fmt::Debug for Beacon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "round {} of {}: {:?}", self.round, self.chain, self.signature)
    }
}

fn read_signature(digits: &str) -> Result<LabelKey, BeaconError> {
    let mut bytes = [0; G1_BYTES];
    if digits.bytes().any(|byte| byte.is_ascii_uppercase())
        || hex::decode_to_slice(digits, &mut bytes).is_err()
    {
        return Err(BeaconError::SignatureText);
    }
    Ok(LabelKey::from_bytes(&bytes)?)
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests;
