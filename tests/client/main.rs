//! The client against a server in the same process, written from docs/api.md without any code of the platform: real HTTP,
//! a real log with signed heads, real sealing.

// Modules of the tests are shared with those inside the library, which say `crate::`.
use kaibiao::{base, client, tender};

mod acting;
mod following;
mod house;
mod log;
mod rooms;
#[path = "../../src/client/setting.rs"]
#[allow(dead_code, reason = "the tests inside the library use the rest")]
mod setting;
mod submitting;
mod trust;
mod uploads;
