//! The number on every body, wait and retry of a client, in one place.

use std::time::Duration;

/// Bytes of an answer that are read; more is an error.
pub(super) const ANSWER_BYTES_MAX: usize = 16 << 20;
/// How long a connection may take to stand.
pub(super) const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// How long an answer may stand still.
pub(super) const ANSWER_STALL: Duration = Duration::from_secs(60);
/// How long one request may take in all: 8 MiB at 110 kbit/s.
pub(super) const REQUEST_WAIT: Duration = Duration::from_secs(600);
/// The longest wait that is taken from a server.
pub(super) const RETRY_AFTER_MAX: Duration = Duration::from_secs(60);

/// Bytes of one part of an upload.
pub(super) const PART_BYTES: u64 = 8 << 20;
/// Bytes of a file that are read at once for sealing.
pub(super) const READ_BYTES: usize = 256 << 10;
/// Bytes of one sealed envelope that the platform takes.
pub(super) const ENVELOPE_BYTES_MAX: u64 = 2048 << 20;
/// Documents of one envelope.
pub(super) const DOCUMENTS_MAX: usize = 200;
/// Bytes of a `bid.toml` or of a notice.
pub(super) const TEXT_BYTES_MAX: u64 = 8 << 20;

/// A room in which nothing is heard for so long is joined again: two pings were lost.
pub(super) const ROOM_SILENCE: Duration = Duration::from_secs(60);
/// Bytes of one message of a room.
pub(super) const ROOM_MESSAGE_BYTES_MAX: usize = 8 << 20;
/// Acts sent into a room that have no answer yet.
pub(super) const ACTS_UNDER_WAY_MAX: usize = 32;

/// How often the cosignatures of a receipt are asked for, and how long between.
pub(super) const WITNESSES_ASKED_MAX: usize = 10;
/// See above.
pub(super) const WITNESSES_PAUSE: Duration = Duration::from_millis(300);
