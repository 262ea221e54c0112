//! Which dealing of a committee's shares a share, a partial or a committee belongs to.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How often the shares behind a group key were dealt anew: 0 after key generation, one more with each resharing.
/// Shares of two epochs lie on two polynomials and never combine. Written as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u32);

impl Epoch {
    /// The epoch that key generation begins.
    pub const FIRST: Self = Self(0);

    /// The epoch that a resharing of this one begins; `None` after the last number.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
