//! Each key's own chain of acts, as far as it can be proven.
//!
//! An act names the payload that its key signed before (`prev`). Where that stands in the file it must be an earlier act
//! of the same key. More cannot be demanded of honest signers: a browser whose memory was cleared begins anew with null,
//! two pages of one browser may name the same act, and an act that is not carried may stand in another tender. A platform
//! that dropped an act leaves one of these traces, so they are told with their entries and never count as held.

use std::collections::{BTreeMap, BTreeSet};

use kaibiao_crypto::digest::Digest;

use super::catalogue::{CheckId, Said};
use super::item::Item;
use super::streams::is_system;
use super::tally::Tallies;
use crate::base::KeyId;

/// Entries that a note names.
const NAMED_MAX: usize = 5;

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

/// All entries in the order of the log.
pub(super) fn check(items: &[Item], tallies: &mut Tallies) {
    let acts = || items.iter().filter_map(|item| Some((item, item.act.as_ref()?)));
    let known: BTreeMap<Digest, (KeyId, u64)> =
        acts().map(|(item, act)| (act.digest, (act.entry.key_id, item.index))).collect();
    let (mut acted, mut named, mut open) = (BTreeSet::new(), BTreeSet::new(), Open::default());
    for (item, act) in acts() {
        let key = act.entry.key_id;
        match act.payload.prev {
            None if is_system(act) => {}
            Some(_) if is_system(act) => tallies.fail(CheckId::C4, item.at(), "prev_of_the_platform"),
            None if acted.contains(&key) => open.begun_anew.push(item.index),
            None => {}
            Some(prev) => match known.get(&prev) {
                Some((signer, index)) => {
                    let is_earlier = *signer == key && *index < item.index;
                    tallies.expect(CheckId::C4, item.at(), is_earlier, "prev_is_no_earlier_act");
                    if !named.insert(prev) {
                        open.forked.push(item.index);
                    }
                }
                None => open.elsewhere.push(item.index),
            },
        }
        acted.insert(key);
    }
    open.say(tallies);
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
