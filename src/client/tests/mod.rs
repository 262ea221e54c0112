//! The client against a server in the same process: real TLS-less HTTP, a real log with signed heads, real sealing.

mod acting;
mod following;
pub(super) mod house;
pub(super) mod log;
pub(super) mod rooms;
pub(super) mod setting;
mod submitting;
pub(super) mod uploads;
