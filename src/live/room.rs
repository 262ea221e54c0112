//! Who is in which room, in numbers, and what a room tells once a second.
//!
//! *Invariant*: the number is one total without roles: before the close it tells nothing of bidders.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::watch;

use super::message::{Heard, LogHead};
use crate::base::{LotId, TenderId};
use crate::ledger::Ledger;
use crate::limits::ROOM_NOW_MS;

/// A room's place: tender and lot.
pub(super) type Place = (TenderId, LotId);

/// The rooms that somebody is in.
#[derive(Default)]
pub(super) struct Register(Mutex<HashMap<Place, Room>>);

struct Room {
    online: u32,
    now: watch::Sender<Utf8Bytes>,
    /// What was told last: how many, under which head, whether witnesses are lacking.
    told: (u32, u64, bool),
}

/// Being in a room; over when dropped.
pub(super) struct Presence {
    register: Arc<Register>,
    place: Place,
    /// What the room tells, the newest only.
    pub now: watch::Receiver<Utf8Bytes>,
}

impl Register {
    pub fn enter(self: &Arc<Self>, place: Place) -> Presence {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Room { online: 0, now: watch::Sender::new(Utf8Bytes::default()), told: (0, 0, false) };
        let room = rooms.entry(place.clone()).or_insert_with(fresh);
        room.online += 1;
        Presence { register: Arc::clone(self), now: room.now.subscribe(), place }
    }

    /// Tells each room how many are there and where the log stands, if either has changed.
    fn tell(&self, ledger: &Ledger) {
        let head = ledger.head();
        let head = LogHead { size: head.size, root: head.root };
        let lacks_witnesses = ledger.lacks_witnesses();
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for room in rooms.values_mut() {
            let state = (room.online, head.size, lacks_witnesses);
            if std::mem::replace(&mut room.told, state) == state {
                continue;
            }
            let now = Heard::Now { now: ledger.clock().now(), online: room.online, head, lacks_witnesses };
            room.now.send_replace(now.text().into());
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let mut rooms = self.register.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get_mut(&self.place) {
            room.online -= 1;
            if room.online == 0 {
                rooms.remove(&self.place);
            }
        }
    }
}

/// Tells all rooms once a second, as long as there are rooms.
pub(super) async fn tell_now(register: Weak<Register>, ledger: Ledger) {
    let mut seconds = tokio::time::interval(Duration::from_millis(ROOM_NOW_MS));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        seconds.tick().await;
        match register.upgrade() {
            Some(register) => register.tell(&ledger),
            None => return,
        }
    }
}
