//! Rooms: what people hear, in order, over WebSocket (docs/api.md, "Rooms").
//!
//! A room is a view of the ledger for one reader and adds no power: what is said in it is an act, taken in by the same
//! way as over HTTP; what is heard are the ledger's facts, as far as this reader may know them. A connection is a cursor
//! over the streams of its room, not a queue. Not here: who gets a ticket (`http`), what a fact says (`ledger`).
//!
//! *Invariants*: facts of a stream are sent in order, without a gap or a repeat, byte for byte as the ledger framed them;
//! who may hear a stream is asked before each batch of frames; a socket that stands still holds up nobody else and is
//! closed; nothing that waits is without a limit.

mod conversation;
mod description;
mod line;
mod message;
mod pace;
mod room;
mod upgrade;

pub use description::DESCRIPTION;
pub use upgrade::router;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use crate::base::Instant;
use crate::identity::Identity;
use crate::intake::Intake;
use crate::ledger::Ledger;
use crate::limits::{SOCKET_CLOSE_MS, SOCKETS_DRAINED_PER_SECOND, SOCKETS_MAX};
use room::Register;

/// All rooms. Clones share them.
#[derive(Clone)]
pub struct Rooms(Arc<House>);

struct House {
    ledger: Ledger,
    intake: Intake,
    identity: Identity,
    register: Arc<Register>,
    places: Arc<Semaphore>,
    draining: watch::Sender<bool>,
}

impl Rooms {
    /// Opens the rooms. Needs a runtime: a task tells every second how many are there.
    pub fn open(ledger: Ledger, intake: Intake, identity: Identity) -> Self {
        let register = Arc::new(Register::default());
        tokio::spawn(room::tell_now(Arc::downgrade(&register), ledger.clone()));
        Self(Arc::new(House {
            ledger,
            intake,
            identity,
            register,
            places: Arc::new(Semaphore::new(SOCKETS_MAX)),
            draining: watch::Sender::new(false),
        }))
    }

    /// Sends everybody away, spread over time so that they do not all come back at once, and returns when they are gone
    /// or have had their time. New sockets are refused from now on.
    pub async fn drain(&self) {
        self.0.draining.send_replace(true);
        let wait = self.spread() + Duration::from_millis(2 * SOCKET_CLOSE_MS);
        let all = u32::try_from(SOCKETS_MAX).unwrap_or(u32::MAX);
        let left = tokio::time::timeout(wait, self.0.places.acquire_many(all)).await;
        if left.is_err() {
            tracing::warn!(sockets = self.open_sockets(), "some sockets did not leave in time");
        }
    }

    /// How many sockets are open.
    pub fn open_sockets(&self) -> usize {
        SOCKETS_MAX - self.0.places.available_permits()
    }

    fn spread(&self) -> Duration {
        Duration::from_millis(1000 * self.open_sockets() as u64 / SOCKETS_DRAINED_PER_SECOND)
    }

    fn now(&self) -> Instant {
        self.0.ledger.clock().now()
    }
}
