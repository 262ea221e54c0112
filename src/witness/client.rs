//! The line to a witness: pushes heads to it and asks what it cosigned last. Any witness that speaks C2SP
//! `tlog-witness` will do.

use std::time::Duration;

use kaibiao_crypto::checkpoint::{Note, NoteSignature, NoteVerifier};
use kaibiao_crypto::digest::Digest;
use reqwest::{StatusCode, header};

use super::WitnessError;
use super::request::AddCheckpoint;
use crate::limits::{WITNESS_ANSWER_MS, WITNESS_BYTES_MAX, WITNESS_CONNECT_MS};
use crate::trust;

/// Why a witness gave no cosignature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It cosigned another size last: the proof must begin there.
    #[error("it cosigned {0} entries last")]
    OtherSize(u64),
    /// It says that the head does not continue what it cosigned: one of us shows two histories.
    #[error("it refuses the head as no continuation of what it cosigned")]
    Unproven,
    /// It does not know the log or its key, or does not understand.
    #[error("it refuses with status {0}")]
    Status(u16),
    /// It is not reached.
    #[error("it is not reached: {0}")]
    Unreachable(String),
    /// What it answers is no cosignature by its key.
    #[error("its answer is no cosignature of its key")]
    WrongAnswer,
}

/// A witness as a log reaches it.
pub struct WitnessLine {
    verifier: NoteVerifier,
    address: String,
    line: reqwest::Client,
}

impl WitnessLine {
    /// The witness with this key at this address, by the public certification authorities if it speaks TLS: what it says
    /// is believed by its signature.
    pub fn new(verifier: NoteVerifier, address: &str) -> Result<Self, WitnessError> {
        let failed = |error: &dyn std::fmt::Display| WitnessError::Line(format!("{address}: {error}"));
        let config = trust::client_config(trust::public_authorities()).map_err(|error| failed(&error))?;
        let line = reqwest::Client::builder()
            .use_preconfigured_tls(config)
            .connect_timeout(Duration::from_millis(WITNESS_CONNECT_MS))
            .timeout(Duration::from_millis(WITNESS_ANSWER_MS))
            .build()
            .map_err(|error| failed(&error))?;
        let address = address.trim_end_matches('/').to_owned();
        reqwest::Url::parse(&address).map_err(|error| failed(&error))?;
        Ok(Self { verifier, address, line })
    }

    /// Its key.
    pub fn verifier(&self) -> &NoteVerifier {
        &self.verifier
    }

    /// Has a head cosigned that continues the one of `old_size` entries.
    pub async fn add(&self, old_size: u64, proof: &[Digest], note: &Note) -> Result<NoteSignature, Refused> {
        let body = AddCheckpoint::text(old_size, proof, note);
        let asked = self.line.post(format!("{}/add-checkpoint", self.address)).body(body);
        let answer = asked.send().await.map_err(unreachable)?;
        let status = answer.status();
        let is_size =
            answer.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == "text/x.tlog.size");
        let text = bounded(answer).await?;
        match status {
            StatusCode::OK => self.cosignature(note, &text).ok_or(Refused::WrongAnswer),
            StatusCode::CONFLICT if is_size => {
                let size = text.trim_end().parse().map_err(|_| Refused::WrongAnswer)?;
                // Refusing the very size that was named is how some say that the root is another.
                if size == old_size { Err(Refused::Unproven) } else { Err(Refused::OtherSize(size)) }
            }
            StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => Err(Refused::Unproven),
            other => Err(Refused::Status(other.as_u16())),
        }
    }

    /// The note of the head of the log `origin` that it cosigned last, as it tells it: not believed yet. None if it
    /// knows none or does not answer such questions.
    pub async fn last(&self, origin: &str) -> Result<Option<Note>, Refused> {
        let address = format!("{}/{}/checkpoint", self.address, Digest::of(origin.as_bytes()));
        let answer = self.line.get(address).send().await.map_err(unreachable)?;
        if answer.status() != StatusCode::OK {
            return Ok(None);
        }
        let text = bounded(answer).await?;
        Note::parse(text.as_bytes()).map(Some).map_err(|_| Refused::WrongAnswer)
    }

    /// The cosignature of this witness in its answer, if it is one of the note.
    fn cosignature(&self, note: &Note, answer: &str) -> Option<NoteSignature> {
        let given = Note::parse(format!("{}\n{answer}", note.text).as_bytes()).ok()?;
        given.verify(&self.verifier).ok()??;
        let is_its = |line: &NoteSignature| {
            line.name == self.verifier.name() && line.key_hash == self.verifier.key_hash()
        };
        given.signatures.into_iter().find(is_its)
    }
}

fn unreachable(error: reqwest::Error) -> Refused {
    Refused::Unreachable(error.to_string())
}

/// The text of an answer, if it is not too long.
async fn bounded(mut answer: reqwest::Response) -> Result<String, Refused> {
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(unreachable)? {
        if bytes.len() + piece.len() > WITNESS_BYTES_MAX {
            return Err(Refused::WrongAnswer);
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| Refused::WrongAnswer)
}
