//! The centre's certification authority: certifies a person's first key, by a signed act like any other.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::act::{self, ActError, Nonce, Payload, SignedAct, VERSION};
use kaibiao_crypto::key::{Algorithm, KeyError, PublicKey, SigningKey};

use super::{IdentityError, random_bytes};
use crate::base::{PersonId, ShortText};
use crate::centre::{CertifyKey, KeyRecord};
use crate::ledger::{Accepted, Ledger, Rejected};

/// The authority: a registrar's key that the server holds.
pub struct Authority {
    /// The key; its public half was certified when the centre was founded.
    pub key: SigningKey,
    /// The person that the register knows the authority as.
    pub person: PersonId,
}

/// A key that somebody says is theirs.
pub struct NewKey<'a> {
    /// Algorithm: 1 Ed25519, 2 P-256.
    pub alg: u8,
    /// SubjectPublicKeyInfo, base64.
    pub spki: &'a str,
    /// Base64 of the signature by the key over the pre-authentication encoding of `kaibiao key <person> <origin>`.
    pub proof: &'a str,
    /// How its owner calls the device.
    pub device: ShortText,
}

/// Why a key was not certified.
#[derive(Debug, thiserror::Error)]
pub enum CertifyError {
    /// Not a key, or the proof is not by it.
    #[error("not a key with its proof")]
    Key(#[from] KeyError),
    /// The act could not be written.
    #[error(transparent)]
    Act(#[from] ActError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] IdentityError),
    /// The ledger did not accept the act.
    #[error("the ledger did not accept the certificate")]
    Rejected(Rejected),
}

impl Authority {
    /// Checks that `person` holds the private half of `new`, and certifies it as the person's first key.
    pub async fn certify(
        &self,
        ledger: &Ledger,
        person: PersonId,
        new: &NewKey<'_>,
    ) -> Result<Accepted, CertifyError> {
        check_proof(new, person, ledger.origin())?;
        let record =
            KeyRecord { alg: new.alg, device: new.device.clone(), person, spki: new.spki.to_owned() };
        let mut payload = Payload {
            actor: self.person.to_string(),
            body: None,
            body_sha256: None,
            client_time: u64::try_from(ledger.clock().now().0).unwrap_or(0),
            lot: None,
            nonce: Nonce(random_bytes()?),
            origin: ledger.origin().to_owned(),
            prev: None,
            role: "registrar".to_owned(),
            seen: None,
            tender: None,
            kind: "CertifyKey".to_owned(),
            v: VERSION,
        };
        let detached = payload.take_body(&CertifyKey { key: record })?;
        let act = SignedAct::sign(&self.key, &payload, detached)?;
        ledger.submit(act).await.map_err(CertifyError::Rejected)
    }
}

/// The proof names person and log, so that nobody can have a stranger's key certified as their own.
fn check_proof(new: &NewKey<'_>, person: PersonId, origin: &str) -> Result<(), KeyError> {
    let decode = |text: &str| STANDARD.decode(text).map_err(|_| KeyError::PublicKeyForm);
    let key = PublicKey::from_spki(&decode(new.spki)?)?;
    if key.alg() != Algorithm::from_byte(new.alg)? {
        return Err(KeyError::UnknownAlgorithm);
    }
    let text = format!("kaibiao key {person} {origin}");
    key.verify(&act::pae(text.as_bytes()), &decode(new.proof)?)
}
