//! Bytes on their way in: written, hashed and synced by one blocking worker per part.
//!
//! The worker owns the file and outlives a sender that goes away, so no late write can meet the next part: it
//! sees that the pieces ended without [`Piece::End`] and puts the file back to where the part began.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use kaibiao_crypto::digest::{Digest, Hasher};
use tokio::sync::mpsc;

use super::upload::segments::Segments;
use crate::limits::PART_PIECES_WAITING_MAX;

/// What the worker is sent.
pub(super) enum Piece {
    /// The next bytes.
    Bytes(Bytes),
    /// The part is whole.
    End,
}

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goal {
    /// Bytes that stand already; what lies behind them on disk was never acknowledged.
    pub start: u64,
    /// Bytes that the part may have at most.
    pub room: u64,
    /// Bytes before the first segment; none when segments are of no interest.
    pub core_len: Option<u64>,
    /// Bytes that the whole file will have, when that is known.
    pub length: Option<u64>,
    /// What the part's SHA-256 must be, when its sender said.
    pub checksum: Option<Digest>,
}

/// A part that is durable.
#[derive(Debug)]
pub(super) struct Written {
    /// Bytes that stand now.
    pub end: u64,
    /// SHA-256 of the part.
    pub digest: Digest,
    /// Digests of the segments that became whole, with their places.
    pub segments: Vec<(u64, Digest)>,
}

/// What became of a part.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It is durable.
    Written(Written),
    /// Its sender went away; the file is as before.
    Abandoned,
    /// It had more bytes than there was room; the file is as before.
    TooLarge,
    /// Its bytes are not those that its sender named; the file is as before.
    OtherBytes,
    /// The file has fewer bytes than were acknowledged.
    Damaged,
    /// The disk failed; what lies behind `start` is of no value.
    Failed(io::Error),
}

/// Feeds `body` to the task that `begin` starts and waits for what it answers. True beside the answer when
/// the body came to its end, false when it broke off: what came until then is ended as a part. Whoever drops
/// this future before the end leaves the task with an abandoned part.
pub(super) async fn receive<E: Display, W: Future<Output: Send> + Send + 'static>(
    body: impl Stream<Item = Result<Bytes, E>> + Send,
    begin: impl FnOnce(mpsc::Receiver<Piece>) -> W,
) -> (io::Result<W::Output>, bool) {
    let (pieces, waiting) = mpsc::channel(PART_PIECES_WAITING_MAX);
    let writing = tokio::spawn(begin(waiting));
    let is_whole = feed(body, pieces).await;
    (writing.await.map_err(io::Error::other), is_whole)
}

async fn feed<E: Display>(
    body: impl Stream<Item = Result<Bytes, E>> + Send,
    pieces: mpsc::Sender<Piece>,
) -> bool {
    let mut body = std::pin::pin!(body);
    while let Some(piece) = body.next().await {
        let Ok(bytes) = piece else {
            let _ = pieces.send(Piece::End).await;
            return false;
        };
        if pieces.send(Piece::Bytes(bytes)).await.is_err() {
            return true; // The worker has given up and will say why.
        }
    }
    let _ = pieces.send(Piece::End).await;
    true
}

/// Writes a part to the file at `path`.
pub(super) async fn write(path: PathBuf, goal: Goal, pieces: mpsc::Receiver<Piece>) -> Outcome {
    let work = tokio::task::spawn_blocking(move || write_blocking(&path, goal, pieces));
    work.await.unwrap_or_else(|error| Outcome::Failed(io::Error::other(error)))
}

fn write_blocking(path: &Path, goal: Goal, pieces: mpsc::Receiver<Piece>) -> Outcome {
    let mut file = match open_at(path, goal.start) {
        Ok(Some(file)) => file,
        Ok(None) => return Outcome::Damaged,
        Err(error) => return Outcome::Failed(error),
    };
    let outcome = write_pieces(&mut file, goal, pieces).unwrap_or_else(Outcome::Failed);
    if !matches!(outcome, Outcome::Written(_)) {
        // Tidiness only: the next part begins with the same cut.
        let _ = file.set_len(goal.start);
    }
    outcome
}

/// The file, cut to the bytes that count; none when it has fewer.
fn open_at(path: &Path, start: u64) -> io::Result<Option<File>> {
    let file = match File::options().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    if file.metadata()?.len() < start {
        return Ok(None);
    }
    file.set_len(start)?;
    Ok(Some(file))
}

fn write_pieces(file: &mut File, goal: Goal, mut pieces: mpsc::Receiver<Piece>) -> io::Result<Outcome> {
    let mut segments = match goal.core_len {
        Some(core_len) => Some(Segments::resume(file, core_len, goal.start)?),
        None => None,
    };
    file.seek(SeekFrom::Start(goal.start))?;
    let (mut hasher, mut len, mut whole) = (Hasher::new(), 0, Vec::new());
    loop {
        let bytes = match pieces.blocking_recv() {
            None => return Ok(Outcome::Abandoned),
            Some(Piece::End) => break,
            Some(Piece::Bytes(bytes)) => bytes,
        };
        len += bytes.len() as u64;
        if len > goal.room {
            return Ok(Outcome::TooLarge);
        }
        file.write_all(&bytes)?;
        hasher.update(&bytes);
        if let Some(segments) = &mut segments {
            segments.take(&bytes, &mut whole);
        }
    }
    let digest = hasher.finish();
    if goal.checksum.is_some_and(|checksum| checksum != digest) {
        return Ok(Outcome::OtherBytes);
    }
    let end = goal.start + len;
    if let Some(segments) = segments.filter(|_| len > 0 && goal.length == Some(end)) {
        whole.extend(segments.last());
    }
    file.sync_data()?;
    Ok(Outcome::Written(Written { end, digest, segments: whole }))
}
