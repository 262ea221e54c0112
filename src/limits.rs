//! The number on every queue, list, body and retry of the edges, in one place.

/// One mebibyte: the plaintext segment of a sealed payload, and our unit below.
pub const MIB: u64 = 1 << 20;

// ── Database ──

/// Connections of a pool.
pub const DATABASE_CONNECTIONS_MAX: u32 = 8;
/// Longest wait for a connection or a lock.
pub const DATABASE_WAIT_MAX_MS: u64 = 10_000;

// ── Mirror ──

/// Between two copies, at least: how far the mirror of a busy log lags behind, milliseconds.
pub const MIRROR_STRIDE_MS: u64 = 200;

/// After a failed write of the mirror, until it is tried again, milliseconds.
pub const MIRROR_RETRY_MS: u64 = 5_000;

// ── Time ──

/// Tokens of time authorities that one reading of the clocks records.
pub const TIME_TOKENS_MAX: usize = 4;

/// How far the signer's clock may be from those of the witnesses when its keepers accept a step of it, milliseconds.
pub const CLOCK_AGREES_MS: i64 = 10_000;

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
/// Without a byte for so long a part is broken off, milliseconds.
pub const PART_STALL_MS: u64 = 30_000;
/// Bytes of a refused part that are read so that its sender hears the refusal: a part of our own clients.
pub const PART_DRAINED_BYTES_MAX: u64 = 8 * MIB;
/// How long an upload is kept after its last byte, milliseconds.
pub const UPLOAD_KEPT_MS: i64 = 7 * 86_400_000;
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

// ── Sign-in ──

/// Passwords that are hashed at a time; each takes 19 MiB.
pub const HASHINGS_MAX: usize = 2;
/// Passwords that wait for their turn.
pub const HASHINGS_WAITING_MAX: usize = 64;
/// Wrong tries after which a login is locked.
pub const LOGIN_FAILURES_MAX: u32 = 5;
/// How long it is locked, milliseconds.
pub const LOGIN_LOCK_MS: i64 = 60_000;
/// When the answer to a wrong try comes, counted from the question, milliseconds.
pub const LOGIN_FAILURE_ANSWER_MS: u64 = 500;
/// Unknown logins whose wrong tries are remembered.
pub const STRANGERS_MAX: usize = 10_000;
/// How long a session lasts at most, milliseconds.
pub const SESSION_MS: i64 = 12 * 3_600_000;
/// How long a session lasts unused, milliseconds.
pub const SESSION_IDLE_MS: i64 = 3_600_000;
/// How often the use of a session is noted, milliseconds.
pub const SESSION_TOUCH_MS: i64 = 60_000;
/// How long a ticket for a room is good, milliseconds.
pub const TICKET_MS: i64 = 60_000;

// ── HTTP ──

/// Bytes of a JSON body.
pub const JSON_BYTES_MAX: usize = 64 << 10;
/// Bytes of an act on the wire: a detached body of 1 MiB in base64, payload and signature.
pub const ACT_BYTES_MAX: usize = 1_500_000;
/// Bytes that measure a bidder's line.
pub const LINE_BYTES_MAX: usize = 1 << 20;
/// Tenders on a page of the hall.
pub const TENDERS_PAGE: usize = 20;
/// Tenders in a feed.
pub const FEED_ITEMS_MAX: usize = 50;
/// Characters of a search.
pub const SEARCH_CHARACTERS_MAX: usize = 100;
/// Pages that a search in a document names.
pub const TEXT_HITS_MAX: u32 = 200;
/// Log entries in one answer.
pub const ENTRIES_PAGE: u32 = 100;
/// Evidence bundles that are made at a time.
pub const EXPORTS_MAX: usize = 2;
/// People on a page of the register.
pub const PEOPLE_PAGE: usize = 50;

// ── Rooms ──

/// Connections that wait to be accepted: what a crowd that comes back at once needs; the system may allow fewer.
pub const LISTEN_BACKLOG: i32 = 4096;
/// Bytes that the kernel keeps for a connection beside those under way.
pub const SOCKET_UNSENT_BYTES_MAX: u32 = 16 << 10;
/// Sockets in all rooms together.
pub const SOCKETS_MAX: usize = 20_000;
/// Bytes of a message to the server.
pub const SOCKET_MESSAGE_BYTES_MAX: usize = 64 << 10;
/// Bytes that a socket reads at once; the library's default of 128 KiB costs 20 times the memory of an idle one.
pub const SOCKET_READ_BYTES: usize = 4096;
/// Bytes that are gathered before they are written.
pub const SOCKET_WRITE_BYTES: usize = 16 << 10;
/// Bytes that wait for a socket at most: more than the largest fact.
pub const SOCKET_WRITE_BYTES_MAX: usize = 8 << 20;
/// How long a new socket may take to say hello, milliseconds.
pub const HELLO_WAIT_MS: u64 = 5_000;
/// Without progress for so long a socket is closed, milliseconds.
pub const SOCKET_STALL_MS: u64 = 10_000;
/// How long a closed socket may take to answer the close, milliseconds.
pub const SOCKET_CLOSE_MS: u64 = 5_000;
/// How often a socket is pinged, milliseconds; two pings without an answer close it.
pub const SOCKET_PING_MS: u64 = 25_000;
/// How often a room tells how many are there, milliseconds.
pub const ROOM_NOW_MS: u64 = 1_000;
/// A room with more people than this tells it less often: every frame to everybody costs as much as a fact.
pub const ROOM_LARGE: u32 = 200;
/// How often a large room tells how many are there, milliseconds.
pub const ROOM_LARGE_NOW_MS: u64 = 10_000;
/// How often a room names the log's head, milliseconds.
pub const ROOM_HEAD_MS: u64 = 60_000;
/// Streams that one socket follows.
pub const FOLLOWS_MAX: usize = 16;
/// Facts that are read for a socket at once.
pub const FACTS_AT_ONCE: usize = 64;
/// Acts that one socket may send in a second.
pub const ACTS_PER_SECOND_MAX: u32 = 20;
/// Messages of any kind that one socket may send in a second.
pub const MESSAGES_PER_SECOND_MAX: u32 = 100;
/// Acts of one socket that are under way at a time.
pub const ACTS_UNDER_WAY_MAX: usize = 32;
/// Sockets that are closed in a second when the server goes down.
pub const SOCKETS_DRAINED_PER_SECOND: u64 = 3_000;
/// Facts in one answer over HTTP.
pub const FACTS_PAGE: usize = 512;

// ── Signer and witnesses ──

/// Bytes of a request to the signer: a head and the hashes of its proof.
pub const SIGN_BYTES_MAX: usize = 16 << 10;
/// Bytes of a request to a witness, and of its answer: a note, and the hashes of a proof.
pub const WITNESS_BYTES_MAX: usize = 136 << 10;
/// Refused requests that a witness keeps of each log.
pub const WITNESS_EVIDENCE_MAX: usize = 64;
/// Longest wait for a witness to be reached, milliseconds.
pub const WITNESS_CONNECT_MS: u64 = 2_000;
/// Longest wait for its answer, milliseconds.
pub const WITNESS_ANSWER_MS: u64 = 4_000;
/// Between two tries with a witness that failed, at first and at most, milliseconds.
pub const WITNESS_RETRY_MS: (u64, u64) = (200, 3_000);
/// How long the answer to an act that binds waits for the witnesses, milliseconds.
pub const GATE_WAIT_MS: u64 = 5_000;
