//! Which algorithms an envelope is sealed with: the suite byte of its core.
//!
//! The lock is the same in both (BLS12-381, SHA-256), and so are the names of things: `core_sha256`, roots, labels. What
//! a suite decides is how everything below the lock is derived and encrypted.
//!
//! | suite | derivation from the seed | payload |
//! |---|---|---|
//! | 1 | HKDF-SHA256 (RFC 5869) | AES-256-GCM |
//! | 2 | HKDF with SM3 (GB/T 32905) | SM4-GCM (GB/T 32907, NIST SP 800-38D), key of 16 bytes |
//!
//! Suite 2 pairs its algorithms as TLS_SM4_GCM_SM3 does (RFC 8998).
//!
//! *Invariant*: the suite stands in the core and is never guessed; the core of a seed in one suite is not its core in
//! the other.

use ring::hkdf::{HKDF_SHA256, KeyType};
use serde::{Deserialize, Serialize};
use sm3::{Digest as _, Sm3};

use crate::digest::Digest;

/// A set of algorithms, chosen by the centre's policy. Written in JSON as `"standard"` or `"national"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Suite {
    /// HKDF-SHA256 and AES-256-GCM: what a tender asks for unless its centre says otherwise.
    #[default]
    Standard = 1,
    /// HKDF-SM3 and SM4-GCM.
    National = 2,
}

impl Suite {
    /// The suite of a byte, if there is one.
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Standard),
            2 => Some(Self::National),
            _ => None,
        }
    }

    /// The byte in a core.
    pub fn byte(self) -> u8 {
        self as u8
    }

    /// The digest of the concatenation of `parts` under the suite's hash.
    pub(crate) fn digest(self, parts: &[&[u8]]) -> [u8; 32] {
        match self {
            Self::Standard => Digest::of_parts(parts).0,
            Self::National => sm3(parts),
        }
    }

    /// HKDF-Extract (RFC 5869) under the suite's hash.
    pub(crate) fn extract(self, salt: &[u8], material: &[u8]) -> Prk {
        match self {
            Self::Standard => Prk::Sha256(ring::hkdf::Salt::new(HKDF_SHA256, salt).extract(material)),
            Self::National => Prk::Sm3(hkdf::Hkdf::new(Some(salt), material)),
        }
    }
}

/// SM3 (GB/T 32905) of the concatenation of `parts`.
pub fn sm3(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sm3::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// What [`Suite::extract`] gives, to be expanded.
pub(crate) enum Prk {
    Sha256(ring::hkdf::Prk),
    Sm3(hkdf::Hkdf<Sm3>),
}

impl Prk {
    /// HKDF-Expand: fills `out`, 16 or 32 bytes. `info` is the concatenation of its parts.
    pub(crate) fn expand(&self, info: &[&[u8]], out: &mut [u8]) {
        let filled = match self {
            Self::Sha256(prk) => prk.expand(info, Length(out.len())).and_then(|okm| okm.fill(out)).is_ok(),
            Self::Sm3(prk) => prk.expand_multi_info(info, out).is_ok(),
        };
        assert!(filled, "16 and 32 bytes are within HKDF's limit");
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two examples of GB/T 32905-2016, annex A.
    #[test]
    fn sm3_is_that_of_the_standard() {
        let cases = [
            (b"abc".to_vec(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            (b"abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
        ];
        for (message, digest) in cases {
            assert_eq!(hex::encode(sm3(&[&message])), digest);
            assert_eq!(Suite::National.digest(&[&message[..1], &message[1..]]), sm3(&[&message]));
        }
    }

    #[test]
    fn only_two_bytes_are_suites() {
        let known: Vec<u8> = (0..=255).filter(|byte| Suite::from_byte(*byte).is_some()).collect();
        assert_eq!(known, [Suite::Standard.byte(), Suite::National.byte()]);
        assert_eq!(Suite::default(), Suite::Standard);
    }
}
