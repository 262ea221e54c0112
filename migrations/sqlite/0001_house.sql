-- The house: the log, what rooms said, sign-in, files. The twin of postgres/0001_house.sql.
-- Times are unix milliseconds. Ids and positions are made by the program, never here.

-- ── The log ──

-- One row an entry of the log. `bytes` is the leaf data, `events` the canonical JSON of what it led to,
-- `body` the detached body of the act. A cover entry has neither stream nor actor.
CREATE TABLE entry (
    seq    INTEGER PRIMARY KEY,
    stream TEXT CHECK (stream <> ''),
    sseq   INTEGER,
    ts     INTEGER NOT NULL,
    leaf   BLOB NOT NULL CHECK (length(leaf) = 32),
    bytes  BLOB NOT NULL,
    events BLOB NOT NULL,
    body   BLOB,
    actor  TEXT,
    nonce  BLOB CHECK (length(nonce) = 16),
    CHECK ((stream IS NULL) = (sseq IS NULL)),
    CHECK ((actor IS NULL) = (nonce IS NULL)),
    UNIQUE (stream, sseq),
    UNIQUE (actor, nonce)
) STRICT;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry of the log is never changed'); END;

CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry of the log is never removed'); END;

-- The compare-and-swap of the one writer: a single row that holds the size of the log.
CREATE TABLE log_current (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL CHECK (size >= 0)
) STRICT;

INSERT INTO log_current (id, size) VALUES (1, 0);

-- Heads of the log; `note` is the signed note, null until the head is signed.
CREATE TABLE head (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL CHECK (length(root) = 32),
    note TEXT
) STRICT;

CREATE TABLE cosignature (
    size INTEGER NOT NULL REFERENCES head (size),
    name TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (size, name)
) STRICT;

-- What the rooms and followers of a stream hear, in order.
CREATE TABLE fact (
    stream TEXT NOT NULL,
    n      INTEGER NOT NULL,
    ts     INTEGER NOT NULL,
    bytes  BLOB NOT NULL,
    PRIMARY KEY (stream, n)
) STRICT;

-- ── Sign-in: not a projection of the log ──

CREATE TABLE account (
    person          BLOB PRIMARY KEY CHECK (length(person) = 16),
    login           TEXT NOT NULL UNIQUE,
    password_hash   TEXT,
    enrolment_hash  TEXT,
    failed_count    INTEGER NOT NULL DEFAULT 0,
    locked_until_ms INTEGER
) STRICT;

-- `session` by the digest of its token: a stolen table signs nobody in.
CREATE TABLE session (
    token_hash   BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    person       BLOB NOT NULL REFERENCES account (person),
    csrf         TEXT NOT NULL,
    created_ms   INTEGER NOT NULL,
    expires_ms   INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX session_of_person ON session (person);
CREATE INDEX session_by_expiry ON session (expires_ms);

-- ── Files ──

-- An upload under way or completed not long ago. The first `received` bytes are durable in its staging file.
-- `core_len` is null for a plain document. `outcome` is null until it is completed: then the submission id of the
-- envelope, or the digest of the document, that it became.
CREATE TABLE upload (
    id         BLOB PRIMARY KEY CHECK (length(id) = 16),
    person     BLOB NOT NULL,
    purpose    TEXT NOT NULL CHECK (purpose IN ('envelope', 'document')),
    meta       TEXT NOT NULL,
    core_len   INTEGER,
    length     INTEGER NOT NULL,
    received   INTEGER NOT NULL CHECK (received BETWEEN 0 AND length),
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    outcome    BLOB,
    CHECK ((purpose = 'envelope') = (core_len IS NOT NULL))
) STRICT;

CREATE INDEX upload_of_person ON upload (person);
CREATE INDEX upload_by_age ON upload (updated_ms);

-- Digests of the ciphertext segments of an envelope that have arrived.
CREATE TABLE upload_segment (
    upload BLOB NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    i      INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (upload, i)
) STRICT;

-- A complete sealed envelope. `capsule_u` is unique: a bid copied under another label shows here.
CREATE TABLE envelope (
    submission   BLOB PRIMARY KEY CHECK (length(submission) = 16),
    tender       TEXT NOT NULL,
    lot          TEXT NOT NULL,
    kind         INTEGER NOT NULL,
    person       BLOB NOT NULL,
    core_sha256  BLOB NOT NULL CHECK (length(core_sha256) = 32),
    root         BLOB NOT NULL CHECK (length(root) = 32),
    core_len     INTEGER NOT NULL,
    total_len    INTEGER NOT NULL,
    capsule_u    BLOB NOT NULL UNIQUE,
    stored_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX envelope_of_lot ON envelope (tender, lot);

-- A plain file by its digest.
CREATE TABLE file (
    sha256       BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    len          INTEGER NOT NULL,
    media_type   TEXT NOT NULL,
    stored_at_ms INTEGER NOT NULL
) STRICT;

-- The text of a file, page by page from 1.
CREATE TABLE file_text (
    id      INTEGER PRIMARY KEY,
    sha256  BLOB NOT NULL CHECK (length(sha256) = 32),
    page    INTEGER NOT NULL,
    content TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('text', 'no_text_layer', 'failed')),
    UNIQUE (sha256, page)
) STRICT;

CREATE VIRTUAL TABLE file_text_trigram USING fts5 (content, content = 'file_text', content_rowid = 'id', tokenize = 'trigram');

CREATE TRIGGER file_text_is_indexed AFTER INSERT ON file_text
BEGIN INSERT INTO file_text_trigram (rowid, content) VALUES (new.id, new.content); END;

CREATE TRIGGER file_text_leaves_the_index AFTER DELETE ON file_text
BEGIN INSERT INTO file_text_trigram (file_text_trigram, rowid, content) VALUES ('delete', old.id, old.content); END;

-- Small operational values, sealed by the program before they come here.
CREATE TABLE secret (
    name  TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;
