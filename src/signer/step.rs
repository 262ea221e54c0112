//! A step of the clock, from the question to its acceptance: two keepers of the signer sign the question, and witnesses
//! vouch for the clock as it runs now.

use kaibiao_crypto::act::Nonce;
use kaibiao_crypto::checkpoint::{self, Checkpoint, Note, NoteError, NoteVerifier};
use kaibiao_crypto::clock_step::{self, ClockStep, ClockStepError, KEEPERS_MIN, Signed};
use kaibiao_crypto::policy::Policy;
use ring::rand::SystemRandom;

use super::house::House;
use super::store::{Kept, Store};
use super::{SignRefused, SignerError};
use crate::base::{Instant, Span};
use crate::held;
use crate::limits::CLOCK_AGREES_MS;

impl House {
    /// The question about the step that has stopped the signer, as keepers are to sign it. It counts alone: the one before
    /// it is forgotten. Error: `no_step`.
    pub(super) fn ask_about_clock(&self, now: Instant) -> Result<Note, SignerError> {
        let (kept, stepped) = self.stopped()?;
        let nonce = Nonce::generate(&SystemRandom::new())?;
        let question = ClockStep { head: self.checkpoint(&kept)?, step_ms: stepped.0, wall_ms: now.0, nonce };
        self.write(&self.question_path(), question.to_text().as_bytes())?;
        Ok(question.ask(&self.keys()?.in_force()?))
    }

    /// The note of the head that was signed last, for witnesses to cosign again.
    pub(super) fn signed_head(&self) -> Result<Note, SignerError> {
        let (kept, _) = self.stopped()?;
        Ok(self.checkpoint(&kept)?.sign(&self.keys()?.in_force()?)?)
    }

    /// The signer goes on with its clock: `note` is the question that it asked last, signed by two keepers, and `head` the
    /// head that it signed last, cosigned since by a quorum of witnesses whose clocks agree with ours, which says `now`.
    /// What was accepted is kept before the signer may go on. Errors: `no_step`, `clock_question_other`,
    /// `two_keepers_needed`, `head_other`, `head_old`, `clock_disagrees`, `quorum`.
    pub(super) fn accept_clock(&self, note: &Note, head: &Note, now: Instant) -> Result<Span, SignerError> {
        let _lock = self.lock()?;
        let (kept, stepped) = self.stopped()?;
        let keepers = clock_step::keepers(&self.settings()?.keepers)?;
        let Signed { step, by } = ClockStep::open(note, &keepers)?;
        let path = self.question_path();
        let asked = held::read(&path).map_err(|error| SignerError::File(path, error))?;
        let is_asked = asked.as_deref() == Some(note.text.as_bytes());
        if !is_asked || step.step_ms != stepped.0 || step.head != self.checkpoint(&kept)? {
            return Err(SignRefused::OtherQuestion.into());
        }
        if by.len() < KEEPERS_MIN {
            return Err(ClockStepError::TooFew.into());
        }
        let log = self.keys()?.in_force()?;
        agrees(head, &step, log.verifier(), &self.policy()?, now)?;
        let mut store = Store::at(&self.head_path());
        store.accept(note.to_text())?;
        store.keep(&Kept { clock_stepped: None, signed_at: Some(now), ..kept })?;
        Ok(stepped)
    }

    /// What was kept last, and the step that has stopped the signer since.
    fn stopped(&self) -> Result<(Kept, Span), SignerError> {
        let kept = Store::at(&self.head_path()).last()?.ok_or(SignerError::NoStep)?;
        let stepped = kept.clock_stepped.ok_or(SignerError::NoStep)?;
        Ok((kept, stepped))
    }

    fn checkpoint(&self, kept: &Kept) -> Result<Checkpoint, SignerError> {
        Ok(Checkpoint { origin: self.settings()?.origin, size: kept.size, root: kept.root })
    }
}

/// Whether a quorum of the policy has cosigned the head since the question was asked, by clocks that agree with ours.
fn agrees(
    head: &Note,
    asked: &ClockStep,
    log: &NoteVerifier,
    policy: &Policy,
    now: Instant,
) -> Result<(), SignerError> {
    let opened = checkpoint::open(head, log, &policy.witnesses, policy.quorum)?;
    if policy.quorum == 0 {
        // Where nobody must cosign there is no clock but the own one.
        return Err(NoteError::Quorum.into());
    }
    if opened.checkpoint != asked.head {
        return Err(SignRefused::OtherHead { kept: asked.head.size }.into());
    }
    // A cosignature tells whole seconds: its moment is anywhere in that second.
    let second =
        |(_, seconds): &(String, u64)| i64::try_from(*seconds).unwrap_or(i64::MAX).saturating_mul(1000);
    let mut apart: Vec<Span> = opened
        .cosignatures
        .iter()
        .map(second)
        .filter(|from| from.saturating_add(999) >= asked.wall_ms)
        .map(|from| Span(now.0.saturating_sub(now.0.clamp(from, from.saturating_add(999)))))
        .collect();
    if apart.len() < policy.quorum {
        return Err(SignRefused::OldHead.into());
    }
    apart.sort_by_key(|apart| apart.0.abs());
    match apart[policy.quorum - 1] {
        Span(ms) if ms.abs() > CLOCK_AGREES_MS => Err(SignRefused::ClockDisagrees(Span(ms)).into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
