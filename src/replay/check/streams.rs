//! Places: the order and wholeness of each stream, and that every entry stands in the log under the head.

use std::collections::BTreeSet;

use kaibiao_crypto::act::SYSTEM_ACTOR;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::tree;

use super::catalogue::{CheckId, Said};
use super::chains;
use super::head::Head;
use super::item::{Act, Item};
use super::tally::Tallies;
use crate::replay::bundle::{About, ShownHead};
use crate::replay::{RULES, Stream};

/// One stream's file: numbered from 0 without a gap, each entry naming the leaf before it.
pub(super) fn check(items: &[Item], announced: u64, tallies: &mut Tallies) {
    match items.first() {
        None => tallies.fail(CheckId::C1, None, "first_entry_missing"),
        Some(first) if first.is_withheld => {}
        Some(first) => {
            let begins = first
                .act
                .as_ref()
                .is_none_or(|act| act.entry.header.sseq == 0 && act.entry.header.sprev.is_none());
            tallies.expect(CheckId::C1, first.at(), begins, "first_entry_missing");
        }
    }
    let mut before: Option<&Item> = None;
    for item in items {
        let ascends = before.is_none_or(|before| before.index < item.index);
        let is_numbered = item.act.as_ref().is_none_or(|act| act.entry.header.sseq == item.place);
        let fault = if ascends { "sequence_gap" } else { "out_of_order" };
        let holds = ascends && is_numbered;
        // A record that is withheld has no number to look at: it can only be out of order.
        if !item.is_withheld || !holds {
            tallies.expect(CheckId::C2, item.at(), holds, fault);
        }
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
        seen(item, act, &heads, head, tallies);
    }
    chains::check(items, tallies);
}

fn is_of_stream(act: &Act, stream: Stream) -> bool {
    let tender = match stream {
        Stream::Centre => None,
        Stream::Tender(id) => Some(id.to_string()),
    };
    act.entry.header.stream == stream.to_string() && act.payload.tender == tender
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

/// What follows the archiving, which is the one end of a stream that can be proven; of the others it is said.
pub(super) fn check_end(items: &[Item], archived: Option<u64>, tallies: &mut Tallies) {
    let centre = items.iter().rfind(|item| item.stream == Stream::Centre).map(open_end);
    let Some(end) = archived else {
        let open = Said::new(
            "项目尚未归档：无法证明末尾没有更多条目",
            "not archived: that no entry was left off the end cannot be proven",
        );
        let both = |centre: Said| {
            Said::new(format!("{}；{}", open.zh, centre.zh), format!("{}; {}", open.en, centre.en))
        };
        tallies.note(CheckId::K5, centre.map_or(open.clone(), both));
        return;
    };
    centre.into_iter().for_each(|centre| tallies.note(CheckId::K5, centre));
    let after = items.iter().find(|item| item.stream != Stream::Centre && item.index > end);
    tallies.expect(CheckId::K5, after.and_then(Item::at), after.is_none(), "entry_after_archive");
}

/// The centre's stream goes on for ever: its end in a file is only the last of it that the file shows.
fn open_end(last: &Item) -> Said {
    let index = last.index;
    Said::new(
        format!("无法证明第 {index} 条之后中心没有更多条目"),
        format!("that nothing of the centre's stream follows entry {index} cannot be proven"),
    )
}

/// Whether the platform itself acted.
pub(super) fn is_system(act: &Act) -> bool {
    act.payload.actor == SYSTEM_ACTOR
}
