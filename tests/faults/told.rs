//! All that a writer ever told the world, and what must therefore be true of its stores for ever.

use kaibiao::ledger::Ledger;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::{self, Entry};
use kaibiao_crypto::tree::Tree;

use crate::house::House;

/// Entries of a drill's log: fewer than are read at once.
const ENTRIES_MAX: u32 = 1_000_000;

/// What was acknowledged and published.
#[derive(Clone, Default)]
pub struct Told {
    /// Place of an accepted act, and digest of its payload.
    pub acked: Vec<(u64, Digest)>,
    /// Size and root of a published head.
    pub heads: Vec<(u64, Digest)>,
    /// The key of the log, when it was told.
    pub key: Option<String>,
    /// Acts that got an error for an answer.
    pub failed: Vec<String>,
}

impl Told {
    /// Takes one line of a writer; whether it was one.
    pub fn hear(&mut self, line: &str) -> bool {
        match line.split(' ').collect::<Vec<&str>>()[..] {
            ["acked", place, digest] => self.acked.push((number(place), self::digest(digest))),
            ["head", size, root] => self.heads.push((number(size), digest(root))),
            ["key", key] => self.key = Some(key.to_owned()),
            ["failed", ..] => self.failed.push(line["failed ".len()..].to_owned()),
            _ => return false,
        }
        true
    }

    /// The size that the log must have at least.
    pub fn size(&self) -> u64 {
        let acked = self.acked.iter().map(|(place, _)| place + 1);
        acked.chain(self.heads.iter().map(|(size, _)| *size)).max().unwrap_or(0)
    }

    /// Holds an opened log, with its second store, to all of it. The error says what is lost.
    pub async fn is_kept_by(&self, house: &House, ledger: &Ledger) -> Result<(), String> {
        if self.key.as_ref().is_some_and(|key| *key != ledger.log_vkey()) {
            return Err("the log has another key".to_owned());
        }
        let rows = ledger.database().entries(0, ENTRIES_MAX).await.map_err(|error| error.to_string())?;
        let tree: Tree = rows.iter().map(|row| entry::leaf_hash(&row.bytes)).collect();
        let head = ledger.head();
        if (tree.size(), tree.root()) != (head.size, head.root) {
            return Err(format!("the head of {} is not that of {} entries", head.size, tree.size()));
        }
        let kept = house.kept().map(|kept| (kept.size, kept.root));
        if kept != (head.size > 0).then_some((head.size, head.root)) {
            return Err(format!("the second store holds {kept:?}, the log {}", head.size));
        }
        for (size, root) in &self.heads {
            if tree.root_at(*size) != Ok(*root) {
                return Err(format!("the published head of {size} is not of this history"));
            }
        }
        for (place, payload) in &self.acked {
            let row = usize::try_from(*place).ok().and_then(|place| rows.get(place));
            let stored = row.and_then(|row| Entry::parse(&row.bytes).ok());
            if stored.is_none_or(|entry| Digest::of(&entry.payload) != *payload) {
                return Err(format!("the act acknowledged at {place} is lost; the log has {}", head.size));
            }
        }
        Ok(())
    }
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

fn digest(text: &str) -> Digest {
    text.parse().expect("a digest")
}
