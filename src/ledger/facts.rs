//! What the rooms hear: one append-only list of frames per stream; a follower is a cursor over it.
//!
//! *Invariant*: frames are numbered from 1 without gaps; each names the digest of the one before; a frame is published
//! only after the transaction that holds it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bytes::Bytes;
use kaibiao_crypto::digest::Digest;
use serde::Serialize;
use tokio::sync::watch;

use super::LedgerError;
use crate::base::{Instant, LotId, TenderId};
use crate::replay::{Happened, World};
use crate::store::{Database, FactRow};
use crate::tender::{Audience, Event, audience};

/// Frames of a stream that are kept in memory; older ones come from the database.
const FRAMES_KEPT: usize = 4096;

/// The name of a stream: room and audience.
pub fn stream_name(tender: TenderId, lot: &LotId, audience: Audience) -> String {
    match audience {
        Audience::Public => format!("{tender}/{lot}/public"),
        Audience::Own(org) => format!("{tender}/{lot}/own-{org}"),
        Audience::Host => format!("{tender}/{lot}/host"),
        Audience::Panel => format!("{tender}/{lot}/panel"),
        Audience::Supervisor => format!("{tender}/{lot}/supervisor"),
    }
}

/// A fact on the wire (docs/api.md, "Rooms").
#[derive(Serialize)]
struct Frame<'a> {
    k: &'static str,
    s: &'a str,
    n: u64,
    t: Instant,
    p: Option<Digest>,
    b: &'a Event,
}

/// The end of a stream: what the next frame follows.
#[derive(Clone, Copy, Default)]
pub(super) struct StreamEnd {
    n: u64,
    digest: Option<Digest>,
}

/// The ends of all streams, as the writer knows them.
#[derive(Default)]
pub(super) struct Ends(BTreeMap<String, StreamEnd>);

impl Ends {
    pub(super) async fn load(database: &Database) -> Result<Self, LedgerError> {
        let mut ends = BTreeMap::new();
        for head in database.fact_heads().await? {
            let last = database.facts(&head.stream, head.n.checked_sub(1), 1).await?;
            let digest = last.first().map(|row| Digest::of(&row.bytes));
            ends.insert(head.stream, StreamEnd { n: head.n, digest });
        }
        Ok(Self(ends))
    }

    /// Frames for everybody who may hear what happened, once it is folded in; events of the tender are heard in the rooms
    /// of all its lots.
    pub(super) fn frames(
        &mut self,
        world: &World,
        happened: &Happened,
        ts: Instant,
    ) -> Result<Vec<FactRow>, LedgerError> {
        let Happened::Tender(id, events) = happened else { return Ok(Vec::new()) };
        let lots: Vec<LotId> =
            world.tenders.get(id).map(|tender| tender.lots.keys().cloned().collect()).unwrap_or_default();
        let mut frames = Vec::new();
        for event in events {
            let rooms = match event {
                Event::Lot(fact) => std::slice::from_ref(&fact.lot),
                Event::Tender(_) => lots.as_slice(),
            };
            for reader in audience(event) {
                for lot in rooms {
                    frames.push(self.frame(stream_name(*id, lot, reader), event, ts)?);
                }
            }
        }
        Ok(frames)
    }

    /// The frame that tells the followers of `stream` of `event`.
    fn frame(&mut self, stream: String, event: &Event, ts: Instant) -> Result<FactRow, LedgerError> {
        let end = self.0.entry(stream.clone()).or_default();
        let frame = Frame { k: "fact", s: &stream, n: end.n + 1, t: ts, p: end.digest, b: event };
        let bytes = serde_json::to_vec(&frame).map_err(LedgerError::Encode)?;
        *end = StreamEnd { n: end.n + 1, digest: Some(Digest::of(&bytes)) };
        Ok(FactRow { stream, n: end.n, ts: ts.0, bytes })
    }
}

/// One stream as its followers read it.
struct Stream {
    name: String,
    database: Database,
    kept: RwLock<Kept>,
    head: watch::Sender<u64>,
}

/// The newest frames of a stream.
#[derive(Default)]
struct Kept {
    /// Number of the frame before the first one kept.
    before: u64,
    frames: VecDeque<Bytes>,
}

impl Stream {
    fn new(name: &str, database: Database) -> Self {
        Self { name: name.to_owned(), database, kept: RwLock::default(), head: watch::Sender::new(0) }
    }

    /// Frames up to `head` were committed and never published: they are read from the database.
    fn catch_up(&self, head: u64) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if *self.head.borrow() < head {
            *kept = Kept { before: head, frames: VecDeque::new() };
            self.head.send_replace(head);
        }
    }

    /// Adds the next frames, then wakes whoever follows.
    fn publish(&self, rows: Vec<FactRow>) {
        let Some(head) = rows.last().map(|row| row.n) else { return };
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.frames.extend(rows.into_iter().map(|row| Bytes::from(row.bytes)));
        let spare = kept.frames.len().saturating_sub(FRAMES_KEPT);
        kept.frames.drain(..spare);
        kept.before += spare as u64;
        drop(kept);
        self.head.send_replace(head);
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<Bytes>, LedgerError> {
        let kept = {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            let skip = after.checked_sub(kept.before).and_then(|skip| usize::try_from(skip).ok());
            skip.map(|skip| kept.frames.iter().skip(skip).take(limit).cloned().collect())
        };
        match kept {
            Some(frames) => Ok(frames),
            None => {
                let limit = u32::try_from(limit).unwrap_or(u32::MAX);
                let rows = self.database.facts(&self.name, Some(after), limit).await?;
                Ok(rows.into_iter().map(|row| Bytes::from(row.bytes)).collect())
            }
        }
    }
}

/// Somebody's hold on a stream. It costs the others nothing.
pub struct Follower {
    stream: Arc<Stream>,
    head: watch::Receiver<u64>,
}

impl Follower {
    /// The stream's name.
    pub fn name(&self) -> &str {
        &self.stream.name
    }

    /// Number of the newest frame, which is known from now on; 0 if there is none.
    pub fn head(&mut self) -> u64 {
        *self.head.borrow_and_update()
    }

    /// Returns once there are frames that are not known yet. It may be dropped and called again.
    pub async fn grows(&mut self) {
        // The stream is held here too, so it never ends.
        if self.head.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Up to `limit` frames that follow number `after`, in order.
    pub async fn read(&self, after: u64, limit: usize) -> Result<Vec<Bytes>, LedgerError> {
        self.stream.read(after, limit).await
    }
}

/// The streams as followers read them.
pub struct Facts {
    database: Database,
    streams: Mutex<BTreeMap<String, Arc<Stream>>>,
}

impl Facts {
    pub(super) fn new(database: Database) -> Self {
        Self { database, streams: Mutex::default() }
    }

    pub(super) async fn load(&self) -> Result<(), LedgerError> {
        for head in self.database.fact_heads().await? {
            self.stream(&head.stream).catch_up(head.n);
        }
        Ok(())
    }

    pub(super) fn publish(&self, rows: Vec<FactRow>) {
        let mut of_stream: BTreeMap<String, Vec<FactRow>> = BTreeMap::new();
        for row in rows {
            of_stream.entry(row.stream.clone()).or_default().push(row);
        }
        of_stream.into_iter().for_each(|(stream, rows)| self.stream(&stream).publish(rows));
    }

    /// Number of the newest frame of `stream`; 0 if there is none.
    pub fn head(&self, stream: &str) -> u64 {
        *self.stream(stream).head.borrow()
    }

    /// Begins to follow `stream`, which may have no frames yet.
    pub fn follow(&self, stream: &str) -> Follower {
        let stream = self.stream(stream);
        let head = stream.head.subscribe();
        Follower { stream, head }
    }

    /// Up to `limit` frames that follow number `after`, in order.
    pub async fn read(&self, stream: &str, after: u64, limit: usize) -> Result<Vec<Bytes>, LedgerError> {
        self.stream(stream).read(after, limit).await
    }

    fn stream(&self, name: &str) -> Arc<Stream> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stream) = streams.get(name) {
            return Arc::clone(stream);
        }
        let stream = Arc::new(Stream::new(name, self.database.clone()));
        streams.insert(name.to_owned(), Arc::clone(&stream));
        stream
    }
}
