//! Times between the clocks of others: cosignatures of witnesses and tokens of time authorities, as readings in the
//! streams of centre and tender, and on the head of the file.
//!
//! What stood under a head was there when the head was cosigned, so it is no younger; what follows a reading was
//! written when its times were known, so it is no older.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::checkpoint::{Checkpoint, Note};
use kaibiao_crypto::timestamp::{TimeAnchor, Token};

use super::catalogue::{CheckId, Said};
use super::head::Head;
use super::item::{Act, Item};
use super::tally::Tallies;
use crate::base::Tick;
use crate::centre::{Centre, CentreCommand};
use crate::replay::Request;
use crate::replay::bundle::{Content, Heads, Record};
use crate::replay::evidence::time_anchors;
use crate::tender::{Command, TenderCommand};

/// How far clocks of honest parties may be apart, in milliseconds.
const APART_MS: u64 = 2000;

/// What others' clocks said of a head.
struct Reading {
    /// Entries under the head.
    size: u64,
    /// The entry that brought it into the log; none for the head of the file.
    index: Option<u64>,
    /// The middle one of their times, unix milliseconds: one that is wrong decides nothing.
    at_ms: u64,
}

/// All readings, gathered before any entry is held to them.
pub(super) struct Readings<'a> {
    heads: &'a Heads,
    head: &'a Head,
    anchors: Vec<TimeAnchor>,
    all: Vec<Reading>,
}

impl<'a> Readings<'a> {
    pub(super) fn new(heads: &'a Heads, head: &'a Head) -> Self {
        Self { heads, head, anchors: Vec::new(), all: Vec::new() }
    }

    /// Whether a record's entry says something of clocks; its canonical text ends with its type and version.
    pub(super) fn are_in(record: &Record) -> bool {
        const ENDS: [&[u8]; 2] = [br#""type":"Tick","v":1}"#, br#""type":"NameTimeAuthorities","v":1}"#];
        let Content::Whole { entry, .. } = &record.content else { return false };
        ENDS.iter().any(|end| entry.ends_with(end))
    }

    /// The next entry that says something of clocks, in the order of the log.
    pub(super) fn take(&mut self, item: &Item, tallies: &mut Tallies) {
        match item.act.as_ref().and_then(request) {
            Some(Request::Centre(CentreCommand::NameTimeAuthorities(body))) => {
                let named = Centre { time_authorities: body.authorities.clone(), ..Centre::default() };
                self.anchors = time_anchors(&named);
            }
            Some(
                Request::Centre(CentreCommand::Tick(body))
                | Request::Tender(_, Command::Tender(TenderCommand::Tick(body))),
            ) => {
                let reading = reading(item, body, &self.anchors, self.heads, self.head, tallies);
                self.all.extend(reading);
            }
            _ => {}
        }
    }

    /// With the head of the file, all that entries are held to.
    pub(super) fn finish(mut self, about_head: &str, tallies: &mut Tallies) -> Bounds {
        let own = Note::parse(about_head.as_bytes()).ok();
        if let Some((note, checkpoint)) = own.as_ref().zip(self.head.checkpoint.as_ref())
            && let Some(at_ms) = middle(cosigned(note, self.head))
        {
            self.all.push(Reading { size: checkpoint.size, index: None, at_ms });
        }
        if self.all.is_empty() {
            let note = Said::new("本文件没有他方时钟的读数", "the file has no readings of other clocks");
            tallies.note(CheckId::E2, note);
        }
        Bounds::of(&self.all)
    }
}

fn request(act: &Act) -> Option<&Request> {
    Some(&act.read.as_ref().ok()?.request)
}

/// A reading, if its head is one of this log, signed and with its quorum.
fn reading(
    item: &Item,
    body: &Tick,
    anchors: &[TimeAnchor],
    heads: &Heads,
    head: &Head,
    tallies: &mut Tallies,
) -> Option<Reading> {
    let log = head.log.as_ref()?;
    let note = Note::parse(body.head.as_bytes()).ok();
    let checkpoint = note.as_ref().and_then(|note| Checkpoint::parse(&note.text).ok());
    let Some((note, checkpoint)) = note.zip(checkpoint) else {
        tallies.fail(CheckId::E2, item.at(), "note_form");
        return None;
    };
    let is_known = checkpoint.size <= item.index && heads.root(checkpoint.size) == Some(checkpoint.root);
    tallies.expect(CheckId::C7, item.at(), is_known, "unknown_head");
    let is_signed = note.verify(log.at(checkpoint.size)).is_ok();
    let mut times = cosigned(&note, head);
    let is_witnessed = times.len() >= head.policy.quorum;
    if !tallies.expect(CheckId::E2, item.at(), is_known && is_signed && is_witnessed, "reading_unsigned") {
        return None;
    }
    for token in &body.tokens {
        let token = STANDARD.decode(token).ok().and_then(|der| Token::parse(&der).ok());
        let stamp = token.map(|token| token.verify(note.text.as_bytes(), anchors));
        let code = match &stamp {
            None => "timestamp_form",
            Some(Err(error)) => error.code(),
            Some(Ok(_)) => "",
        };
        tallies.expect(CheckId::A9, item.at(), matches!(stamp, Some(Ok(_))), code);
        times.extend(stamp.and_then(Result::ok).map(|stamp| stamp.at_ms));
    }
    Some(Reading { size: checkpoint.size, index: Some(item.index), at_ms: middle(times)? })
}

/// The times at which witnesses of the policy cosigned, unix milliseconds; each key once.
fn cosigned(note: &Note, head: &Head) -> Vec<u64> {
    let mut counted: Vec<&[u8]> = Vec::new();
    let mut times = Vec::new();
    for witness in &head.policy.witnesses {
        if let Ok(Some(seconds)) = note.verify(witness)
            && !counted.contains(&witness.raw_key())
        {
            counted.push(witness.raw_key());
            times.push(seconds * 1000);
        }
    }
    times
}

fn middle(mut times: Vec<u64>) -> Option<u64> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

/// The tightest readings around any entry.
pub(super) struct Bounds {
    /// By index, the latest time that was read so far.
    lower: Vec<(u64, u64)>,
    /// By size, the earliest time that was read of a head at least so large.
    upper: Vec<(u64, u64)>,
}

impl Bounds {
    fn of(readings: &[Reading]) -> Self {
        let with_index = |reading: &Reading| Some((reading.index?, reading.at_ms));
        let mut lower: Vec<(u64, u64)> = readings.iter().filter_map(with_index).collect();
        let mut upper: Vec<(u64, u64)> =
            readings.iter().map(|reading| (reading.size, reading.at_ms)).collect();
        lower.sort_unstable();
        upper.sort_unstable();
        let mut latest = 0;
        for (_, at_ms) in &mut lower {
            latest = latest.max(*at_ms);
            *at_ms = latest;
        }
        let mut earliest = u64::MAX;
        for (_, at_ms) in upper.iter_mut().rev() {
            earliest = earliest.min(*at_ms);
            *at_ms = earliest;
        }
        Self { lower, upper }
    }

    /// An entry's time against them.
    pub(super) fn take(&self, item: &Item, tallies: &mut Tallies) {
        let Some(act) = &item.act else { return };
        let ts = act.entry.header.ts;
        let before = self.lower.partition_point(|(index, _)| *index < item.index);
        let after = self.upper.partition_point(|(size, _)| *size <= item.index);
        let lower = before.checked_sub(1).map(|last| self.lower[last].1);
        let upper = self.upper.get(after).map(|(_, at_ms)| *at_ms);
        if lower.is_none() && upper.is_none() {
            return;
        }
        let is_between = lower.is_none_or(|lower| ts + APART_MS >= lower)
            // A witness counts in whole seconds.
            && upper.is_none_or(|upper| ts <= upper + 1000 + APART_MS);
        tallies.expect(CheckId::E2, item.at(), is_between, "time_outside");
    }
}
