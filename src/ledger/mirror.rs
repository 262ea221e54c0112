//! A second copy of the log on another disk: a folder as C2SP `tlog-tiles` has it, with the bodies that stand beside
//! entries. What a restored database lacks is recovered from it, and any tool for such logs can check it.
//!
//! It holds entries, which are secret before an opening: it belongs to the operator, and is guarded like the database.
//!
//! *Invariant*: the checkpoint is written last, so what it covers is there and durable.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Weak;
use std::time::Duration;

use kaibiao_crypto::checkpoint::{Checkpoint, Note};
use kaibiao_crypto::digest::Digest;
use kaibiao_crypto::succession::LogKeys;
use kaibiao_crypto::tree::{ProofError, Tree};
use tokio::sync::watch;

use super::refold::body_digest;
use super::{Head, LedgerError, Shared};
use crate::held;
use crate::limits::{MIRROR_RETRY_MS, MIRROR_STRIDE_MS};
use crate::signer::KeptHead;
use crate::store::EntryRow;

/// Entries of a bundle and hashes of a tile that are full (tlog-tiles).
pub(super) const WIDTH: u64 = 256;

/// A fault of the mirror: a file of it, or what stands in it.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// A file.
    #[error("{0}")]
    File(PathBuf, #[source] io::Error),
    /// It holds no checkpoint that the log signed.
    #[error("{0} has no checkpoint that this log signed")]
    NoCheckpoint(PathBuf),
    /// A file that its checkpoint covers is absent, or is not what it should be.
    #[error("{0} is absent or damaged")]
    Damaged(PathBuf),
}

/// A mirror of the log.
#[derive(Clone, Debug)]
pub struct Mirror(PathBuf);

impl Mirror {
    /// The mirror in a folder, made with the first entry.
    pub fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The head that it holds; none if it holds nothing yet. A checkpoint that the log did not sign is an error.
    pub fn head(&self, log: &LogKeys) -> Result<Option<KeptHead>, MirrorError> {
        let path = self.0.join("checkpoint");
        let Some(text) = self.read(&path)? else { return Ok(None) };
        let foreign = || MirrorError::NoCheckpoint(self.0.clone());
        let note = Note::parse(&text).map_err(|_| foreign())?;
        let opened: Checkpoint = log.open(&note, &[], 0).map_err(|_| foreign())?.checkpoint;
        Ok(Some(KeptHead { root: opened.root, size: opened.size }))
    }

    /// The entries of bundle `n` of which `width` are covered.
    pub(super) fn bundle(&self, n: u64, width: u64) -> Result<Vec<Vec<u8>>, MirrorError> {
        let path = self.0.join(tile_path("entries", n, width));
        let damaged = || MirrorError::Damaged(path.clone());
        let bytes = self.read(&path)?.ok_or_else(damaged)?;
        let (mut rest, mut entries) = (bytes.as_slice(), Vec::new());
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let (entry, after) =
                after.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or_else(damaged)?;
            entries.push(entry.to_vec());
            rest = after;
        }
        let is_whole = rest.is_empty() && entries.len() as u64 == width;
        if is_whole { Ok(entries) } else { Err(damaged()) }
    }

    /// The body that stands beside the entry in `bytes`.
    pub(super) fn body(&self, bytes: &[u8]) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(sha256) = body_digest(bytes)? else { return Ok(None) };
        let path = self.body_path(sha256);
        let body = self.read(&path)?.filter(|body| Digest::of(body) == sha256);
        Ok(Some(body.ok_or(MirrorError::Damaged(path))?))
    }

    /// Writes a bundle, with the bodies beside its entries.
    fn write_bundle(&self, n: u64, rows: &[EntryRow]) -> Result<(), LedgerError> {
        let mut bundle = Vec::new();
        for row in rows {
            if let Some(body) = &row.body {
                self.write_once(&self.body_path(Digest::of(body)), body)?;
            }
            // An entry fits: its own format has the same limit.
            bundle.extend_from_slice(&u16::try_from(row.bytes.len()).unwrap_or(u16::MAX).to_be_bytes());
            bundle.extend_from_slice(&row.bytes);
        }
        Ok(self.write_tile("entries", n, rows.len() as u64, &bundle)?)
    }

    /// Writes a tile or bundle, and forgets narrower ones of the same number.
    fn write_tile(&self, level: &str, n: u64, width: u64, bytes: &[u8]) -> Result<(), MirrorError> {
        let path = self.0.join(tile_path(level, n, width));
        self.write_once(&path, bytes)?;
        let narrower = self.0.join(format!("{}.p", tile_path(level, n, WIDTH)));
        let gone =
            |name: fs::DirEntry| if name.path() == path { Ok(()) } else { fs::remove_file(name.path()) };
        let swept = match fs::read_dir(&narrower) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(names) => names.into_iter().try_for_each(|name| name.and_then(gone)),
        };
        swept.map_err(|error| MirrorError::File(narrower.clone(), error))?;
        if width == WIDTH {
            // What is left of a full tile's narrower ones is an empty folder, or none.
            let _ = fs::remove_dir(&narrower);
        }
        Ok(())
    }

    fn write_checkpoint(&self, note: &Note) -> Result<(), MirrorError> {
        let path = self.0.join("checkpoint");
        held::write(&path, note.to_text().as_bytes()).map_err(|error| MirrorError::File(path, error))
    }

    /// Names are contents here: what stands already is the same.
    fn write_once(&self, path: &Path, bytes: &[u8]) -> Result<(), MirrorError> {
        if path.exists() {
            return Ok(());
        }
        held::write(path, bytes).map_err(|error| MirrorError::File(path.to_owned(), error))
    }

    fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, MirrorError> {
        held::read(path).map_err(|error| MirrorError::File(path.to_owned(), error))
    }

    fn body_path(&self, sha256: Digest) -> PathBuf {
        let name = sha256.to_string();
        self.0.join("body").join(&name[..2]).join(name)
    }
}

/// `tile/<level>/<n in groups of three digits>`, with `.p/<width>` where it is not full (tlog-tiles).
fn tile_path(level: &str, n: u64, width: u64) -> String {
    let mut groups = format!("{:03}", n % 1000);
    let mut rest = n / 1000;
    while rest > 0 {
        groups = format!("x{:03}/{groups}", rest % 1000);
        rest /= 1000;
    }
    let partial = if width == WIDTH { String::new() } else { format!(".p/{width}") };
    format!("tile/{level}/{groups}{partial}")
}

/// The tiles of `level` that grow between two sizes of a tree, each with its width at the newer one.
pub(super) fn grown_tiles(old: u64, new: u64) -> impl Iterator<Item = (u64, u64)> {
    let last = new.div_ceil(WIDTH);
    let first = if old < new { old / WIDTH } else { last };
    (first..last).map(move |n| (n, (new - n * WIDTH).min(WIDTH)))
}

/// The log at start-up beside its mirror: behind it, entries are missing; of another history, one of the two is forged.
pub(super) fn compare(mirror: &Mirror, log: &LogKeys, tree: &Tree) -> Result<(), LedgerError> {
    match mirror.head(log)? {
        None => Ok(()),
        Some(head) if head.size > tree.size() => {
            Err(LedgerError::missing(tree.size(), "the mirror", head.size))
        }
        Some(head) if tree.root_at(head.size)? == head.root => Ok(()),
        Some(_) => Err(LedgerError::Closed("the mirror holds another history".to_owned())),
    }
}

/// Copies what is signed until the ledger is gone, in strides: each costs several files made durable, however few entries
/// it brings. A mirror that fails holds nobody up: it is said, and tried again.
pub(super) async fn follow(shared: Weak<Shared>, mirror: Mirror, mut grown: watch::Receiver<u64>) {
    let mut has_failed = false;
    loop {
        let Some(ledger) = shared.upgrade() else { return };
        let copied = copy(&ledger, &mirror).await;
        drop(ledger);
        match copied {
            Ok(()) if has_failed => tracing::info!("the mirror has caught up"),
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(error = %super::writer::chain(&error), "the mirror of the log is behind");
                has_failed = true;
                tokio::time::sleep(Duration::from_millis(MIRROR_RETRY_MS)).await;
                continue;
            }
        }
        has_failed = false;
        tokio::time::sleep(Duration::from_millis(MIRROR_STRIDE_MS)).await;
        if grown.changed().await.is_err() {
            return;
        }
    }
}

/// Brings the mirror to the newest signed head.
async fn copy(shared: &Shared, mirror: &Mirror) -> Result<(), LedgerError> {
    let Head { size, note, .. } = shared.head();
    let Some(note) = note else { return Ok(()) };
    let there = mirror.clone();
    let log = shared.keys();
    let old = off_thread(move || Ok(there.head(&log)?)).await?.map_or(0, |head| head.size);
    for (n, width) in grown_tiles(old, size) {
        let width = u32::try_from(width).unwrap_or(u32::MAX);
        let rows = shared.database.entries(n * WIDTH, width).await?;
        let there = mirror.clone();
        off_thread(move || there.write_bundle(n, &rows)).await?;
    }
    let tiles = hash_tiles(shared, old, size)?;
    let there = mirror.clone();
    off_thread(move || {
        for (level, n, hashes) in tiles {
            let bytes: Vec<u8> = hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
            there.write_tile(&level.to_string(), n, hashes.len() as u64, &bytes)?;
        }
        Ok(there.write_checkpoint(&note)?)
    })
    .await
}

/// The hash tiles of all levels that grow between two sizes.
fn hash_tiles(shared: &Shared, old: u64, new: u64) -> Result<Vec<(u8, u64, Vec<Digest>)>, LedgerError> {
    let mut tiles = Vec::new();
    let (mut old, mut new) = (old, new);
    for level in 0..u8::MAX {
        if new == 0 {
            break;
        }
        for (n, width) in grown_tiles(old, new) {
            let hashes = shared.published(|published| {
                published.tree.tile(level, n, u16::try_from(width).unwrap_or(u16::MAX))
            });
            if hashes.len() as u64 != width {
                return Err(ProofError::SizeOutOfRange.into());
            }
            tiles.push((level, n, hashes));
        }
        (old, new) = (old / WIDTH, new / WIDTH);
    }
    Ok(tiles)
}

/// Waits for the disk where that holds nobody up.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LedgerError> + Send + 'static,
) -> Result<T, LedgerError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_named_as_c2sp_has_it() {
        assert_eq!(tile_path("0", 0, 256), "tile/0/000");
        assert_eq!(tile_path("entries", 1_234_067, 256), "tile/entries/x001/x234/067");
        assert_eq!(tile_path("entries", 1000, 3), "tile/entries/x001/000.p/3");
    }

    #[test]
    fn the_tiles_that_grow_are_those_between_two_sizes() {
        let grown = |old, new| grown_tiles(old, new).collect::<Vec<_>>();
        assert_eq!(grown(0, 1), [(0, 1)]);
        assert_eq!(grown(1, 256), [(0, 256)]);
        assert_eq!(grown(256, 257), [(1, 1)]);
        assert_eq!(grown(200, 600), [(0, 256), (1, 256), (2, 88)]);
        assert_eq!(grown(5, 5), []);
    }
}
