//! Cover for sealed acts: while a lot is in its last day, batches of cover entries alone at random moments. From outside
//! they are what a batch with a bid is, so the size of the log tells nobody that a bid came.
//!
//! The log has one size for all lots, so one such row of moments covers them all. Waiting times are exponential: however
//! long no batch came, the next is as near as ever, and nothing about it need be remembered across a restart.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

use super::clock::LAST_DAY;
use super::{JobError, Jobs};
use crate::base::{Instant, Span};
use crate::tender::{Phase, Tender};

/// A moment that has come is looked at again after this long, and not at once.
const LEAST_WAIT: Duration = Duration::from_millis(1);

impl Jobs {
    /// Covers, if the moment has come; whether it had.
    pub(super) async fn cover(&self) -> Result<bool, JobError> {
        let is_due = self.take_cover_moment()?;
        if is_due {
            self.hands.ledger.cover().await?;
        }
        Ok(is_due)
    }

    /// Waits for the next moment, to the millisecond: batches that only came when the jobs look at the clock could be told
    /// from the acts of people, who come at any moment.
    pub(super) async fn cover_moment(&self) {
        let Some(next) = *self.cover_at() else { return std::future::pending().await };
        let wait = next.since(self.hands.ledger.clock().now());
        let wait = Duration::from_millis(u64::try_from(wait.0).unwrap_or(0));
        tokio::time::sleep(wait.max(LEAST_WAIT)).await;
    }

    /// Whether the moment has come. The next one is drawn when it has, and when a lot comes into its last day.
    fn take_cover_moment(&self) -> Result<bool, JobError> {
        let Some(mean) = self.pace.cover else { return Ok(false) };
        let ledger = &self.hands.ledger;
        let now = ledger.clock().now();
        let is_wanted = ledger.tenders().iter().any(|tender| receives_its_last(tender, now));
        let mut next = self.cover_at();
        let is_due = is_wanted && next.is_some_and(|at| now >= at);
        if !is_wanted {
            *next = None;
        } else if is_due || next.is_none() {
            *next = Some(now + waiting_time(mean)?);
        }
        Ok(is_due)
    }

    fn cover_at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.cover_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a lot that still receives bids opens within a day.
fn receives_its_last(tender: &Tender, now: Instant) -> bool {
    let notice = &tender.notice;
    notice.phase == Phase::Published
        && notice.opening_at.is_some_and(|opening| now + LAST_DAY >= opening)
        && tender.lots.values().any(|lot| lot.closed_at.is_none())
}

/// A waiting time of the exponential distribution with this mean, in whole milliseconds.
fn waiting_time(mean: Span) -> Result<Span, JobError> {
    let mut bytes = [0; 8];
    SystemRandom::new().fill(&mut bytes).map_err(|_| JobError::Missing("randomness"))?;
    // 53 bits make a share above 0, at most 1.
    let share = ((u64::from_be_bytes(bytes) >> 11) + 1) as f64 / (1_u64 << 53) as f64;
    Ok(Span((-share.ln() * mean.0 as f64) as i64))
}
