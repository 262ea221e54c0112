//! Who somebody is to the server: accounts, sessions, tickets for rooms, the centre's certification authority.
//!
//! Signing in lets a person *read*. What a person *does* is a signed act, whose key is resolved in the centre's
//! register by the ledger; nothing here gives a right. Not here: cookies and headers (`http`), roles (`centre`).
//!
//! *Invariants*: a stolen database signs nobody in; how long a refusal takes does not tell whether a login exists.

mod accounts;
mod authority;
mod error;
mod password;
mod random;
mod reader;
mod sessions;
mod strangers;
mod tickets;

pub use accounts::Enrolment;
pub use authority::{Authority, CertifyError, NewKey};
pub use error::IdentityError;
pub use reader::{Reader, audiences};
pub use sessions::{CSRF, Session, SessionToken};
pub use tickets::{RoomPass, Ticket};

pub(crate) use random::random_bytes;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use kaibiao_crypto::digest::Digest;
use ring::hmac;
use tokio::sync::watch;

use crate::base::PersonId;
use crate::store::Database;
use password::Hashing;
use strangers::Strangers;

/// The accounts and sessions of the house. Clones share everything.
#[derive(Clone)]
pub struct Identity {
    database: Database,
    hashing: Hashing,
    strangers: Arc<Mutex<Strangers>>,
    ticket_key: Arc<hmac::Key>,
    ended: Arc<Ended>,
}

/// Sessions that ended before their time, until they would have ended anyway: what open rooms must know without
/// asking the database before each frame.
struct Ended {
    /// Token digest → when the session would have ended, unix milliseconds.
    sessions: Mutex<BTreeMap<Digest, i64>>,
    /// Person → when all sessions begun before were ended, unix milliseconds.
    people: Mutex<BTreeMap<PersonId, i64>>,
    count: watch::Sender<u64>,
}

impl Identity {
    /// Opens the accounts in `database`. The key of tickets is made at the first start and kept there.
    pub async fn open(database: Database) -> Result<Self, IdentityError> {
        let offered = random_bytes::<32>()?;
        let key = database.secret_or_insert("identity/ticket_key", &offered).await?;
        Ok(Self {
            hashing: Hashing::new()?,
            strangers: Arc::default(),
            ticket_key: Arc::new(hmac::Key::new(hmac::HMAC_SHA256, &key)),
            ended: Arc::new(Ended {
                sessions: Mutex::default(),
                people: Mutex::default(),
                count: watch::Sender::new(0),
            }),
            database,
        })
    }
}
