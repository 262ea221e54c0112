//! Tickets for rooms: a browser cannot set headers when it opens a WebSocket, so it brings a ticket in its first frame.
//!
//! ```text
//! ticket = base64url( body || HMAC-SHA-256(key, "kaibiao ticket\0" || body) )
//! body   = u8 version=1 || u8 purpose=1 (room) || u64 expires, unix ms || 16 tender || u8 |lot| || lot
//!          || u8 0 | 1 || (16 person || 32 session || u64 session expires)
//! ```
//!
//! *Invariant*: a ticket opens one room, for a minute; checking it asks no database.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kaibiao_crypto::digest::Digest;
use ring::hmac;
use uuid::Uuid;

use super::{Identity, Session};
use crate::base::{Instant, LotId, PersonId, TenderId};
use crate::limits::TICKET_MS;

const VERSION: u8 = 1;
const ROOM: u8 = 1;
const TAG_BYTES: usize = 32;
const DOMAIN: &[u8] = b"kaibiao ticket\0";

/// The text of a ticket.
pub type Ticket = String;

/// What a ticket lets into a room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoomPass {
    /// The tender.
    pub tender: TenderId,
    /// The lot.
    pub lot: LotId,
    /// Who; none for the public.
    pub session: Option<Session>,
}

impl Identity {
    /// A ticket, good for a minute.
    pub fn ticket(&self, pass: &RoomPass, now: Instant) -> Ticket {
        let mut bytes = write(pass, now.0 + TICKET_MS);
        let tag = hmac::sign(&self.ticket_key, &[DOMAIN, &bytes].concat());
        bytes.extend(tag.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What a ticket is good for; none if it is false, of another purpose or too old.
    pub fn read_ticket(&self, ticket: &str, now: Instant) -> Option<RoomPass> {
        let bytes = URL_SAFE_NO_PAD.decode(ticket).ok()?;
        let (body, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG_BYTES)?)?;
        hmac::verify(&self.ticket_key, &[DOMAIN, body].concat(), tag).ok()?;
        let (pass, expires_ms) = read(body)?;
        (now.0 < expires_ms).then_some(pass)
    }
}

fn write(pass: &RoomPass, expires_ms: i64) -> Vec<u8> {
    let mut bytes = vec![VERSION, ROOM];
    bytes.extend(expires_ms.to_be_bytes());
    bytes.extend(pass.tender.0.as_bytes());
    let lot = pass.lot.as_str().as_bytes();
    bytes.push(u8::try_from(lot.len()).expect("a lot id has at most 16 bytes"));
    bytes.extend(lot);
    match &pass.session {
        None => bytes.push(0),
        Some(session) => {
            bytes.push(1);
            bytes.extend(session.person.0.as_bytes());
            bytes.extend(session.id.as_bytes());
            bytes.extend(session.expires.0.to_be_bytes());
        }
    }
    bytes
}

fn read(body: &[u8]) -> Option<(RoomPass, i64)> {
    let mut rest = body;
    let mut take = |count: usize| {
        let (part, after) = rest.split_at_checked(count)?;
        rest = after;
        Some(part)
    };
    if take(2)? != [VERSION, ROOM] {
        return None;
    }
    let expires_ms = i64::from_be_bytes(take(8)?.try_into().ok()?);
    let tender = TenderId(Uuid::from_slice(take(16)?).ok()?);
    let lot_bytes = usize::from(*take(1)?.first()?);
    let lot = std::str::from_utf8(take(lot_bytes)?).ok()?.parse().ok()?;
    let session = match take(1)? {
        [0] => None,
        [1] => Some(Session {
            person: PersonId(Uuid::from_slice(take(16)?).ok()?),
            id: Digest::from_slice(take(32)?)?,
            expires: Instant(i64::from_be_bytes(take(8)?.try_into().ok()?)),
        }),
        _ => return None,
    };
    rest.is_empty().then_some((RoomPass { tender, lot, session }, expires_ms))
}
