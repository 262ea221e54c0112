//! The relay as the parties of a ceremony reach it. What it gives is believed only as far as signatures reach.

use kaibiao_crypto::digest::Digest;
use serde::Deserialize;

use super::{Ceremony, CeremonyError, Message};
use crate::centre::{Committee, CustodianRecord};
use crate::client::Client;
use crate::custodian::error::CustodianError;

/// A ceremony with what has been said.
#[derive(Deserialize)]
pub(super) struct Relayed {
    pub(super) ceremony: Ceremony,
    pub(super) messages: Vec<Message>,
}

/// The relay of one ceremony.
pub(super) struct Relay {
    client: Client,
    session: Digest,
}

impl Relay {
    pub(super) fn new(client: Client, session: Digest) -> Self {
        Self { client, session }
    }

    /// The ceremony that its name stands for, and messages that are signed.
    pub(super) async fn read(&self) -> Result<Relayed, CustodianError> {
        let relayed: Relayed = self.client.get(&format!("/api/ceremonies/{}", self.session)).await?;
        relayed.ceremony.check()?;
        if relayed.ceremony.session() != self.session {
            return Err(CeremonyError::Form("the relay shows another ceremony").into());
        }
        for message in &relayed.messages {
            message.check(&relayed.ceremony)?;
        }
        Ok(relayed)
    }

    pub(super) async fn say(&self, message: &Message) -> Result<(), CustodianError> {
        let path = format!("/api/ceremonies/{}/messages", self.session);
        let _: Message = self.client.post(&path, message).await?;
        Ok(())
    }
}

#[derive(Deserialize)]
struct Begun {
    session: Digest,
}

/// Begins `ceremony`, as the registrar who is signed in.
pub(super) async fn begin(registrar: &Client, ceremony: &Ceremony) -> Result<(), CustodianError> {
    let begun: Begun = registrar.post("/api/ceremonies", ceremony).await?;
    if begun.session != ceremony.session() {
        return Err(CeremonyError::Form("the relay answers for another ceremony").into());
    }
    Ok(())
}

/// What `/api/centre` tells of the committee in office.
#[derive(Deserialize)]
struct InOffice {
    custodians: Vec<CustodianRecord>,
    epoch: Option<u32>,
    group_key: Option<String>,
    threshold: Option<u8>,
    transcript: Option<Digest>,
}

/// The committee in office. Its dealers compare it with the one that their shares belong to.
pub(super) async fn in_office(client: &Client) -> Result<Committee, CustodianError> {
    let InOffice { custodians, epoch, group_key, threshold, transcript } = client.get("/api/centre").await?;
    let committee = (|| {
        let (epoch, group_key, threshold) = (epoch?, group_key?, threshold?);
        Some(Committee { custodians, epoch, group_key, threshold, transcript: transcript? })
    })();
    Ok(committee.ok_or(CeremonyError::Form("no committee is in office"))?)
}
