//! Sealed envelopes as the server can judge them: for whom and for what they are sealed, never what is in them.

use kaibiao_crypto::envelope::{Core, EnvelopeError, Locks};
use kaibiao_crypto::label::Context;

use super::{Intake, failed};
use crate::base::{Digest, Envelope, KeyId, LotId, ManifestLine, PersonId, Refusal, SubmissionId};
use crate::files::Address;
use crate::ledger::Rejected;
use crate::replay::derive;
use crate::store::EnvelopeRow;
use crate::tender::{Notice, Stage, SubmitBid, Tender};

/// What an envelope of a lot must be sealed for. Error: `unknown_tender` if the notice was never published.
pub fn expected_context(
    notice: &Notice,
    lot: &LotId,
    envelope: Envelope,
    submission: SubmissionId,
    bidder: KeyId,
) -> Result<Context, Refusal> {
    let context = derive::context(notice, lot, envelope, submission, bidder);
    context.ok_or_else(|| Refusal::unknown("unknown_tender"))
}

/// What envelopes of a tender must be locked and sealed with.
pub fn expected_locks(notice: &Notice) -> Result<Locks, Refusal> {
    derive::locks(notice).ok_or_else(|| Refusal::rule("wrong_lock").with("of", "committee"))
}

/// Reads a core and checks that it is sealed as `expected`, to `locks`. Errors: `malformed`, `wrong_context`,
/// `wrong_lock`, with what differs.
pub fn check_core(bytes: &[u8], expected: &Context, locks: &Locks) -> Result<Core, Refusal> {
    let core = Core::parse(bytes).map_err(|error| refusal(&error))?;
    core.check(expected, locks).map_err(|error| refusal(&error))?;
    Ok(core)
}

/// A core's fault as a refusal.
pub fn refusal(error: &EnvelopeError) -> Refusal {
    match error {
        EnvelopeError::WrongContext(field) => Refusal::rule("wrong_context").with("of", field),
        EnvelopeError::WrongLock(lock) => Refusal::rule("wrong_lock").with("of", lock),
        EnvelopeError::Malformed(_)
        | EnvelopeError::Context(_)
        | EnvelopeError::Capsule(_)
        | EnvelopeError::WrongKey(_)
        | EnvelopeError::WrongPath => Refusal::rule("malformed").with("detail", error.to_string()),
    }
}

impl Intake {
    pub(super) async fn look_at_bid(
        &self,
        by: PersonId,
        key: Digest,
        tender: &Tender,
        lot: &LotId,
        bid: &SubmitBid,
    ) -> Result<(), Rejected> {
        // A closed lot never opens again: the ledger refuses with the right words.
        if tender.lots.get(lot).is_none_or(|lot| lot.stage != Stage::Receiving) {
            return Ok(());
        }
        let locks = expected_locks(&tender.notice)?;
        for line in bid.manifest.lines() {
            let expected = expected_context(&tender.notice, lot, line.envelope, line.submission, key)?;
            let row = self.uploaded(by, tender, lot, line).await?;
            let core = self.core(&row).await?;
            check_core(&core, &expected, &locks)?;
        }
        Ok(())
    }

    /// The stored envelope of a line: uploaded by the submitter for this lot, byte for byte the one of the line.
    async fn uploaded(
        &self,
        by: PersonId,
        tender: &Tender,
        lot: &LotId,
        line: &ManifestLine,
    ) -> Result<EnvelopeRow, Rejected> {
        let refuse = |code| Rejected::from(Refusal::rule(code).with("envelope", line.envelope));
        let row = self
            .database
            .envelope(&line.submission.0)
            .await
            .map_err(failed)?
            .filter(|row| row.person == by.0);
        let row = row.ok_or_else(|| refuse("envelope_not_uploaded"))?;
        let is_same = row.tender == tender.id.to_string()
            && row.lot == lot.as_str()
            && row.kind == line.envelope.number()
            && row.core_sha256 == line.core_sha256
            && row.root == line.root
            && row.total_len == line.total_len;
        if is_same { Ok(row) } else { Err(refuse("envelope_differs")) }
    }

    async fn core(&self, row: &EnvelopeRow) -> Result<bytes::Bytes, Rejected> {
        let address = Address::Sealed { root: row.root, core_sha256: row.core_sha256 };
        let core = self.files.read_range(address, 0..row.core_len).await;
        let core = core.map_err(|_| Rejected::Busy { retry_after_s: 5 })?;
        // Damage on the disk shows before the log vouches for the bid.
        if Digest::of(&core) == row.core_sha256 {
            Ok(core)
        } else {
            Err(Rejected::Busy { retry_after_s: 60 })
        }
    }
}
