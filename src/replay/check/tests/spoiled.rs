//! Bundles in which chance changed one thing, as a stranger can or as a platform with the log's key.

use super::*;
use crate::base::Span;
use crate::dice::Dice;
use crate::replay::Stream;
use crate::replay::bundle::Record;
use crate::replay::check::fixture::{Logged, Parts, withhold};

/// One bit of one record flipped, and the container written anew around it.
pub(super) fn flipped(honest: &Parts, dice: &mut Dice) -> Parts {
    let mut parts = honest.clone();
    let record = any(stream(&mut parts, dice), dice);
    let bytes = match &mut record.content {
        Content::Withheld { leaf } => leaf.0.as_mut_slice(),
        Content::Whole { entry, events, body } => match (dice.below(5), body) {
            (0, _) => record.proof[0].0.as_mut_slice(),
            (1, Some(body)) => body,
            (1 | 2, _) => events,
            _ => entry,
        },
    };
    *any(bytes, dice) ^= 1 << dice.below(8);
    parts
}

/// How a bundle is spoiled.
type Spoil = fn(&mut Dice) -> Parts;

/// The honest bundle with one thing changed, by turns of one kind and another; and what it is.
pub(super) fn spoiled(round: usize, dice: &mut Dice) -> (&'static str, Parts) {
    const KINDS: [(&str, Spoil); 10] = [
        ("removed", removed),
        ("exchanged", exchanged),
        ("withheld", withheld),
        ("events", other_digit_in_events),
        ("head", other_byte_of_the_head),
        ("moment", other_moment),
        ("role", other_role),
        ("undone", undone),
        ("again", again),
        ("nothing", led_to_nothing),
    ];
    let (what, spoil) = KINDS[round % KINDS.len()];
    (what, spoil(dice))
}

fn removed(dice: &mut Dice) -> Parts {
    let mut parts = honest();
    let records = stream(&mut parts, dice);
    let place = below(dice, records.len());
    records.remove(place);
    counted(parts)
}

fn exchanged(dice: &mut Dice) -> Parts {
    let mut parts = honest();
    let records = stream(&mut parts, dice);
    let place = below(dice, records.len() - 1);
    records.swap(place, place + 1);
    parts
}

fn withheld(dice: &mut Dice) -> Parts {
    let mut parts = honest();
    withhold(any(stream(&mut parts, dice), dice));
    parts
}

fn other_digit_in_events(dice: &mut Dice) -> Parts {
    let mut parts = honest();
    let Content::Whole { events, .. } = &mut any(&mut parts.tender, dice).content else {
        panic!("all are shown")
    };
    let mut digits: Vec<&mut u8> = events.iter_mut().filter(|byte| byte.is_ascii_digit()).collect();
    if !digits.is_empty() {
        let digit = any(&mut digits, dice);
        **digit = b'0' + (**digit - b'0' + 1) % 10;
    }
    parts
}

fn other_byte_of_the_head(dice: &mut Dice) -> Parts {
    let mut parts = honest();
    let mut bytes = parts.about.head.into_bytes();
    let byte = any(&mut bytes, dice);
    // Whatever was there, it is another one and still a character.
    *byte = if *byte == b'A' { b'B' } else { b'A' };
    parts.about.head = String::from_utf8_lossy(&bytes).into_owned();
    parts
}

fn other_moment(dice: &mut Dice) -> Parts {
    let by = Span(i64::try_from(dice.below(7_200_000)).expect("small") - 3_600_000);
    of_platform(dice, |logged| logged.ts = logged.ts + by)
}

fn led_to_nothing(dice: &mut Dice) -> Parts {
    of_platform(dice, |logged| logged.events = b"[]".to_vec())
}

fn other_role(dice: &mut Dice) -> Parts {
    const ROLES: [&str; 5] = ["bidder", "buyer", "expert", "host", "supervisor"];
    let mut fixture = Fixture::honest();
    let is_of_person = |(_, logged): &(usize, &Logged)| logged.stream.is_some() && logged.act.alg != 0;
    let mut indices: Vec<usize> =
        fixture.logged.iter().enumerate().filter(is_of_person).map(|(index, _)| index).collect();
    let index = *any(&mut indices, dice);
    let role = ROLES[below(dice, ROLES.len())];
    fixture.logged[index] = fixture.resigned(index, |payload| payload.role = role.to_owned());
    fixture.parts()
}

/// The platform signs a log in which an act never was.
fn undone(dice: &mut Dice) -> Parts {
    let mut fixture = Fixture::honest();
    let index = below(dice, fixture.logged.len() - 1);
    fixture.logged.remove(index);
    fixture.parts()
}

/// The platform does again what it did.
fn again(dice: &mut Dice) -> Parts {
    let mut fixture = Fixture::honest();
    let is_of_platform = |(_, logged): &(usize, &Logged)| {
        matches!(logged.stream, Some(Stream::Tender(_))) && logged.act.alg == 0
    };
    let mut indices: Vec<usize> =
        fixture.logged.iter().enumerate().filter(is_of_platform).map(|(index, _)| index).collect();
    let index = *any(&mut indices, dice);
    let repeated = fixture.repeated(index);
    fixture.logged.insert(index + 1, repeated);
    fixture.parts()
}

/// The platform writes one entry otherwise before it signs.
fn of_platform(dice: &mut Dice, change: impl FnOnce(&mut Logged)) -> Parts {
    let mut fixture = Fixture::honest();
    change(any(&mut fixture.logged, dice));
    fixture.parts()
}

fn honest() -> Parts {
    Fixture::honest().parts()
}

fn counted(mut parts: Parts) -> Parts {
    parts.about.centre_entries = parts.centre.len() as u64;
    parts.about.tender_entries = parts.tender.len() as u64;
    parts
}

fn stream<'a>(parts: &'a mut Parts, dice: &mut Dice) -> &'a mut Vec<Record> {
    if dice.below(3) == 0 { &mut parts.centre } else { &mut parts.tender }
}

fn any<'a, T>(all: &'a mut [T], dice: &mut Dice) -> &'a mut T {
    &mut all[below(dice, all.len())]
}

fn below(dice: &mut Dice, end: usize) -> usize {
    usize::try_from(dice.below(end as u64)).expect("below a length")
}
