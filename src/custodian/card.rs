//! A custodian's card: who it is, where it is reached, which certificate it shows. Signed by its identity key, carried
//! to the centre and to the other custodians by hand.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::canonical;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::key::{PublicKey, SigningKey};
use serde::{Deserialize, Serialize};

use super::error::CustodianError;
use crate::base::ShortText;

/// Before the digest of a card, under its signature.
const CARD_DOMAIN: &[u8] = b"KB/custodian card\0";

/// What a card says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardText {
    /// Where the platform reaches it: `https://host:port`.
    pub address: String,
    /// The certificate that it shows there, DER, base64.
    pub certificate: String,
    /// Identity key, SubjectPublicKeyInfo, base64.
    pub identity: String,
    /// Name of the institution.
    pub name: ShortText,
    /// 1.
    pub v: u8,
}

/// A card with its signature.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// What it says.
    pub card: CardText,
    /// Ed25519 over "KB/custodian card\0" ‖ SHA-256(canonical JSON of `card`), base64.
    pub signature: String,
}

impl Card {
    /// Signs what a card says.
    pub(super) fn sign(card: CardText, identity: &SigningKey) -> Result<Self, CustodianError> {
        let signature = STANDARD.encode(identity.sign(&message(&card)?));
        Ok(Self { card, signature })
    }

    /// Reads a card from a file and checks its signature.
    pub fn read(path: &Path) -> Result<Self, CustodianError> {
        let text = std::fs::read(path).map_err(|error| CustodianError::file(path, error))?;
        let card: Self = serde_json::from_slice(&text)
            .map_err(|_| CustodianError::Malformed(path.to_owned(), "a custodian's card"))?;
        card.check()?;
        Ok(card)
    }

    /// The identity key, if the card is signed by it.
    pub fn check(&self) -> Result<PublicKey, CustodianError> {
        let forged = || CustodianError::Card(self.card.name.as_str().to_owned());
        let key = self.identity().ok_or_else(forged)?;
        let signature = STANDARD.decode(&self.signature).map_err(|_| forged())?;
        key.verify(&message(&self.card)?, &signature).map_err(|_| forged())?;
        Ok(key)
    }

    /// The identity key that the card names.
    pub(super) fn identity(&self) -> Option<PublicKey> {
        PublicKey::from_spki(&STANDARD.decode(&self.card.identity).ok()?).ok()
    }
}

fn message(card: &CardText) -> Result<Vec<u8>, CustodianError> {
    let digest: Digest =
        canonical::digest_of(card).map_err(|_| CustodianError::Card(card.name.as_str().to_owned()))?;
    Ok([CARD_DOMAIN, digest.as_bytes()].concat())
}
