//! The number on every queue, list, body and retry of the edges, in one place.

/// One mebibyte: the plaintext segment of a sealed payload, and our unit below.
pub const MIB: u64 = 1 << 20;

// ── Database ──

/// Connections of a pool.
pub const DATABASE_CONNECTIONS_MAX: u32 = 8;
/// Longest wait for a connection or a lock.
pub const DATABASE_WAIT_MAX_MS: u64 = 10_000;

// ── Uploads ──

/// What uploads may take. The defaults are those of production; tests lower them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadLimits {
    /// Bytes of a sealed envelope's ciphertext or of a plain document.
    pub upload_bytes_max: u64,
    /// Bytes of the core that an envelope begins with.
    pub core_bytes_max: u64,
    /// Bytes of one part; clients send parts of 8 MiB.
    pub part_bytes_max: u64,
    /// Bytes of what the uploader says about an upload.
    pub meta_bytes_max: usize,
    /// Uploads that one person may have under way.
    pub open_per_person_max: u64,
    /// Bytes of all uploads under way, of one person.
    pub open_bytes_per_person_max: u64,
    /// Bytes of all uploads under way, of everybody.
    pub open_bytes_max: u64,
}

impl Default for UploadLimits {
    fn default() -> Self {
        Self {
            upload_bytes_max: 2048 * MIB,
            core_bytes_max: 64 << 10,
            part_bytes_max: 64 * MIB,
            meta_bytes_max: 4096,
            open_per_person_max: 16,
            open_bytes_per_person_max: 8 * 2048 * MIB,
            open_bytes_max: 512 * 1024 * MIB,
        }
    }
}

/// Pieces of a part that wait for the disk.
pub const PART_PIECES_WAITING_MAX: usize = 4;
/// Bytes of a stored file that are read at once.
pub const READ_BYTES_MAX: u64 = MIB;
/// Abandoned uploads that one sweep removes.
pub const UPLOADS_SWEPT_MAX: u32 = 256;

// ── Text of documents ──

/// What reading the text of one document may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLimits {
    /// Address space of the child that reads.
    pub memory_bytes_max: u64,
    /// Processor time of the child, seconds.
    pub cpu_s_max: u64,
    /// Time on the wall until the child is killed, milliseconds.
    pub wall_ms_max: u64,
    /// Bytes that are taken from the child.
    pub output_bytes_max: u64,
    /// Pages that are read.
    pub pages_max: u32,
    /// Children that may die on one document before its other pages are given up.
    pub deaths_max: u32,
}

impl Default for TextLimits {
    fn default() -> Self {
        Self {
            memory_bytes_max: 1024 * MIB,
            cpu_s_max: 60,
            wall_ms_max: 120_000,
            output_bytes_max: 64 * MIB,
            pages_max: 5_000,
            deaths_max: 8,
        }
    }
}

/// A page with fewer visible characters is to be read by eye.
pub const PAGE_CHARACTERS_MIN: usize = 20;
