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
mod files;
mod head;
mod item;
mod opening;
mod policy;
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
pub use policy::{Policy, PolicyError};
pub use report::{LotReport, Report, Verdict};
pub use tally::{CheckResult, Failure, Outcome};

use std::io::{Read, Seek};

use kaibiao_crypto::checkpoint::NoteVerifier;

use super::Stream;
use super::bundle::{Bundle, BundleError, Record, Scope};
use acts::Replay;
use item::Item;
use tally::Tallies;

/// What the verifier believes before it begins.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// The log's key. Without one the key that the bundle names is taken, and the report says so.
    pub log_key: Option<NoteVerifier>,
    /// Which witnesses count. Without a policy the bundle's own is taken, and the report says so.
    pub policy: Option<Policy>,
}

/// Checks a bundle. An error means that it cannot be read at all; whatever is wrong with what it says is in the report.
pub fn verify<R: Read + Seek>(bundle: &mut Bundle<R>, trust: &Trust) -> Result<Report, BundleError> {
    let mut tallies = Tallies::default();
    let about = bundle.about().clone();
    let head = head::check(&about, bundle.heads(), trust, &mut tallies);
    let (centre, tender) = (bundle.centre()?, bundle.tender()?);
    let centre = items(centre, Stream::Centre, &about.origin, &mut tallies);
    let tender = items(tender, Stream::Tender(about.tender), &about.origin, &mut tallies);
    streams::check(&centre, about.centre_entries, &mut tallies);
    streams::check(&tender, about.tender_entries, &mut tallies);
    let mut all: Vec<Item> = centre.into_iter().chain(tender).collect();
    all.sort_by_key(|item| item.index);
    streams::check_log(&all, &about, bundle.heads(), &head, &mut tallies);
    time::check(&all, &about.head, bundle.heads(), &head, &mut tallies);
    if about.scope == Scope::Public || all.iter().any(|item| item.is_withheld) {
        let not_carried = public::check(&all, bundle, &mut tallies)?;
        return Ok(report::of_public(about, head, all.len(), not_carried, tallies));
    }
    let mut replay = Replay::new(bundle, head.witnessed, &mut tallies);
    for item in &all {
        replay.take(item)?;
    }
    let (world, documents, archived) = replay.finish();
    streams::check_end(&all, archived, &mut tallies);
    let opened = world.tenders.get(&about.tender).map(|tender| files::opened(tender)).unwrap_or_default();
    let not_carried = files::check(bundle, &documents, &opened, &mut tallies)?;
    Ok(report::of_whole(about, head, all.len(), &world, not_carried, tallies))
}

fn items(records: Vec<Record>, stream: Stream, origin: &str, tallies: &mut Tallies) -> Vec<Item> {
    let item = |(record, place)| Item::of(record, stream, place, origin, tallies);
    records.into_iter().zip(0..).map(item).collect()
}
