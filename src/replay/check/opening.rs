//! What follows from public values: deadlines, closed root, label keys, draws, the order of the opening.
//!
//! Each is computed here from the state before the event, independently of what `decide` demands.

use std::io::{Read, Seek};

use kaibiao_crypto::label::Label;
use kaibiao_crypto::lock::{GroupKey, LabelKey, ProvenKey};

use super::catalogue::{CheckId, Said};
use super::head::Witnessed;
use super::item::Act;
use super::tally::Tallies;
use crate::base::{Digest, Instant, LotId, PersonId, Span};
use crate::centre::Centre;
use crate::replay::bundle::{Bundle, BundleError};
use crate::replay::{Request, derive, evidence};
use crate::tender::{
    Command, Event, Held, Lot, LotCommand, LotEvent, LotFact, LotTerms, Tender, TenderEvent,
};

/// A close this much after its deadline is reported with its delay.
const PUNCTUAL: Span = Span::seconds(2);

/// One event with the state before it.
pub(super) struct Moment<'a, R> {
    pub(super) at: Option<u64>,
    pub(super) now: Instant,
    pub(super) witnessed: Witnessed,
    pub(super) centre: &'a Centre,
    pub(super) tender: &'a Tender,
    pub(super) bundle: &'a mut Bundle<R>,
    pub(super) tallies: &'a mut Tallies,
}

impl<R: Read + Seek> Moment<'_, R> {
    /// What a revealing act opens to.
    pub(super) fn commitment(&mut self, act: &Act) {
        let Ok(read) = &act.read else { return };
        let Request::Tender(_, Command::Lot(id, command)) = &read.request else { return };
        let Ok(person) = read.payload.actor.parse::<PersonId>() else { return };
        let (salt, committed) = match command {
            LotCommand::TakeSeat(body) => (&body.salt, Some(body.commitment)),
            LotCommand::RecuseSelf(body) => (&body.salt, Some(body.commitment)),
            LotCommand::RevealScores(body) => (&body.salt, self.scores_committed(id, person)),
            _ => return,
        };
        let opened = match (evidence::read_32(salt), command) {
            (None, _) => None,
            (Some(salt), LotCommand::RevealScores(body)) => {
                evidence::scores_commitment(&salt, &body.scores).ok()
            }
            (Some(salt), _) => Some(evidence::person_commitment(&salt, person)),
        };
        let holds = committed.is_some() && opened == committed;
        self.tallies.expect(CheckId::I8, self.at, holds, "commitment_differs");
    }

    fn scores_committed(&self, id: &LotId, person: PersonId) -> Option<Digest> {
        let lot = self.tender.lots.get(id)?;
        lot.review.commitments.get(&lot.panel.seat_of(person)?).copied()
    }

    /// Checks one event of the tender.
    pub(super) fn event(&mut self, event: &Event) -> Result<(), BundleError> {
        match event {
            Event::Tender(event) => {
                self.tender_event(event);
                Ok(())
            }
            Event::Lot(LotFact { lot: id, event }) => {
                let tender = self.tender;
                let terms = tender.notice.terms().and_then(|terms| terms.lot(id));
                let Some((lot, terms)) = tender.lots.get(id).zip(terms) else { return Ok(()) };
                self.lot_event(id, lot, terms, event)
            }
        }
    }

    fn tender_event(&mut self, event: &TenderEvent) {
        match event {
            TenderEvent::TenderPublished { committee, group_key, .. } => {
                let appointed = self.centre.committee.as_ref().map(|committee| committee.group_key.as_str());
                let is_appointed = appointed == Some(group_key.as_str());
                let is_named = read_group_key(group_key).is_some_and(|key| key.committee_id() == *committee);
                self.tallies.expect(CheckId::A11, self.at, is_appointed && is_named, "other_committee");
                self.gate();
            }
            TenderEvent::AddendumIssued { opening_at: Some(later), .. } => {
                let is_later = self.tender.notice.opening_at.is_some_and(|old| *later > old);
                self.tallies.expect(CheckId::K6, self.at, is_later, "deadline_earlier");
            }
            TenderEvent::TenderCancelled { .. } | TenderEvent::DirectiveIssued { .. } => self.gate(),
            _ => {}
        }
    }

    fn lot_event(
        &mut self,
        id: &LotId,
        lot: &Lot,
        terms: &LotTerms,
        event: &LotEvent,
    ) -> Result<(), BundleError> {
        match event {
            LotEvent::BidSubmitted { .. }
            | LotEvent::BidWithdrawn { .. }
            | LotEvent::BidReconfirmed { .. }
            | LotEvent::CheckedIn { .. } => {
                let deadline = self.tender.notice.opening_at;
                let on_time =
                    lot.closed_at.is_none() && deadline.is_some_and(|deadline| self.now <= deadline);
                self.tallies.expect(CheckId::K6, self.at, on_time, "too_late");
            }
            LotEvent::LotClosed { bids, root, .. } => self.close(id, lot, bids.len(), *root),
            LotEvent::OpeningDrawn { coefficient, label_key, order } => {
                self.tallies.expect(CheckId::E4, self.at, lot.closed_at.is_some(), "before_close");
                let label = derive::opening_label(&self.tender.notice, id, lot);
                let Some(key) = self.label_key(label.as_ref(), label_key) else { return Ok(()) };
                let same_order = derive::reading_order(lot, &key) == *order;
                self.tallies.expect(CheckId::D1, self.at, same_order, "order_differs");
                if !terms.draw_set().is_empty() || coefficient.is_some() {
                    let same = derive::coefficient(terms, &key) == *coefficient;
                    self.tallies.expect(CheckId::D2, self.at, same, "coefficient_differs");
                }
            }
            LotEvent::PanelDrawn { label_key, ranked } => {
                let label = derive::panel_label(&self.tender.notice, id, lot);
                let Some(key) = self.label_key(label.as_ref(), label_key) else { return Ok(()) };
                let same = derive::ranked_pool(lot, &key) == *ranked;
                self.tallies.expect(CheckId::D3, self.at, same, "pool_order_differs");
            }
            LotEvent::KeysReleased { .. } | LotEvent::ReadingStarted { .. } | LotEvent::BidRead { .. } => {
                self.after_draw(lot);
            }
            LotEvent::ContentsRecorded { bid, envelope, result } => {
                self.tallies.expect(CheckId::E4, self.at, lot.closed_at.is_some(), "before_close");
                self.after_draw(lot);
                return self.contents(id, lot, *bid, *envelope, result);
            }
            LotEvent::OpeningRecorded { .. } => {
                self.steps_of_opening(lot);
                self.gate();
            }
            LotEvent::AwardConfirmed { .. } => {
                self.all_contents(lot);
                self.gate();
            }
            LotEvent::ContractConcluded { .. } => self.gate(),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, id: &LotId, lot: &Lot, bids: usize, root: Digest) {
        let at = self.at;
        self.tallies.expect(CheckId::K7, at, derive::closed_root(lot) == root, "closed_root_differs");
        self.tallies.expect(CheckId::K7, at, lot.standing().count() == bids, "bid_count_differs");
        let Some(deadline) = self.tender.notice.opening_at else { return };
        let late = self.now.since(deadline);
        self.tallies.expect(CheckId::E3, at, late >= Span(0), "closed_early");
        if late > PUNCTUAL {
            self.tallies.note(CheckId::E3, said_late(late, self.why_late(id, lot, deadline)));
        }
        self.gate();
    }

    /// Why a close came late, if the log says it, in both languages.
    fn why_late(&self, id: &LotId, lot: &Lot, deadline: Instant) -> (String, String) {
        let notice = &self.tender.notice;
        if let Some(Held { agreeing, asked }) = lot.held {
            return (
                format!("，因他方 {asked} 个时钟中只有 {agreeing} 个与平台一致"),
                format!(", because only {agreeing} of {asked} clocks of others agreed with the platform's"),
            );
        }
        let (why, why_en) = if notice.suspended_at(id, deadline).is_some() {
            ("，因监督部门暂停", ", because the supervisor had suspended it")
        } else if notice.awaited_answer_at(id, deadline) {
            ("，因对招标文件的异议尚未答复", ", because an objection to the document awaited its answer")
        } else {
            ("", "")
        };
        (why.to_owned(), why_en.to_owned())
    }

    fn after_draw(&mut self, lot: &Lot) {
        let is_drawn = lot.closed_at.is_some() && !lot.order.is_empty();
        self.tallies.expect(CheckId::E5, self.at, is_drawn, "before_draw");
    }

    /// A step that binds. Only the head of the file can be seen to be cosigned, so that is what is looked at and said.
    fn gate(&mut self) {
        let note = match self.witnessed {
            Witnessed::NotDemanded => {
                Said::new("规则不要求任何见证", "the policy demands no witness: nothing was looked at")
            }
            Witnessed::TooFew => {
                self.tallies.fail(CheckId::E8, self.at, "not_witnessed");
                return;
            }
            Witnessed::By(time) => {
                self.tallies.expect(CheckId::E8, self.at, true, "");
                Said::new(
                    format!("所查为本文件的日志头（见证于 {time}）；各步骤当时是否已见证，本文件不能说明"),
                    format!(
                        "what was looked at is the head of this file, cosigned at {time}; whether each step was \
                         witnessed when it was taken, the file cannot show"
                    ),
                )
            }
        };
        self.tallies.note(CheckId::E8, note);
    }

    /// The key of a label, if it is that of the label under the notice's group key.
    pub(super) fn label_key(&mut self, label: Option<&Label>, text: &str) -> Option<ProvenKey> {
        let key = read_label_key(text);
        let group = self.tender.notice.committee.as_ref().and_then(|(group, _)| read_group_key(group));
        let proven = match (label, key, &group) {
            (Some(label), Some(key), Some(group)) => group.prove(&label.identity(), key),
            (_, _, _) => None,
        };
        self.tallies.expect(CheckId::A11, self.at, proven.is_some(), "other_label_key");
        proven
    }
}

pub(super) fn read_group_key(text: &str) -> Option<GroupKey> {
    GroupKey::from_bytes(&hex::decode(text).ok()?).ok()
}

fn read_label_key(text: &str) -> Option<LabelKey> {
    LabelKey::from_bytes(&hex::decode(text).ok()?).ok()
}

/// How late a close was, and why.
fn said_late(late: Span, (why, why_en): (String, String)) -> Said {
    let seconds = late.0 / 1000;
    Said::new(
        format!("截标晚了 {seconds} 秒{why}；其间未接收任何投标"),
        format!(
            "closed {seconds} s after the deadline{why_en}; nothing later than the deadline was admitted"
        ),
    )
}
