//! Each key's own chain of acts, as far as it can be proven.
//!
//! An act names the payload that its key signed before (`prev`). Where that stands in the file it must be an earlier act
//! of the same key. More cannot be demanded of honest signers: a browser whose memory was cleared begins anew with null,
//! two pages of one browser may name the same act, and an act that is not carried may stand in another tender. A platform
//! that dropped an act leaves one of these traces, so they are told with their entries and never count as held.
//!
//! Nearly every act names the newest of its key, and for that the newest is all that is kept. The others wait until the
//! end; if one of them may be in the file, the acts that they name are looked for in a second reading.

use std::collections::{BTreeMap, BTreeSet};

use kaibiao_crypto::act::{Payload, SYSTEM_ACTOR};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::Entry;

use super::catalogue::{CheckId, Said};
use super::item::Item;
use super::streams::is_system;
use super::tally::Tallies;
use crate::base::KeyId;

/// Entries that a note names.
const NAMED_MAX: usize = 5;

/// An act with a previous one, as the second reading sees it.
pub(super) struct Link {
    index: u64,
    key: KeyId,
    digest: Digest,
    prev: Option<Digest>,
}

impl Link {
    /// The link of an entry, if it is `wanted` or names one that is.
    pub(super) fn of(index: u64, entry: &Entry, payload: &Payload, wanted: &BTreeSet<u64>) -> Option<Self> {
        let digest = Digest::of(&entry.payload);
        let prev = payload.prev.filter(|_| payload.actor != SYSTEM_ACTOR);
        let is_wanted = |digest: &Digest| wanted.contains(&beginning(digest));
        let counts = is_wanted(&digest) || prev.as_ref().is_some_and(is_wanted);
        counts.then_some(Self { index, key: entry.key_id, digest, prev })
    }
}

/// All entries in the order of the log.
#[derive(Default)]
pub(super) struct Chains {
    /// The newest act of each key.
    newest: BTreeMap<KeyId, Digest>,
    /// The beginning of every act's digest: what is not among them is not in the file.
    begins: Vec<u64>,
    /// Acts that name the newest one of their key.
    next: u64,
    /// Acts that name another one.
    others: Vec<(u64, Digest)>,
    open: Open,
}

/// Acts whose place in the chain proves nothing, by index.
#[derive(Default)]
struct Open {
    /// No previous act, though the key has acted before.
    begun_anew: Vec<u64>,
    /// The previous act is that of an earlier act too.
    forked: Vec<u64>,
    /// The previous act is not in the file.
    elsewhere: Vec<u64>,
}

impl Chains {
    /// The next entry.
    pub(super) fn take(&mut self, item: &Item, tallies: &mut Tallies) {
        let Some(act) = &item.act else { return };
        self.begins.push(beginning(&act.digest));
        let before = self.newest.insert(act.entry.key_id, act.digest);
        match act.payload.prev {
            None if is_system(act) => {}
            Some(_) if is_system(act) => tallies.fail(CheckId::C4, item.at(), "prev_of_the_platform"),
            None if before.is_some() => self.open.begun_anew.push(item.index),
            None => {}
            Some(prev) if before == Some(prev) => self.next += 1,
            Some(prev) => self.others.push((item.index, prev)),
        }
    }

    /// After the last entry: the beginnings of digests that must be looked at again, in a second reading. They are those
    /// of acts that others than the next one name, and those that two acts have.
    pub(super) fn wanted(&mut self) -> BTreeSet<u64> {
        self.begins.sort_unstable();
        let named = self.others.iter().map(|(_, prev)| beginning(prev));
        let is_here = |named: &u64| self.begins.binary_search(named).is_ok();
        let twice = self.begins.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
        named.filter(is_here).chain(twice).collect()
    }

    /// Says what was found. `links` are the acts that are `wanted` or name one that is, in the order of the log.
    pub(super) fn finish(mut self, wanted: &BTreeSet<u64>, links: &[Link], tallies: &mut Tallies) {
        let known: BTreeMap<Digest, (KeyId, u64)> =
            links.iter().map(|link| (link.digest, (link.key, link.index))).collect();
        let others: BTreeSet<u64> = self.others.iter().map(|(index, _)| *index).collect();
        let mut named = BTreeSet::new();
        for link in links {
            let Some(prev) = link.prev.filter(|prev| wanted.contains(&beginning(prev))) else { continue };
            let Some((signer, index)) = known.get(&prev) else { continue };
            self.next -= u64::from(!others.contains(&link.index));
            let is_earlier = *signer == link.key && *index < link.index;
            tallies.expect(CheckId::C4, Some(link.index), is_earlier, "prev_is_no_earlier_act");
            if !named.insert(prev) {
                self.open.forked.push(link.index);
            }
        }
        let is_elsewhere = |(_, prev): &&(u64, Digest)| !known.contains_key(prev);
        self.open.elsewhere.extend(self.others.iter().filter(is_elsewhere).map(|(index, _)| *index));
        tallies.held(CheckId::C4, self.next);
        self.open.say(tallies);
    }
}

fn beginning(digest: &Digest) -> u64 {
    u64::from_be_bytes(std::array::from_fn(|at| digest.0[at]))
}

impl Open {
    fn say(&self, tallies: &mut Tallies) {
        let kinds = [
            (
                &self.begun_anew,
                "未指明上一行为，而其密钥此前已有行为",
                "name no previous act though their key acted before",
            ),
            (&self.forked, "所指的上一行为另有行为接续", "name a previous act that another one names too"),
            (
                &self.elsewhere,
                "所指的上一行为不在本文件中",
                "name a previous act that the file does not carry",
            ),
        ];
        let said = kinds.iter().filter(|(entries, _, _)| !entries.is_empty());
        let (zh, en): (Vec<String>, Vec<String>) = said
            .map(|(entries, zh, en)| {
                let named: Vec<String> = entries.iter().take(NAMED_MAX).map(u64::to_string).collect();
                let more = if entries.len() > NAMED_MAX { " …" } else { "" };
                let (count, named) = (entries.len(), named.join(" "));
                (format!("{count} 个行为{zh}（{named}{more}）"), format!("{count} acts {en} ({named}{more})"))
            })
            .unzip();
        if !zh.is_empty() {
            tallies.note(CheckId::C4, Said::new(zh.join("；"), en.join("; ")));
        }
    }
}
