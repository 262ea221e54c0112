//! The panel: called from a pool of salted commitments, drawn by a public random value before the deadline, seated
//! one by one. Who sits is secret until the result.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::command::{CallPanel, RecordPanelDraw, RecuseSelf, TakeSeat};
use super::event::LotEvent;
use super::lot::{Lot, Stage};
use super::notice::{Notice, host_of};
use super::terms::LotTerms;
use crate::base::{Digest, Person, PersonId, Refusal, Role, require};

/// Most experts in a pool.
pub const POOL_MAX: usize = 2000;

/// A seat on the panel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seat {
    /// The drawn commitment.
    pub commitment: Digest,
    /// The expert.
    pub person: PersonId,
}

/// The panel of a lot.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// The pool, ascending.
    pub commitments: Vec<Digest>,
    /// The pool in drawn order, once drawn.
    pub ranked: Vec<Digest>,
    /// Who must not evaluate here.
    pub recused: BTreeSet<Digest>,
    /// Seats, by number from 1.
    pub seats: BTreeMap<u8, Seat>,
}

impl Panel {
    /// Commitments that may take a seat: the first of the draw, one more for each recusal.
    pub fn invited(&self, size: u8) -> impl Iterator<Item = &Digest> {
        self.ranked.iter().filter(|commitment| !self.recused.contains(*commitment)).take(usize::from(size))
    }

    /// The seat of `person`.
    pub fn seat_of(&self, person: PersonId) -> Option<u8> {
        self.seats.iter().find(|(_, seat)| seat.person == person).map(|(number, _)| *number)
    }

    /// Whether more than half of `size` seats are in `count`.
    pub fn is_majority(size: u8, count: usize) -> bool {
        count * 2 > usize::from(size)
    }
}

pub(super) fn call(
    notice: &Notice,
    terms: &LotTerms,
    lot: &Lot,
    body: &CallPanel,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    host_of(notice.published()?, context)?;
    lot.at(Stage::Receiving)?;
    require(lot.panel.commitments.is_empty(), || Refusal::rule("panel_called"))?;
    let pool: BTreeSet<&Digest> = body.commitments.iter().collect();
    let is_sorted = pool.iter().copied().eq(&body.commitments);
    require(is_sorted, || Refusal::rule("pool_not_sorted"))?;
    let size = usize::from(terms.panel.size);
    require((size..=POOL_MAX).contains(&pool.len()), || Refusal::rule("pool_too_small").with("least", size))?;
    Ok(vec![LotEvent::PanelCalled { commitments: body.commitments.clone() }])
}

pub(super) fn draw(
    lot: &Lot,
    body: &RecordPanelDraw,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    context.system()?;
    require(!lot.panel.commitments.is_empty(), || Refusal::not_now("panel_not_called"))?;
    require(lot.panel.ranked.is_empty(), || Refusal::rule("already_drawn"))?;
    let mut sorted = body.ranked.clone();
    sorted.sort_unstable();
    require(sorted == lot.panel.commitments, || Refusal::rule("pool_differs"))?;
    Ok(vec![LotEvent::PanelDrawn { label_key: body.label_key.clone(), ranked: body.ranked.clone() }])
}

pub(super) fn take_seat(
    terms: &LotTerms,
    lot: &Lot,
    body: &TakeSeat,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    let expert = invited(terms, lot, body.commitment, context)?;
    require(lot.panel.seat_of(expert.person).is_none(), || Refusal::rule("seat_taken"))?;
    let free = (1..=terms.panel.size).find(|number| !lot.panel.seats.contains_key(number));
    let seat = free.ok_or_else(|| Refusal::rule("panel_full"))?;
    Ok(vec![LotEvent::SeatTaken { commitment: body.commitment, person: expert.person, seat }])
}

pub(super) fn recuse(
    terms: &LotTerms,
    lot: &Lot,
    body: &RecuseSelf,
    context: &Context<'_>,
) -> Result<Vec<LotEvent>, Refusal> {
    invited(terms, lot, body.commitment, context)?;
    Ok(vec![LotEvent::ExpertRecused { commitment: body.commitment, reason: body.reason.clone() }])
}

/// The acting expert, if the commitment is invited and opens to this person, and the review has not begun.
fn invited(
    terms: &LotTerms,
    lot: &Lot,
    commitment: Digest,
    context: &Context<'_>,
) -> Result<Person, Refusal> {
    let expert = context.person(Role::Expert)?;
    require(context.opened == Some(commitment), || Refusal::unknown("not_invited"))?;
    require(lot.panel.invited(terms.panel.size).any(|drawn| *drawn == commitment), || {
        Refusal::unknown("not_invited")
    })?;
    let before_review = matches!(lot.stage, Stage::Receiving | Stage::Opening | Stage::Opened);
    require(before_review, || Refusal::not_now("review_started"))?;
    Ok(expert)
}

pub(super) fn apply(panel: &mut Panel, event: &LotEvent) {
    match event {
        LotEvent::PanelCalled { commitments } => panel.commitments = commitments.clone(),
        LotEvent::PanelDrawn { ranked, .. } => panel.ranked = ranked.clone(),
        LotEvent::SeatTaken { commitment, person, seat } => {
            panel.seats.insert(*seat, Seat { commitment: *commitment, person: *person });
        }
        LotEvent::ExpertRecused { commitment, .. } => {
            panel.recused.insert(*commitment);
            panel.seats.retain(|_, seat| seat.commitment != *commitment);
        }
        _ => {}
    }
}
