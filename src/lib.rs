//! Kaibiao (开标): sealed bids, live opening, remote evaluation, a log that anyone can check.
//!
//! The map, in reading order. A tender is one append-only stream of events; everything else writes to it or reads it.

// ── Core: pure and deterministic; builds without the `server` feature ──
pub mod base;
pub mod formula;
pub mod law;
pub mod tender;
pub mod centre;
pub mod replay;
pub mod ocds;

// ── A stranger's own tool: builds without the `server` feature too ──
pub mod verify;

// ── Edges: everything that waits, listens or stores ──
#[cfg(feature = "server")]
pub mod limits;
#[cfg(feature = "server")]
pub mod clock;
#[cfg(feature = "server")]
pub mod held;
#[cfg(feature = "server")]
pub mod trust;
#[cfg(feature = "server")]
pub mod timestamp;
#[cfg(feature = "server")]
pub mod pinned;
#[cfg(feature = "server")]
pub mod daemon;
#[cfg(feature = "server")]
pub mod signer;
#[cfg(feature = "server")]
pub mod witness;
#[cfg(feature = "server")]
pub mod store;
#[cfg(feature = "server")]
pub mod files;
#[cfg(feature = "server")]
pub mod ledger;
#[cfg(feature = "server")]
pub mod identity;
#[cfg(feature = "server")]
pub mod intake;
#[cfg(feature = "server")]
pub mod custodian;
#[cfg(feature = "server")]
pub mod custody;
#[cfg(feature = "server")]
pub mod jobs;
#[cfg(feature = "server")]
pub mod http;
#[cfg(feature = "server")]
pub mod live;
#[cfg(feature = "server")]
pub mod client;

// ── The house put together ──
#[cfg(feature = "server")]
pub mod config;
#[cfg(feature = "server")]
pub mod telemetry;
#[cfg(feature = "server")]
pub mod found;
#[cfg(feature = "server")]
pub mod platform;
#[cfg(feature = "server")]
pub mod upkeep;
#[cfg(feature = "server")]
pub mod demo;

// ── What the tests beside the code share with those of other binaries ──
#[cfg(test)]
#[path = "../tests/support/dice.rs"]
mod dice;
#[cfg(test)]
#[path = "../tests/support/drill.rs"]
mod drill;
#[cfg(test)]
#[path = "../tests/support/respelled.rs"]
mod respelled;
