//! The bytes of the house: sealed envelopes and plain documents by their digest, uploads, the text of PDFs.
//!
//! `shelf` keeps whole files, `upload` is the state machine by which they arrive, `text` reads documents in a
//! child process. Not here: who may read a file (`http`), what a file means (`tender`), the tus protocol
//! (`http`).
//!
//! *Invariants*: what a function returned `Ok` for survives a power cut; a kept file is never changed; no
//! whole file is ever held in memory.

mod address;
mod durable;
mod error;
mod shelf;
mod staging;
pub mod text;
pub mod upload;

pub use address::{Address, SHELVES};
pub(crate) use durable::{make_folder, sync_folder_of};
pub use error::Error;
pub use shelf::{Files, Kept};
