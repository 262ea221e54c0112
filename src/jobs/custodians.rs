//! What the platform asks of custodians by itself: keys when their time has come, that they pin each schedule, rehearsals.

use std::sync::Arc;

use kaibiao_crypto::label::{Label, RehearsalDate};

use super::opening::At;
use super::release::WITNESSES;
use super::{JobError, Jobs, Work};
use crate::base::{Instant, Span};
use crate::centre::{CentreCommand, RecordRehearsal, RehearsalFault};
use crate::custody::{Asked, EvidenceRoom, Reached, ReleasedKeys, TooFewCustodians};
use crate::tender::{
    Awaited, Command, LotCommand, Phase, RecordSchedule, RecordWaiting, Stage, Tender, TenderCommand,
};

/// Between two questions for the keys of a lot, while too few answer.
const ASK_AGAIN: Span = Span::seconds(3);
/// How long after the opening a beacon may take before the room is told.
const BEACON_LATE: Span = Span::seconds(10);
/// Between two tries to have a schedule pinned.
const PIN_AGAIN: Span = Span::seconds(10);
/// Between two rehearsals.
const REHEARSE_EVERY: Span = Span::days(7);
/// Between two rehearsals while fewer than one more than needed answer.
const REHEARSE_AGAIN: Span = Span::days(1);

impl Jobs {
    /// The keys of `labels`. Where too few custodians answer, the room is told whom it waits for.
    pub(super) async fn release(
        &self,
        at: At<'_>,
        asked: Asked,
        labels: &[Label],
    ) -> Result<ReleasedKeys, JobError> {
        // Each question stands in the record of every custodian that answers it: they are not asked without a pause.
        let again = Work::AskAgain(at.tender.id, at.id.clone());
        if self.was_done(&again, ASK_AGAIN) || self.expects_beacon(at) {
            return Err(JobError::AskedJustNow);
        }
        let released = self.reach(at.tender)?.release(asked, labels).await;
        if let Err(too_few) = &released {
            self.done_now(again);
            self.tell_waiting(at, too_few).await?;
        }
        Ok(released?)
    }

    /// Whether the beacon of an opening is on its way: until then no custodian would release anything. Once it is late,
    /// they are asked all the same, so that the room hears whom and what it waits for.
    fn expects_beacon(&self, at: At<'_>) -> bool {
        let notice = &at.tender.notice;
        let late = notice.opening_at.map(|opening| opening + BEACON_LATE);
        let is_late = late.is_none_or(|late| self.hands.ledger.clock().now() >= late);
        let is_opening = matches!(at.lot.stage, Stage::Opening | Stage::SecondOpening);
        is_opening && !is_late && !notice.missing_rounds().is_empty()
    }

    async fn tell_waiting(&self, at: At<'_>, too_few: &TooFewCustodians) -> Result<(), JobError> {
        let is_opening = matches!(at.lot.stage, Stage::Opening | Stage::SecondOpening);
        let TooFewCustodians { epoch, failed, right, .. } = too_few;
        let awaited = Awaited { answered: right.clone(), epoch: *epoch, failed: failed.clone() };
        if !is_opening || at.lot.awaited.as_ref() == Some(&awaited) {
            return Ok(());
        }
        let Awaited { answered, epoch, failed } = awaited;
        let waiting = RecordWaiting { answered, epoch, failed };
        self.hands.record(at, LotCommand::RecordWaiting(waiting)).await
    }

    /// The committee that the notice names, as last appointed.
    fn reach(&self, tender: &Tender) -> Result<Reached, JobError> {
        let custody = self.custody.as_ref().ok_or(JobError::Missing("the way to the custodians"))?;
        let named = tender.notice.committee.as_ref().ok_or(JobError::Missing("the notice"))?;
        let centre = self.hands.ledger.centre();
        let registered = centre.committees.get(&named.0);
        registered.and_then(|registered| custody.reach(registered)).ok_or(JobError::Missing("the committee"))
    }

    /// Shows custodians the schedule in force until so many have pinned it that fewer than the threshold are left; again
    /// where shares were dealt anew.
    pub(super) async fn pin_schedule(&self, tender: &Arc<Tender>) -> Result<bool, JobError> {
        let Some((schedule, (group_key, _))) = tender.notice.schedule().zip(tender.notice.committee.as_ref())
        else {
            return Ok(false);
        };
        let registered =
            self.hands.ledger.centre().committees.get(group_key).map(|committee| committee.epoch);
        let is_pinned = registered.is_some_and(|epoch| tender.notice.is_pinned(&schedule, epoch));
        let is_archived = tender.notice.phase == Phase::Archived;
        if self.custody.is_none()
            || is_pinned
            || is_archived
            || self.is_paced(&Work::Schedule(tender.id), PIN_AGAIN)
        {
            return Ok(false);
        }
        let reached = self.reach(tender)?;
        let room = EvidenceRoom::read(&self.hands.ledger, tender.id).await?;
        if !room.is_witnessed_within(&self.hands.ledger, WITNESSES).await {
            return Err(JobError::AwaitsWitnesses);
        }
        let pins = reached.pin_schedule(room.schedule(&self.hands.ledger)?, &schedule).await;
        if pins.len() < usize::from(reached.committee().quorum().blocking()) {
            return Err(JobError::Missing("enough custodians to pin the schedule"));
        }
        let record = TenderCommand::RecordSchedule(RecordSchedule { pins, schedule });
        self.hands.ledger.system(tender.id, Command::Tender(record)).await?;
        Ok(true)
    }

    /// Rehearses with the committee in office when it is due: each week, and each day while it is not safe. The alarm is
    /// in the operator's log and on the custodians' page.
    pub(super) async fn rehearse(&self) -> Result<bool, JobError> {
        let (Some(custody), now) = (self.custody.as_ref(), self.hands.ledger.clock().now()) else {
            return Ok(false);
        };
        let centre = self.hands.ledger.centre();
        let reached = centre.committee.as_ref().and_then(|registered| custody.reach(registered));
        let Some(reached) = reached else { return Ok(false) };
        let committee = reached.committee().id();
        let safe = usize::from(reached.committee().quorum().threshold()) + 1;
        let last = centre.rehearsal(&committee);
        if let Some(last) = last {
            let pace = if last.answered.len() >= safe { REHEARSE_EVERY } else { REHEARSE_AGAIN };
            if now.since(last.at) < pace {
                return Ok(false);
            }
        }
        if self.is_paced(&Work::Rehearsal, PIN_AGAIN) {
            return Ok(false);
        }
        let (answered, failed) = reached.rehearse(today(now)?).await;
        // A committee that was just appointed may not be up yet: its first rehearsal waits for somebody to be there.
        if answered.is_empty() && last.is_none() {
            return Err(JobError::Missing("a custodian to rehearse with"));
        }
        if answered.len() < safe {
            tracing::error!(?answered, ?failed, "too few custodians answered the rehearsal: call them");
        }
        let failed = failed.into_iter().map(|fault| RehearsalFault { code: fault.code, index: fault.index });
        let record = RecordRehearsal { answered, committee, failed: failed.collect() };
        self.hands.ledger.system_centre(&CentreCommand::RecordRehearsal(record)).await?;
        Ok(true)
    }
}

/// The day of a moment, in UTC.
fn today(now: Instant) -> Result<RehearsalDate, JobError> {
    let text = now.to_string();
    let date = text.get(..10).and_then(|date| date.parse().ok());
    date.ok_or(JobError::Missing("the date"))
}
