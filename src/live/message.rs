//! What is said and heard: one JSON object a frame, told apart by `k`. Unknown kinds and fields are refused.

use kaibiao_crypto::act::SignedAct;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::base::{Digest, Instant, OrgId, PersonId, Role, ShortText};
use crate::ledger::Rejected;
use crate::replay::Rejection;

/// The version of the protocol.
pub(super) const VERSION: u8 = 1;

/// Why a socket is closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CloseCode {
    /// What was said is not the protocol.
    Protocol,
    /// The session has ended, or the ticket is not good.
    SessionEnded,
    /// The reader may not follow this stream, or no longer.
    Forbidden,
    /// The reader stands still.
    Slow,
    /// The server goes down.
    Draining,
    /// Too much was said.
    TooMany,
}

impl CloseCode {
    #[cfg(test)]
    pub const ALL: [Self; 6] =
        [Self::Protocol, Self::SessionEnded, Self::Forbidden, Self::Slow, Self::Draining, Self::TooMany];

    /// The number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::Protocol => 4000,
            Self::SessionEnded => 4001,
            Self::Forbidden => 4003,
            Self::Slow => 4008,
            Self::Draining => 4012,
            Self::TooMany => 4029,
        }
    }
}

/// What a client says.
#[derive(Deserialize, Debug)]
#[serde(tag = "k", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Said {
    /// First of all: who, and what to follow from where.
    Hello { v: u8, ticket: String, follow: Vec<Follow> },
    /// An act.
    Cmd { id: String, act: SignedAct },
    /// Facts up to `n` have come and were applied: a diagnostic.
    Ack { s: String, n: u64 },
    /// The answer to a ping.
    Pong {},
}

/// A stream and the number after which to begin.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Follow {
    pub s: String,
    pub after: u64,
}

/// What a client hears besides facts, which are sent as the ledger framed them.
#[derive(Serialize)]
#[serde(tag = "k", rename_all = "snake_case")]
pub(super) enum Heard<'a> {
    Welcome {
        now: Instant,
        me: Option<Me>,
        streams: Vec<StreamHead<'a>>,
    },
    Now {
        now: Instant,
        online: u32,
        head: LogHead,
        /// Too few witnesses cosign: what binds waits for them.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        lacks_witnesses: bool,
    },
    Answer {
        id: &'a str,
        #[serde(flatten)]
        outcome: Outcome,
    },
    Ping {
        now: Instant,
    },
    Bye {
        code: u16,
        retry_ms: u64,
    },
}

#[derive(Serialize)]
pub(super) struct Me {
    pub person: PersonId,
    pub name: ShortText,
    pub org: OrgId,
    pub roles: Vec<Role>,
}

#[derive(Serialize)]
pub(super) struct StreamHead<'a> {
    pub s: &'a str,
    pub head: u64,
    /// The client is ahead of the server, which only a restored server can be: it must forget its copy; facts follow
    /// from the first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reset: bool,
}

#[derive(Serialize, Clone, Copy)]
pub(super) struct LogHead {
    pub size: u64,
    pub root: Digest,
}

/// What came of an act.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Ok { index: u64 },
    Refused(Map<String, Value>),
}

impl Outcome {
    pub fn refused(code: &'static str) -> Self {
        Self::Refused(Map::from_iter([("code".to_owned(), code.into())]))
    }
}

impl From<Rejected> for Outcome {
    fn from(rejected: Rejected) -> Self {
        let mut detail = Map::new();
        let code = match rejected {
            Rejected::Refused(rejection) => {
                if let Rejection::Refused(refusal) = &rejection {
                    detail = refusal.detail.clone();
                }
                rejection.code()
            }
            Rejected::Busy { retry_after_s } => {
                detail.insert("retry_after_s".to_owned(), retry_after_s.into());
                "busy"
            }
            Rejected::Failed(error) => {
                tracing::error!(fault.code = "ledger_failed", fault.causes = ?error, "an act from a room failed");
                "internal"
            }
        };
        detail.insert("code".to_owned(), code.into());
        Self::Refused(detail)
    }
}

impl Heard<'_> {
    /// The text of the frame.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("these types are always JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocol_is_strict() {
        for good in [
            r#"{"k":"hello","v":1,"ticket":"t","follow":[{"s":"a/1/public","after":0}]}"#,
            r#"{"k":"ack","s":"a/1/public","n":7}"#,
            r#"{"k":"pong"}"#,
        ] {
            assert!(serde_json::from_str::<Said>(good).is_ok(), "{good}");
        }
        for bad in [
            r#"{"k":"hello","v":1,"ticket":"t","follow":[],"extra":1}"#,
            r#"{"k":"hello","v":1,"ticket":"t","follow":[{"s":"a","after":0,"x":1}]}"#,
            r#"{"k":"hello","v":1,"follow":[]}"#,
            r#"{"k":"pong","x":1}"#,
            r#"{"k":"ack","s":"a","n":-1}"#,
            r#"{"k":"fact"}"#,
            r#"{"s":"a","n":1}"#,
            r#"[]"#,
            "",
        ] {
            assert!(serde_json::from_str::<Said>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn answers_read_as_documented() {
        let ok = Heard::Answer { id: "a", outcome: Outcome::Ok { index: 7 } };
        assert_eq!(ok.text(), r#"{"k":"answer","id":"a","ok":{"index":7}}"#);
        let refused = Heard::Answer { id: "a", outcome: Outcome::refused("too_late") };
        assert_eq!(refused.text(), r#"{"k":"answer","id":"a","refused":{"code":"too_late"}}"#);
    }
}
