//! Somebody who rules the database: takes a log apart, changes it, and makes everything that follows from it anew. What he
//! does not have are the keys of people.

use std::collections::BTreeMap;

use kaibiao::signer::KeptHead;
use kaibiao::store::{Batch, Database, EntryRow, FactRow, NewHead};
use kaibiao_crypto::act::Nonce;
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::entry::{self, Entry, LogItem};
use kaibiao_crypto::tree::Tree;

/// Entries of a test's log: fewer than are read at once.
const ENTRIES_MAX: u32 = 100_000;

/// A log taken apart.
#[derive(Clone)]
pub struct Forger {
    pub rows: Vec<EntryRow>,
    facts: Vec<FactRow>,
}

impl Forger {
    /// Reads all.
    pub async fn read(database: &Database) -> Self {
        let rows = database.entries(0, ENTRIES_MAX).await.expect("readable");
        let mut facts = Vec::new();
        for head in database.fact_heads().await.expect("readable") {
            facts.extend(database.facts(&head.stream, None, ENTRIES_MAX).await.expect("readable"));
        }
        Self { rows, facts }
    }

    /// Writes all of it where nothing is.
    pub async fn write(&self, url: &str) -> Database {
        let database = Database::open(url).await.expect("the database opens");
        database.migrate().await.expect("the schema is made");
        let head = NewHead { root: self.head().root, note: None };
        let batch = Batch { old_size: 0, entries: &self.rows, facts: &self.facts, head };
        database.append(&batch).await.expect("written");
        database
    }

    /// Its head.
    pub fn head(&self) -> KeptHead {
        let tree: Tree = self.rows.iter().map(|row| row.leaf).collect();
        KeptHead { root: tree.root(), size: tree.size() }
    }

    /// Places of the acts of this kind.
    pub fn places(&self, kind: &str) -> Vec<usize> {
        let is_of = |row: &EntryRow| {
            let payload = act(row).and_then(|entry| entry.read_payload().ok());
            payload.is_some_and(|payload| payload.kind == kind)
        };
        (0..self.rows.len()).filter(|place| is_of(&self.rows[*place])).collect()
    }

    /// Replaces `from` by `to`, of the same length, wherever the act and its events name it.
    pub fn replace(&mut self, place: usize, from: &str, to: &str) {
        let row = &mut self.rows[place];
        let mut entry = act(row).expect("an act");
        let mut payload = entry.read_payload().expect("a payload");
        row.events = replaced(&row.events, from, to);
        if let Some(body) = &mut row.body {
            *body = replaced(body, from, to);
            payload.body_sha256 = Some(Digest::of(body));
            entry.payload = payload.encode().expect("a payload");
        } else {
            entry.payload = replaced(&entry.payload, from, to);
        }
        row.bytes = entry.encode().expect("an entry");
    }

    /// A copy of an act with another nonce; its signature stays what it was.
    pub fn copy(&self, place: usize) -> EntryRow {
        let mut row = self.rows[place].clone();
        let mut entry = act(&row).expect("an act");
        let mut payload = entry.read_payload().expect("a payload");
        payload.nonce = Nonce([9; 16]);
        entry.payload = payload.encode().expect("a payload");
        row.bytes = entry.encode().expect("an entry");
        row
    }

    /// Makes everything anew that follows from acts, bodies and events in their order: outcomes, chains, leaves, columns.
    pub fn follow(&mut self) {
        let mut ends = BTreeMap::<String, (u64, Digest)>::new();
        for (seq, row) in self.rows.iter_mut().enumerate() {
            row.seq = seq as u64;
            if let Some(mut entry) = act(row) {
                let end = ends.get(&entry.header.stream);
                entry.header.sseq = end.map_or(0, |(sseq, _)| sseq + 1);
                entry.header.sprev = end.map(|(_, leaf)| *leaf);
                entry.header.outcome = Digest::of(&row.events);
                row.bytes = entry.encode().expect("an entry");
                row.place = Some((entry.header.stream.clone(), entry.header.sseq));
                let payload = entry.read_payload().expect("a payload");
                row.act = Some((payload.actor, payload.nonce.0));
                row.leaf = entry::leaf_hash(&row.bytes);
                ends.insert(entry.header.stream, (entry.header.sseq, row.leaf));
            }
        }
    }
}

fn act(row: &EntryRow) -> Option<Entry> {
    match LogItem::parse(&row.bytes).expect("an item of the log") {
        LogItem::Act(entry) => Some(entry),
        LogItem::Cover => None,
    }
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8(bytes.to_vec()).expect("JSON").replace(from, to).into_bytes()
}
