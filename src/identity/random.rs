//! Randomness of the edges.

use ring::rand::{SecureRandom, SystemRandom};

use super::IdentityError;

/// Bytes from the system's generator. Error: `generator`.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], IdentityError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| IdentityError::Generator)?;
    Ok(bytes)
}
