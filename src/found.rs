//! Founding a centre and its first administrator: by a command on the machine, never by SQL.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::act::{Nonce, Payload, SignedAct, VERSION};
use ring::rand::SystemRandom;
use uuid::Uuid;

use crate::base::{OrgId, PersonId, Role, ShortText};
use crate::centre::{CentreCommand, FoundCentre, KeyRecord, Organisation};
use crate::identity::Authority;
use crate::ledger::{Accepted, Ledger, LedgerError, Rejected};
use crate::signer::stored_key;

/// The certification authority from the folder of keys. `centre` is founded if it is not yet.
pub async fn authority(
    ledger: &Ledger,
    keys: &std::path::Path,
    centre: Option<&Organisation>,
) -> Result<Option<Authority>, Rejected> {
    let failed = |error: LedgerError| Rejected::Failed(std::sync::Arc::new(error));
    let key = stored_key(&keys.join("authority.key")).map_err(|error| failed(error.into()))?;
    let key_id = key.public().key_id();
    if let Some(known) = ledger.centre().keys.get(&key_id) {
        return Ok(Some(Authority { person: known.person, key }));
    }
    let Some(centre) = centre else { return Ok(None) };
    let person = PersonId(Uuid::new_v4());
    let device = ShortText::new("certification authority").map_err(|_| refused("text"))?;
    let authority = KeyRecord { alg: 1, device, person, spki: STANDARD.encode(key.public().spki()) };
    let found = FoundCentre { authority, centre: centre.clone(), org: OrgId(Uuid::new_v4()) };
    ledger.system_centre(&CentreCommand::FoundCentre(found)).await?;
    Ok(Some(Authority { person, key }))
}

/// A centre act signed by the authority, as its registrar.
pub async fn by_authority(
    ledger: &Ledger,
    authority: &Authority,
    command: &CentreCommand,
) -> Result<Accepted, Rejected> {
    let failed = |error: LedgerError| Rejected::Failed(std::sync::Arc::new(error));
    let mut tagged = serde_json::to_value(command).map_err(|error| failed(LedgerError::Encode(error)))?;
    let role = serde_json::to_value(Role::Registrar).map_err(|error| failed(LedgerError::Encode(error)))?;
    let mut payload = Payload {
        actor: authority.person.to_string(),
        body: None,
        body_sha256: None,
        client_time: u64::try_from(ledger.clock().now().0).unwrap_or(0),
        lot: None,
        nonce: Nonce::generate(&SystemRandom::new()).map_err(|error| failed(error.into()))?,
        origin: ledger.origin().to_owned(),
        prev: None,
        role: role.as_str().unwrap_or_default().to_owned(),
        seen: None,
        tender: None,
        kind: tagged["type"].as_str().unwrap_or_default().to_owned(),
        v: VERSION,
    };
    let detached = payload.take_body(&tagged["body"].take())?;
    ledger.submit(SignedAct::sign(&authority.key, &payload, detached)?).await
}

fn refused(code: &'static str) -> Rejected {
    crate::base::Refusal::rule(code).into()
}
