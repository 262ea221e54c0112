//! The public keys of a lock and the signatures that open it.

use super::curve::{G1, G1_BYTES, G2, G2_BYTES, PointError, WEIGHT_BYTES, pairings_equal};
use super::random::{NoRandomness, Randomness};
use crate::digest::Digest;

/// The domain of RFC 9380 under which identities are hashed: the one of drand's `bls-unchained-g1-rfc9380`.
const IDENTITY_DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// What a capsule is locked to: a digest, hashed to a point of G1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity(pub Digest);

impl Identity {
    /// The identity of a round of a drand beacon: SHA-256 of the round as u64 big-endian.
    pub fn of_round(round: u64) -> Self {
        Self(Digest::of(&round.to_be_bytes()))
    }

    pub(crate) fn point(&self) -> G1 {
        G1::hash(self.0.as_bytes(), IDENTITY_DST)
    }
}

/// The public key of a committee or of a beacon: a point of G2 that was checked (canonical, in the subgroup,
/// not infinity). Written as 192 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GroupKey(pub(crate) G2);

impl GroupKey {
    /// The key of 96 compressed bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PointError> {
        G2::from_compressed(bytes).map(Self)
    }

    /// 96 compressed bytes.
    pub fn to_bytes(&self) -> [u8; G2_BYTES] {
        self.0.compressed()
    }

    /// The name of a committee, ctx.06: SHA-256("TL1/committee\0" ‖ group key).
    pub fn committee_id(&self) -> Digest {
        Digest::of_parts(&[b"TL1/committee\0", &self.to_bytes()])
    }

    /// Whether `key` is this group's signature on `identity`, and so what opens its capsules.
    pub fn verify(&self, identity: &Identity, key: &LabelKey) -> bool {
        pairings_equal(&key.0, &G2::generator(), &identity.point(), &self.0)
    }

    /// The key, proven to be this group's signature on `identity`; none if it is not.
    pub fn prove(&self, identity: &Identity, key: LabelKey) -> Option<ProvenKey> {
        self.verify(identity, &key).then_some(ProvenKey { group: *self, identity: *identity, key })
    }

    /// [`Self::prove`] for all of these, by two pairings; none if one of them is wrong.
    pub fn prove_batch(
        &self,
        pairs: &[(Identity, LabelKey)],
        random: &dyn Randomness,
    ) -> Result<Option<Vec<ProvenKey>>, NoRandomness> {
        let proven = |(identity, key): &(Identity, LabelKey)| ProvenKey {
            group: *self,
            identity: *identity,
            key: *key,
        };
        Ok(self.verify_batch(pairs, random)?.then(|| pairs.iter().map(proven).collect()))
    }

    /// Whether each of these keys is this group's signature on its identity, by two pairings for all of them. The
    /// keys are weighted with fresh 128-bit numbers, so that wrong ones do not cancel out; which one is wrong only
    /// [`Self::verify`] tells. Nothing at all is true of all its members.
    pub fn verify_batch(
        &self,
        pairs: &[(Identity, LabelKey)],
        random: &dyn Randomness,
    ) -> Result<bool, NoRandomness> {
        let mut weights = vec![[0; WEIGHT_BYTES]; pairs.len()];
        random.fill(weights.as_flattened_mut())?;
        let keys: Vec<G1> = pairs.iter().map(|(_, key)| key.0).collect();
        let points: Vec<G1> = pairs.iter().map(|(identity, _)| identity.point()).collect();
        Ok(match (G1::weighted_sum(&keys, &weights), G1::weighted_sum(&points, &weights)) {
            (Some(key), Some(point)) => pairings_equal(&key, &G2::generator(), &point, &self.0),
            (None, None) => pairs.is_empty(),
            (Some(_), None) | (None, Some(_)) => false,
        })
    }
}

/// A BLS signature in G1 that opens the capsules of one identity: the key of a label, or a beacon's round.
/// It verifies nothing by itself: see [`GroupKey::verify`]. Written as 96 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LabelKey(pub(crate) G1);

impl LabelKey {
    /// The key of 48 compressed bytes: canonical, in the subgroup, not infinity.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PointError> {
        G1::from_compressed(bytes).map(Self)
    }

    /// 48 compressed bytes.
    pub fn to_bytes(&self) -> [u8; G1_BYTES] {
        self.0.compressed()
    }

    /// SHA-256 of the key's bytes: its commitment while it is not public, and the R of a draw.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }
}

/// A label key that was verified: of which group it is, and on what. Only [`GroupKey::prove`] and its like make one, so
/// whoever holds one need not verify again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenKey {
    group: GroupKey,
    identity: Identity,
    key: LabelKey,
}

impl ProvenKey {
    /// Whether this is the key of `group` for `identity`.
    pub fn is_of(&self, group: &GroupKey, identity: &Identity) -> bool {
        self.group == *group && self.identity == *identity
    }
}

impl std::ops::Deref for ProvenKey {
    type Target = LabelKey;

    fn deref(&self) -> &LabelKey {
        &self.key
    }
}

/// Writes and reads a point as lower-case hexadecimal digits.
macro_rules! point_text {
    ($point:ty, $bytes:expr) => {
        impl std::fmt::Debug for $point {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&hex::encode(self.to_bytes()))
            }
        }

        impl serde::Serialize for $point {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&hex::encode(self.to_bytes()))
            }
        }

        impl<'de> serde::Deserialize<'de> for $point {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let bytes = $crate::lock::hex_bytes::<$bytes, D>(deserializer)?;
                Self::from_bytes(&bytes).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use point_text;

point_text!(GroupKey, G2_BYTES);
point_text!(LabelKey, G1_BYTES);
