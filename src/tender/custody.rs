//! What the custodians say of a tender, as the platform records it: who has pinned its schedule, whom an opening waits for.

use super::command::{CustodianFault, RecordSchedule, RecordWaiting};
use super::event::{LotEvent, TenderEvent};
use super::lot::{Lot, Stage};
use super::notice::{Notice, Phase};
use super::{Context, Schedule};
use crate::base::{Refusal, require};

/// A schedule that custodians have pinned, and which of them.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, ts_rs::TS)]
pub struct PinnedSchedule {
    /// Custodians by index, ascending.
    pub custodians: Vec<u8>,
    /// Of which dealing of the shares they are the custodians.
    pub epoch: u32,
    /// What they have pinned.
    pub schedule: Schedule,
}

/// Whom an opening waits for.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, ts_rs::TS)]
pub struct Awaited {
    /// Custodians who answered rightly.
    pub answered: Vec<u8>,
    /// Of which dealing of the shares they are the custodians.
    pub epoch: u32,
    /// The others, and why.
    pub failed: Vec<CustodianFault>,
}

impl Notice {
    /// The schedule in force: what custodians are to pin. None before the publication.
    pub fn schedule(&self) -> Option<Schedule> {
        let is_cancelled = self.phase == Phase::Cancelled;
        Some(Schedule { is_cancelled, notice: self.digest?, opening_at: self.opening_at? })
    }

    /// Whether enough custodians of this dealing, or of a later one, have pinned `schedule`.
    pub fn is_pinned(&self, schedule: &Schedule, epoch: u32) -> bool {
        self.pinned.as_ref().is_some_and(|pinned| pinned.schedule == *schedule && pinned.epoch >= epoch)
    }
}

/// Every pin is signed by its custodian (the caller checks), for the schedule in force. It is recorded once for each
/// dealing of the shares: who got a share later has pinned nothing yet.
pub(super) fn record_schedule(
    notice: &Notice,
    body: &RecordSchedule,
    context: &Context<'_>,
) -> Result<TenderEvent, Refusal> {
    context.system()?;
    require(notice.schedule().as_ref() == Some(&body.schedule), || Refusal::rule("other_schedule"))?;
    require(notice.phase != Phase::Archived, || Refusal::not_now("tender_archived"))?;
    let is_ascending = body.pins.windows(2).all(|pair| pair[0].index < pair[1].index);
    let epoch =
        context.pinned_epoch.filter(|_| is_ascending).ok_or_else(|| Refusal::rule("pin_signature"))?;
    require(!notice.is_pinned(&body.schedule, epoch), || Refusal::rule("already_pinned"))?;
    Ok(TenderEvent::SchedulePinned { epoch, pins: body.pins.clone(), schedule: body.schedule.clone() })
}

pub(super) fn record_waiting(
    lot: &Lot,
    body: &RecordWaiting,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    context.system()?;
    let is_opening = matches!(lot.stage, Stage::Opening | Stage::SecondOpening);
    require(is_opening, || Refusal::not_now("wrong_stage").with("stage", lot.stage))?;
    let RecordWaiting { answered, epoch, failed } = body.clone();
    let awaited = Awaited { answered, epoch, failed };
    require(lot.awaited.as_ref() != Some(&awaited), || Refusal::rule("already_said"))?;
    let Awaited { answered, epoch, failed } = awaited;
    Ok(vec![LotEvent::CustodiansAwaited { answered, epoch, failed }])
}

pub(super) fn apply(lot: &mut Lot, event: &LotEvent) {
    match event {
        LotEvent::CustodiansAwaited { answered, epoch, failed } => {
            lot.awaited = Some(Awaited { answered: answered.clone(), epoch: *epoch, failed: failed.clone() });
        }
        // What was waited for has come.
        LotEvent::OpeningDrawn { .. } | LotEvent::KeysReleased { .. } | LotEvent::EnvelopeUnsealed { .. } => {
            lot.awaited = None;
        }
        _ => {}
    }
}
