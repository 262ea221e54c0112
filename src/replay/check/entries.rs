//! The records of a bundle in the order of the log, piece by piece, looked at on every core: nothing but what is at hand
//! is in memory.
//!
//! A stream that does not ascend is no honest one (C2 says so); then all records are sorted in memory, up to a limit.

use std::io::{Read, Seek};
use std::sync::mpsc;
use std::thread;

use super::item::{Item, Keys, Place};
use super::tally::Tallies;
use crate::replay::Stream;
use crate::replay::bundle::{Bundle, BundleError, Cursor, Record};

/// Records that go to a thread at once.
const CHUNK: usize = 128;
/// Chunks that a thread has before it, so that it never waits for the reader.
const AHEAD: usize = 2;

/// A record with its place in its stream's file.
pub(super) type Placed = (Place, Record);

/// What a first look at all records has shown.
pub(super) struct Survey {
    /// Whether the indices of each stream ascend.
    pub(super) is_ascending: bool,
    /// Whether a record shows no more than its leaf hash.
    pub(super) has_withheld: bool,
}

/// Reads both streams once, each in the order of its file.
pub(super) fn survey<R: Read + Seek>(
    bundle: &mut Bundle<R>,
    mut see: impl FnMut(Place, &Record),
) -> Result<Survey, BundleError> {
    let mut survey = Survey { is_ascending: true, has_withheld: false };
    for mut line in Line::both(bundle)? {
        let mut last = 0;
        while let Some((place, record)) = line.take(bundle)? {
            survey.is_ascending &= last <= record.index;
            survey.has_withheld |= record.is_withheld();
            last = record.index;
            see(place, &record);
        }
    }
    Ok(survey)
}

/// One stream's file, read on from where the last record ended.
pub(super) struct Line {
    cursor: Cursor,
    stream: Stream,
    count: u64,
    /// The record that comes next.
    next: Option<Placed>,
}

impl Line {
    /// The centre's stream and the tender's.
    fn both<R: Read + Seek>(bundle: &mut Bundle<R>) -> Result<[Self; 2], BundleError> {
        let tender = bundle.about().tender;
        let [centre, of_tender] = bundle.streams();
        let line = |cursor, stream| Self { cursor, stream, count: 0, next: None };
        let mut lines = [line(centre, Stream::Centre), line(of_tender, Stream::Tender(tender))];
        for line in &mut lines {
            line.take(bundle)?;
        }
        Ok(lines)
    }

    /// The next record, while the one after it is read.
    fn take<R: Read + Seek>(&mut self, bundle: &mut Bundle<R>) -> Result<Option<Placed>, BundleError> {
        let place = Place { stream: self.stream, place: self.count };
        let after = bundle.next(&mut self.cursor)?.map(|record| (place, record));
        self.count += u64::from(after.is_some());
        Ok(std::mem::replace(&mut self.next, after))
    }

    fn index(&self) -> Option<u64> {
        self.next.as_ref().map(|(_, record)| record.index)
    }
}

/// Records in the order of the log.
pub(super) enum Entries {
    Ascending(Box<[Line; 2]>),
    Sorted(std::vec::IntoIter<Placed>),
}

impl Entries {
    pub(super) fn of<R: Read + Seek>(bundle: &mut Bundle<R>, survey: &Survey) -> Result<Self, BundleError> {
        if survey.is_ascending {
            return Ok(Self::Ascending(Box::new(Line::both(bundle)?)));
        }
        let mut all = Vec::new();
        for (stream, records) in
            [(Stream::Centre, bundle.centre()?), (Stream::Tender(bundle.about().tender), bundle.tender()?)]
        {
            all.extend(records.into_iter().zip(0..).map(|(record, place)| (Place { stream, place }, record)));
        }
        all.sort_by_key(|(_, record)| record.index);
        Ok(Self::Sorted(all.into_iter()))
    }

    /// The next one; none at the end.
    pub(super) fn next<R: Read + Seek>(
        &mut self,
        bundle: &mut Bundle<R>,
    ) -> Result<Option<Placed>, BundleError> {
        match self {
            Self::Sorted(all) => Ok(all.next()),
            Self::Ascending(lines) => {
                let [centre, tender] = &mut **lines;
                let is_of_tender = match (centre.index(), tender.index()) {
                    (Some(of_centre), Some(of_tender)) => of_tender < of_centre,
                    (None, _) => true,
                    (Some(_), None) => false,
                };
                if is_of_tender { tender.take(bundle) } else { centre.take(bundle) }
            }
        }
    }

    fn chunk<R: Read + Seek>(&mut self, bundle: &mut Bundle<R>) -> Result<Vec<Placed>, BundleError> {
        let mut chunk = Vec::with_capacity(CHUNK);
        while chunk.len() < CHUNK
            && let Some(placed) = self.next(bundle)?
        {
            chunk.push(placed);
        }
        Ok(chunk)
    }
}

/// Checks that take one item after another.
pub(super) trait Checks<R> {
    /// The keys that are registered so far.
    fn keys(&self) -> Keys;

    /// The next item, in the order of the log.
    fn take(&mut self, bundle: &mut Bundle<R>, item: &Item, tallies: &mut Tallies)
    -> Result<(), BundleError>;
}

/// Has each record looked at by itself, on as many threads as there are cores, and takes them in their order.
pub(super) fn each<R: Read + Seek>(
    bundle: &mut Bundle<R>,
    mut entries: Entries,
    origin: &str,
    checks: &mut impl Checks<R>,
    tallies: &mut Tallies,
) -> Result<(), BundleError> {
    thread::scope(|scope| {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let lines: Vec<_> = (0..count)
            .map(|_| {
                let (ask, asked) = mpsc::channel::<(Vec<Placed>, Keys)>();
                let (answer, answers) = mpsc::channel();
                scope.spawn(move || {
                    while let Ok((chunk, keys)) = asked.recv()
                        && answer.send(look_at(chunk, &keys, origin)).is_ok()
                    {}
                });
                (ask, answers)
            })
            .collect();
        let (mut sent, mut taken, mut is_at_end) = (0, 0, false);
        loop {
            while !is_at_end && sent < taken + AHEAD * count {
                let chunk = entries.chunk(bundle)?;
                is_at_end = chunk.is_empty();
                if !is_at_end && lines[sent % count].0.send((chunk, checks.keys())).is_ok() {
                    sent += 1;
                }
            }
            if taken == sent {
                return Ok(());
            }
            // A thread that is gone has panicked, and the scope says so.
            let Ok((items, seen)) = lines[taken % count].1.recv() else { return Ok(()) };
            taken += 1;
            tallies.add(seen);
            items.iter().try_for_each(|item| checks.take(bundle, item, tallies))?;
        }
    })
}

fn look_at(chunk: Vec<Placed>, keys: &Keys, origin: &str) -> (Vec<Item>, Tallies) {
    let mut tallies = Tallies::default();
    let look = |(place, record)| Item::of(record, place, origin, keys, &mut tallies);
    let items = chunk.into_iter().map(look).collect();
    (items, tallies)
}
