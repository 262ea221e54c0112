//! Sessions: a random token in the browser, its digest in the database.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kaibiao_crypto::digest::Digest;
use tokio::sync::watch;

use super::{Identity, IdentityError, random_bytes};
use crate::base::{Instant, PersonId};
use crate::limits::{SESSION_IDLE_MS, SESSION_MS, SESSION_TOUCH_MS};
use crate::store::SessionRow;

/// What requests of a browser repeat beside the cookie: no page of another origin can set the header.
pub const CSRF: &str = "1";

/// The token of a session: 32 random bytes. It stands in the cookie and nowhere else.
pub struct SessionToken([u8; 32]);

impl SessionToken {
    /// The token in the text of a cookie, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The text for the cookie.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

/// A session that stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Session {
    /// Digest of the token: the session's name.
    pub id: Digest,
    /// Whose.
    pub person: PersonId,
    /// When it ends at the latest.
    pub expires: Instant,
}

impl Identity {
    pub(super) async fn begin_session(
        &self,
        person: PersonId,
        now: Instant,
    ) -> Result<SessionToken, IdentityError> {
        let token = SessionToken(random_bytes()?);
        let row = SessionRow {
            token_hash: token.digest(),
            person: person.0,
            csrf: CSRF.to_owned(),
            created_ms: now.0,
            expires_ms: now.0 + SESSION_MS,
            last_seen_ms: now.0,
        };
        self.database.insert_session(&row).await?;
        Ok(token)
    }

    /// The session of a token, if it stands: not ended, at most 12 hours old, used within the last hour.
    pub async fn session(
        &self,
        token: &SessionToken,
        now: Instant,
    ) -> Result<Option<Session>, IdentityError> {
        let Some(row) = self.database.session(token.digest()).await? else { return Ok(None) };
        if now.0 >= row.expires_ms || now.0 - row.last_seen_ms >= SESSION_IDLE_MS {
            return Ok(None);
        }
        if now.0 - row.last_seen_ms >= SESSION_TOUCH_MS {
            self.database.touch_session(row.token_hash, now.0).await?;
        }
        let (id, person) = (row.token_hash, PersonId(row.person));
        Ok(Some(Session { id, person, expires: Instant(row.expires_ms) }))
    }

    /// Ends a session, at once and everywhere.
    pub async fn sign_out(&self, session: Session, now: Instant) -> Result<(), IdentityError> {
        self.database.delete_session(session.id).await?;
        let mut ended = self.ended.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        ended.retain(|_, expires_ms| *expires_ms > now.0);
        ended.insert(session.id, session.expires.0);
        drop(ended);
        self.ended.count.send_modify(|count| *count += 1);
        Ok(())
    }

    /// Whether a session that stood when its ticket was given still stands: what rooms ask before each frame.
    pub fn stands(&self, session: &Session, now: Instant) -> bool {
        let ended = |sessions: &BTreeMap<Digest, i64>| sessions.contains_key(&session.id);
        let begun_ms = session.expires.0 - SESSION_MS;
        let cut =
            |people: &BTreeMap<PersonId, i64>| people.get(&session.person).is_some_and(|at| begun_ms < *at);
        now < session.expires
            && !ended(&self.ended.sessions.lock().unwrap_or_else(PoisonError::into_inner))
            && !cut(&self.ended.people.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Wakes whenever a session ends before its time.
    pub fn endings(&self) -> watch::Receiver<u64> {
        self.ended.count.subscribe()
    }

    /// Removes sessions that are over; returns how many.
    pub async fn sweep_sessions(&self, now: Instant) -> Result<u64, IdentityError> {
        Ok(self.database.delete_expired_sessions(now.0).await?)
    }

    /// Ends all sessions of a person that began before `now`.
    pub(super) async fn end_sessions_of(&self, person: PersonId, now: Instant) -> Result<(), IdentityError> {
        self.database.delete_sessions_of(person.0).await?;
        let mut people = self.ended.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.retain(|_, at| now.0 - *at < SESSION_MS);
        people.insert(person, now.0);
        drop(people);
        self.ended.count.send_modify(|count| *count += 1);
        Ok(())
    }
}
