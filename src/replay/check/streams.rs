//! Places: the order and wholeness of each stream, and that every entry stands in the log under the head.

use std::collections::{BTreeMap, BTreeSet};

use kaibiao_crypto::act::SYSTEM_ACTOR;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::tree;

use super::catalogue::{CheckId, Said};
use super::head::Head;
use super::item::{Act, Item};
use super::tally::Tallies;
use crate::replay::bundle::{About, ShownHead};
use crate::replay::{RULES, Stream};

/// One stream's file: numbered from 0 without a gap, each entry naming the leaf before it.
pub(super) fn check(items: &[Item], announced: u64, tallies: &mut Tallies) {
    let first = items.first();
    let begins = first.is_some_and(|item| {
        item.act.as_ref().is_none_or(|act| act.entry.header.sseq == 0 && act.entry.header.sprev.is_none())
    });
    tallies.expect(CheckId::C1, first.and_then(Item::at), begins, "first_entry_missing");
    let mut before: Option<&Item> = None;
    for item in items {
        let ascends = before.is_none_or(|before| before.index < item.index);
        let is_numbered = item.act.as_ref().is_none_or(|act| act.entry.header.sseq == item.place);
        let fault = if ascends { "sequence_gap" } else { "out_of_order" };
        tallies.expect(CheckId::C2, item.at(), ascends && is_numbered, fault);
        if let Some(act) = &item.act {
            let follows = act.entry.header.sprev == before.map(|before| before.leaf);
            tallies.expect(CheckId::C3, item.at(), follows, "sprev_differs");
        }
        before = Some(item);
    }
    let count = items.len() as u64;
    let next = before.map(|last| last.index.saturating_add(1));
    tallies.expect(CheckId::C2, next, count == announced, "entries_missing_at_end");
}

/// All entries in the order of the log.
pub(super) fn check_log(
    items: &[Item],
    about: &About,
    heads: &[ShownHead],
    head: &Head,
    tallies: &mut Tallies,
) {
    let known: BTreeMap<Digest, (&str, u64)> = items
        .iter()
        .filter_map(|item| {
            item.act.as_ref().map(|act| (act.digest, (act.payload.actor.as_str(), item.index)))
        })
        .collect();
    let heads: BTreeSet<(u64, Digest)> = heads.iter().map(|head| (head.size, head.root)).collect();
    let mut nonces = BTreeSet::new();
    let mut last_ts = 0;
    for item in items {
        if let Some(checkpoint) = &head.checkpoint {
            let (size, root) = (checkpoint.size, checkpoint.root);
            let proof = tree::verify_inclusion(item.leaf, item.index, size, &item.proof, root);
            tallies.expect(
                CheckId::I4,
                item.at(),
                proof.is_ok(),
                proof.err().map_or("", |error| error.code()),
            );
        }
        let Some(act) = &item.act else { continue };
        let payload = &act.payload;
        tallies.expect(CheckId::K1, item.at(), payload.origin == about.origin, "other_origin");
        tallies.expect(CheckId::K2, item.at(), is_of_stream(act, item.stream), "other_stream");
        let is_new = nonces.insert((payload.actor.as_str(), payload.nonce));
        tallies.expect(CheckId::K3, item.at(), is_new, "nonce_reused");
        tallies.expect(CheckId::K13, item.at(), act.entry.header.rules == RULES, "unknown_rules");
        tallies.expect(CheckId::E1, item.at(), act.entry.header.ts >= last_ts, "time_runs_back");
        last_ts = last_ts.max(act.entry.header.ts);
        chain(item, act, &known, tallies);
        seen(item, act, &heads, head, tallies);
    }
}

fn is_of_stream(act: &Act, stream: Stream) -> bool {
    let tender = match stream {
        Stream::Centre => None,
        Stream::Tender(id) => Some(id.to_string()),
    };
    act.entry.header.stream == stream.to_string() && act.payload.tender == tender
}

/// The signer's own chain. An act that is named but not carried may stand in another tender.
fn chain(item: &Item, act: &Act, known: &BTreeMap<Digest, (&str, u64)>, tallies: &mut Tallies) {
    let Some(prev) = act.payload.prev else { return };
    match known.get(&prev) {
        Some((actor, index)) => {
            let is_earlier = *actor == act.payload.actor && *index < item.index;
            tallies.expect(CheckId::C4, item.at(), is_earlier, "prev_is_no_earlier_act");
        }
        None => {
            let note = Said::new(
                "有的行为接续签名人在其他项目中的行为，本文件不含",
                "some acts follow acts of their signer in other tenders, which the file does not carry",
            );
            tallies.note(CheckId::C4, note);
        }
    }
}

fn seen(item: &Item, act: &Act, heads: &BTreeSet<(u64, Digest)>, head: &Head, tallies: &mut Tallies) {
    let Some(seen) = act.payload.seen else { return };
    let is_newest =
        head.checkpoint.as_ref().is_some_and(|head| (head.size, head.root) == (seen.size, seen.root));
    let is_empty = seen.size == 0 && seen.root == tree::empty_root();
    let is_known = is_newest || is_empty || heads.contains(&(seen.size, seen.root));
    // Nobody has seen a head that holds the act itself.
    tallies.expect(CheckId::C7, item.at(), is_known && seen.size <= item.index, "unknown_head");
}

/// Acts that are withheld may be so only in a file for the public; of the others the events are those of the outcome.
pub(super) fn check_withheld(items: &[Item], is_public: bool, tallies: &mut Tallies) {
    for item in items {
        match &item.act {
            Some(act) => {
                let is_outcome = Digest::of(&item.events) == act.entry.header.outcome;
                tallies.expect(CheckId::K4, item.at(), is_outcome, "outcome_differs");
            }
            None if item.is_withheld && !is_public => tallies.fail(CheckId::C5, item.at(), "withheld"),
            None => {}
        }
    }
    let note = Said::new(
        "公开文件不含全部行为：只核对了所示事件的摘要，未能重新裁决",
        "a file for the public does not carry every act: digests of the events shown were compared, nothing was decided again",
    );
    tallies.note(CheckId::K4, note);
}

/// What follows the archiving, which is the one end of a stream that can be proven.
pub(super) fn check_end(items: &[Item], archived: Option<u64>, tallies: &mut Tallies) {
    let Some(end) = archived else {
        let note = Said::new(
            "项目尚未归档：无法证明末尾没有更多条目",
            "not archived: that no entry was left off the end cannot be proven",
        );
        tallies.note(CheckId::K5, note);
        return;
    };
    let after = items.iter().find(|item| item.stream != Stream::Centre && item.index > end);
    tallies.expect(CheckId::K5, after.and_then(Item::at), after.is_none(), "entry_after_archive");
}

/// Whether the platform itself acted.
pub(super) fn is_system(act: &Act) -> bool {
    act.payload.actor == SYSTEM_ACTOR
}
