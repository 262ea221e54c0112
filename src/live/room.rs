//! Who is in which room, in numbers, and what a room tells once a second.
//!
//! *Invariant*: the number is one total without roles: before the close it tells nothing of bidders.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::watch;
use tokio::time::Instant;

use super::message::{Heard, LogHead};
use crate::base::{LotId, TenderId};
use crate::ledger::Ledger;
use crate::limits::{ROOM_HEAD_MS, ROOM_LARGE, ROOM_LARGE_NOW_MS, ROOM_NOW_MS};

/// A room's place: tender and lot.
pub(super) type Place = (TenderId, LotId);

/// The rooms that somebody is in.
#[derive(Default)]
pub(super) struct Register(Mutex<HashMap<Place, Room>>);

struct Room {
    online: u32,
    now: watch::Sender<Utf8Bytes>,
    told: Option<Told>,
}

/// What a room was told last, and when.
#[derive(Clone, Copy)]
struct Told {
    at: Instant,
    online: u32,
    head: u64,
    lacks_witnesses: bool,
}

impl Told {
    /// Whether what is now is worth a frame to everybody in the room. That something is wrong is told at once; how many
    /// are there, less often where they are many; where the log stands, each minute.
    fn is_outdated_by(&self, now: &Self) -> bool {
        let since = now.at.duration_since(self.at);
        let online_ms = if now.online > ROOM_LARGE { ROOM_LARGE_NOW_MS } else { ROOM_NOW_MS };
        self.lacks_witnesses != now.lacks_witnesses
            || self.online != now.online && since >= Duration::from_millis(online_ms)
            || self.head != now.head && since >= Duration::from_millis(ROOM_HEAD_MS)
    }
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
        let fresh = || Room { online: 0, now: watch::Sender::new(Utf8Bytes::default()), told: None };
        let room = rooms.entry(place.clone()).or_insert_with(fresh);
        room.online += 1;
        Presence { register: Arc::clone(self), now: room.now.subscribe(), place }
    }

    /// Tells each room how many are there and where the log stands, where that is due.
    fn tell(&self, ledger: &Ledger) {
        let at = Instant::now();
        let head = ledger.head();
        let head = LogHead { size: head.size, root: head.root };
        let lacks_witnesses = ledger.lacks_witnesses();
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for room in rooms.values_mut() {
            let told = Told { at, online: room.online, head: head.size, lacks_witnesses };
            if room.told.is_some_and(|before| !before.is_outdated_by(&told)) {
                continue;
            }
            room.told = Some(told);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_room_is_told_less_often_and_of_faults_at_once() {
        let begun = Instant::now();
        let after = |ms| begun + Duration::from_millis(ms);
        let told = |online| Told { at: begun, online, head: 7, lacks_witnesses: false };
        let is_due = |online, now: Told| told(online).is_outdated_by(&now);
        let (small, large) = (ROOM_LARGE - 1, ROOM_LARGE + 1);
        assert!(!is_due(small, Told { at: after(ROOM_HEAD_MS), ..told(small) }), "nothing is new");
        assert!(is_due(small, Told { at: after(ROOM_NOW_MS), ..told(small - 1) }));
        assert!(!is_due(large, Told { at: after(ROOM_NOW_MS), ..told(large + 1) }));
        assert!(is_due(large, Told { at: after(ROOM_LARGE_NOW_MS), ..told(large + 1) }));
        assert!(!is_due(large, Told { at: after(ROOM_LARGE_NOW_MS), head: 8, ..told(large) }));
        assert!(is_due(large, Told { at: after(ROOM_HEAD_MS), head: 8, ..told(large) }));
        assert!(is_due(large, Told { lacks_witnesses: true, ..told(large) }));
    }
}
