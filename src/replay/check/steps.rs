//! Steps that nothing later depends on and that must be there all the same. Those that later acts need are K4's, because
//! without them what follows is refused.

use super::catalogue::CheckId;
use super::opening::Moment;
use crate::tender::{Lot, Opening};

impl<R> Moment<'_, R> {
    /// Of an opening that is recorded: its seals were checked, and the release of its statements' keys is told.
    pub(super) fn steps_of_opening(&mut self, lot: &Lot) {
        let Some(opening) = lot.openings.last() else { return };
        self.tallies.expect(CheckId::C6, self.at, opening.seals_checked, "seal_check_missing");
        for bid in &opening.bids {
            let contents = lot.bids.get(bid).and_then(|bid| bid.contents(opening.statement));
            if contents.is_some_and(|contents| contents.label_key().is_some()) {
                self.release(opening, opening.statement.number());
            }
        }
    }

    /// Before the award every envelope that was to be opened has an outcome, documents too.
    pub(super) fn all_contents(&mut self, lot: &Lot) {
        let Some(procedure) = self.tender.notice.terms().map(|terms| terms.procedure) else { return };
        for (number, opening) in lot.openings.iter().enumerate() {
            let is_first = number == 0;
            let due =
                procedure.envelopes().iter().filter(|envelope| procedure.opens_first(**envelope) == is_first);
            for (bid, envelope) in opening.bids.iter().flat_map(|bid| due.clone().map(move |due| (bid, *due)))
            {
                let contents = lot.bids.get(bid).and_then(|bid| bid.contents(envelope));
                self.tallies.expect(CheckId::C6, self.at, contents.is_some(), "contents_missing");
                if contents.is_some_and(|contents| contents.label_key().is_some()) {
                    self.release(opening, envelope.number());
                }
            }
        }
    }

    fn release(&mut self, opening: &Opening, envelope: u8) {
        let is_told = opening.released.contains_key(&envelope);
        self.tallies.expect(CheckId::C6, self.at, is_told, "release_missing");
    }
}
