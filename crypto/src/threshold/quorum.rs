//! How many custodians there are, and how many must act together.

use serde::{Deserialize, Serialize};

use super::{CUSTODIANS_MAX, ThresholdError};

/// How many custodians there are and how many must act together: `n/2 < t ≤ n ≤ 32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "QuorumText", into = "QuorumText")]
pub struct Quorum {
    threshold: u8,
    custodians: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuorumText {
    custodians: u8,
    threshold: u8,
}

impl TryFrom<QuorumText> for Quorum {
    type Error = ThresholdError;

    fn try_from(text: QuorumText) -> Result<Self, ThresholdError> {
        Self::new(text.threshold, text.custodians)
    }
}

impl From<Quorum> for QuorumText {
    fn from(quorum: Quorum) -> Self {
        Self { custodians: quorum.custodians, threshold: quorum.threshold }
    }
}

impl Quorum {
    /// `threshold` of `custodians`.
    pub fn new(threshold: u8, custodians: u8) -> Result<Self, ThresholdError> {
        let is_majority = u16::from(threshold) * 2 > u16::from(custodians);
        if !is_majority || threshold > custodians || custodians > CUSTODIANS_MAX {
            return Err(ThresholdError::Quorum);
        }
        Ok(Self { threshold, custodians })
    }

    /// `t`: how many must act together.
    pub fn threshold(self) -> u8 {
        self.threshold
    }

    /// `n`: how many there are.
    pub fn custodians(self) -> u8 {
        self.custodians
    }

    /// `n − t + 1`: how many can stop any release, and so bring a postponement or cancellation into force.
    pub fn blocking(self) -> u8 {
        self.custodians - self.threshold + 1
    }

    /// Whether a custodian has this index.
    pub fn has(self, index: u8) -> bool {
        (1..=self.custodians).contains(&index)
    }

    /// All indices: 1..n.
    pub fn indices(self) -> impl Iterator<Item = u8> + Clone {
        1..=self.custodians
    }
}
