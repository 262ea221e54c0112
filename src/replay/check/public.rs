//! A file that does not carry every act whole: what can be said of it, and that nothing is in it that the public may not
//! know.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use kaibiao_crypto::digest::Digest;

use super::catalogue::{CheckId, Said};
use super::files::{self, Documents};
use super::item::{Act, Item};
use super::streams::End;
use super::tally::Tallies;
use crate::replay::bundle::{Bundle, BundleError, Scope};
use crate::replay::{Happened, Stream};
use crate::tender::{Audience, Event, TenderEvent, audience};

/// Checks that need every act: none of them looks at a file for the public.
const NEEDS_ALL: &[CheckId] = &[
    CheckId::C6,
    CheckId::A4,
    CheckId::A5,
    CheckId::A6,
    CheckId::A7,
    CheckId::A11,
    CheckId::I8,
    CheckId::K4,
    CheckId::K6,
    CheckId::K7,
    CheckId::K8,
    CheckId::K9,
    CheckId::K10,
    CheckId::K14,
    CheckId::D1,
    CheckId::D2,
    CheckId::D3,
    CheckId::S1,
    CheckId::S2,
    CheckId::E3,
    CheckId::E4,
    CheckId::E5,
    CheckId::E8,
];

/// What is shown, entry by entry.
pub(super) struct Shown {
    is_public: bool,
    documents: Documents,
    end: End,
    /// Entries of the centre and of the tender that are withheld.
    withheld: [u64; 2],
}

impl Shown {
    pub(super) fn new(scope: Scope) -> Self {
        let is_public = scope == Scope::Public;
        Self { is_public, documents: Documents::default(), end: End::default(), withheld: [0; 2] }
    }

    /// The next entry.
    pub(super) fn take(&mut self, item: &Item, tallies: &mut Tallies) {
        self.end.take(item);
        if item.is_withheld {
            self.withheld[usize::from(item.stream != Stream::Centre)] += 1;
            if !self.is_public {
                tallies.fail(CheckId::C5, item.at(), "withheld");
            }
        }
        let Some(act) = &item.act else { return };
        let happened = check_shown(item, act, self.is_public, tallies);
        let Some(Happened::Tender(_, events)) = happened else { return };
        for event in events {
            self.documents.refer(event);
            if matches!(event, Event::Tender(TenderEvent::TenderArchived { .. })) {
                self.end.archive(item);
            }
        }
    }

    /// The digests of documents that it refers to and does not carry.
    pub(super) fn finish<R: Read + Seek>(
        self,
        bundle: &mut Bundle<R>,
        tallies: &mut Tallies,
    ) -> Result<Vec<Digest>, BundleError> {
        say(self.withheld, tallies);
        self.end.finish(tallies);
        files::check(bundle, &self.documents, &BTreeSet::new(), tallies)
    }
}

/// One act that is shown: its events are those of its outcome, and everybody could hear each of them. Of events that are
/// not its own there is no more to say.
fn check_shown<'a>(
    item: &'a Item,
    act: &Act,
    is_public: bool,
    tallies: &mut Tallies,
) -> Option<&'a Happened> {
    let is_own = Digest::of(&item.events) == act.entry.header.outcome;
    if !is_own {
        tallies.fail(CheckId::K4, item.at(), "outcome_differs");
    }
    let happened = item.recorded.as_ref().filter(|_| is_own);
    let is_for_all = match happened {
        Some(Happened::Tender(_, events)) => {
            events.iter().all(|event| audience(event).contains(&Audience::Public))
        }
        Some(Happened::Centre(_)) => false,
        None => !is_own && item.stream != Stream::Centre,
    };
    if is_public && !is_for_all {
        tallies.fail(CheckId::C5, item.at(), "not_for_the_public");
    }
    happened
}

/// What this file cannot show.
fn say([centre, tender]: [u64; 2], tallies: &mut Tallies) {
    let places = Said::new(
        format!("未示出的 {centre} 条中心条目、{tender} 条项目条目，只有位置与叶哈希"),
        format!(
            "of {centre} entries of the centre and {tender} of the tender that are withheld there is only a place and a leaf hash"
        ),
    );
    tallies.note(CheckId::C1, places.clone());
    tallies.note(CheckId::C2, places);
    let all = Said::new(
        "公开文件不含登记的密钥与全部行为，未核对",
        "a file for the public carries neither the registered keys nor every act: not looked at",
    );
    NEEDS_ALL.iter().for_each(|id| tallies.note(*id, all.clone()));
}
