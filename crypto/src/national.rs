//! A threshold lock over SM2: a **prototype**, not wired to the platform. The note is `docs/national.md`.
//!
//! What the platform uses of the national algorithms is elsewhere: signatures in `key`, suite 2 in `suite`. Here is what
//! lock kind 5 could be: SM2 encryption (GB/T 32918.4) whose key nobody holds, opened by any `t` of `n` custodians, so
//! that no single SM2 key can open an envelope early or keep it shut.
//!
//! The construction is TDH2 of Shoup and Gennaro ("Securing threshold cryptosystems against chosen ciphertext attack",
//! J. Cryptology 15, 2002) over the group of SM2 with SM3, around an ordinary SM2 ciphertext. Putting the two together is
//! our own and was reviewed by nobody outside.
//!
//! *Invariant*: a custodian makes no partial unless whoever sealed has shown, for this very label and committee, that he
//! knows the exponent of C1; so a C1 taken from another's envelope gets no partial under any other label.

mod ciphertext;
mod committee;
mod element;
mod error;
mod proof;

pub use ciphertext::{Ciphertext, GroupKey};
pub use committee::{Combined, LockCommittee, LockPartial, LockShare};
pub use error::NationalLockError;

/// Bytes of the message of a lock: the share of a seed, as in the other kinds.
pub const MESSAGE_BYTES: usize = crate::lock::MESSAGE_BYTES;

#[cfg(test)]
mod tests;
