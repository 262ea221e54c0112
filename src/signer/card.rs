//! The signer's card: where it is reached, which certificate it shows, whose log it signs. Carried to the platform by hand.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::SignerError;

/// What a card says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignerCard {
    /// Where the platform reaches it: `https://host:port`.
    pub address: String,
    /// The certificate that it shows there, DER, base64.
    pub certificate: String,
    /// The log's key, a `vkey` line; its name is the origin.
    pub log: String,
    /// 1.
    pub v: u8,
}

impl SignerCard {
    /// Reads a card.
    pub fn read(path: &Path) -> Result<Self, SignerError> {
        let text = std::fs::read(path).map_err(|error| SignerError::File(path.to_owned(), error))?;
        serde_json::from_slice(&text).map_err(|_| SignerError::Malformed(path.to_owned()))
    }
}
