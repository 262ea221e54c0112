//! The projections of the log, made anew: delete them, replay, and they come back byte for byte.
//!
//! A projection is what rooms heard (`fact`), where the writer goes on (`log_current`), and every column of an entry
//! that its bytes imply. What is no projection stands in `store`: sign-in, uploads, files, ceremonies.

use kaibiao_crypto::digest::Digest;

use super::LedgerError;
use super::facts::Ends;
use super::recovery::{PAGE, State};
use super::refold::{Source, refold};
use crate::store::{Database, EntryRow, Tx};

/// Whether a rebuild is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keeping {
    /// What was made takes the place of what stood there.
    Keep,
    /// Nothing is changed.
    OnlyCompare,
}

/// What a rebuild made, beside what stood there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rebuilt {
    /// Entries decided again.
    pub entries: u64,
    /// Frames made.
    pub facts: u64,
    /// Digest over all that rooms had heard before.
    pub before: Digest,
    /// Digest over all that was made.
    pub after: Digest,
}

impl Rebuilt {
    /// Whether what stood there was what the log leads to, byte for byte.
    pub fn is_equal(&self) -> bool {
        self.before == self.after
    }
}

/// Decides the whole log of `origin` again, from the bytes of its entries, and makes its projections anew. Nobody else may
/// have the stores open. An entry whose columns or events are not those of its bytes ends it, and nothing is changed.
pub async fn rebuild(database: &Database, origin: &str, keeping: Keeping) -> Result<Rebuilt, LedgerError> {
    let mut tx = database.begin().await?;
    let before = tx.facts_digest().await?;
    tx.clear_facts().await?;
    let mut state = State::empty(Ends::default());
    let mut facts = 0;
    loop {
        let rows = database.entries(state.tree.size(), PAGE).await?;
        if rows.is_empty() {
            break;
        }
        facts += again(&mut tx, &mut state, rows, origin).await?;
    }
    let entries = state.tree.size();
    let head = database.last_head().await?;
    if head.is_some_and(|head| (head.size, head.root) != (entries, state.tree.root())) {
        return Err(LedgerError::Closed("the stored head is not the root of the stored entries".to_owned()));
    }
    tx.set_size(entries).await?;
    let after = tx.facts_digest().await?;
    if keeping == Keeping::Keep {
        tx.commit().await?;
    }
    Ok(Rebuilt { entries, facts, before, after })
}

/// Makes the frames of a page of entries; how many.
async fn again(
    tx: &mut Tx,
    state: &mut State,
    rows: Vec<EntryRow>,
    origin: &str,
) -> Result<u64, LedgerError> {
    let mut frames = Vec::new();
    for row in rows {
        let source = Source { bytes: row.bytes.clone(), body: row.body.clone() };
        let (made, heard) = refold(state, source, origin)?;
        if made != row {
            let said = format!("entry {}: its columns are not those of its bytes", row.seq);
            return Err(LedgerError::Closed(said));
        }
        frames.extend(heard);
    }
    tx.insert_facts(&frames).await?;
    Ok(frames.len() as u64)
}
