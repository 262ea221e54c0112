//! The written formats of Kaibiao: sealed envelopes, the lock, the log, receipts, draws.
//!
//! Pure: no I/O, no clock; randomness is always an argument or named in the function. One file per written
//! format, each a document of its bytes. A browser twin of the sealing half lives in `web/src/seal`; both run
//! the vectors in `crypto/vectors`.
//!
//! *Invariant*: nothing here panics on hostile input; every parser returns a typed error.

pub mod digest;
pub mod suite;

// ── The lock and the envelope (format TL1) ──
pub mod beacon;
pub mod envelope;
pub mod label;
pub mod lock;
pub mod manifest;
pub mod payload;
pub mod threshold;
pub mod tlock_file;

/// A prototype beside the format: a lock over SM2.
pub mod national;

// ── The log ──
pub mod act;
pub mod canonical;
pub mod checkpoint;
pub mod clock_step;
pub mod entry;
pub mod key;
pub mod policy;
pub mod receipt;
pub mod succession;
pub mod timestamp;
pub mod tree;

// ── Public chance ──
pub mod draw;

#[cfg(test)]
mod secrecy;
