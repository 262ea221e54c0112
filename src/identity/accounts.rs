//! Accounts: how a person's login and password come to be, and are checked.

use std::sync::PoisonError;
use std::time::Duration;

use kaibiao_crypto::digest::Digest;

use super::{Identity, IdentityError, SessionToken, random_bytes};
use crate::base::{Instant, PersonId};
use crate::limits::{LOGIN_FAILURE_ANSWER_MS, LOGIN_FAILURES_MAX, LOGIN_LOCK_MS};
use crate::store::{AccountRow, Error};

/// A new account that waits for its person to choose a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The login.
    pub login: String,
    /// Shown once, good for one password: 5 groups of 5 of a 32-letter alphabet (125 bits).
    pub code: String,
}

impl Identity {
    /// Makes an account with a password: for the first administrator and for the demo.
    /// Errors: `login_form`, `password_form`, `login_taken`.
    pub async fn create_account(
        &self,
        person: PersonId,
        login: &str,
        password: &str,
    ) -> Result<(), IdentityError> {
        check_password(password)?;
        let hash = self.hashing.hash(password.to_owned()).await?;
        self.insert(person, login, Some(hash), None).await
    }

    /// Makes an account whose password the person chooses with the code. Errors: `login_form`, `login_taken`.
    pub async fn invite(&self, person: PersonId, login: &str) -> Result<Enrolment, IdentityError> {
        let code = new_code()?;
        self.insert(person, login, None, Some(code_hash(&code))).await?;
        Ok(Enrolment { login: login.to_owned(), code })
    }

    /// A new code for a person who lost the password; the old password works until a new one is chosen.
    /// Error: `no_account`.
    pub async fn invite_again(&self, person: PersonId) -> Result<Enrolment, IdentityError> {
        let account = self.database.account(person.0).await?.ok_or(IdentityError::NoAccount)?;
        let code = new_code()?;
        self.database.set_enrolment(person.0, &code_hash(&code)).await?;
        Ok(Enrolment { login: account.login, code })
    }

    /// The login of a person, if there is an account.
    pub async fn login_of(&self, person: PersonId) -> Result<Option<String>, IdentityError> {
        Ok(self.database.account(person.0).await?.map(|account| account.login))
    }

    /// Whether the person has an account and has chosen a password.
    pub async fn account_of(&self, person: PersonId) -> Result<Option<(String, bool)>, IdentityError> {
        let account = self.database.account(person.0).await?;
        Ok(account.map(|account| (account.login, account.password_hash.is_some())))
    }

    /// Chooses a password with an enrolment code and signs in; all older sessions of the person end.
    /// Errors: `password_form`, `login_failed`, `account_locked`, `busy`.
    pub async fn enrol(
        &self,
        login: &str,
        code: &str,
        password: &str,
        now: Instant,
    ) -> Result<SessionToken, IdentityError> {
        check_password(password)?;
        let started = tokio::time::Instant::now();
        let account = self.unlocked(login, now).await?;
        let given = code_hash(code);
        let Some(account) =
            account.filter(|account| account.enrolment_hash.as_deref() == Some(given.as_str()))
        else {
            return self.fail(login, now, started).await;
        };
        let hash = self.hashing.hash(password.to_owned()).await?;
        self.database.set_password(account.person, &hash).await?;
        self.end_sessions_of(PersonId(account.person), now).await?;
        self.begin_session(PersonId(account.person), now).await
    }

    /// Signs in. Errors: `login_failed`, `account_locked`, `busy`.
    pub async fn sign_in(
        &self,
        login: &str,
        password: &str,
        now: Instant,
    ) -> Result<SessionToken, IdentityError> {
        let started = tokio::time::Instant::now();
        let account = self.unlocked(login, now).await?;
        let hash = account.as_ref().and_then(|account| account.password_hash.clone());
        let fits = check_length(password) && self.hashing.verify(password.to_owned(), hash).await?;
        match account.filter(|_| fits) {
            Some(account) => {
                if account.failed_count > 0 || account.locked_until_ms.is_some() {
                    self.database.clear_failures(account.person).await?;
                }
                self.begin_session(PersonId(account.person), now).await
            }
            None => self.fail(login, now, started).await,
        }
    }

    async fn insert(
        &self,
        person: PersonId,
        login: &str,
        password_hash: Option<String>,
        enrolment_hash: Option<String>,
    ) -> Result<(), IdentityError> {
        let legal = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
        if !(1..=64).contains(&login.len()) || !login.bytes().all(legal) {
            return Err(IdentityError::LoginForm);
        }
        let row = AccountRow {
            person: person.0,
            login: login.to_owned(),
            password_hash,
            enrolment_hash,
            failed_count: 0,
            locked_until_ms: None,
        };
        self.database.insert_account(&row).await.map_err(|error| match error {
            Error::Taken { .. } => IdentityError::LoginTaken,
            other => other.into(),
        })
    }

    /// The account of a login, unless the login is locked.
    async fn unlocked(&self, login: &str, now: Instant) -> Result<Option<AccountRow>, IdentityError> {
        let account = self.database.account_by_login(login).await?;
        let until_ms = match &account {
            Some(account) => account.locked_until_ms.unwrap_or(0),
            None => self.strangers.lock().unwrap_or_else(PoisonError::into_inner).locked_until(login),
        };
        if until_ms > now.0 {
            let seconds = u32::try_from((until_ms - now.0 + 999) / 1000).unwrap_or(u32::MAX);
            return Err(IdentityError::AccountLocked { retry_after_s: seconds });
        }
        Ok(account)
    }

    /// Counts the wrong try. The answer comes a fixed time after the question, so that the writes below, which only an
    /// account needs, do not tell that there is one.
    async fn fail<T>(
        &self,
        login: &str,
        now: Instant,
        started: tokio::time::Instant,
    ) -> Result<T, IdentityError> {
        match self.database.account_by_login(login).await? {
            Some(account) => {
                // The count goes on over a lock: after it every further wrong try locks again.
                if self.database.count_failure(account.person).await? >= LOGIN_FAILURES_MAX {
                    self.database.lock_account(account.person, now.0 + LOGIN_LOCK_MS).await?;
                }
            }
            None => self.strangers.lock().unwrap_or_else(PoisonError::into_inner).count(login, now.0),
        }
        tokio::time::sleep_until(started + Duration::from_millis(LOGIN_FAILURE_ANSWER_MS)).await;
        Err(IdentityError::LoginFailed)
    }
}

fn check_length(password: &str) -> bool {
    password.len() <= 1024
}

fn check_password(password: &str) -> Result<(), IdentityError> {
    let is_good = (10..=256).contains(&password.chars().count());
    if is_good { Ok(()) } else { Err(IdentityError::PasswordForm) }
}

fn new_code() -> Result<String, IdentityError> {
    // Without letters that are taken for others: I, L, O, U.
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let symbols = random_bytes::<25>()?.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let groups: Vec<String> = symbols.chunks(5).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

/// A plain digest is enough: the code has 125 random bits. Case and hyphens do not count.
fn code_hash(code: &str) -> String {
    let symbols: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    Digest::of(symbols.as_bytes()).to_string()
}
