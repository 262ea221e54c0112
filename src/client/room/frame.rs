//! The messages of a room (docs/api.md, "Rooms"). Kinds that this release does not know are passed over.

use std::time::Duration;

use kaibiao_crypto::act::SignedAct;
use kaibiao_crypto::digest::Digest;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::fault::RoomFault;
use crate::base::Instant;
use crate::client::Problem;

/// What we say.
pub(super) enum Said<'a> {
    /// The first message.
    Hello(Value),
    /// An act.
    Cmd { id: &'a str, act: &'a SignedAct },
    /// How far we have heard a stream.
    Ack { s: &'a str, n: u64 },
    /// We are there.
    Pong,
}

impl<'a> Said<'a> {
    pub(super) fn hello(ticket: &str, follow: &[(&str, u64)]) -> Self {
        let follow: Vec<Value> = follow.iter().map(|(s, after)| json!({"s": s, "after": after})).collect();
        Self::Hello(json!({"k": "hello", "v": 1, "ticket": ticket, "follow": follow}))
    }

    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Hello(hello) => hello.to_string(),
            Self::Cmd { id, act } => json!({"k": "cmd", "id": id, "act": act}).to_string(),
            Self::Ack { s, n } => json!({"k": "ack", "s": s, "n": n}).to_string(),
            Self::Pong => json!({"k": "pong"}).to_string(),
        }
    }
}

/// What we hear.
pub(super) enum Heard {
    Welcome {
        streams: Vec<StreamHead>,
    },
    Fact(FactFrame),
    Now {
        now: Instant,
        online: u64,
    },
    Answer {
        id: String,
        result: Result<u64, Problem>,
    },
    Ping,
    Bye {
        code: u16,
        retry: Duration,
    },
    /// A kind of a later release.
    Later,
}

/// The end of a stream as the server sees it.
#[derive(Serialize, Deserialize)]
pub(super) struct StreamHead {
    pub(super) s: String,
    #[serde(rename = "head")]
    pub(super) n: u64,
    /// We are ahead of the server.
    #[serde(default)]
    pub(super) reset: bool,
}

/// A fact as it travels.
#[derive(Deserialize)]
pub(super) struct FactFrame {
    pub(super) s: String,
    pub(super) n: u64,
    pub(super) t: Instant,
    #[serde(default)]
    pub(super) p: Option<Digest>,
    pub(super) b: Value,
}

#[derive(Deserialize)]
#[serde(tag = "k", rename_all = "snake_case")]
enum Frame {
    Welcome {
        #[serde(default)]
        streams: Vec<StreamHead>,
    },
    Fact(FactFrame),
    Now {
        now: Instant,
        #[serde(default)]
        online: u64,
    },
    Answer {
        id: String,
        #[serde(default)]
        ok: Option<Place>,
        #[serde(default)]
        refused: Option<Problem>,
    },
    Ping {},
    Bye {
        code: u16,
        #[serde(default)]
        retry_ms: u64,
    },
    #[serde(other)]
    Later,
}

#[derive(Deserialize)]
struct Place {
    index: u64,
}

impl Heard {
    /// Reads a message. Error: `room_form`.
    pub(super) fn parse(text: &str) -> Result<Self, RoomFault> {
        let frame: Frame = serde_json::from_str(text).map_err(|_| RoomFault::Form)?;
        Ok(match frame {
            Frame::Welcome { streams } => Self::Welcome { streams },
            Frame::Fact(fact) => Self::Fact(fact),
            Frame::Now { now, online } => Self::Now { now, online },
            Frame::Answer { id, ok: Some(place), refused: None } => {
                Self::Answer { id, result: Ok(place.index) }
            }
            Frame::Answer { id, ok: None, refused: Some(problem) } => {
                Self::Answer { id, result: Err(problem) }
            }
            Frame::Answer { .. } => return Err(RoomFault::Form),
            Frame::Ping {} => Self::Ping,
            Frame::Bye { code, retry_ms } => Self::Bye { code, retry: Duration::from_millis(retry_ms) },
            Frame::Later => Self::Later,
        })
    }
}

/// Whether a close code says that coming back is of no use: protocol, session ended, forbidden, replaced.
pub(super) fn is_final(code: u16) -> bool {
    matches!(code, 4000 | 4001 | 4003 | 4009)
}
