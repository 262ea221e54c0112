//! A follower of a room: hears the facts of its streams in order, each once, over any number of broken lines.
//!
//! *Invariants*: a fact is handed out only if it is the next of its stream and names the digest of the one before; an act
//! sent into the room is sent again as the same bytes until it is answered.

mod fault;
mod frame;
mod line;
mod stream;

use std::collections::{BTreeMap, VecDeque};

use kaibiao_crypto::act::SignedAct;
use serde_json::Value;

use super::limits::ACTS_UNDER_WAY_MAX;
use super::{Client, ClientError, Problem};
use crate::base::{Instant, LotId, TenderId};

pub use fault::RoomFault;
use frame::{Heard, Said};
use line::{Line, LineEnd};
pub(crate) use stream::Cursor;
use stream::Step;

/// A fact: something that happened, in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The stream.
    pub stream: String,
    /// Its number there, from 1.
    pub n: u64,
    /// When it was written.
    pub at: Instant,
    /// The event.
    pub event: Value,
}

/// What is heard in a room.
#[derive(Debug, Clone, PartialEq)]
pub enum RoomEvent {
    /// The line stands: for the first time, or again.
    Joined {
        /// The number of the newest fact of each followed stream.
        heads: BTreeMap<String, u64>,
    },
    /// The server was restored to an earlier state: everything heard so far is void, and comes anew from the first.
    Restarted,
    /// A fact.
    Fact(Fact),
    /// How many are online, at what time of the server; may be left out at any moment.
    Now {
        /// The server's clock.
        at: Instant,
        /// Listeners in all.
        online: u64,
    },
    /// The answer to an act that was sent into the room.
    Answered {
        /// The act's nonce.
        nonce: String,
        /// Its place in the log, or why it was refused.
        result: Result<u64, Problem>,
    },
}

/// A follower.
pub struct RoomClient {
    client: Client,
    tender: TenderId,
    lot: LotId,
    /// Audiences to follow; empty for all that the ticket allows.
    audiences: Vec<String>,
    cursors: BTreeMap<String, Cursor>,
    unanswered: BTreeMap<String, String>,
    pending: VecDeque<RoomEvent>,
    line: Option<Line>,
    failures: u32,
}

impl RoomClient {
    /// A follower of the lot's room. `audiences` names the last parts of streams, such as `public` or `host`; empty for
    /// all that this person may follow. The line is opened by the first [`RoomClient::next`].
    pub fn new(client: Client, tender: TenderId, lot: LotId, audiences: Vec<String>) -> Self {
        Self {
            client,
            tender,
            lot,
            audiences,
            cursors: BTreeMap::new(),
            unanswered: BTreeMap::new(),
            pending: VecDeque::new(),
            line: None,
            failures: 0,
        }
    }

    /// The next thing heard; waits as long as nothing is. Lines that break are joined again with full jitter, from where
    /// each stream stands. Errors: `room_chain`, `room_gap` (the server contradicts itself), `room_closed`,
    /// `room_streams`, `not_signed_in`, and `line_lost` after all retries. It may be dropped and called again.
    pub async fn next(&mut self) -> Result<RoomEvent, ClientError> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Ok(event);
            }
            if self.line.is_none() {
                self.join().await?;
                continue;
            }
            let Some(line) = &mut self.line else { continue };
            match line.hear().await {
                Ok(text) => self.take(&text).await?,
                Err(end) => self.lost(end).await?,
            }
        }
    }

    /// Sends an act into the room; its answer is heard by [`RoomClient::next`]. Errors: `room_busy` if too many acts
    /// have no answer yet, those of acts.
    pub async fn act(&mut self, act: &SignedAct) -> Result<(), ClientError> {
        if self.unanswered.len() >= ACTS_UNDER_WAY_MAX {
            return Err(RoomFault::Busy.into());
        }
        let nonce = hex::encode(act.read_payload()?.nonce.0);
        let text = Said::Cmd { id: &nonce, act }.to_text();
        let sent = match &mut self.line {
            Some(line) => line.say(text.clone()).await,
            None => Ok(()),
        };
        self.unanswered.insert(nonce, text);
        match sent {
            Ok(()) => Ok(()),
            Err(end) => self.lost(end).await,
        }
    }

    /// How many facts of a stream were heard.
    pub fn heard(&self, stream: &str) -> u64 {
        self.cursors.get(stream).map_or(0, Cursor::n)
    }

    async fn join(&mut self) -> Result<(), ClientError> {
        match self.try_join().await {
            Ok(()) => Ok(()),
            Err(ClientError::Line(reason)) => self.lost(LineEnd::Broken(reason)).await,
            Err(error) => Err(error),
        }
    }

    async fn try_join(&mut self) -> Result<(), ClientError> {
        let ticket = self.client.ticket(self.tender, &self.lot).await?;
        let is_wanted = |stream: &&String| {
            let audience = stream.rsplit('/').next().unwrap_or_default();
            let kind = if audience.starts_with("own-") { "own" } else { audience };
            self.audiences.is_empty()
                || self.audiences.iter().any(|wanted| wanted == audience || wanted == kind)
        };
        let streams: Vec<String> = ticket.streams.iter().filter(is_wanted).cloned().collect();
        if streams.is_empty() {
            return Err(RoomFault::NoStream.into());
        }
        let follow: Vec<(&str, u64)> =
            streams.iter().map(|stream| (stream.as_str(), self.heard(stream))).collect();
        let hello = Said::hello(&ticket.ticket, &follow).to_text();
        let path = format!("/api/rooms/{}/{}", self.tender, self.lot);
        let mut line = Line::open(&self.client, &path).await?;
        line.say(hello).await.map_err(|end| ClientError::Line(end.reason()))?;
        for text in self.unanswered.values() {
            line.say(text.clone()).await.map_err(|end| ClientError::Line(end.reason()))?;
        }
        for stream in streams {
            self.cursors.entry(stream).or_default();
        }
        self.line = Some(line);
        Ok(())
    }

    async fn take(&mut self, text: &str) -> Result<(), ClientError> {
        match Heard::parse(text)? {
            Heard::Welcome { streams } => {
                self.failures = 0;
                if streams.iter().any(|head| head.reset) {
                    return self.start_over().await;
                }
                let heads = streams.into_iter().map(|head| (head.s, head.n)).collect();
                self.pending.push_back(RoomEvent::Joined { heads });
            }
            Heard::Fact(fact) => {
                let cursor = self.cursors.get_mut(&fact.s).ok_or(RoomFault::Form)?;
                if cursor.take(&fact, text)? == Step::Next {
                    self.pending.push_back(RoomEvent::Fact(Fact {
                        stream: fact.s,
                        n: fact.n,
                        at: fact.t,
                        event: fact.b,
                    }));
                }
            }
            Heard::Now { now, online } => self.pending.push_back(RoomEvent::Now { at: now, online }),
            Heard::Answer { id, result } => {
                if self.unanswered.remove(&id).is_some() {
                    self.pending.push_back(RoomEvent::Answered { nonce: id, result });
                }
            }
            Heard::Ping => self.answer_ping().await?,
            Heard::Bye { code, retry } => self.lost(LineEnd::Bye { code, retry }).await?,
            Heard::Later => {}
        }
        Ok(())
    }

    /// Forgets all streams, not only the one concerned: they tell of one history.
    async fn start_over(&mut self) -> Result<(), ClientError> {
        self.cursors.clear();
        self.pending.push_back(RoomEvent::Restarted);
        self.lost(LineEnd::Broken("the server was restored".into())).await
    }

    /// A ping is also the moment to say how far we have heard: the evidence that facts arrived.
    async fn answer_ping(&mut self) -> Result<(), ClientError> {
        let Some(line) = &mut self.line else { return Ok(()) };
        let mut sent = line.say(Said::Pong.to_text()).await;
        for (stream, cursor) in &mut self.cursors {
            if let (Ok(()), Some(n)) = (&sent, cursor.unacknowledged()) {
                sent = line.say(Said::Ack { s: stream, n }.to_text()).await;
            }
        }
        match sent {
            Ok(()) => Ok(()),
            Err(end) => self.lost(end).await,
        }
    }

    /// The line is gone: waits until it is worth trying again, or says why it never will be.
    async fn lost(&mut self, end: LineEnd) -> Result<(), ClientError> {
        self.line = None;
        if let Some(code) = end.code().filter(|code| frame::is_final(*code)) {
            return Err(RoomFault::Closed(code).into());
        }
        self.failures += 1;
        match self.client.retry().wait(self.failures, end.asked()) {
            Some(wait) => {
                tokio::time::sleep(wait).await;
                Ok(())
            }
            None => Err(ClientError::Line(end.reason())),
        }
    }
}
