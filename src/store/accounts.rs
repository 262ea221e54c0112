//! Accounts: how a person signs in. Who the person is stands in the log.

use uuid::Uuid;

use super::column::At;
use super::database::Database;
use super::error::{DamagedRow, Error};

/// How a person signs in.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// The person.
    pub person: Uuid,
    /// The name typed at sign-in; unique.
    pub login: String,
    /// The hash of the password; none until the person has chosen one.
    pub password_hash: Option<String>,
    /// The hash of the code that lets the person choose a first or new password.
    pub enrolment_hash: Option<String>,
    /// Wrong passwords since the last right one.
    pub failed_count: u32,
    /// No sign-in before this time, unix milliseconds.
    pub locked_until_ms: Option<i64>,
}

impl std::fmt::Debug for AccountRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Hashes of passwords do not belong into traces.
        f.debug_struct("AccountRow")
            .field("person", &self.person)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

type Columns = (Vec<u8>, String, Option<String>, Option<String>, i64, Option<i64>);

/// The statement that reads accounts, with the given ending.
macro_rules! select_accounts {
    ($ending:literal) => {
        concat!(
            "SELECT person, login, password_hash, enrolment_hash, failed_count, locked_until_ms ",
            "FROM account ",
            $ending
        )
    };
}

impl Database {
    /// Adds an account. [`Error::Taken`] when the person or the login has one.
    pub async fn insert_account(&self, account: &AccountRow) -> Result<(), Error> {
        const SQL: &str = "\
            INSERT INTO account \
            (person, login, password_hash, enrolment_hash, failed_count, locked_until_ms) \
            VALUES ($1, $2, $3, $4, $5, $6)";
        on!(self.writes(), conn => {
            sqlx::query(SQL)
                .bind(account.person.as_bytes().as_slice())
                .bind(account.login.as_str())
                .bind(account.password_hash.as_deref())
                .bind(account.enrolment_hash.as_deref())
                .bind(i64::from(account.failed_count))
                .bind(account.locked_until_ms)
                .execute(conn)
                .await
                .map(drop)
        })
        .map_err(Error::writing("account"))
    }

    /// The account of a person.
    pub async fn account(&self, person: Uuid) -> Result<Option<AccountRow>, Error> {
        let row = on!(self.reads(), conn => {
            sqlx::query_as(select_accounts!("WHERE person = $1"))
                .bind(person.as_bytes().as_slice())
                .fetch_optional(conn)
                .await
        })?;
        Ok(row.map(account_of).transpose()?)
    }

    /// The account with this login.
    pub async fn account_by_login(&self, login: &str) -> Result<Option<AccountRow>, Error> {
        if login.contains('\0') {
            return Ok(None); // PostgreSQL keeps no such text.
        }
        let row = on!(self.reads(), conn => {
            sqlx::query_as(select_accounts!("WHERE login = $1")).bind(login).fetch_optional(conn).await
        })?;
        Ok(row.map(account_of).transpose()?)
    }

    /// Sets the password, spends the enrolment code and forgets the wrong tries. False when there is no
    /// account.
    pub async fn set_password(&self, person: Uuid, password_hash: &str) -> Result<bool, Error> {
        const SQL: &str = "\
            UPDATE account SET password_hash = $2, enrolment_hash = NULL, failed_count = 0, \
            locked_until_ms = NULL WHERE person = $1";
        let changed = on!(self.writes(), conn => {
            sqlx::query(SQL)
                .bind(person.as_bytes().as_slice())
                .bind(password_hash)
                .execute(conn)
                .await
                .map(|done| done.rows_affected())
        })?;
        Ok(changed == 1)
    }

    /// Sets the enrolment code: the next password is chosen with it. False when there is no account.
    pub async fn set_enrolment(&self, person: Uuid, enrolment_hash: &str) -> Result<bool, Error> {
        const SQL: &str = "UPDATE account SET enrolment_hash = $2 WHERE person = $1";
        let changed = on!(self.writes(), conn => {
            sqlx::query(SQL)
                .bind(person.as_bytes().as_slice())
                .bind(enrolment_hash)
                .execute(conn)
                .await
                .map(|done| done.rows_affected())
        })?;
        Ok(changed == 1)
    }

    /// Counts a wrong password and returns how many there were since the last right one.
    pub async fn count_failure(&self, person: Uuid) -> Result<u32, Error> {
        const SQL: &str =
            "UPDATE account SET failed_count = failed_count + 1 WHERE person = $1 RETURNING failed_count";
        let count: Option<i64> = on!(self.writes(), conn => {
            sqlx::query_scalar(SQL).bind(person.as_bytes().as_slice()).fetch_optional(conn).await
        })?;
        Ok(At::row("account", &person).small("failed_count", count.unwrap_or(0))?)
    }

    /// Forbids sign-in until a time, unix milliseconds.
    pub async fn lock_account(&self, person: Uuid, until_ms: i64) -> Result<(), Error> {
        const SQL: &str = "UPDATE account SET locked_until_ms = $2 WHERE person = $1";
        on!(self.writes(), conn => {
            sqlx::query(SQL).bind(person.as_bytes().as_slice()).bind(until_ms).execute(conn).await.map(drop)
        })?;
        Ok(())
    }

    /// Forgets the wrong tries after a right one.
    pub async fn clear_failures(&self, person: Uuid) -> Result<(), Error> {
        const SQL: &str = "UPDATE account SET failed_count = 0, locked_until_ms = NULL WHERE person = $1";
        on!(self.writes(), conn => {
            sqlx::query(SQL).bind(person.as_bytes().as_slice()).execute(conn).await.map(drop)
        })?;
        Ok(())
    }
}

fn account_of(row: Columns) -> Result<AccountRow, DamagedRow> {
    let (person, login, password_hash, enrolment_hash, failed_count, locked_until_ms) = row;
    let at = At::row("account", &login);
    let (person, failed_count) = (at.uuid("person", &person)?, at.small("failed_count", failed_count)?);
    Ok(AccountRow { person, login, password_hash, enrolment_hash, failed_count, locked_until_ms })
}
