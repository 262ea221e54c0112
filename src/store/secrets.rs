//! Small operational values by name, sealed by the program before they come here.

use super::database::Database;
use super::error::Error;

impl Database {
    /// The value of a name.
    pub async fn secret(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        const SQL: &str = "SELECT bytes FROM secret WHERE name = $1";
        Ok(on!(self.reads(), conn => sqlx::query_scalar(SQL).bind(name).fetch_optional(conn).await)?)
    }

    /// Sets the value of a name.
    pub async fn put_secret(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        const SQL: &str = "\
            INSERT INTO secret (name, bytes) VALUES ($1, $2) \
            ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes";
        on!(self.writes(), conn => sqlx::query(SQL).bind(name).bind(bytes).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Sets the value of a name that has none, and returns the value that then stands: of two callers who
    /// both offer one, both get the same.
    pub async fn secret_or_insert(&self, name: &str, offered: &[u8]) -> Result<Vec<u8>, Error> {
        const SQL: &str = "\
            INSERT INTO secret (name, bytes) VALUES ($1, $2) \
            ON CONFLICT (name) DO UPDATE SET bytes = secret.bytes RETURNING bytes";
        Ok(on!(self.writes(), conn => {
            sqlx::query_scalar(SQL).bind(name).bind(offered).fetch_one(conn).await
        })?)
    }

    /// Removes a name and its value.
    pub async fn delete_secret(&self, name: &str) -> Result<(), Error> {
        const SQL: &str = "DELETE FROM secret WHERE name = $1";
        on!(self.writes(), conn => sqlx::query(SQL).bind(name).execute(conn).await.map(drop))?;
        Ok(())
    }
}
