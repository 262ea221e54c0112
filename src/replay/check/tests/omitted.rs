//! An act left out of an export, each in turn: by somebody on its way, by somebody who numbers the rest anew, and by a
//! platform that signs the log without it (F18).

use std::collections::BTreeMap;

use kaibiao_crypto::entry::{self, Entry};

use super::forks::naming_heads;
use super::*;
use crate::drill::{held, times};
use crate::replay::Stream;
use crate::replay::bundle::Record;
use crate::replay::check::fixture::Parts;

/// One of every so many acts is left out in the quick form.
const STEP: usize = 11;

/// How often each check was the first to find it.
#[derive(Default)]
struct Found(BTreeMap<&'static str, usize>);

impl Found {
    /// Counts by the first check of the report that failed; gives back whether one did.
    fn count(&mut self, report: &Report) -> bool {
        let first = failures(report).first().map(|(id, _)| id.code());
        *self.0.entry(first.unwrap_or("no check")).or_default() += 1;
        first.is_some()
    }

    fn say(&self, case: &str) {
        let seen: Vec<String> = self.0.iter().map(|(id, count)| format!("{id} {count}")).collect();
        held(
            &format!("F18 {case}"),
            &format!("{} left out, found by {}", self.0.values().sum::<usize>(), seen.join(", ")),
        );
    }
}

/// The places in a stream whose record is left out; never the last, of which no later entry knows.
fn places(records: &[Record]) -> impl Iterator<Item = usize> + use<> {
    (0..records.len() - 1).step_by(times(STEP, 1))
}

/// The file without one record, which its numbers of records no longer announce.
fn without(honest: &Parts, stream: Stream, place: usize) -> Parts {
    let mut parts = honest.clone();
    of(&mut parts, stream).remove(place);
    parts.about.centre_entries = parts.centre.len() as u64;
    parts.about.tender_entries = parts.tender.len() as u64;
    parts
}

fn of(parts: &mut Parts, stream: Stream) -> &mut Vec<Record> {
    if stream == Stream::Centre { &mut parts.centre } else { &mut parts.tender }
}

/// Writes the headers from `place` on anew, so that nothing seems to be missing.
fn renumber(records: &mut [Record], place: usize) {
    let mut before = place.checked_sub(1).map(|before| records[before].leaf());
    for (sseq, record) in (place as u64..).zip(&mut records[place..]) {
        let Content::Whole { entry, .. } = &mut record.content else { panic!("all are shown") };
        let mut act = Entry::parse(entry).expect("an entry");
        (act.header.sseq, act.header.sprev) = (sseq, before);
        *entry = act.encode().expect("an entry");
        before = Some(entry::leaf_hash(entry));
    }
}

#[test]
fn a_record_left_out_is_missed_at_the_next_one() {
    let fixture = Fixture::honest();
    let (honest, mut found) = (fixture.parts(), Found::default());
    for stream in [Stream::Centre, Stream::Tender(fixture.tender)] {
        for place in places(of(&mut honest.clone(), stream)) {
            let mut parts = without(&honest, stream, place);
            let next = Some(of(&mut parts, stream)[place].index);
            let report = parts.verify();
            found.count(&report);
            for id in [CheckId::C2, CheckId::C3] {
                assert!(failures(&report).contains(&(id, next)), "{stream} {place}: {:?}", failures(&report));
            }
        }
    }
    found.say("a record left out on the way");
}

#[test]
fn a_record_left_out_is_missed_though_the_rest_is_numbered_anew() {
    let fixture = Fixture::honest();
    let (honest, mut found) = (fixture.parts(), Found::default());
    for stream in [Stream::Centre, Stream::Tender(fixture.tender)] {
        for place in places(of(&mut honest.clone(), stream)) {
            let mut parts = without(&honest, stream, place);
            let records = of(&mut parts, stream);
            renumber(records, place);
            let next = Some(records[place].index);
            let report = parts.verify();
            found.count(&report);
            let failures = failures(&report);
            assert!(failures.contains(&(CheckId::I4, next)), "{stream} {place}: {failures:?}");
            assert!(failures.iter().all(|(id, _)| !matches!(id, CheckId::C1 | CheckId::C2 | CheckId::C3)));
        }
    }
    found.say("a record left out, the rest numbered anew");
}

/// Whoever acted later has named a head that holds what is left out. What nobody knew of when the last one acted is not in
/// this file's power to show: the heads in receipts and at witnesses are.
#[test]
fn an_act_left_out_by_the_platform_is_missed_by_whoever_acted_later() {
    let honest = naming_heads();
    let (last, mut found) = (honest.index_of("ArchiveTender", 0), Found::default());
    for index in (0..last).step_by(times(STEP, 1)) {
        let mut fixture = honest.clone();
        fixture.logged.remove(index);
        let parts = fixture.parts();
        assert!(found.count(&parts.verify()), "entry {index}");
    }
    found.say("an act left out by a platform that signs the log anew");
}

#[test]
fn an_end_left_off_is_said_to_be_open() {
    let said = |parts: &Parts| {
        let report = parts.verify();
        assert_eq!(failures(&report), []);
        result(&report, CheckId::K5).note.clone().expect("it is said").en
    };
    let fixture = Fixture::honest();
    let honest = fixture.parts();
    let of_centre = |parts: &Parts| {
        let last = parts.centre.last().expect("the register").index;
        format!("that nothing of the centre's stream follows entry {last} cannot be proven")
    };
    assert_eq!(said(&honest), of_centre(&honest));
    let parts = without(&honest, Stream::Centre, honest.centre.len() - 1);
    assert_eq!(said(&parts), of_centre(&parts));
    let parts = without(&honest, Stream::Tender(fixture.tender), honest.tender.len() - 1);
    assert_eq!(
        said(&parts),
        format!("not archived: that no entry was left off the end cannot be proven; {}", of_centre(&parts))
    );
}
