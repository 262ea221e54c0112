//! What the rooms hear: one append-only list of frames per stream; a follower is a cursor over it.
//!
//! *Invariant*: frames are numbered from 1 without gaps; each names the digest of the one before; a frame is published
//! only after the transaction that holds it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

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

struct Stream {
    /// Number of the frame before the first one kept.
    before: u64,
    frames: VecDeque<Bytes>,
    head: watch::Sender<u64>,
}

/// The streams as followers read them.
pub struct Facts {
    database: Database,
    streams: Mutex<BTreeMap<String, Stream>>,
}

impl Facts {
    pub(super) fn new(database: Database) -> Self {
        Self { database, streams: Mutex::default() }
    }

    pub(super) async fn load(&self) -> Result<(), LedgerError> {
        for head in self.database.fact_heads().await? {
            self.with(&head.stream, |stream| {
                // Frames that were committed and never published are read from the database.
                if *stream.head.borrow() < head.n {
                    stream.frames.clear();
                    stream.before = head.n;
                    stream.head.send_replace(head.n);
                }
            });
        }
        Ok(())
    }

    pub(super) fn publish(&self, rows: Vec<FactRow>) {
        for row in rows {
            self.with(&row.stream, |stream| {
                stream.frames.push_back(Bytes::from(row.bytes));
                if stream.frames.len() > FRAMES_KEPT {
                    stream.frames.pop_front();
                    stream.before += 1;
                }
                stream.head.send_replace(row.n);
            });
        }
    }

    /// Number of the newest frame of `stream`; 0 if there is none.
    pub fn head(&self, stream: &str) -> u64 {
        self.with(stream, |stream| *stream.head.borrow())
    }

    /// Wakes when `stream` grows; the value is the number of its newest frame.
    pub fn watch(&self, stream: &str) -> watch::Receiver<u64> {
        self.with(stream, |stream| stream.head.subscribe())
    }

    /// Up to `limit` frames that follow number `after`, in order.
    pub async fn read(&self, stream: &str, after: u64, limit: usize) -> Result<Vec<Bytes>, LedgerError> {
        let kept = self.with(stream, |stream| {
            let skip = usize::try_from(after.checked_sub(stream.before)?).ok()?;
            Some(stream.frames.iter().skip(skip).take(limit).cloned().collect())
        });
        match kept {
            Some(frames) => Ok(frames),
            None => {
                let limit = u32::try_from(limit).unwrap_or(u32::MAX);
                let rows = self.database.facts(stream, Some(after), limit).await?;
                Ok(rows.into_iter().map(|row| Bytes::from(row.bytes)).collect())
            }
        }
    }

    fn with<T>(&self, name: &str, read: impl FnOnce(&mut Stream) -> T) -> T {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Stream { before: 0, frames: VecDeque::new(), head: watch::Sender::new(0) };
        read(streams.entry(name.to_owned()).or_insert_with(fresh))
    }
}
