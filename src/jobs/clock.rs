//! Readings of clocks, into the log: the newest witnessed head with the times of its cosignatures, and tokens of time
//! authorities over it. Entries before the head are older than these times, entries after the reading are younger, so a
//! verifier holds every time of the log between clocks of others.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::timestamp::Token;

use super::{JobError, Jobs, Work};
use crate::base::{Instant, Span};
use crate::centre::{CentreCommand, Tick};
use crate::limits::TIME_TOKENS_MAX;
use crate::replay::evidence::time_anchors;
use crate::tender::{Lot, Phase, Stage, Tender};

/// Between two readings while a lot is in its last day or a session is live.
const BUSY: Span = Span::seconds(60);
/// Between two readings otherwise.
const QUIET: Span = Span::seconds(3600);
/// Between two tries.
const AGAIN: Span = Span::seconds(5);
/// What counts as a lot's last day.
const LAST_DAY: Span = Span::seconds(24 * 3600);

impl Jobs {
    /// Reads the clocks of others when that is due; whether it was.
    pub(super) async fn read_clocks(&self) -> Result<bool, JobError> {
        let ledger = &self.hands.ledger;
        let now = ledger.clock().now();
        let is_busy = ledger.tenders().iter().any(|tender| is_busy(tender, now));
        let Some((times, head)) = self.times.as_ref().zip(ledger.witnessed()) else { return Ok(false) };
        let Some(note) = head.note else { return Ok(false) };
        let pace = if is_busy { BUSY } else { QUIET };
        let is_recent = ledger.centre().clocks_read_at.is_some_and(|last| now.since(last) < pace);
        if is_recent || self.is_paced(&Work::Clocks, AGAIN) {
            return Ok(false);
        }
        let anchors = time_anchors(&ledger.centre());
        let message = note.text.as_bytes();
        // What no named authority vouches for would only be a fault in the log.
        let is_trusted = |token: &Token| {
            let verified = token.verify(message, &anchors);
            verified.inspect_err(|error| tracing::warn!(%error, "a token is not recorded")).is_ok()
        };
        let tokens = times.tokens(message).await.into_iter().filter(is_trusted).take(TIME_TOKENS_MAX);
        let tokens = tokens.map(|token| STANDARD.encode(token.der())).collect();
        ledger.system_centre(&CentreCommand::Tick(Tick { head: note.to_text(), tokens })).await?;
        Ok(true)
    }
}

/// Only a published tender has deadlines to come: one that was cancelled is quiet, though its lots were never closed.
fn is_busy(tender: &Tender, now: Instant) -> bool {
    if tender.notice.phase != Phase::Published {
        return false;
    }
    let is_near = tender.notice.opening_at.is_some_and(|opening| now + LAST_DAY >= opening);
    tender.lots.values().any(|lot| is_live(lot) || (is_near && lot.closed_at.is_none()))
}

/// Whether people work on the lot at this moment: an opening, or a panel.
fn is_live(lot: &Lot) -> bool {
    matches!(lot.stage, Stage::Opening | Stage::Reviewing | Stage::SecondOpening)
}
