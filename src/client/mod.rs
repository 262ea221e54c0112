//! A person without a browser: signs in, holds a key, acts, seals a bid, submits it, listens in a room.
//!
//! Shares nothing with the server but `crypto`, `base` and the types of the wire, so what works here can be written
//! by a third party from `docs/formats.md` and `docs/api.md`. Not here: any rule of a tender; the server decides.
//!
//! *Invariants*: nothing is called received before its receipt was verified with the pinned key of the log; the same
//! act is sent again as the same bytes; a bid is sealed before anything of it leaves this computer.

mod act;
mod bid;
mod clock;
mod document;
pub mod commands;
mod error;
mod head;
mod home;
mod key;
mod limits;
mod memory;
mod notice;
mod page;
mod publication;
mod receipt;
mod retry;
mod room;
mod seal;
mod session;
mod submit;
mod tls;
mod upload;
mod wire;

pub use act::{ActRequest, Signatory};
pub use bid::{BidError, BidFolder, DocumentSource};
pub use error::{Blame, ClientError, Problem};
pub use home::Home;
pub use key::KeyStanding;
pub use notice::Notice;
pub use page::check_page;
pub use publication::Publication;
pub use receipt::{LogPolicy, verify_receipt};
pub use retry::Retry;
pub use room::{Fact, RoomClient, RoomEvent, RoomFault};
pub use seal::{SealProgress, SealRequest, SealedBid, SealedEnvelope, seal};
pub use session::Client;
pub use submit::{Submitted, Withdrawn, submit, withdraw};
pub use upload::{Progress, UploadFault};
pub use wire::{Accepted, Centre, Me, Ticket};

#[cfg(test)]
#[allow(dead_code, reason = "tests/client uses the rest")]
mod setting;
