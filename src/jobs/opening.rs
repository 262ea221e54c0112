//! The next step of a lot, read off its committed state.

use std::sync::Arc;

use futures_util::future;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use kaibiao_crypto::label::Label;
use kaibiao_crypto::lock::ProvenKey;
use tokio_util::task::AbortOnDropHandle;

use super::clock::{BEFORE_OPENING, Others};
use super::release::{self, Room};
use super::{Hands, JobError, Jobs, Work, contents, unseal};
use crate::base::{BidId, Envelope, LotId};
use crate::custody::{Asked, ReleasedKeys};
use crate::replay::derive;
use crate::tender::{
    Bid, CloseLot, Held, HoldOpening, Lot, LotCommand, LotTerms, Opening, OpeningStep, ReadBid, RecordDraw,
    RecordPanelDraw, RecordRelease, RecordSealCheck, RecordUnsealed, Stage, Tender,
};

/// Envelopes that are opened at the same time: enough that no core waits while others' facts are committed. Each holds
/// a segment.
const OPENED_AT_ONCE: usize = 16;
/// Envelopes whose keys are released together.
const RELEASED_AT_ONCE: usize = 1024;

/// A lot with what belongs to it.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) tender: &'a Arc<Tender>,
    pub(super) id: &'a LotId,
    pub(super) terms: &'a LotTerms,
    pub(super) lot: &'a Lot,
}

impl<'a> At<'a> {
    /// The lot `id` of `tender`, once published.
    pub(super) fn of(tender: &'a Arc<Tender>, id: &'a LotId) -> Option<Self> {
        let terms = tender.notice.terms()?.lot(id)?;
        Some(Self { tender, id, terms, lot: tender.lots.get(id)? })
    }
}

impl Jobs {
    /// Does the next step of a lot's course that is due; whether there was one.
    pub(super) async fn course(&self, at: At<'_>) -> Result<bool, JobError> {
        // What the supervisor has suspended rests; the directive that resumes it wakes the jobs like every act.
        if at.tender.notice.suspension(Some(at.id)).is_some() {
            return Ok(false);
        }
        if !at.lot.panel.commitments.is_empty() && at.lot.panel.ranked.is_empty() {
            self.draw_panel(at).await?;
            return Ok(true);
        }
        match (at.lot.stage, at.lot.opening()) {
            (Stage::Receiving, _) => self.close_if_due(at).await,
            (Stage::Opening | Stage::SecondOpening, Some(opening)) => match opening.step {
                OpeningStep::Unsealing => self.unseal(at, opening).await,
                OpeningStep::Reading => self.read_on(at, opening).await,
                OpeningStep::Unsealed | OpeningStep::Confirming | OpeningStep::Recorded => Ok(false),
            },
            _ => Ok(false),
        }
    }

    /// Opens documents that may be opened now, behind the statements; whether there was one.
    pub(super) async fn documents(&self, at: At<'_>) -> Result<bool, JobError> {
        let has_statements = at.lot.opening().is_some_and(|opening| opening.step != OpeningStep::Unsealing);
        let is_suspended = at.tender.notice.suspension(Some(at.id)).is_some();
        if !has_statements || is_suspended || matches!(at.lot.stage, Stage::Failed(_)) {
            return Ok(false);
        }
        let procedure = at.tender.notice.published().map_err(crate::ledger::Rejected::from)?.procedure;
        let is_second = at.lot.openings.len() > 1;
        for envelope in [Envelope::Documents, Envelope::PriceDocuments] {
            let is_open = procedure.opens_first(envelope) != is_second;
            if is_open && contents::sealed(at.lot, envelope).next().is_some() {
                self.open_envelopes(at, envelope).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn close_if_due(&self, at: At<'_>) -> Result<bool, JobError> {
        let clock = self.hands.ledger.clock();
        let Some(opening) = at.tender.notice.opening_at else { return Ok(false) };
        if at.tender.notice.open_objection(at.id).is_some() {
            return Ok(false);
        }
        if clock.now() + BEFORE_OPENING < opening {
            return Ok(false);
        }
        let others = self.others_clocks(at.tender).await?;
        if clock.now() < opening {
            return Ok(false);
        }
        if !others.agree() {
            return self.hold(at, others).await;
        }
        let bids = u32::try_from(at.lot.standing().count()).unwrap_or(u32::MAX);
        let close = CloseLot { bids, root: derive::closed_root(at.lot) };
        match self.hands.record(at, LotCommand::CloseLot(close)).await {
            // A bid that arrived before this close was written after the state was read: look again.
            Err(JobError::Rejected(rejected)) if rejected.code() == "bid_count" => Ok(true),
            other => other.map(|()| true),
        }
    }

    /// Says that the opening waits until others' clocks agree with ours, once for each way in which they do not.
    async fn hold(&self, at: At<'_>, others: Others) -> Result<bool, JobError> {
        let Others { asked, agreeing, apart } = others;
        if at.lot.held == Some(Held { agreeing, asked }) {
            return Ok(false);
        }
        let held = HoldOpening { agreeing, apart_ms: apart.0, asked };
        self.hands.record(at, LotCommand::HoldOpening(held)).await?;
        Ok(true)
    }

    async fn draw_panel(&self, at: At<'_>) -> Result<(), JobError> {
        let label =
            derive::panel_label(&at.tender.notice, at.id, at.lot).ok_or(JobError::Missing("the notice"))?;
        let room = Room::read(&self.hands.ledger, at).await?;
        let key = self.one_key(at, room.panel_draw(at)?, &label).await?;
        let ranked = derive::ranked_pool(at.lot, &key);
        let label_key = hex::encode(key.to_bytes());
        self.hands.record(at, LotCommand::RecordPanelDraw(RecordPanelDraw { label_key, ranked })).await
    }

    /// Draw, seal check, then all statements: in that order, each recorded before the next.
    async fn unseal(&self, at: At<'_>, opening: &Opening) -> Result<bool, JobError> {
        if at.lot.order.is_empty() {
            self.draw_opening(at).await?;
        } else if !opening.seals_checked {
            let mismatched =
                contents::mismatched(&self.hands.ledger, &self.hands.files, at.lot, &opening.bids).await?;
            self.hands.record(at, LotCommand::RecordSealCheck(RecordSealCheck { mismatched })).await?;
        } else {
            self.open_envelopes(at, opening.statement).await?;
        }
        Ok(true)
    }

    async fn draw_opening(&self, at: At<'_>) -> Result<(), JobError> {
        let label =
            derive::opening_label(&at.tender.notice, at.id, at.lot).ok_or(JobError::Missing("the close"))?;
        let room = Room::read(&self.hands.ledger, at).await?;
        let key = self.one_key(at, room.opening_draw(at)?, &label).await?;
        let draw = RecordDraw {
            coefficient: derive::coefficient(at.terms, &key),
            label_key: hex::encode(key.to_bytes()),
            order: derive::reading_order(at.lot, &key),
        };
        self.hands.record(at, LotCommand::RecordDraw(draw)).await
    }

    async fn one_key(&self, at: At<'_>, asked: Asked, label: &Label) -> Result<ProvenKey, JobError> {
        let released = self.release(at, asked, std::slice::from_ref(label)).await?;
        released.keys.into_iter().next().ok_or(JobError::Missing("the key of the draw"))
    }

    /// Releases the keys of one kind of envelope and opens all that are still sealed; a page at a time.
    async fn open_envelopes(&self, at: At<'_>, envelope: Envelope) -> Result<(), JobError> {
        let room = Room::read(&self.hands.ledger, at).await?;
        let sealed: Vec<&Bid> = contents::sealed(at.lot, envelope).take(RELEASED_AT_ONCE).collect();
        let labels: Vec<Label> = sealed
            .iter()
            .map(|bid| release::label(at, envelope, bid))
            .collect::<Option<_>>()
            .ok_or(JobError::Missing("the notice"))?;
        let released = self.release(at, room.envelopes(at, envelope, &sealed)?, &labels).await?;
        let ReleasedKeys { keys, answered, epoch, failed } = released;
        self.record_release(at, RecordRelease { answered, envelope, epoch, failed }).await?;
        let mut opened = Vec::with_capacity(sealed.len());
        for (bid, key) in sealed.into_iter().zip(keys) {
            let (hands, tender, id) = (self.hands.clone(), Arc::clone(at.tender), at.id.clone());
            let bid = bid.id;
            opened.push(async move { hands.open_one(&tender, &id, bid, envelope, &key).await });
        }
        let opened = opened.into_iter().map(in_task);
        stream::iter(opened).buffer_unordered(OPENED_AT_ONCE).try_collect::<()>().await
    }

    async fn record_release(&self, at: At<'_>, release: RecordRelease) -> Result<(), JobError> {
        let number = release.envelope.number();
        if at.lot.opening().is_some_and(|opening| opening.released.contains_key(&number)) {
            return Ok(());
        }
        self.hands.record(at, LotCommand::RecordRelease(release)).await
    }

    /// Reads out the next statements: one each pace, or all at once where there is none.
    async fn read_on(&self, at: At<'_>, opening: &Opening) -> Result<bool, JobError> {
        if self.is_paced(&Work::Course(at.tender.id, at.id.clone()), self.pace.reading) {
            return Ok(false);
        }
        let at_once = if self.pace.reading.0 == 0 { usize::MAX } else { 1 };
        let next: Vec<BidId> = opening.readable(at.lot).skip(opening.read.len()).take(at_once).collect();
        let read = next.iter().map(|bid| self.hands.record(at, LotCommand::ReadBid(ReadBid { bid: *bid })));
        future::try_join_all(read).await?;
        Ok(!next.is_empty())
    }
}

/// Runs in a task of its own, on any core; breaks off when nobody waits for it any more.
async fn in_task(
    opening: impl Future<Output = Result<(), JobError>> + Send + 'static,
) -> Result<(), JobError> {
    AbortOnDropHandle::new(tokio::spawn(opening)).await?
}

impl Hands {
    /// Opens one envelope and records what was in it.
    async fn open_one(
        &self,
        tender: &Arc<Tender>,
        lot: &LotId,
        bid: BidId,
        envelope: Envelope,
        key: &ProvenKey,
    ) -> Result<(), JobError> {
        let at = At::of(tender, lot).ok_or(JobError::Missing("the lot"))?;
        let bid = at.lot.bids.get(&bid).ok_or(JobError::Missing("the bid"))?;
        let line = bid.line(envelope).ok_or(JobError::Missing("the line of an envelope"))?;
        let result = unseal::unseal(&self.ledger, &self.files, at, bid, line, key).await?;
        contents::read_texts(&self.ledger, &self.files, self.texts.as_deref(), &result).await?;
        let record = RecordUnsealed { bid: bid.id, envelope, result, submission: line.submission };
        self.record(at, LotCommand::RecordUnsealed(record)).await
    }
}
