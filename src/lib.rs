//! Kaibiao (开标): sealed bids, live opening, remote evaluation, a log that anyone can check.
//!
//! The map, in reading order. A tender is one append-only stream of events; everything else writes to it or reads it.

// ── Core: pure and deterministic; builds without the `server` feature ──
pub mod base;
pub mod formula;
pub mod tender;
pub mod centre;
