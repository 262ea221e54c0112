//! Sessions, by the digest of their token: a stolen table signs nobody in.

use kaibiao_crypto::digest::Digest;
use uuid::Uuid;

use super::column::At;
use super::database::Database;
use super::error::{DamagedRow, Error};

/// A session of a person who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the token that the cookie carries.
    pub token_hash: Digest,
    /// The person.
    pub person: Uuid,
    /// The value that a form must repeat.
    pub csrf: String,
    /// When it began, unix milliseconds.
    pub created_ms: i64,
    /// When it ends, unix milliseconds.
    pub expires_ms: i64,
    /// When it was last used, unix milliseconds.
    pub last_seen_ms: i64,
}

type Columns = (Vec<u8>, String, i64, i64, i64);

impl Database {
    /// Adds a session of a person who has an account.
    pub async fn insert_session(&self, session: &SessionRow) -> Result<(), Error> {
        const SQL: &str = "\
            INSERT INTO session (token_hash, person, csrf, created_ms, expires_ms, last_seen_ms) \
            VALUES ($1, $2, $3, $4, $5, $6)";
        on!(self.writes(), conn => {
            sqlx::query(SQL)
                .bind(session.token_hash.as_bytes().as_slice())
                .bind(session.person.as_bytes().as_slice())
                .bind(session.csrf.as_str())
                .bind(session.created_ms)
                .bind(session.expires_ms)
                .bind(session.last_seen_ms)
                .execute(conn)
                .await
                .map(drop)
        })
        .map_err(Error::writing("session"))
    }

    /// The session of a token, expired or not: the caller holds the clock.
    pub async fn session(&self, token_hash: Digest) -> Result<Option<SessionRow>, Error> {
        const SQL: &str =
            "SELECT person, csrf, created_ms, expires_ms, last_seen_ms FROM session WHERE token_hash = $1";
        let row: Option<Columns> = on!(self.reads(), conn => {
            sqlx::query_as(SQL).bind(token_hash.as_bytes().as_slice()).fetch_optional(conn).await
        })?;
        let session_of = |(person, csrf, created_ms, expires_ms, last_seen_ms): Columns| {
            let person = At::row("session", &token_hash).uuid("person", &person)?;
            Ok::<_, DamagedRow>(SessionRow { token_hash, person, csrf, created_ms, expires_ms, last_seen_ms })
        };
        Ok(row.map(session_of).transpose()?)
    }

    /// Notes that a session was used.
    pub async fn touch_session(&self, token_hash: Digest, now_ms: i64) -> Result<(), Error> {
        const SQL: &str = "UPDATE session SET last_seen_ms = $2 WHERE token_hash = $1";
        on!(self.writes(), conn => {
            sqlx::query(SQL).bind(token_hash.as_bytes().as_slice()).bind(now_ms).execute(conn).await.map(drop)
        })?;
        Ok(())
    }

    /// Ends a session.
    pub async fn delete_session(&self, token_hash: Digest) -> Result<(), Error> {
        const SQL: &str = "DELETE FROM session WHERE token_hash = $1";
        on!(self.writes(), conn => {
            sqlx::query(SQL).bind(token_hash.as_bytes().as_slice()).execute(conn).await.map(drop)
        })?;
        Ok(())
    }

    /// Ends every session of a person.
    pub async fn delete_sessions_of(&self, person: Uuid) -> Result<(), Error> {
        const SQL: &str = "DELETE FROM session WHERE person = $1";
        on!(self.writes(), conn => {
            sqlx::query(SQL).bind(person.as_bytes().as_slice()).execute(conn).await.map(drop)
        })?;
        Ok(())
    }

    /// Removes the sessions that ended before `now_ms` and returns how many there were.
    pub async fn delete_expired_sessions(&self, now_ms: i64) -> Result<u64, Error> {
        const SQL: &str = "DELETE FROM session WHERE expires_ms < $1";
        Ok(on!(self.writes(), conn => {
            sqlx::query(SQL).bind(now_ms).execute(conn).await.map(|done| done.rows_affected())
        })?)
    }
}
