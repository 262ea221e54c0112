//! Where random bytes come from: always an argument, so that vectors and tests are exact.

use ring::rand::{SecureRandom, SystemRandom};

/// The source has no randomness to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the generator of random bytes failed")]
pub struct NoRandomness;

impl NoRandomness {
    /// Stable name of this error.
    pub fn code(self) -> &'static str {
        "no_randomness"
    }
}

/// A source of bytes that nobody can foresee. Outside tests and vectors it is [`SystemRandom`].
pub trait Randomness {
    /// Fills all of `bytes`.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

impl Randomness for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        SecureRandom::fill(self, bytes).map_err(|_| NoRandomness)
    }
}
