//! What a restored database lacks, taken from the mirror: proven first to lead to a head that the log signed, then
//! decided again, so that what is written is what was there.

use kaibiao_crypto::checkpoint::NoteVerifier;
use kaibiao_crypto::entry;

use super::LedgerError;
use super::mirror::{Mirror, MirrorError, WIDTH};
use super::recovery::{State, load_stored};
use super::refold::{Source, refold};
use crate::signer::KeptHead;
use crate::store::{Batch, Database, NewHead};

/// What was recovered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recovered {
    /// Entries that the database had.
    pub from: u64,
    /// Entries that it has now.
    pub to: u64,
}

/// Appends to the database what the mirror has beyond it. Nobody else may have the stores open. Nothing is written unless
/// all of it leads from what the database holds to the mirror's signed head; when it ends in between, the next call goes on.
pub async fn recover(
    database: &Database,
    log: &NoteVerifier,
    mirror: &Mirror,
) -> Result<Recovered, LedgerError> {
    let mut state = load_stored(database, log.name()).await?;
    let from = state.tree.size();
    let head = mirror
        .head(&log.clone().into())?
        .ok_or_else(|| MirrorError::NoCheckpoint(mirror.folder().to_owned()))?;
    if head.size < from {
        return Ok(Recovered { from, to: from });
    }
    prove(&state, mirror, head)?;
    for bundle in bundles(from, head.size) {
        append(database, &mut state, mirror, bundle, log.name()).await?;
    }
    Ok(Recovered { from, to: head.size })
}

/// Of a bundle: its number, how much of it the head covers, how much of it the database has.
struct Bundle {
    n: u64,
    width: u64,
    known: u64,
}

fn bundles(from: u64, to: u64) -> impl Iterator<Item = Bundle> {
    super::mirror::grown_tiles(from, to).map(move |(n, width)| {
        let known = from.saturating_sub(n * WIDTH);
        Bundle { n, width, known }
    })
}

/// That what the database holds, continued by what the mirror holds, is what the log signed.
fn prove(state: &State, mirror: &Mirror, head: KeptHead) -> Result<(), LedgerError> {
    let mut tree = state.tree.clone();
    for Bundle { n, width, known } in bundles(tree.size(), head.size) {
        let entries = mirror.bundle(n, width)?;
        entries.iter().zip(0..).filter(|(_, place)| *place >= known).for_each(|(bytes, _)| {
            tree.append(entry::leaf_hash(bytes));
        });
    }
    if tree.root() == head.root {
        return Ok(());
    }
    Err(LedgerError::Closed("the database and the mirror do not lead to the mirror's head".to_owned()))
}

async fn append(
    database: &Database,
    state: &mut State,
    mirror: &Mirror,
    Bundle { n, width, known }: Bundle,
    origin: &str,
) -> Result<(), LedgerError> {
    let old_size = state.tree.size();
    let (mut rows, mut facts) = (Vec::new(), Vec::new());
    for (bytes, place) in mirror.bundle(n, width)?.into_iter().zip(0..) {
        if place < known {
            continue;
        }
        let body = mirror.body(&bytes)?;
        let (row, heard) = refold(state, Source { bytes, body }, origin)?;
        rows.push(row);
        facts.extend(heard);
    }
    let head = NewHead { root: state.tree.root(), note: None };
    Ok(database.append(&Batch { old_size, entries: &rows, facts: &facts, head }).await?)
}
