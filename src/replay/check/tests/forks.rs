//! A platform with the log's key, or a thief of it, that goes on from somewhere in the log as if something else had
//! happened: the first act whose signer had seen the true history gives it away (F9, F15).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kaibiao_crypto::act::{Payload, SYSTEM_ACTOR, Seen};
use kaibiao_crypto::entry;
use kaibiao_crypto::tree::Tree;

use super::*;
use crate::base::{Digest, Span};
use crate::drill::{held, times};
use crate::replay::check::fixture::entries;

/// One of every so many places is a fork in the quick form.
const STEP: usize = 13;
/// From here on everybody names heads; what stands before it is named by readings of the clocks and by the locks of bids.
const FIRST: &str = "CallPanel";

/// The honest tender, in which everybody who acts after the publication names the head of that moment.
pub(super) fn naming_heads() -> Fixture {
    static NAMING: OnceLock<Fixture> = OnceLock::new();
    NAMING.get_or_init(name_heads).clone()
}

fn name_heads() -> Fixture {
    let mut fixture = Fixture::honest();
    let (mut tree, mut last) = (Tree::new(), BTreeMap::new());
    for index in 0..fixture.logged.len() {
        let payload = Payload::parse(&fixture.logged[index].act.payload).ok();
        if let Some(Payload { actor, .. }) = payload.filter(|payload| payload.actor != SYSTEM_ACTOR) {
            if index >= fixture.index_of(FIRST, 0) {
                let seen = Seen { root: tree.root(), size: tree.size() };
                let prev = last.get(&actor).copied();
                fixture.logged[index] = fixture.resigned(index, |payload| {
                    (payload.seen, payload.prev) = (Some(seen), prev);
                });
            }
            last.insert(actor, Digest::of(&fixture.logged[index].act.payload));
        }
        let written = entries(&fixture.logged[..=index]);
        tree.append(entry::leaf_hash(written.last().expect("at least this one")));
    }
    fixture
}

/// The place of the first act from `index` on whose signer names a head that holds entry `index`.
fn first_who_knows(fixture: &Fixture, index: usize) -> Option<usize> {
    let knows = |logged: &fixture::Logged| {
        let seen = Payload::parse(&logged.act.payload).ok().and_then(|payload| payload.seen);
        seen.is_some_and(|seen| seen.size > index as u64)
    };
    fixture.logged.iter().position(knows)
}

#[test]
fn everybody_may_name_the_head_of_the_moment() {
    let report = naming_heads().parts().verify();
    assert_eq!(failures(&report), [], "{}", report.to_text());
    assert!(result(&report, CheckId::C7).checked > 40);
}

#[test]
fn a_fork_under_the_logs_own_key_is_found_at_the_first_act_of_who_knows_better() {
    let honest = naming_heads();
    let (mut forks, mut latest) = (0, 0);
    let last =
        honest.logged.iter().rposition(|logged| logged.kind() == "ArchiveTender").expect("the last act");
    for index in (0..last).step_by(times(STEP, 1)) {
        let mut fixture = honest.clone();
        // The moment of an act is the platform's to write: one millisecond makes another history.
        fixture.logged[index].ts = fixture.logged[index].ts + Span(1);
        let is_cover = fixture.logged[index].stream.is_none();
        if is_cover {
            fixture.logged[index].act.payload[95] ^= 1;
        }
        let exposes = first_who_knows(&honest, index).expect("somebody acts later");
        let report = fixture.parts().verify();
        let found = result(&report, CheckId::C7).first_failure.as_ref().and_then(|first| first.index);
        assert_eq!(found, at(exposes), "forked at {index}");
        (forks, latest) = (forks + 1, latest.max(exposes - index));
    }
    held(
        "F9 F15 forks under the log's key, shown by `seen`",
        &format!("{forks} of {forks}, at most {latest} entries later"),
    );
}
