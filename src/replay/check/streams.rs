//! Places: the order and wholeness of each stream, and that every entry stands in the log under the head.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibiao_crypto::act::SYSTEM_ACTOR;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::leaf_hash;
use kaibiao_crypto::tree::{self, Inclusions};

use super::catalogue::{CheckId, Said};
use super::head::Head;
use super::item::{Act, Item, NAME_BYTES};
use super::tally::Tallies;
use crate::centre::CentreEvent;
use crate::replay::bundle::{About, Heads, Scope, ShownRotation};
use crate::replay::{Happened, RULES, Stream};

/// Bytes of the name of an act and of its index.
const NAMED_BYTES: usize = NAME_BYTES + 8;

/// One stream's file: numbered from 0 without a gap, each entry naming the leaf before it.
#[derive(Default)]
pub(super) struct StreamCheck {
    /// Index and leaf of the record before.
    before: Option<(u64, Digest)>,
    count: u64,
}

impl StreamCheck {
    /// The next record of the file.
    pub(super) fn take(&mut self, item: &Item, tallies: &mut Tallies) {
        if self.count == 0 && !item.is_withheld {
            let begins = item
                .act
                .as_ref()
                .is_none_or(|act| act.entry.header.sseq == 0 && act.entry.header.sprev.is_none());
            tallies.expect(CheckId::C1, item.at(), begins, "first_entry_missing");
        }
        let ascends = self.before.is_none_or(|(index, _)| index < item.index);
        let is_numbered = item.act.as_ref().is_none_or(|act| act.entry.header.sseq == item.place);
        let fault = if ascends { "sequence_gap" } else { "out_of_order" };
        let holds = ascends && is_numbered;
        // A record that is withheld has no number to look at: it can only be out of order.
        if !item.is_withheld || !holds {
            tallies.expect(CheckId::C2, item.at(), holds, fault);
        }
        if let Some(act) = &item.act {
            let follows = act.entry.header.sprev == self.before.map(|(_, leaf)| leaf);
            tallies.expect(CheckId::C3, item.at(), follows, "sprev_differs");
        }
        self.before = Some((item.index, item.leaf));
        self.count += 1;
    }

    /// The end of the file, of which so many records were announced.
    pub(super) fn finish(self, announced: u64, tallies: &mut Tallies) {
        if self.count == 0 {
            tallies.fail(CheckId::C1, None, "first_entry_missing");
        }
        let next = self.before.map(|(index, _)| index.saturating_add(1));
        tallies.expect(CheckId::C2, next, self.count == announced, "entries_missing_at_end");
    }
}

/// All entries in the order of the log.
pub(super) struct LogCheck<'a> {
    about: &'a About,
    head: &'a Head,
    inclusions: Option<Inclusions>,
    heads: &'a Heads,
    /// Acts by name, each with its index behind the name.
    names: Vec<[u8; NAMED_BYTES]>,
    last_ts: u64,
    /// Rotations of the log's key that the file lists, by place and leaf.
    listed: BTreeSet<(u64, Digest)>,
    /// How many of them the centre's stream has.
    rotations: usize,
}

impl<'a> LogCheck<'a> {
    pub(super) fn new(about: &'a About, heads: &'a Heads, head: &'a Head) -> Self {
        let inclusions = head.checkpoint.as_ref().map(|head| Inclusions::new(head.size, head.root));
        let leaf =
            |shown: &ShownRotation| Some((shown.index, leaf_hash(&STANDARD.decode(&shown.entry).ok()?)));
        let listed = about.rotations.iter().filter_map(leaf).collect();
        Self { about, head, inclusions, heads, names: Vec::new(), last_ts: 0, listed, rotations: 0 }
    }

    /// The next entry.
    pub(super) fn take(&mut self, item: &Item, tallies: &mut Tallies) {
        if let Some(inclusions) = &mut self.inclusions {
            let proof = inclusions.verify(item.leaf, item.index, &item.proof);
            tallies.expect(
                CheckId::I4,
                item.at(),
                proof.is_ok(),
                proof.err().map_or("", |error| error.code()),
            );
        }
        self.rotation(item, tallies);
        let Some(act) = &item.act else { return };
        let payload = &act.payload;
        tallies.expect(CheckId::K1, item.at(), payload.origin == self.about.origin, "other_origin");
        tallies.expect(CheckId::K2, item.at(), is_of_stream(act, item.stream), "other_stream");
        let mut named = [0; NAMED_BYTES];
        named[..NAME_BYTES].copy_from_slice(&act.name);
        named[NAME_BYTES..].copy_from_slice(&item.index.to_be_bytes());
        self.names.push(named);
        tallies.expect(CheckId::K13, item.at(), act.entry.header.rules == RULES, "unknown_rules");
        tallies.expect(CheckId::E1, item.at(), act.entry.header.ts >= self.last_ts, "time_runs_back");
        self.last_ts = self.last_ts.max(act.entry.header.ts);
        self.seen(item, act, tallies);
    }

    /// After the last entry.
    pub(super) fn finish(mut self, tallies: &mut Tallies) {
        self.names.sort_unstable();
        let mut repeats = 0;
        for pair in self.names.windows(2) {
            let (name, index) = pair[1].split_at(NAME_BYTES);
            if pair[0].starts_with(name) {
                let index = index.iter().fold(0, |index, byte| index << 8 | u64::from(*byte));
                tallies.fail(CheckId::K3, Some(index), "nonce_reused");
                repeats += 1;
            }
        }
        tallies.held(CheckId::K3, self.names.len() as u64 - repeats);
        if self.about.scope == Scope::Supervisor && self.rotations < self.listed.len() {
            tallies.fail(CheckId::A12, None, "rotation_not_in_stream");
        }
    }

    /// A rotation of the log's key is listed: from there on another key signs heads.
    fn rotation(&mut self, item: &Item, tallies: &mut Tallies) {
        let Some(Happened::Centre(events)) = &item.recorded else { return };
        if events.iter().any(|event| matches!(event, CentreEvent::LogKeyRotated { .. })) {
            let is_listed = self.listed.contains(&(item.index, item.leaf));
            tallies.expect(CheckId::A12, item.at(), is_listed, "rotation_unlisted");
            self.rotations += 1;
        }
    }

    fn seen(&self, item: &Item, act: &Act, tallies: &mut Tallies) {
        let Some(seen) = act.payload.seen else { return };
        let is_newest = self
            .head
            .checkpoint
            .as_ref()
            .is_some_and(|head| (head.size, head.root) == (seen.size, seen.root));
        let is_empty = seen.size == 0 && seen.root == tree::empty_root();
        let is_known = is_newest || is_empty || self.heads.root(seen.size) == Some(seen.root);
        // Nobody has seen a head that holds the act itself.
        tallies.expect(CheckId::C7, item.at(), is_known && seen.size <= item.index, "unknown_head");
    }
}

fn is_of_stream(act: &Act, stream: Stream) -> bool {
    let tender = match stream {
        Stream::Centre => None,
        Stream::Tender(id) => Some(id.to_string()),
    };
    act.entry.header.stream == stream.to_string() && act.payload.tender == tender
}

/// What follows the archiving, which is the one end of a stream that can be proven; of the others it is said.
#[derive(Default)]
pub(super) struct End {
    archived: Option<u64>,
    /// The last entry of the centre.
    centre: Option<u64>,
    /// The first entry of the tender behind it.
    after: Option<u64>,
}

impl End {
    /// The next entry, before what it led to is looked at.
    pub(super) fn take(&mut self, item: &Item) {
        if item.stream == Stream::Centre {
            self.centre = Some(item.index);
        } else if self.archived.is_some_and(|end| item.index > end) {
            self.after.get_or_insert(item.index);
        }
    }

    /// The tender is archived by this entry.
    pub(super) fn archive(&mut self, item: &Item) {
        self.archived.get_or_insert(item.index);
    }

    pub(super) fn finish(&self, tallies: &mut Tallies) {
        let centre = self.centre.map(open_end);
        if self.archived.is_none() {
            let open = Said::new(
                "项目尚未归档：无法证明末尾没有更多条目",
                "not archived: that no entry was left off the end cannot be proven",
            );
            let both = |centre: Said| {
                Said::new(format!("{}；{}", open.zh, centre.zh), format!("{}; {}", open.en, centre.en))
            };
            tallies.note(CheckId::K5, centre.map_or(open.clone(), both));
            return;
        }
        centre.into_iter().for_each(|centre| tallies.note(CheckId::K5, centre));
        tallies.expect(CheckId::K5, self.after, self.after.is_none(), "entry_after_archive");
    }
}

/// The centre's stream goes on for ever: its end in a file is only the last of it that the file shows.
fn open_end(index: u64) -> Said {
    Said::new(
        format!("无法证明第 {index} 条之后中心没有更多条目"),
        format!("that nothing of the centre's stream follows entry {index} cannot be proven"),
    )
}

/// Whether the platform itself acted.
pub(super) fn is_system(act: &Act) -> bool {
    act.payload.actor == SYSTEM_ACTOR
}
