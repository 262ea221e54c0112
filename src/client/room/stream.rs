//! A place in a stream: what was heard last, and what may come next.

use kaibiao_crypto::digest::Digest;

use super::fault::RoomFault;
use super::frame::FactFrame;

/// What a fact is to its stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The next one.
    Next,
    /// Heard before.
    Known,
}

/// How far a stream was heard.
#[derive(Default)]
pub(crate) struct Cursor {
    n: u64,
    digest: Option<Digest>,
    acknowledged: u64,
}

impl Cursor {
    /// The number of the last fact that was heard.
    pub(crate) fn n(&self) -> u64 {
        self.n
    }

    /// Takes a fact, whose bytes are `text`. Errors: `room_gap`, `room_chain`.
    pub(super) fn take(&mut self, fact: &FactFrame, text: &str) -> Result<Step, RoomFault> {
        if fact.n <= self.n {
            return Ok(Step::Known);
        }
        if fact.n != self.n + 1 {
            return Err(RoomFault::Gap { last: self.n, n: fact.n });
        }
        // The first fact follows nothing: its digest before is none, as ours is.
        if fact.p != self.digest {
            return Err(RoomFault::Chain { n: fact.n });
        }
        (self.n, self.digest) = (fact.n, Some(Digest::of(text.as_bytes())));
        Ok(Step::Next)
    }

    /// The number that the server was not told of yet.
    pub(super) fn unacknowledged(&mut self) -> Option<u64> {
        let is_new = self.n > self.acknowledged;
        self.acknowledged = self.n;
        is_new.then_some(self.n)
    }
}
