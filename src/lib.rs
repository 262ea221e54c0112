//! Kaibiao (开标): sealed bids, live opening, remote evaluation, a log that anyone can check.
//!
//! The map, in reading order. A tender is one append-only stream of events; everything else writes to it or reads it.

// ── Core: pure and deterministic; builds without the `server` feature ──
pub mod base;
pub mod formula;
pub mod tender;
pub mod centre;
pub mod replay;

// ── Edges: everything that waits, listens or stores ──
#[cfg(feature = "server")]
pub mod limits;
#[cfg(feature = "server")]
pub mod store;
#[cfg(feature = "server")]
pub mod files;
#[cfg(feature = "server")]
pub mod ledger;
#[cfg(feature = "server")]
pub mod client;
#[cfg(feature = "server")]
pub mod custodian;
#[cfg(feature = "server")]
pub mod custody;
#[cfg(feature = "server")]
pub mod jobs;
#[cfg(feature = "server")]
pub mod demo;
