//! The evidence bundle of a tender, `.tdr`: a zip of stored files in a fixed order (docs/formats.md, 11).
//!
//! It holds the stream of one tender and the whole stream of the centre, each entry with its inclusion proof under one
//! signed head. The centre's stream is carried whole because wholeness can be shown (each entry names its place and the
//! leaf before it) and a selection cannot: nobody could tell whether the revocation of a key was left out.
//!
//! Reading and writing only: nothing here is believed before `check` has looked at it.
//!
//! *Invariants*: the same contents give the same bytes; a reader takes no more memory than its limits say and never
//! panics on what it is given.

mod about;
mod container;
mod cursor;
mod error;
mod heads;
mod reader;
mod record;
mod writer;

#[cfg(test)]
mod tests;

pub use about::{About, Scope, ShownRotation};
pub use cursor::Cursor;
pub use error::BundleError;
pub use heads::{Growth, Heads};
pub use reader::{Bundle, CarriedFile};
pub use record::{Content, Record};
pub use writer::BundleWriter;

/// Version of the bundle's layout.
pub const BUNDLE_VERSION: u8 = 2;

/// Longest description of a bundle, bytes.
pub const TEXT_BYTES_MAX: u64 = 1 << 20;
/// Most heads in one bundle: each is one that an entry names, and four million entries are more than a log is made for.
pub const HEADS_MAX: usize = 1 << 22;
/// Longest stream of records that is held in memory, bytes. Read piece by piece, a stream may be of any length.
pub const STREAM_BYTES_MAX: u64 = 1 << 30;
/// Longest canonical text of the events of one act, bytes.
pub const EVENTS_BYTES_MAX: usize = 64 << 20;
/// Most files in one bundle.
pub const FILES_MAX: usize = 100_000;

const ABOUT: &str = "bundle.json";
const HEADS: &str = "heads.chain";
const CENTRE: &str = "centre.entries";
const TENDER: &str = "tender.entries";
const CORES: &str = "cores/";
const FILES: &str = "files/";
