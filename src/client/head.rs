//! The newest head of the log: signatures checked, and that it begins with the head that was seen before.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::checkpoint::{self, Checkpoint, Note};
use kaibiao_crypto::tree::verify_consistency;

use super::memory::SeenHead;
use super::wire::Consistency;
use super::{Client, ClientError, LogPolicy};
use crate::base::Digest;

impl Client {
    /// The newest verified head of the log; the remembered one if the server showed an older one, none of an empty log.
    /// Errors: those of notes, `other_origin`, `log_forked`.
    pub(super) async fn newest_head(
        &self,
        policy: &LogPolicy,
        known: Option<SeenHead>,
    ) -> Result<Option<SeenHead>, ClientError> {
        let note = match self.get_bytes("/log/checkpoint").await {
            // Witnesses have seen nothing of this log yet.
            Err(error) if error.code() == "unknown_head" => return Ok(known),
            note => Note::parse(&note?)?,
        };
        let opened = checkpoint::open(&note, &policy.log, &policy.witnesses, policy.quorum)?;
        let Checkpoint { size, root, .. } = opened.checkpoint;
        let shown = SeenHead { root, size };
        match known {
            None if size == 0 => Ok(None),
            None => Ok(Some(shown)),
            // Heads may reach us out of order; the remembered one loses nothing by it.
            Some(known) if size < known.size => Ok(Some(known)),
            Some(known) if size == known.size => {
                if root == known.root {
                    Ok(Some(known))
                } else {
                    Err(ClientError::LogForked)
                }
            }
            Some(known) => {
                let proof = self.consistency(known.size, size).await?;
                verify_consistency(known.size, known.root, size, root, &proof)
                    .map_err(|_| ClientError::LogForked)?;
                Ok(Some(shown))
            }
        }
    }

    async fn consistency(&self, from: u64, to: u64) -> Result<Vec<Digest>, ClientError> {
        let answer: Consistency = self.get(&format!("/api/log/consistency?from={from}&to={to}")).await?;
        let hash = |text: &String| STANDARD.decode(text).ok().and_then(|bytes| Digest::from_slice(&bytes));
        let proof: Option<Vec<Digest>> = answer.proof.iter().map(hash).collect();
        proof.ok_or(ClientError::Answer("a consistency proof"))
    }
}
