//! Replaying the log: the fold that the ledger writes through, and the offline check of an export.

pub mod bundle;
pub mod check;
pub mod derive;
pub mod evidence;
mod world;

pub use world::{Happened, RULES, ReadAct, Rejection, Request, Stream, World};
