//! Kaibiao (开标): sealed bids, live opening, remote evaluation, a log that anyone can check.
//!
//! The map, in reading order. A tender is one append-only stream of events; everything else writes to it or reads it.

// ── Core: pure and deterministic; builds without the `server` feature ──
pub mod base;
pub mod centre;
pub mod formula;
pub mod replay;
pub mod tender;

// ── Edges: everything that waits, listens or stores ──
#[cfg(feature = "server")]
pub mod client;
#[cfg(feature = "server")]
pub mod files;
#[cfg(feature = "server")]
pub mod ledger;
#[cfg(feature = "server")]
pub mod limits;
#[cfg(feature = "server")]
pub mod store;
