//! The way to the signer: in this process, or over the network with pinned certificates both ways.

use std::time::Duration;

use kaibiao_crypto::checkpoint::{Checkpoint, Note, NoteVerifier};
use reqwest::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::server::{KeptAnswer, RefusalBody, Signed};
use super::{Extension, KeptHead, Signer, SignerCard, SignerError};
use crate::pinned::{self, OwnCertificate};

/// Longest wait for the signer to be reached, and for its answer.
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(5);

/// The signer as the platform reaches it.
pub enum SignerPort {
    /// In this process.
    Here(Box<Signer>),
    /// A program of its own.
    There(RemoteSigner),
}

/// A signer with a process, and at best a machine, of its own.
pub struct RemoteSigner {
    address: String,
    line: reqwest::Client,
    log: NoteVerifier,
}

impl RemoteSigner {
    /// The signer of `card`, reached with the platform's own certificate.
    pub fn new(card: &SignerCard, own: &OwnCertificate) -> Result<Self, SignerError> {
        let peer = pinned::certificate_from_base64(&card.certificate)?;
        let line = pinned::line(own, peer, CONNECT, ANSWER)?;
        let address = card.address.trim_end_matches('/').to_owned();
        Ok(Self { address, line, log: NoteVerifier::parse(&card.log)? })
    }

    async fn answer<A: DeserializeOwned>(&self, asked: reqwest::RequestBuilder) -> Result<A, SignerError> {
        let answer = asked.send().await.map_err(|error| SignerError::Unreachable(error.to_string()))?;
        match answer.status() {
            StatusCode::OK => answer.json().await.map_err(|_| SignerError::WrongAnswer("no JSON")),
            StatusCode::CONFLICT => {
                let refusal = answer.json::<RefusalBody>().await;
                let RefusalBody { code, message } =
                    refusal.map_err(|_| SignerError::WrongAnswer("no refusal"))?;
                Err(SignerError::RefusedThere { code, message })
            }
            _ => Err(SignerError::WrongAnswer("another status")),
        }
    }

    async fn ask<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        question: &Q,
    ) -> Result<A, SignerError> {
        self.answer(self.line.post(format!("{}{path}", self.address)).json(question)).await
    }
}

impl SignerPort {
    /// The log's public key; its name is the origin of the log.
    pub fn verifier(&self) -> &NoteVerifier {
        match self {
            Self::Here(signer) => signer.verifier(),
            Self::There(signer) => &signer.log,
        }
    }

    /// The head that it signed last.
    pub async fn kept(&self) -> Result<Option<KeptHead>, SignerError> {
        match self {
            Self::Here(signer) => signer.kept(),
            Self::There(signer) => {
                let asked = signer.line.get(format!("{}/kept", signer.address));
                Ok(signer.answer::<KeptAnswer>(asked).await?.kept)
            }
        }
    }

    /// The note of a head, signed once the head is kept. What comes over the network is believed only if the log's key
    /// signed it.
    pub async fn sign(&self, wanted: &Extension) -> Result<Note, SignerError> {
        let origin = self.verifier().name().to_owned();
        let text = Checkpoint { origin, size: wanted.size, root: wanted.root }.to_text();
        match self {
            Self::Here(signer) => Ok(Note { text, signatures: vec![signer.sign(wanted)?] }),
            Self::There(signer) => {
                let Signed { signature } = signer.ask("/sign", wanted).await?;
                let note = Note::parse(format!("{text}\n{signature}").as_bytes())?;
                note.verify(&signer.log)?;
                Ok(note)
            }
        }
    }
}
