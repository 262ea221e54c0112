//! The opening: close, draw, seal check, release, unsealing, reading out, confirming, the signed record.
//!
//! The same protocol serves the first opening and, in a two-stage procedure, the second. Unsealing never depends on a
//! bidder or the host being there; reading out is the host's.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Context;
use super::command::{
    AnswerObjection, CloseLot, ConfirmReading, HoldOpening, ObjectInRoom, ReadBid, RecordDraw, RecordRelease,
    RecordSealCheck, RecordUnsealed, SignRecord, StatementValue, Unsealed,
};
use super::event::{ClosedBid, FailureReason, LotEvent};
use super::lot::{Lot, Stage};
use super::notice::{Notice, host_of, of_org};
use super::review;
use super::terms::{Field, LotTerms, Procedure};
use crate::base::{BidId, Digest, Envelope, Instant, LongText, OrgId, Refusal, Role, require};
use crate::formula::Decimal;

/// How far an opening is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OpeningStep {
    /// Keys are being released and statements unsealed.
    Unsealing,
    /// All statements are unsealed, or could not be; the host may begin.
    Unsealed,
    /// Statements are read out.
    Reading,
    /// Bidders confirm or object; host and recorder sign.
    Confirming,
    /// Recorded.
    Recorded,
}

/// One of the openings of a lot.
#[derive(Clone, Debug)]
pub struct Opening {
    /// How far it is.
    pub step: OpeningStep,
    /// The statement that is read.
    pub statement: Envelope,
    /// Bids that take part, in reading order (once drawn).
    pub bids: Vec<BidId>,
    /// Whether the stored bytes were compared with the receipts.
    pub seals_checked: bool,
    /// Custodians that answered, by envelope.
    pub released: BTreeMap<u8, Vec<u8>>,
    /// Bids read so far.
    pub read: Vec<BidId>,
    /// Bids whose bidder confirmed.
    pub confirmed: BTreeSet<BidId>,
    /// Objections and answers.
    pub objections: BTreeMap<BidId, (LongText, Option<LongText>)>,
    /// Who signed the record, as what.
    pub signatures: BTreeSet<(Role, OrgId)>,
    /// The recorded record.
    pub record_sha256: Option<Digest>,
}

/// How others' clocks stood to the platform's when an opening was held for them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held {
    /// How many agreed.
    pub agreeing: u32,
    /// How many were read.
    pub asked: u32,
}

/// The record of an opening (开标记录), as signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct OpeningRecord {
    /// When the lot was closed.
    pub closed_at: Option<Instant>,
    /// The closed root.
    #[ts(type = "string | null")]
    pub closed_root: Option<Digest>,
    /// The drawn coefficient.
    pub coefficient: Option<Decimal>,
    /// One line per bid, in reading order.
    pub lines: Vec<RecordLine>,
    /// Which opening.
    pub opening: u8,
}

/// One line of the record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct RecordLine {
    /// The bid.
    pub bid: BidId,
    /// The bidder.
    pub org: OrgId,
    /// The addenda that the bid takes into account: fewer than there are, if it was never confirmed anew.
    pub document_set: u32,
    /// An objection raised in the room.
    pub objection: Option<LongText>,
    /// The statement as read; none if it did not open.
    pub statement: Option<Vec<StatementValue>>,
}

impl Opening {
    fn new(statement: Envelope, bids: Vec<BidId>) -> Self {
        Self {
            step: OpeningStep::Unsealing,
            statement,
            bids,
            seals_checked: false,
            released: BTreeMap::new(),
            read: Vec::new(),
            confirmed: BTreeSet::new(),
            objections: BTreeMap::new(),
            signatures: BTreeSet::new(),
            record_sha256: None,
        }
    }

    /// Bids of this opening whose statement opened: those that are read, in order.
    pub fn readable<'a>(&'a self, lot: &'a Lot) -> impl Iterator<Item = BidId> + 'a {
        let opened = |bid: &BidId| lot.bids.get(bid).is_some_and(|bid| bid.is_opened(self.statement));
        self.bids.iter().copied().filter(opened)
    }

    /// The next bid to be read.
    pub fn next_to_read(&self, lot: &Lot) -> Option<BidId> {
        self.readable(lot).nth(self.read.len())
    }
}

impl Lot {
    /// The record of opening `number` (from 1) as it stands: what host, recorder and bidders sign.
    pub fn record(&self, number: usize) -> Option<OpeningRecord> {
        let opening = self.openings.get(number.checked_sub(1)?)?;
        let line = |id: &BidId| {
            let bid = self.bids.get(id)?;
            let statement = bid.statement(opening.statement).map(<[StatementValue]>::to_vec);
            let objection = opening.objections.get(id).map(|(text, _)| text.clone());
            let document_set = bid.document_set;
            Some(RecordLine { bid: *id, document_set, org: bid.org, objection, statement })
        };
        Some(OpeningRecord {
            closed_at: self.closed_at,
            closed_root: self.closed_root,
            coefficient: self.coefficient,
            lines: opening.bids.iter().filter_map(line).collect(),
            opening: u8::try_from(number).unwrap_or(u8::MAX),
        })
    }

    fn number(&self) -> u8 {
        u8::try_from(self.openings.len()).unwrap_or(u8::MAX)
    }

    fn current(&self) -> Result<&Opening, Refusal> {
        let is_opening = matches!(self.stage, Stage::Opening | Stage::SecondOpening);
        let opening = self.openings.last().filter(|_| is_opening);
        opening.ok_or_else(|| Refusal::not_now("no_opening").with("stage", self.stage))
    }

    fn current_at(&self, step: OpeningStep) -> Result<&Opening, Refusal> {
        let opening = self.current()?;
        require(opening.step == step, || Refusal::not_now("wrong_step").with("step", opening.step))?;
        Ok(opening)
    }
}

pub(super) fn close(
    notice: &Notice,
    terms: &LotTerms,
    lot: &Lot,
    body: &CloseLot,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    due(notice, lot, context)?;
    let bids: Vec<ClosedBid> = lot.standing().map(|bid| ClosedBid { bid: bid.id, org: bid.org }).collect();
    require(u32::try_from(bids.len()) == Ok(body.bids), || Refusal::rule("bid_count"))?;
    let too_few = bids.len() < usize::from(terms.min_bids);
    let checked_in = lot.checked_in.iter().copied().collect();
    let mut events = vec![LotEvent::LotClosed { bids, checked_in, root: body.root }];
    if too_few {
        events.push(LotEvent::LotFailed { reason: FailureReason::TooFewBids });
    }
    Ok(events)
}

/// Who is ahead of the others would close before the time: the opening waits, and so does the close.
pub(super) fn hold(
    notice: &Notice,
    lot: &Lot,
    body: &HoldOpening,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    due(notice, lot, context)?;
    let HoldOpening { agreeing, apart_ms, asked } = *body;
    require(lot.held != Some(Held { agreeing, asked }), || Refusal::rule("already_said"))?;
    Ok(vec![LotEvent::OpeningHeld { agreeing, apart_ms, asked }])
}

/// The platform, at a lot whose deadline has passed and that is not closed yet.
fn due(notice: &Notice, lot: &Lot, context: &Context<'_>) -> Result<(), Refusal> {
    context.system()?;
    lot.at(Stage::Receiving)?;
    let is_due = notice.opening_at.is_some_and(|deadline| context.now >= deadline);
    require(is_due, || Refusal::not_now("before_deadline"))
}

pub(super) fn draw(
    terms: &LotTerms,
    lot: &Lot,
    body: &RecordDraw,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    context.system()?;
    lot.at(Stage::Opening)?;
    require(lot.order.is_empty(), || Refusal::rule("already_drawn"))?;
    let drawn: BTreeSet<BidId> = body.order.iter().copied().collect();
    let standing: BTreeSet<BidId> = lot.standing().map(|bid| bid.id).collect();
    require(drawn == standing && body.order.len() == standing.len(), || Refusal::rule("order_differs"))?;
    let fits = match &body.coefficient {
        Some(coefficient) => terms.draw_set().contains(coefficient),
        None => terms.draw_set().is_empty(),
    };
    require(fits, || Refusal::rule("coefficient_not_announced"))?;
    Ok(vec![LotEvent::OpeningDrawn {
        coefficient: body.coefficient,
        label_key: body.label_key.clone(),
        order: body.order.clone(),
    }])
}

pub(super) fn seal_check(
    lot: &Lot,
    body: &RecordSealCheck,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    context.system()?;
    let opening = lot.current()?;
    require(!opening.seals_checked, || Refusal::rule("already_checked"))?;
    body.mismatched.iter().try_for_each(|bid| lot.bid(*bid).map(drop))?;
    let bids = u32::try_from(opening.bids.len()).unwrap_or(u32::MAX);
    Ok(vec![LotEvent::SealsChecked { bids, mismatched: body.mismatched.clone() }])
}

pub(super) fn release(
    lot: &Lot,
    body: &RecordRelease,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    context.system()?;
    require(!lot.order.is_empty(), || Refusal::not_now("not_drawn"))?;
    Ok(vec![LotEvent::KeysReleased {
        answered: body.answered.clone(),
        envelope: body.envelope,
        epoch: body.epoch,
        failed: body.failed.clone(),
    }])
}

pub(super) fn unsealed(
    notice: &Notice,
    terms: &LotTerms,
    lot: &Lot,
    body: &RecordUnsealed,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    context.system()?;
    let bid = lot.bid(body.bid)?;
    let procedure = notice.published()?.procedure;
    let opening = lot.openings.last().ok_or_else(|| Refusal::not_now("no_opening"))?;
    let may_open = match lot.openings.len() {
        1 => procedure.opens_first(body.envelope),
        _ => !procedure.opens_first(body.envelope) && opening.bids.contains(&body.bid),
    };
    require(may_open, || Refusal::not_now("envelope_stays_sealed"))?;
    let line = bid.line(body.envelope).ok_or_else(|| Refusal::unknown("unknown_envelope"))?;
    require(line.submission == body.submission, || Refusal::rule("other_submission"))?;
    require(bid.contents(body.envelope).is_none(), || Refusal::rule("already_unsealed"))?;
    let failure = match &body.result {
        Unsealed::Opened { statement, .. } => {
            check_statement(terms, body.envelope, statement.as_deref())?;
            None
        }
        Unsealed::Failed { code, .. } => Some(*code),
    };
    Ok(vec![
        LotEvent::EnvelopeUnsealed { bid: bid.id, envelope: body.envelope, failure },
        LotEvent::ContentsRecorded { bid: bid.id, envelope: body.envelope, result: body.result.clone() },
    ])
}

/// A statement has exactly the fields that the notice asks for, each of its kind.
fn check_statement(
    terms: &LotTerms,
    envelope: Envelope,
    statement: Option<&[StatementValue]>,
) -> Result<(), Refusal> {
    let fields = terms.fields(envelope);
    let values = statement.unwrap_or_default();
    let fits = |(field, value): (&Field, &StatementValue)| field.id == value.id && field.takes(&value.value);
    let all_fit = fields.len() == values.len() && fields.iter().zip(values).all(fits);
    require(all_fit, || Refusal::rule("statement_fields"))
}

pub(super) fn start_reading(
    notice: &Notice,
    lot: &Lot,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    host_of(notice.published()?, context)?;
    let opening = lot.current_at(OpeningStep::Unsealed)?;
    let mut events = vec![LotEvent::ReadingStarted { opening: lot.number() }];
    if opening.readable(lot).next().is_none() {
        events.push(LotEvent::ReadingFinished { opening: lot.number() });
    }
    Ok(events)
}

pub(super) fn read(
    notice: &Notice,
    lot: &Lot,
    body: &ReadBid,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    context.system()?;
    notice.published()?;
    let opening = lot.current_at(OpeningStep::Reading)?;
    require(opening.next_to_read(lot) == Some(body.bid), || Refusal::rule("not_next"))?;
    let bid = lot.bid(body.bid)?;
    let Some(Unsealed::Opened { label_key, statement, .. }) = bid.contents(opening.statement) else {
        return Err(Refusal::rule("not_unsealed"));
    };
    let position = opening.read.len() + 1;
    let mut events = vec![LotEvent::BidRead {
        bid: bid.id,
        label_key: label_key.clone(),
        org: bid.org,
        position: u32::try_from(position).unwrap_or(u32::MAX),
        statement: statement.clone().unwrap_or_default(),
    }];
    if position == opening.readable(lot).count() {
        events.push(LotEvent::ReadingFinished { opening: lot.number() });
    }
    Ok(events)
}

pub(super) fn confirm(
    lot: &Lot,
    body: &ConfirmReading,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let opening = own_line(lot, body.bid, context)?;
    require(!opening.confirmed.contains(&body.bid), || Refusal::rule("already_confirmed"))?;
    Ok(vec![LotEvent::LineConfirmed { bid: body.bid }])
}

pub(super) fn object(
    lot: &Lot,
    body: &ObjectInRoom,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let opening = own_line(lot, body.bid, context)?;
    require(!opening.objections.contains_key(&body.bid), || Refusal::rule("already_objected"))?;
    Ok(vec![LotEvent::ObjectionRaised { bid: body.bid, text: body.text.clone() }])
}

fn own_line<'a>(lot: &'a Lot, bid: BidId, context: &Context<'_>) -> Result<&'a Opening, Refusal> {
    let bidder = context.person(Role::Bidder)?;
    let opening = lot.current()?;
    require(lot.bid(bid)?.org == bidder.org, || Refusal::forbidden("other_organisation"))?;
    require(opening.read.contains(&bid), || Refusal::not_now("not_read_yet"))?;
    Ok(opening)
}

pub(super) fn answer(
    notice: &Notice,
    lot: &Lot,
    body: &AnswerObjection,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    host_of(notice.published()?, context)?;
    let objection = lot.current()?.objections.get(&body.bid);
    let (_, answer) = objection.ok_or_else(|| Refusal::unknown("unknown_objection"))?;
    require(answer.is_none(), || Refusal::rule("already_answered"))?;
    Ok(vec![LotEvent::ObjectionAnswered { bid: body.bid, text: body.text.clone() }])
}

pub(super) fn sign(
    notice: &Notice,
    terms: &LotTerms,
    lot: &Lot,
    body: &SignRecord,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let tender = notice.published()?;
    let opening = lot.current_at(OpeningStep::Confirming)?;
    let signer = context
        .person(Role::Host)
        .and_then(|_| of_org(context, Role::Host, tender.agency))
        .or_else(|_| of_org(context, Role::Recorder, tender.agency))
        .or_else(|_| context.person(Role::Bidder))?;
    let takes_part = signer.role != Role::Bidder || lot.standing_of(signer.org).is_some();
    require(takes_part, || Refusal::forbidden("not_a_party"))?;
    let unanswered = opening.objections.values().any(|(_, answer)| answer.is_none());
    require(!unanswered, || Refusal::not_now("objection_unanswered"))?;
    require(context.document == Some(body.record_sha256), || Refusal::rule("record_changed"))?;
    let signature = (signer.role, signer.org);
    require(!opening.signatures.contains(&signature), || Refusal::rule("already_signed"))?;
    let mut events = vec![LotEvent::RecordSigned { org: signer.org, role: signer.role }];
    let has =
        |role: Role| signature.0 == role || opening.signatures.iter().any(|(signed, _)| *signed == role);
    if has(Role::Host) && has(Role::Recorder) {
        let not_confirmed =
            opening.bids.iter().copied().filter(|bid| !opening.confirmed.contains(bid)).collect();
        let record_sha256 = body.record_sha256;
        events.push(LotEvent::OpeningRecorded { not_confirmed, opening: lot.number(), record_sha256 });
        if lot.stage == Stage::SecondOpening {
            events.push(review::rank(terms, lot, tender.procedure)?);
        }
    }
    Ok(events)
}

pub(super) fn start_second(
    notice: &Notice,
    lot: &Lot,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    host_of(notice.published()?, context)?;
    lot.at(Stage::Passed)?;
    Ok(vec![LotEvent::SecondOpeningStarted { bids: lot.review.passed.clone() }])
}

pub(super) fn apply(lot: &mut Lot, event: &LotEvent, now: Instant) {
    match event {
        LotEvent::OpeningHeld { agreeing, asked, .. } => {
            lot.held = Some(Held { agreeing: *agreeing, asked: *asked });
        }
        LotEvent::LotClosed { bids, root, .. } => {
            lot.held = None;
            lot.stage = Stage::Opening;
            lot.closed_root = Some(*root);
            lot.closed_at = Some(now);
            lot.openings.push(Opening::new(Envelope::Statement, bids.iter().map(|bid| bid.bid).collect()));
        }
        LotEvent::LotFailed { reason } => lot.stage = Stage::Failed(*reason),
        LotEvent::OpeningDrawn { coefficient, order, .. } => {
            lot.coefficient = *coefficient;
            lot.order = order.clone();
            if let Some(opening) = lot.openings.last_mut() {
                opening.bids = order.clone();
            }
        }
        LotEvent::EnvelopeUnsealed { .. } => {}
        LotEvent::ContentsRecorded { bid, envelope, result } => {
            if let Some(bid) = lot.bids.get_mut(bid) {
                bid.unsealed.insert(envelope.number(), result.clone());
            }
            end_unsealing(lot);
        }
        LotEvent::OpeningRecorded { record_sha256, .. } => {
            lot.stage = if lot.stage == Stage::Opening { Stage::Opened } else { Stage::Reporting };
            with_opening(lot, |opening| {
                opening.step = OpeningStep::Recorded;
                opening.record_sha256 = Some(*record_sha256);
            });
        }
        LotEvent::SecondOpeningStarted { bids } => {
            lot.stage = Stage::SecondOpening;
            let in_order = lot.order.iter().copied().filter(|bid| bids.contains(bid)).collect();
            lot.openings.push(Opening::new(Procedure::TwoStage.price_statement(), in_order));
        }
        _ => with_opening(lot, |opening| apply_to_opening(opening, event)),
    }
}

fn apply_to_opening(opening: &mut Opening, event: &LotEvent) {
    match event {
        LotEvent::SealsChecked { .. } => opening.seals_checked = true,
        LotEvent::KeysReleased { answered, envelope, .. } => {
            opening.released.insert(envelope.number(), answered.clone());
        }
        LotEvent::ReadingStarted { .. } => opening.step = OpeningStep::Reading,
        LotEvent::BidRead { bid, .. } => opening.read.push(*bid),
        LotEvent::ReadingFinished { .. } => opening.step = OpeningStep::Confirming,
        LotEvent::LineConfirmed { bid } => {
            opening.confirmed.insert(*bid);
        }
        LotEvent::ObjectionRaised { bid, text } => {
            opening.objections.insert(*bid, (text.clone(), None));
        }
        LotEvent::ObjectionAnswered { bid, text } => {
            if let Some((_, answer)) = opening.objections.get_mut(bid) {
                *answer = Some(text.clone());
            }
        }
        LotEvent::RecordSigned { org, role } => {
            opening.signatures.insert((*role, *org));
        }
        _ => {}
    }
}

fn with_opening(lot: &mut Lot, change: impl FnOnce(&mut Opening)) {
    if let Some(opening) = lot.openings.last_mut() {
        change(opening);
    }
}

/// When the last statement of the opening has an outcome, the host may begin to read.
fn end_unsealing(lot: &mut Lot) {
    let Some(opening) = lot.openings.last() else { return };
    let has_outcome =
        |bid: &BidId| lot.bids.get(bid).is_some_and(|bid| bid.contents(opening.statement).is_some());
    let is_done = opening.step == OpeningStep::Unsealing && opening.bids.iter().all(has_outcome);
    if is_done {
        with_opening(lot, |opening| opening.step = OpeningStep::Unsealed);
    }
}
