//! The number on every queue, list, body and retry of the edges, in one place.

/// One mebibyte: the plaintext segment of a sealed payload, and our unit below.
pub const MIB: u64 = 1 << 20;

// ── Database ──

/// Connections of a pool.
pub const DATABASE_CONNECTIONS_MAX: u32 = 8;
/// Longest wait for a connection or a lock.
pub const DATABASE_WAIT_MAX_MS: u64 = 10_000;
