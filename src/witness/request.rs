//! The body of `add-checkpoint`.
//!
//! ```text
//! old <size>
//! <at most 63 hashes of the consistency proof, base64, one a line>
//!
//! <signed checkpoint>
//! ```

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::checkpoint::{Checkpoint, Note, NoteSignature, NoteVerifier};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::receipt::HASHES_MAX;

use super::NotCosigned;

/// What is asked.
pub(super) struct AddCheckpoint {
    pub(super) old_size: u64,
    pub(super) proof: Vec<Digest>,
    pub(super) checkpoint: Checkpoint,
    pub(super) note: Note,
}

impl AddCheckpoint {
    /// Reads it; no signature is checked yet.
    pub(super) fn parse(body: &[u8]) -> Result<Self, NotCosigned> {
        let malformed = |what| NotCosigned::Malformed(what);
        let text = std::str::from_utf8(body).map_err(|_| malformed("not UTF-8"))?;
        let (head, note) = text.split_once("\n\n").ok_or(malformed("no empty line"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal);
        let old_size = old.ok_or(malformed("no old size"))?;
        let hash = |line: &str| STANDARD.decode(line).ok().and_then(|bytes| Digest::from_slice(&bytes));
        let proof: Vec<Digest> = lines.map(hash).collect::<Option<_>>().ok_or(malformed("not a hash"))?;
        if proof.len() > HASHES_MAX {
            return Err(malformed("too many hashes"));
        }
        let note = Note::parse(note.as_bytes()).map_err(|_| malformed("not a signed note"))?;
        let checkpoint = Checkpoint::parse(&note.text).map_err(|_| malformed("not a checkpoint"))?;
        Ok(Self { old_size, proof, checkpoint, note })
    }

    /// The body that asks this.
    pub(super) fn text(old_size: u64, proof: &[Digest], note: &Note) -> String {
        let hashes: String = proof.iter().map(|hash| STANDARD.encode(hash.as_bytes()) + "\n").collect();
        format!("old {old_size}\n{hashes}\n{}", note.to_text())
    }

    /// The note with the lines of the log alone, that of `log` first: what others signed was not looked at. Of two keys
    /// that follow each other both may have signed, and the log may know its head by the other one.
    pub(super) fn signed_by(&self, log: &NoteVerifier) -> String {
        let own = self.note.signatures.iter().filter(|line| line.name == log.name());
        let (mut signatures, others): (Vec<NoteSignature>, Vec<NoteSignature>) =
            own.cloned().partition(|line| line.key_hash == log.key_hash());
        signatures.truncate(1);
        signatures.extend(others.into_iter().take(1));
        Note { text: self.note.text.clone(), signatures }.to_text()
    }
}

/// A decimal number without sign or leading zeros.
fn decimal(text: &str) -> Option<u64> {
    let value: u64 = text.parse().ok()?;
    (value.to_string() == text).then_some(value)
}
