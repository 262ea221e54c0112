//! The two databases, SQLite and PostgreSQL: the only SQL of the house.
//!
//! The store keeps rows. It knows no tender, decodes no event and checks nobody's rights; the `ledger` and
//! the edges above do. What differs between the engines stands in `dialect`; every other statement is one
//! text for both. Ids, times (unix milliseconds) and positions come from the caller.
//!
//! *Invariants*: a function that returned `Ok` after a write has made it durable; an entry of the log is
//! never changed; of two writers that extend the same log, one is told [`Error::HeadMoved`].

#[macro_use]
mod database;
mod accounts;
mod ceremonies;
mod column;
mod copy;
mod dialect;
mod envelopes;
mod error;
mod facts;
mod heads;
mod log;
mod log_read;
mod secrets;
mod sessions;
mod texts;
mod uploads;

pub use accounts::AccountRow;
pub use copy::CopyError;
pub use database::{Database, Tx};
pub use envelopes::{EnvelopeRow, FileRow};
pub use error::{DamagedRow, Error};
pub use facts::{FactHead, FactRow};
pub use heads::{Cosignature, HeadRow};
pub use log::{Batch, EntryRow, NewHead};
pub use log_read::StreamHead;
pub use sessions::SessionRow;
pub use texts::{PageText, TextHit};
pub use uploads::UploadRow;
