//! The verifier: everything that a bundle claims, checked offline by name, without the platform's database.
//!
//! It believes one thing, the log's public key (and whose cosignatures count), and derives the rest: places in the log
//! from proofs, who may act from the centre's stream, what an act leads to by deciding it again through the same core
//! that decided then, draws and openings from published keys.
//!
//! What it cannot see: an entry that was left off the *end* of a stream that is not archived (no later entry names it;
//! the centre's stream never is), and documents that the file does not carry; both are said in the report.
//!
//! *Invariant*: a check that found nothing to look at never counts as held.

mod acts;
mod catalogue;
mod chains;
mod entries;
mod files;
mod head;
mod item;
mod opening;
mod public;
mod report;
mod seals;
mod steps;
mod streams;
mod tally;
mod time;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

pub use catalogue::{CheckId, Said};
pub use kaibiao_crypto::policy::{Policy, PolicyError};
pub use report::{LotReport, Report, Verdict};
pub use tally::{CheckResult, Failure, Outcome};

use std::collections::BTreeSet;
use std::io::{Read, Seek};
use std::sync::Arc;

use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::entry::LogItem;

use super::Stream;
use super::bundle::{About, Bundle, BundleError, Content, Heads, Record, Scope};
use acts::Replay;
use chains::{Chains, Link};
use entries::{Checks, Entries, Survey};
use head::Head;
use item::{Item, Keys, Place};
use public::Shown;
use streams::{LogCheck, StreamCheck};
use tally::Tallies;
use time::{Bounds, Readings};

/// What the verifier believes before it begins.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// The log's key. Without one the key that the bundle names is taken, and the report says so.
    pub log_key: Option<NoteVerifier>,
    /// Which witnesses count. Without a policy the bundle's own is taken, and the report says so.
    pub policy: Option<Policy>,
}

/// Checks a bundle. An error means that it cannot be read at all; whatever is wrong with what it says is in the report.
///
/// The file is read twice, piece by piece: for the order of its records and the readings of clocks, then for everything
/// else. What is in memory is the state of the centre and the tender, and a few bytes an entry.
pub fn verify<R: Read + Seek>(bundle: &mut Bundle<R>, trust: &Trust) -> Result<Report, BundleError> {
    let mut tallies = Tallies::default();
    let (about, heads) = (bundle.about().clone(), Arc::clone(bundle.heads()));
    let head = head::check(&about, &heads, trust, &mut tallies);
    let (survey, bounds) = first_reading(bundle, &about, &heads, &head, &mut tallies)?;
    let mut checks = AllChecks {
        streams: survey.is_ascending.then(Default::default),
        log: LogCheck::new(&about, &heads, &head),
        chains: Chains::default(),
        bounds,
        content: if about.scope == Scope::Public || survey.has_withheld {
            Contents::Shown(Shown::new(about.scope))
        } else {
            Contents::Whole(Box::new(Replay::new(head.witnessed)))
        },
        entries: 0,
    };
    if !survey.is_ascending {
        each_stream(bundle, &about, &mut tallies)?;
    }
    let all = Entries::of(bundle, &survey)?;
    entries::each(bundle, all, &about.origin, &mut checks, &mut tallies)?;
    let AllChecks { streams, log, mut chains, content, entries, .. } = checks;
    if let Some(streams) = streams {
        finish_streams(streams, &about, &mut tallies);
    }
    log.finish(&mut tallies);
    let wanted = chains.wanted();
    chains.finish(&wanted, &links(bundle, &survey, &wanted)?, &mut tallies);
    match content {
        Contents::Shown(shown) => {
            let not_carried = shown.finish(bundle, &mut tallies)?;
            Ok(report::of_public(about, head, entries, not_carried, tallies))
        }
        Contents::Whole(replay) => {
            let (world, not_carried) = replay.finish(bundle, &mut tallies)?;
            Ok(report::of_whole(about, head, entries, &world, not_carried, tallies))
        }
    }
}

/// Everything that looks at one entry after another.
struct AllChecks<'a> {
    /// The files of the two streams; none where they are looked at in another order than the log's.
    streams: Option<[StreamCheck; 2]>,
    log: LogCheck<'a>,
    chains: Chains,
    bounds: Bounds,
    content: Contents,
    entries: usize,
}

/// What the entries say: all of it, or the part that is shown.
enum Contents {
    Whole(Box<Replay>),
    Shown(Shown),
}

impl<R: Read + Seek> Checks<R> for AllChecks<'_> {
    fn keys(&self) -> Keys {
        match &self.content {
            Contents::Whole(replay) => replay.world.centre.keys.clone(),
            Contents::Shown(_) => Keys::default(),
        }
    }

    fn take(
        &mut self,
        bundle: &mut Bundle<R>,
        item: &Item,
        tallies: &mut Tallies,
    ) -> Result<(), BundleError> {
        self.entries += 1;
        if let Some(streams) = &mut self.streams {
            streams[usize::from(item.stream != Stream::Centre)].take(item, tallies);
        }
        self.log.take(item, tallies);
        self.chains.take(item, tallies);
        self.bounds.take(item, tallies);
        match &mut self.content {
            Contents::Whole(replay) => replay.take(bundle, item, tallies),
            Contents::Shown(shown) => {
                shown.take(item, tallies);
                Ok(())
            }
        }
    }
}

/// The order of the records, and the readings of clocks, to which entries before them are held too.
fn first_reading<R: Read + Seek>(
    bundle: &mut Bundle<R>,
    about: &About,
    heads: &Heads,
    head: &Head,
    tallies: &mut Tallies,
) -> Result<(Survey, Bounds), BundleError> {
    let mut readings = Readings::new(heads, head);
    let mut said = Vec::new();
    let survey = entries::survey(bundle, |place, record| {
        if Readings::are_in(record) {
            said.push(item_alone(record.clone(), place, about));
        }
    })?;
    said.sort_by_key(|item| item.index);
    said.iter().for_each(|item| readings.take(item, tallies));
    let bounds = readings.finish(&about.head, tallies);
    Ok((survey, bounds))
}

/// The streams' own checks, each in the order of its file, which is not that of the log.
fn each_stream<R: Read + Seek>(
    bundle: &mut Bundle<R>,
    about: &About,
    tallies: &mut Tallies,
) -> Result<(), BundleError> {
    let mut streams: [StreamCheck; 2] = Default::default();
    entries::survey(bundle, |place, record| {
        let item = item_alone(record.clone(), place, about);
        streams[usize::from(place.stream != Stream::Centre)].take(&item, tallies);
    })?;
    finish_streams(streams, about, tallies);
    Ok(())
}

fn finish_streams([centre, tender]: [StreamCheck; 2], about: &About, tallies: &mut Tallies) {
    centre.finish(about.centre_entries, tallies);
    tender.finish(about.tender_entries, tallies);
}

/// A record looked at by itself, before all are: what is wrong with it is counted then.
fn item_alone(record: Record, place: Place, about: &About) -> Item {
    Item::of(record, place, &about.origin, &Keys::default(), &mut Tallies::default())
}

/// The acts whose places in the chains of their keys are not plain, in the order of the log.
fn links<R: Read + Seek>(
    bundle: &mut Bundle<R>,
    survey: &Survey,
    wanted: &BTreeSet<u64>,
) -> Result<Vec<Link>, BundleError> {
    let mut links = Vec::new();
    if wanted.is_empty() {
        return Ok(links);
    }
    let mut all = Entries::of(bundle, survey)?;
    while let Some((_, record)) = all.next(bundle)? {
        let Content::Whole { entry, .. } = &record.content else { continue };
        let Ok(LogItem::Act(entry)) = LogItem::parse(entry) else { continue };
        let Ok(payload) = entry.read_payload() else { continue };
        links.extend(Link::of(record.index, &entry, &payload, wanted));
    }
    Ok(links)
}
