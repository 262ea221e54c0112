//! Ceremonies of custodians and their messages, as the platform relays them.

use kaibiao_crypto::digest::Digest;

use super::database::Database;
use super::error::Error;

impl Database {
    /// Keeps a ceremony; the same again changes nothing.
    pub async fn put_ceremony(&self, session: Digest, text: &str, made_at_ms: i64) -> Result<(), Error> {
        const SQL: &str = "\
            INSERT INTO ceremony (session, text, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let session = session.as_bytes().as_slice();
        on!(self.writes(), conn => {
            sqlx::query(SQL).bind(session).bind(text).bind(made_at_ms).execute(conn).await.map(drop)
        })?;
        Ok(())
    }

    /// The text of a ceremony.
    pub async fn ceremony(&self, session: Digest) -> Result<Option<String>, Error> {
        const SQL: &str = "SELECT text FROM ceremony WHERE session = $1";
        let session = session.as_bytes().as_slice();
        Ok(on!(self.reads(), conn => sqlx::query_scalar(SQL).bind(session).fetch_optional(conn).await)?)
    }

    /// Keeps a message and gives the one that then stands: the first of its sender and step counts.
    pub async fn put_ceremony_message(
        &self,
        session: Digest,
        sender: u8,
        step: &str,
        text: &str,
    ) -> Result<String, Error> {
        const SQL: &str = "\
            INSERT INTO ceremony_message (session, sender, step, text) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (session, sender, step) DO UPDATE SET text = ceremony_message.text RETURNING text";
        let session = session.as_bytes().as_slice();
        Ok(on!(self.writes(), conn => {
            sqlx::query_scalar(SQL)
                .bind(session)
                .bind(i64::from(sender))
                .bind(step)
                .bind(text)
                .fetch_one(conn)
                .await
        })?)
    }

    /// All messages of a ceremony.
    pub async fn ceremony_messages(&self, session: Digest) -> Result<Vec<String>, Error> {
        const SQL: &str = "SELECT text FROM ceremony_message WHERE session = $1 ORDER BY step, sender";
        let session = session.as_bytes().as_slice();
        Ok(on!(self.reads(), conn => sqlx::query_scalar(SQL).bind(session).fetch_all(conn).await)?)
    }
}
