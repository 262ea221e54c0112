//! A file that does not carry every act whole: what can be said of it, and that nothing is in it that the public may not
//! know.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use kaibiao_crypto::digest::Digest;

use super::catalogue::{CheckId, Said};
use super::files::{self, Documents};
use super::item::{Act, Item};
use super::streams;
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

/// Checks what is shown, and gives the digests of documents that it refers to and does not carry.
pub(super) fn check<R: Read + Seek>(
    items: &[Item],
    bundle: &mut Bundle<R>,
    tallies: &mut Tallies,
) -> Result<Vec<Digest>, BundleError> {
    let is_public = bundle.about().scope == Scope::Public;
    let (mut documents, mut archived) = (Documents::default(), None);
    for item in items {
        if item.is_withheld && !is_public {
            tallies.fail(CheckId::C5, item.at(), "withheld");
        }
        let Some(act) = &item.act else { continue };
        let happened = shown(item, act, is_public, tallies);
        let Some(Happened::Tender(_, events)) = happened else { continue };
        for event in &events {
            documents.refer(event);
            if matches!(event, Event::Tender(TenderEvent::TenderArchived { .. })) {
                archived.get_or_insert(item.index);
            }
        }
    }
    say(items, tallies);
    streams::check_end(items, archived, tallies);
    files::check(bundle, &documents, &BTreeSet::new(), tallies)
}

/// One act that is shown: its events are those of its outcome, and everybody could hear each of them. Of events that are
/// not its own there is no more to say.
fn shown(item: &Item, act: &Act, is_public: bool, tallies: &mut Tallies) -> Option<Happened> {
    let is_own = Digest::of(&item.events) == act.entry.header.outcome;
    if !is_own {
        tallies.fail(CheckId::K4, item.at(), "outcome_differs");
    }
    let happened = Happened::decode(item.stream, &item.events).ok().filter(|_| is_own);
    let is_for_all = match &happened {
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
fn say(items: &[Item], tallies: &mut Tallies) {
    let withheld = |stream: fn(Stream) -> bool| {
        items.iter().filter(|item| item.is_withheld && stream(item.stream)).count()
    };
    let (centre, tender) =
        (withheld(|stream| stream == Stream::Centre), withheld(|stream| stream != Stream::Centre));
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
