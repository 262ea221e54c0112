//! The networks: which key signs, and at what time each round is signed.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::BeaconError;
use crate::digest::Digest;
use crate::lock::GroupKey;

/// drand's *quicknet* of the League of Entropy (scheme `bls-unchained-g1-rfc9380`): chain hash, public key, first
/// second, seconds between rounds. As published in drand/tlock and by every relay; the vectors rebuild the chain
/// hash from the other values.
const QUICKNET_CHAIN: &str = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
const QUICKNET_KEY: &str = concat!(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451",
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
);
const QUICKNET_GENESIS: u64 = 1_692_803_367;
const QUICKNET_PERIOD: u64 = 3;

static QUICKNET: LazyLock<Network> = LazyLock::new(|| Network {
    chain: QUICKNET_CHAIN.parse().expect("the constant is a digest"),
    key: GroupKey::from_bytes(&hex::decode(QUICKNET_KEY).expect("the constant is hexadecimal"))
        .expect("the constant is a point of the group"),
    genesis: QUICKNET_GENESIS,
    period: QUICKNET_PERIOD,
});

/// A network of beacons. In JSON it is its chain hash, and reading accepts none but the networks pinned in code: no
/// text, configuration or ciphertext brings in a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network {
    chain: Digest,
    key: GroupKey,
    /// Unix seconds at which round 1 is signed.
    genesis: u64,
    /// Seconds between rounds, not zero.
    period: u64,
}

/// What the chain hash of a network is made of: for a network that is not pinned, such as the one of a rehearsal.
#[derive(Debug, Clone)]
pub struct ChainParameters<'a> {
    /// The network's public key.
    pub key: GroupKey,
    /// Unix seconds at which round 1 is signed.
    pub genesis: u64,
    /// Seconds between rounds.
    pub period: u32,
    /// The digest of the group that began the network.
    pub seed: Digest,
    /// Its name.
    pub beacon_id: &'a str,
}

impl Network {
    /// drand's quicknet.
    pub fn quicknet() -> &'static Self {
        &QUICKNET
    }

    /// The pinned network of this chain hash.
    pub fn pinned(chain: &Digest) -> Option<&'static Self> {
        Some(Self::quicknet()).filter(|network| network.chain == *chain)
    }

    /// A network of one's own. Its name is computed, so no key stands under another network's chain hash:
    /// SHA-256(u32 period ‖ i64 genesis ‖ key ‖ seed ‖ name, unless that is `default`), as drand does.
    pub fn of(parameters: &ChainParameters<'_>) -> Result<Self, BeaconError> {
        let ChainParameters { key, genesis, period, seed, beacon_id } = parameters;
        let signed_genesis = i64::try_from(*genesis).map_err(|_| BeaconError::Parameters)?;
        if *period == 0 {
            return Err(BeaconError::Parameters);
        }
        let name = if *beacon_id == "default" { "" } else { beacon_id };
        let chain = Digest::of_parts(&[
            &period.to_be_bytes(),
            &signed_genesis.to_be_bytes(),
            &key.to_bytes(),
            seed.as_bytes(),
            name.as_bytes(),
        ]);
        Ok(Self { chain, key: *key, genesis: *genesis, period: u64::from(*period) })
    }

    /// The chain hash, by which locks and files name the network.
    pub fn chain(&self) -> Digest {
        self.chain
    }

    /// The public key.
    pub fn key(&self) -> &GroupKey {
        &self.key
    }

    /// The round of a moment in unix seconds: floor((t − genesis) / period) + 1, the last one signed at or before
    /// it. It is signed at that very second if the moment is a multiple of the period after the genesis, as every
    /// whole minute is in quicknet. `None` before the genesis.
    pub fn round_at(&self, unix_seconds: u64) -> Option<u64> {
        unix_seconds.checked_sub(self.genesis)?.checked_div(self.period)?.checked_add(1)
    }

    /// The unix second at which a round is signed. `None` for round 0 and beyond all times.
    pub fn time_of(&self, round: u64) -> Option<u64> {
        round.checked_sub(1)?.checked_mul(self.period)?.checked_add(self.genesis)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "drand network {}", self.chain)
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.chain.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let chain = Digest::deserialize(deserializer)?;
        Self::pinned(&chain).copied().ok_or_else(|| de::Error::custom("a network that is not pinned"))
    }
}
