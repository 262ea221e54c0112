//! The way to the signer: in this process, or over the network with pinned certificates both ways.

use std::time::Duration;

use kaibiao_crypto::checkpoint::{Checkpoint, Note, NoteSignature, NoteVerifier};
use kaibiao_crypto::succession::LogKeys;
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

    async fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, SignerError> {
        self.answer(self.line.get(format!("{}{path}", self.address))).await
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
    /// The log's public key as file or card have it; its name is the origin of the log. Which key is in force, the log says.
    pub fn verifier(&self) -> &NoteVerifier {
        match self {
            Self::Here(signer) => signer.verifier(),
            Self::There(signer) => &signer.log,
        }
    }

    /// The keys that it signs with, `vkey` lines: the one in force, then the one that is prepared to follow it.
    pub async fn keys(&self) -> Result<Vec<String>, SignerError> {
        match self {
            Self::Here(signer) => Ok(signer.verifiers()?.iter().map(NoteVerifier::vkey).collect()),
            Self::There(signer) => signer.get("/keys").await,
        }
    }

    /// The head that it signed last.
    pub async fn kept(&self) -> Result<Option<KeptHead>, SignerError> {
        match self {
            Self::Here(signer) => signer.kept(),
            Self::There(signer) => Ok(signer.get::<KeptAnswer>("/kept").await?.kept),
        }
    }

    /// The notes by which keepers have accepted steps of its clock, oldest first.
    pub async fn clock_steps(&self) -> Result<Vec<String>, SignerError> {
        match self {
            Self::Here(signer) => signer.clock_steps(),
            Self::There(signer) => signer.get("/clock-steps").await,
        }
    }

    /// The note of a head, signed once the head is kept. It is believed only if the key in force among `keys` signed it,
    /// and of other lines those are kept that readers can place: by earlier keys, as long as these still sign.
    pub async fn sign(&self, wanted: &Extension, keys: &LogKeys) -> Result<Note, SignerError> {
        let origin = self.verifier().name().to_owned();
        let text = Checkpoint { origin, size: wanted.size, root: wanted.root }.to_text();
        let signatures = match self {
            Self::Here(signer) => signer.sign(wanted)?,
            Self::There(signer) => {
                let Signed { signature } = signer.ask("/sign", wanted).await?;
                Note::parse(format!("{text}\n{signature}").as_bytes())?.signatures
            }
        };
        let given = Note { text, signatures };
        let in_force = keys.in_force();
        given.verify(in_force).map_err(|_| SignerError::OtherKey(in_force.vkey()))?;
        let mut signatures: Vec<NoteSignature> =
            keys.all().filter_map(|key| given.verified_line(key)).cloned().collect();
        signatures.reverse();
        Ok(Note { signatures, ..given })
    }
}
