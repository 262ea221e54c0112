//! Readings of others' clocks, into the log: the newest witnessed head with the times of its cosignatures, and tokens of
//! time authorities over it. Entries before the head are older than these times, entries after the reading are younger, so
//! a verifier holds every time of the log between clocks of others.
//!
//! A busy tender's readings stand in its own stream: every bundle carries the centre's whole.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::release::WITNESSES;
use super::{JobError, Jobs, Work};
use crate::base::{Instant, Span, Tick};
use crate::centre::{CentreCommand, RecordClockAccepted};
use crate::ledger::Accepted;
use crate::limits::TIME_TOKENS_MAX;
use crate::replay::evidence::time_anchors;
use crate::tender::{Command, Lot, Phase, Stage, Tender, TenderCommand};

/// Between two readings of a tender while a lot is in its last day or a session is live.
const BUSY: Span = Span::seconds(60);
/// Between two readings of the centre.
const QUIET: Span = Span::seconds(3600);
/// Between two tries.
const AGAIN: Span = Span::seconds(5);
/// Between two questions to the signer for steps of its clock that were accepted.
const STEPS: Span = Span::seconds(10);
/// What counts as a lot's last day.
pub(super) const LAST_DAY: Span = Span::seconds(24 * 3600);
/// How far clocks of honest parties may be apart.
const APART: Span = Span::seconds(2);
/// How long before an opening others' clocks are compared with ours, so that the close is in time.
pub(super) const BEFORE_OPENING: Span = Span::seconds(5);
/// How long such a comparison holds.
const COMPARED: Span = Span::seconds(10);
/// Who has not answered by then is not asked.
const AUTHORITIES: Duration = Duration::from_secs(2);

/// How the clocks of others stand to ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Others {
    /// How many were read.
    pub(super) asked: u32,
    /// How many agree.
    pub(super) agreeing: u32,
    /// By how much the one that is furthest away differs; above zero: it is ahead.
    pub(super) apart: Span,
}

impl Others {
    /// Whether more than half of them agree with ours. Where nobody was asked nobody disagrees.
    pub(super) fn agree(&self) -> bool {
        self.asked == 0 || 2 * self.agreeing > self.asked
    }

    /// Counts a clock that was read `between` two moments of ours and said something from `at` on, for `exact`.
    fn count(&mut self, at: Instant, exact: Span, between: (Instant, Instant)) {
        let (begun, ended) = between;
        let apart = if at > ended {
            at.since(ended)
        } else if at + exact < begun {
            (at + exact).since(begun)
        } else {
            Span(0)
        };
        self.asked += 1;
        self.agreeing += u32::from(apart.0.abs() <= APART.0);
        if apart.0.abs() > self.apart.0.abs() {
            self.apart = apart;
        }
    }
}

impl Jobs {
    /// Reads the clocks of others where that is due; whether it was.
    pub(super) async fn read_clocks(&self) -> Result<bool, JobError> {
        let ledger = &self.hands.ledger;
        let now = ledger.clock().now();
        let is_due = |last: Option<Instant>, pace| last.is_none_or(|last| now.since(last) >= pace);
        let is_centre_due = is_due(ledger.centre().clocks_read_at, QUIET);
        let mut busy = ledger.tenders();
        busy.retain(|tender| is_busy(tender, now) && is_due(tender.notice.clocks_read_at, BUSY));
        if (!is_centre_due && busy.is_empty()) || self.was_done(&Work::Clocks, AGAIN) {
            return Ok(false);
        }
        let Some((tick, _)) = self.tick().await else { return Ok(false) };
        self.done_now(Work::Clocks);
        if is_centre_due {
            ledger.system_centre(&CentreCommand::Tick(tick.clone())).await?;
        }
        for tender in busy {
            self.record_reading(&tender, tick.clone()).await?;
        }
        Ok(true)
    }

    /// Tells the log which steps of the signer's clock its keepers have accepted; whether there was one. A note that the log
    /// refuses, because its keepers are not named there, keeps no other one back.
    pub(super) async fn tell_clock_steps(&self) -> Result<bool, JobError> {
        let ledger = &self.hands.ledger;
        if self.is_paced(&Work::ClockSteps, STEPS) {
            return Ok(false);
        }
        let (mut is_told, mut refused) = (false, None);
        for note in ledger.untold_clock_steps().await? {
            match ledger
                .system_centre(&CentreCommand::RecordClockAccepted(RecordClockAccepted { note }))
                .await
            {
                Ok(_) => is_told = true,
                Err(rejected) => refused = Some(rejected),
            }
        }
        refused.map_or(Ok(is_told), |rejected| Err(rejected.into()))
    }

    /// How others' clocks stand to ours, read a moment ago or now, into the tender's stream.
    pub(super) async fn others_clocks(&self, tender: &Tender) -> Result<Others, JobError> {
        let ledger = &self.hands.ledger;
        if !ledger.has_witnesses_elsewhere() && self.times.as_ref().is_none_or(|times| times.is_nobody()) {
            return Ok(Others::default());
        }
        // Lots of one tender close at the same moment: the first compares, the others hear of it.
        let mut compared = self.compared.lock().await;
        let now = ledger.clock().now();
        if let Some((at, others)) = compared.get(&tender.id)
            && now.since(*at) < COMPARED
        {
            return Ok(*others);
        }
        let mut others = Others::default();
        if let Some((tick, stamped)) = self.tick().await {
            let between = (now, ledger.clock().now());
            stamped.into_iter().for_each(|at| others.count(at, Span(0), between));
            let accepted = self.record_reading(tender, tick).await?;
            self.count_witnesses(&mut others, &accepted).await;
        }
        compared.insert(tender.id, (now, others));
        Ok(others)
    }

    /// Counts the witnesses who cosign a head that covers what was just written.
    async fn count_witnesses(&self, others: &mut Others, written: &Accepted) {
        let ledger = &self.hands.ledger;
        let is_covered =
            ledger.has_witnesses_elsewhere() && ledger.is_witnessed_within(written.index, WITNESSES).await;
        let Some(note) = ledger.witnessed().filter(|_| is_covered).and_then(|head| head.note) else { return };
        let between = (written.ts, ledger.clock().now());
        for (witness, _) in ledger.witnesses() {
            if let Ok(Some(seconds)) = note.verify(&witness) {
                let at = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000);
                // A witness counts in whole seconds.
                others.count(Instant(at), Span(999), between);
            }
        }
    }

    async fn record_reading(&self, tender: &Tender, tick: Tick) -> Result<Accepted, JobError> {
        Ok(self.hands.ledger.system(tender.id, Command::Tender(TenderCommand::Tick(tick))).await?)
    }

    /// A reading taken now, with the times of its tokens; none before the first witnessed head.
    async fn tick(&self) -> Option<(Tick, Vec<Instant>)> {
        let ledger = &self.hands.ledger;
        let note = ledger.witnessed()?.note?;
        let message = note.text.as_bytes();
        let anchors = time_anchors(&ledger.centre());
        let asked = tokio::time::timeout(AUTHORITIES, self.times.as_ref()?.tokens(message)).await;
        let (mut tokens, mut stamped) = (Vec::new(), Vec::new());
        for token in asked.unwrap_or_default().into_iter().take(TIME_TOKENS_MAX) {
            match token.verify(message, &anchors) {
                Ok(stamp) => {
                    tokens.push(STANDARD.encode(token.der()));
                    stamped.push(Instant(i64::try_from(stamp.at_ms).unwrap_or(i64::MAX)));
                }
                // What no named authority vouches for would only be a fault in the log.
                Err(error) => tracing::warn!(%error, "a token is not recorded"),
            }
        }
        Some((Tick { head: note.to_text(), tokens }, stamped))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_half_of_the_clocks_of_others_must_agree() {
        let between = (Instant(100_000), Instant(100_300));
        let of = |clocks: &[i64]| {
            let mut others = Others::default();
            clocks.iter().for_each(|at| others.count(Instant(*at), Span(0), between));
            others
        };
        assert!(of(&[]).agree(), "nobody was asked");
        assert!(of(&[98_000, 100_100, 102_300]).agree(), "two seconds either way");
        assert!(!of(&[97_999]).agree() && !of(&[102_301]).agree());
        assert!(!of(&[100_100, 200_000]).agree(), "one against one");
        let two_of_three = of(&[100_100, 100_200, 3_700_000]);
        assert_eq!(two_of_three, Others { asked: 3, agreeing: 2, apart: Span(3_599_700) });
        assert!(two_of_three.agree(), "one that is wrong decides nothing");
        assert_eq!(of(&[40_000]).apart, Span(-60_000), "behind us");
    }
}
