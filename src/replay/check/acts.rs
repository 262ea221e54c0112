//! Acts: who did each, whether that person could, and what it leads to when it is decided again.
//!
//! The world is folded from the acts themselves. Where deciding again fails, the recorded events are folded instead, so
//! that one fault is reported as one and not as all that follows from it.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use super::catalogue::CheckId;
use super::files::{self, Documents};
use super::head::Witnessed;
use super::item::{Act, Item, is_of_body};
use super::opening::Moment;
use super::streams::{End, is_system};
use super::tally::Tallies;
use crate::base::{Digest, Instant, Outcome, PersonId, Role};
use crate::centre::KeyStatus;
use crate::replay::bundle::{Bundle, BundleError};
use crate::replay::{Happened, RULES, Rejection, World};
use crate::tender::{Event, LotEvent, LotFact, TenderEvent};

/// The world while it is folded again.
pub(super) struct Replay {
    pub(super) world: World,
    documents: Documents,
    witnessed: Witnessed,
    end: End,
    last: Instant,
}

impl Replay {
    pub(super) fn new(witnessed: Witnessed) -> Self {
        Self {
            world: World::default(),
            documents: Documents::default(),
            witnessed,
            end: End::default(),
            last: Instant::default(),
        }
    }

    /// The next entry, in the order of the log.
    pub(super) fn take<R: Read + Seek>(
        &mut self,
        bundle: &mut Bundle<R>,
        item: &Item,
        tallies: &mut Tallies,
    ) -> Result<(), BundleError> {
        self.end.take(item);
        let recorded = item.recorded.as_ref();
        let Some(act) = &item.act else {
            // Not an entry, as I6 or I7 has said; what it claims to have led to keeps the rest in place.
            recorded.into_iter().for_each(|happened| self.world.apply(happened, self.last));
            return Ok(());
        };
        self.last = act.now();
        let may_act = self.authenticate(item, act, tallies);
        // What other rules decided, K13 has said, cannot be decided by these.
        let is_ours = act.entry.header.rules == RULES;
        let decided = if may_act && is_ours { self.decide(item, act, tallies) } else { None };
        if is_ours {
            compare(item, act, decided.as_ref(), tallies);
        }
        let Some(happened) = decided.as_ref().or(recorded) else { return Ok(()) };
        self.observe(bundle, item, act, happened, tallies)?;
        self.world.apply(happened, self.last);
        Ok(())
    }

    /// The folded world, and the digests of documents that it refers to and the file does not carry.
    pub(super) fn finish<R: Read + Seek>(
        self,
        bundle: &mut Bundle<R>,
        tallies: &mut Tallies,
    ) -> Result<(World, Vec<Digest>), BundleError> {
        self.end.finish(tallies);
        let tender = self.world.tenders.get(&bundle.about().tender);
        let opened = tender.map(|tender| files::opened(tender)).unwrap_or_default();
        let not_carried = files::check(bundle, &self.documents, &opened, tallies)?;
        Ok((self.world, not_carried))
    }

    /// Whether the key counts and its owner holds the role. A bad signature alone does not keep an act from being
    /// decided: what it led to then is still compared.
    fn authenticate(&self, item: &Item, act: &Act, tallies: &mut Tallies) -> bool {
        if is_system(act) {
            return true;
        }
        let at = item.at();
        let centre = &self.world.centre;
        let key_id = act.entry.key_id;
        let Some(key) = centre.keys.get(&key_id) else {
            tallies.fail(CheckId::A5, at, "unknown_key");
            return false;
        };
        tallies.expect(CheckId::A5, at, true, "");
        let counts = key.status == KeyStatus::Active && act.now() >= key.valid_from;
        tallies.expect(CheckId::A6, at, counts, "key_does_not_count");
        let signed = act.signed.unwrap_or_else(|| match self.world.key(key_id) {
            Ok(key) => act.entry.verify(&key).map_err(|error| error.code()),
            Err(refusal) => Err(refusal.code()),
        });
        tallies.expect(CheckId::A4, at, signed.is_ok(), signed.err().unwrap_or_default());
        let person: Option<PersonId> = act.payload.actor.parse().ok();
        let role = serde_json::from_value::<Role>(act.payload.role.as_str().into()).ok();
        let holds =
            person.filter(|person| *person == key.person).and_then(|person| centre.people.get(&person));
        let holds = holds.zip(role).is_some_and(|(member, role)| member.roles.contains(&role));
        tallies.expect(CheckId::A7, at, holds, "role_not_held") && counts
    }

    fn decide(&self, item: &Item, act: &Act, tallies: &mut Tallies) -> Option<Happened> {
        let decided = match &act.read {
            Ok(read) => self.world.decide(read, act.entry.key_id, act.now()),
            Err(rejection) => Err(rejection.clone()),
        };
        match decided {
            Ok(happened) => Some(happened),
            Err(rejection) => {
                if let Some(id) = check_of(&rejection) {
                    tallies.fail(id, item.at(), rejection.code());
                }
                None
            }
        }
    }

    fn observe<R: Read + Seek>(
        &mut self,
        bundle: &mut Bundle<R>,
        item: &Item,
        act: &Act,
        happened: &Happened,
        tallies: &mut Tallies,
    ) -> Result<(), BundleError> {
        let Happened::Tender(id, events) = happened else { return Ok(()) };
        let fresh = std::sync::Arc::new(crate::tender::Tender::new(*id));
        let tender = self.world.tenders.get(id).unwrap_or(&fresh);
        let mut moment = Moment {
            at: item.at(),
            now: act.now(),
            witnessed: self.witnessed,
            centre: &self.world.centre,
            tender,
            bundle,
            tallies,
        };
        moment.commitment(act);
        for event in events {
            self.documents.refer(event);
            moment.event(event)?;
            if matches!(event, Event::Tender(TenderEvent::TenderArchived { .. })) {
                self.end.archive(item);
            }
        }
        Ok(())
    }
}

/// What was decided again, against what is recorded.
fn compare(item: &Item, act: &Act, decided: Option<&Happened>, tallies: &mut Tallies) {
    let encoded = decided.and_then(|happened| happened.encode().ok());
    let fault = match &encoded {
        Some((_, digest)) if *digest != act.entry.header.outcome => Some("outcome_differs"),
        Some((text, _)) if *text != item.events => Some("events_differ"),
        Some(_) => None,
        // Why there is nothing to compare has been said.
        None => Some(""),
    };
    if encoded.is_some() {
        tallies.expect(CheckId::K4, item.at(), fault.is_none(), fault.unwrap_or_default());
    }
    let kinds: BTreeSet<CheckId> = [decided, item.recorded.as_ref()]
        .into_iter()
        .flatten()
        .flat_map(|happened| match happened {
            Happened::Centre(_) => [].as_slice(),
            Happened::Tender(_, events) => events.as_slice(),
        })
        .filter_map(check_of_event)
        .collect();
    for id in kinds {
        tallies.expect(id, item.at(), fault.is_none(), "decided_otherwise");
    }
}

/// Which check a rejected act fails: a missing right is one of its own, and of a missing body C5 has said it.
fn check_of(rejection: &Rejection) -> Option<CheckId> {
    match rejection {
        Rejection::Act(error) if is_of_body(error) => None,
        Rejection::Refused(refusal) if refusal.code() == "other_origin" => Some(CheckId::K1),
        Rejection::Refused(refusal) if refusal.kind() == Outcome::Forbidden => Some(CheckId::A7),
        Rejection::Refused(_) | Rejection::Act(_) | Rejection::Canonical(_) => Some(CheckId::K4),
    }
}

/// The check that an event is the result of, where there is one besides K4.
fn check_of_event(event: &Event) -> Option<CheckId> {
    let Event::Lot(LotFact { event, .. }) = event else { return None };
    match event {
        LotEvent::BidSubmitted { replaces: Some(_), .. }
        | LotEvent::BidWithdrawn { .. }
        | LotEvent::BidReconfirmed { .. } => Some(CheckId::K14),
        LotEvent::ReviewStarted { .. }
        | LotEvent::PreliminaryConcluded { .. }
        | LotEvent::StagePassed { .. }
        | LotEvent::SecondOpeningStarted { .. } => Some(CheckId::K8),
        LotEvent::ScoresConcluded { .. } => Some(CheckId::K9),
        LotEvent::BidsRanked { .. }
        | LotEvent::CandidatesPublished { .. }
        | LotEvent::AwardConfirmed { .. } => Some(CheckId::K10),
        _ => None,
    }
}
