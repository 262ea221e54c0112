//! Readings of clocks that do not fit: the log's times, or the readings themselves, are false.

use kaibiao_crypto::act::{Payload, SignedAct};

use super::*;
use crate::base::Tick;
use crate::base::{Instant, Span};
use crate::replay::check::fixture::{Parts, reading, stolen_head, token};

const HOUR: Span = Span::seconds(3600);
const YEARS: Span = Span::days(3650);

/// The honest tender in which the first reading was written otherwise: the index of that reading, and what fails.
fn reread(change: impl FnOnce(&mut Tick, &Fixture, usize)) -> (usize, Vec<(CheckId, Option<u64>)>) {
    let (index, parts) = with_reading(change);
    let report = parts.verify();
    (index, failures(&report))
}

/// The honest tender in which the first reading was written otherwise: the index of that reading, and the file.
pub(super) fn with_reading(change: impl FnOnce(&mut Tick, &Fixture, usize)) -> (usize, Parts) {
    let mut fixture = Fixture::honest();
    let index = fixture.logged.iter().position(|logged| logged.kind() == "Tick").expect("a reading");
    let act = &fixture.logged[index].act;
    let mut payload = Payload::parse(&act.payload).expect("an act");
    let mut tick: Tick = serde_json::from_value(act.body_value().expect("a body")).expect("a reading");
    change(&mut tick, &fixture, index);
    let body = serde_json::to_value(tick).expect("a reading");
    let detached = payload.take_body(&body).expect("a body");
    fixture.logged[index].act = SignedAct::system(&payload, detached).expect("an act");
    (index, fixture.parts())
}

/// A reading by clocks that were an hour behind when the log began.
pub(super) fn an_hour_behind(tick: &mut Tick, fixture: &Fixture, _: usize) {
    let before = Instant(fixture.logged[0].ts.0 - HOUR.0);
    *tick = reading(&fixture.origin, fixture.head_read.expect("a head"), before);
}

/// A reading whose token is over something else.
pub(super) fn another_token(tick: &mut Tick, fixture: &Fixture, index: usize) {
    tick.tokens = vec![token("another head", fixture.logged[index].ts)];
}

#[test]
fn entries_younger_than_the_head_over_them_are_found() {
    let (_, failures) = reread(an_hour_behind);
    assert_eq!(failures, [(CheckId::E2, at(0))]);
}

#[test]
fn entries_older_than_a_reading_before_them_are_found() {
    let (index, failures) = reread(|tick, fixture, index| {
        *tick =
            reading(&fixture.origin, fixture.head_read.expect("a head"), fixture.logged[index].ts + YEARS);
    });
    assert_eq!(failures, [(CheckId::E2, at(index + 2))], "the next entry but the cover");
}

#[test]
fn a_reading_over_a_head_that_never_was_is_found() {
    let (index, failures) = reread(|tick, fixture, index| {
        let (size, _) = fixture.head_read.expect("a head");
        let head = (size, kaibiao_crypto::digest::Digest::of(b"another history"));
        *tick = reading(&fixture.origin, head, fixture.logged[index].ts);
    });
    assert_eq!(failures, [(CheckId::C7, at(index)), (CheckId::E2, at(index))]);
}

#[test]
fn a_reading_without_its_witnesses_is_found() {
    let (index, failures) = reread(|tick, _, _| {
        let lines: Vec<&str> = tick.head.lines().collect();
        tick.head = lines[..lines.len() - 1].join("\n") + "\n";
    });
    assert_eq!(failures, [(CheckId::E2, at(index))]);
}

#[test]
fn a_reading_over_a_head_by_a_key_that_has_retired_is_found() {
    let (index, failures) = reread(|tick, fixture, _| {
        let head = stolen_head(&fixture.origin, fixture.head_read.expect("a head")).to_text();
        let cosigned = tick.head.lines().last().expect("a cosignature");
        tick.head = format!("{head}{cosigned}\n");
    });
    assert_eq!(failures, [(CheckId::E2, at(index))]);
}

#[test]
fn tokens_are_over_the_head_and_by_a_named_authority() {
    let (index, failures) = reread(another_token);
    assert_eq!(failures, [(CheckId::A9, at(index))]);
    let (index, failures) = reread(|tick, _, _| tick.tokens.push("AAAA".to_owned()));
    assert_eq!(failures, [(CheckId::A9, at(index))]);
}
