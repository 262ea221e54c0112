//! One tender: the fold of its events.
//!
//! A [`Command`] asks, [`Tender::decide`] answers with events or a [`Refusal`], [`Tender::apply`] folds an event in and
//! cannot fail. Pure and deterministic: the same acts give the same events for ever, on the server, in a verifier and
//! in a replay. Roles are checked here, so a replay also proves who was allowed. Time is an argument; a draw takes the
//! public random value's consequences as input and `replay` checks the derivation.
//!
//! Arrows follow the calendar: notice → bid → opening → panel → review → award.

mod audience;
mod award;
mod bid;
mod cases;
mod command;
mod complaint;
mod contract;
mod custody;
mod directive;
mod event;
mod floor;
mod lot;
mod notice;
mod objection;
mod opening;
mod panel;
mod review;
mod scoring;
mod terms;
mod view;

pub use audience::{Audience, audience};
pub use bid::{Bid, BidStatus};
pub use cases::{ComplaintCase, ObjectionCase};
pub use command::*;
pub use complaint::ComplaintStatus;
pub use contract::{AfterAward, Amendment, Contract, Fallen, Performance};
pub use custody::{Awaited, PinnedSchedule};
pub use directive::Directive;
pub use event::*;
pub use floor::FloorKeys;
pub use lot::{Lot, Stage};
pub use notice::{Addendum, Enquiry, Notice, Phase, RetenderOf};
pub use objection::{Argued, CaseAnswer};
pub use opening::{Held, Opening, OpeningRecord, OpeningStep, RecordLine};
pub use panel::{POOL_MAX, Panel, Seat};
pub use review::{BidScore, RankedBid, Report, Review};
pub use terms::*;
pub use view::*;

use std::collections::BTreeMap;

use crate::base::{
    Actor, Digest, Instant, KeyId, LotId, Person, Refusal, Role, SealingPolicy, TenderId, require,
};
use crate::law::Law;

/// What a decision may know besides the state.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Who asks, resolved in the centre's register at this place of the log.
    pub actor: Actor,
    /// The acting key and those that stand behind it in the centre's register; empty for the platform.
    pub lineage: &'a [KeyId],
    /// The moment that counts for this act.
    pub now: Instant,
    /// SHA-256 of the act's signed payload.
    pub act: Digest,
    /// The law, with the centre's own limits and the calendar that it knows.
    pub law: &'a Law,
    /// Group key and digest of the committee that the centre has appointed, where the command names one.
    pub appointed: Option<(&'a str, Digest)>,
    /// How the centre wants new tenders sealed beside the committee's lock.
    pub sealing: SealingPolicy,
    /// Whether the command brings a key of the floor that the notice names.
    pub is_floor_key: bool,
    /// What the command's salt and content open to, where it reveals something (the caller hashes, not the core).
    pub opened: Option<Digest>,
    /// The dealing of the shares of the notice's committee whose custodians have signed all pins that the command brings,
    /// enough of them; none otherwise.
    pub pinned_epoch: Option<u32>,
    /// Digest of the document that the command signs, as recomputed from this state (record, report).
    pub document: Option<Digest>,
}

impl Context<'_> {
    /// The acting person, if it acts in `role`.
    pub(crate) fn person(&self, role: Role) -> Result<Person, Refusal> {
        match self.actor {
            Actor::Person(person) if person.role == role => Ok(person),
            Actor::Person(_) | Actor::System => {
                Err(Refusal::forbidden("role_not_allowed").with("role", role))
            }
        }
    }

    /// Whether the acting key may take back what `key` signed: it is that key, or descends from it.
    pub(crate) fn speaks_for(&self, key: KeyId) -> bool {
        self.lineage.contains(&key)
    }

    /// Passes only the platform itself.
    pub(crate) fn system(&self) -> Result<(), Refusal> {
        require(self.actor == Actor::System, || Refusal::forbidden("system_only"))
    }
}

/// A tender.
#[derive(Clone, Debug)]
pub struct Tender {
    /// Its id.
    pub id: TenderId,
    /// The notice and all that was said about it before the deadline.
    pub notice: Notice,
    /// The lots, once published.
    pub lots: BTreeMap<LotId, Lot>,
}

impl Tender {
    /// A tender of which nothing has happened yet.
    pub fn new(id: TenderId) -> Self {
        Self { id, notice: Notice::default(), lots: BTreeMap::new() }
    }

    /// What `command` leads to, or why not. Changes nothing.
    pub fn decide(&self, command: &Command, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
        directive::permit(&self.notice, command)?;
        objection::permit(&self.notice, command)?;
        match command {
            Command::Tender(command) => {
                let events = notice::decide(self, command, context)?;
                Ok(events.into_iter().map(Event::Tender).collect())
            }
            Command::Lot(lot, command) => {
                let terms = self.notice.published_lot(lot)?;
                let state = self.lots.get(lot).ok_or_else(|| Refusal::unknown("unknown_lot"))?;
                let events = lot::decide(&self.notice, terms, state, command, context)?;
                Ok(events.into_iter().map(|event| Event::Lot(LotFact { lot: lot.clone(), event })).collect())
            }
        }
    }

    /// Folds an event in. Events that [`Tender::decide`] gave always fit; others leave the state as it is.
    pub fn apply(&mut self, event: &Event, now: Instant) {
        match event {
            Event::Tender(event) => {
                notice::apply(&mut self.notice, event, now);
                if let TenderEvent::TenderPublished { .. } = event {
                    let lots = self.notice.terms().map(|terms| terms.lots.as_slice()).unwrap_or_default();
                    self.lots = lots.iter().map(|lot| (lot.id.clone(), Lot::default())).collect();
                }
            }
            Event::Lot(LotFact { lot, event }) => {
                if let Some(state) = self.lots.get_mut(lot) {
                    lot::apply(state, event, now);
                }
                if let LotEvent::ReturnedToPanel { .. } | LotEvent::RetenderDeclared { .. } = event {
                    objection::remedied(&mut self.notice.objections, lot);
                }
            }
        }
    }
}
