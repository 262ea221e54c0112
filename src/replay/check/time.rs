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
use crate::replay::bundle::ShownHead;
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

/// Checks every reading, and every time against the readings around it. `items` are all of the file, by index.
pub(super) fn check(
    items: &[Item],
    about_head: &str,
    heads: &[ShownHead],
    head: &Head,
    tallies: &mut Tallies,
) {
    let mut anchors = Vec::new();
    let mut readings = Vec::new();
    for item in items {
        match item.act.as_ref().and_then(request) {
            Some(Request::Centre(CentreCommand::NameTimeAuthorities(body))) => {
                let named = Centre { time_authorities: body.authorities.clone(), ..Centre::default() };
                anchors = time_anchors(&named);
            }
            Some(
                Request::Centre(CentreCommand::Tick(body))
                | Request::Tender(_, Command::Tender(TenderCommand::Tick(body))),
            ) => readings.extend(reading(item, body, &anchors, heads, head, tallies)),
            _ => {}
        }
    }
    let own = Note::parse(about_head.as_bytes()).ok();
    if let Some((note, checkpoint)) = own.as_ref().zip(head.checkpoint.as_ref())
        && let Some(at_ms) = middle(cosigned(note, head))
    {
        readings.push(Reading { size: checkpoint.size, index: None, at_ms });
    }
    if readings.is_empty() {
        let note = Said::new("本文件没有他方时钟的读数", "the file has no readings of other clocks");
        tallies.note(CheckId::E2, note);
    }
    between(items, &readings, tallies);
}

fn request(act: &Act) -> Option<&Request> {
    Some(&act.read.as_ref().ok()?.request)
}

/// A reading, if its head is one of this log, signed and with its quorum.
fn reading(
    item: &Item,
    body: &Tick,
    anchors: &[TimeAnchor],
    heads: &[ShownHead],
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
    let is_known = checkpoint.size <= item.index
        && heads.iter().any(|known| (known.size, known.root) == (checkpoint.size, checkpoint.root));
    tallies.expect(CheckId::C7, item.at(), is_known, "unknown_head");
    let is_signed = note.verify(log).is_ok();
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

/// Every entry's time against the tightest readings around it.
fn between(items: &[Item], readings: &[Reading], tallies: &mut Tallies) {
    for item in items {
        let Some(act) = &item.act else { continue };
        let ts = act.entry.header.ts;
        let before = readings.iter().filter(|reading| reading.index.is_some_and(|index| index < item.index));
        let after = readings.iter().filter(|reading| reading.size > item.index);
        let (lower, upper) =
            (before.map(|reading| reading.at_ms).max(), after.map(|reading| reading.at_ms).min());
        if lower.is_none() && upper.is_none() {
            continue;
        }
        let is_between = lower.is_none_or(|lower| ts + APART_MS >= lower)
            // A witness counts in whole seconds.
            && upper.is_none_or(|upper| ts <= upper + 1000 + APART_MS);
        tallies.expect(CheckId::E2, item.at(), is_between, "time_outside");
    }
}
