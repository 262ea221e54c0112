//! What can go wrong with accounts and sessions.

use crate::store;

/// Why somebody was not signed in, enrolled or given an account.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Login and password, or login and enrolment code, do not fit; which of them is not told.
    #[error("login or password is wrong")]
    LoginFailed,
    /// Too many wrong tries.
    #[error("locked for {retry_after_s} s")]
    AccountLocked {
        /// Seconds until the next try is looked at.
        retry_after_s: u32,
    },
    /// More people sign in at once than the processors can serve.
    #[error("too many people sign in at once")]
    Busy,
    /// A login is 1 to 64 of `[a-z0-9._-]`.
    #[error("not a login")]
    LoginForm,
    /// A password has 10 to 256 characters.
    #[error("not a password")]
    PasswordForm,
    /// The person or the login has an account.
    #[error("the person or the login has an account")]
    LoginTaken,
    /// The person has no account.
    #[error("the person has no account")]
    NoAccount,
    /// The random generator failed.
    #[error("the random generator failed")]
    Generator,
    /// The password hash could not be made or read.
    #[error("password hashing failed")]
    Hashing,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl IdentityError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LoginFailed => "login_failed",
            Self::AccountLocked { .. } => "account_locked",
            Self::Busy => "busy",
            Self::LoginForm => "login_form",
            Self::PasswordForm => "password_form",
            Self::LoginTaken => "login_taken",
            Self::NoAccount => "no_account",
            Self::Generator => "generator",
            Self::Hashing => "hashing_failed",
            Self::Store(error) => error.code(),
        }
    }
}
