-- The house: the log, what rooms said, sign-in, files. The twin of sqlite/0001_house.sql.
-- Times are unix milliseconds. Ids and positions are made by the program, never here.

-- ── The log ──

-- One row an entry of the log. `bytes` is the leaf data, `events` the canonical JSON of what it led to,
-- `body` the detached body of the act. A cover entry has neither stream nor actor.
CREATE TABLE entry (
    seq    BIGINT PRIMARY KEY,
    stream TEXT CHECK (stream <> ''),
    sseq   BIGINT,
    ts     BIGINT NOT NULL,
    leaf   BYTEA NOT NULL CHECK (length(leaf) = 32),
    bytes  BYTEA NOT NULL,
    events BYTEA NOT NULL,
    body   BYTEA,
    actor  TEXT,
    nonce  BYTEA CHECK (length(nonce) = 16),
    CHECK ((stream IS NULL) = (sseq IS NULL)),
    CHECK ((actor IS NULL) = (nonce IS NULL)),
    UNIQUE (stream, sseq),
    UNIQUE (actor, nonce)
);

CREATE FUNCTION refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'an entry of the log is never changed or removed'; END $$;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE OR DELETE ON entry
FOR EACH ROW EXECUTE FUNCTION refuse_entry_change();

CREATE TRIGGER entry_is_never_emptied BEFORE TRUNCATE ON entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_entry_change();

-- The compare-and-swap of the one writer: a single row that holds the size of the log.
CREATE TABLE log_current (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL CHECK (size >= 0)
);

INSERT INTO log_current (id, size) VALUES (1, 0);

-- Heads of the log; `note` is the signed note, null until the head is signed.
CREATE TABLE head (
    size BIGINT PRIMARY KEY,
    root BYTEA NOT NULL CHECK (length(root) = 32),
    note TEXT
);

CREATE TABLE cosignature (
    size BIGINT NOT NULL REFERENCES head (size),
    name TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (size, name)
);

-- What the rooms and followers of a stream hear, in order.
CREATE TABLE fact (
    stream TEXT NOT NULL,
    n      BIGINT NOT NULL,
    ts     BIGINT NOT NULL,
    bytes  BYTEA NOT NULL,
    PRIMARY KEY (stream, n)
);

-- ── Sign-in: not a projection of the log ──

CREATE TABLE account (
    person          BYTEA PRIMARY KEY CHECK (length(person) = 16),
    login           TEXT NOT NULL UNIQUE,
    password_hash   TEXT,
    enrolment_hash  TEXT,
    failed_count    BIGINT NOT NULL DEFAULT 0,
    locked_until_ms BIGINT
);

-- `session` by the digest of its token: a stolen table signs nobody in.
CREATE TABLE session (
    token_hash   BYTEA PRIMARY KEY CHECK (length(token_hash) = 32),
    person       BYTEA NOT NULL REFERENCES account (person),
    csrf         TEXT NOT NULL,
    created_ms   BIGINT NOT NULL,
    expires_ms   BIGINT NOT NULL,
    last_seen_ms BIGINT NOT NULL
);

CREATE INDEX session_of_person ON session (person);
CREATE INDEX session_by_expiry ON session (expires_ms);

-- ── Files ──

-- An upload under way or completed not long ago. The first `received` bytes are durable in its staging file.
-- `core_len` is null for a plain document. `outcome` is null until it is completed: then the submission id of the
-- envelope, or the digest of the document, that it became.
CREATE TABLE upload (
    id         BYTEA PRIMARY KEY CHECK (length(id) = 16),
    person     BYTEA NOT NULL,
    purpose    TEXT NOT NULL CHECK (purpose IN ('envelope', 'document')),
    meta       TEXT NOT NULL,
    core_len   BIGINT,
    length     BIGINT NOT NULL,
    received   BIGINT NOT NULL CHECK (received BETWEEN 0 AND length),
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    outcome    BYTEA,
    CHECK ((purpose = 'envelope') = (core_len IS NOT NULL))
);

CREATE INDEX upload_of_person ON upload (person);
CREATE INDEX upload_by_age ON upload (updated_ms);

-- Digests of the ciphertext segments of an envelope that have arrived.
CREATE TABLE upload_segment (
    upload BYTEA NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    i      BIGINT NOT NULL,
    digest BYTEA NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (upload, i)
);

-- A complete sealed envelope. `capsule_u` is unique: a bid copied under another label shows here.
CREATE TABLE envelope (
    submission   BYTEA PRIMARY KEY CHECK (length(submission) = 16),
    tender       TEXT NOT NULL,
    lot          TEXT NOT NULL,
    kind         BIGINT NOT NULL,
    person       BYTEA NOT NULL,
    core_sha256  BYTEA NOT NULL CHECK (length(core_sha256) = 32),
    root         BYTEA NOT NULL CHECK (length(root) = 32),
    core_len     BIGINT NOT NULL,
    total_len    BIGINT NOT NULL,
    capsule_u    BYTEA NOT NULL UNIQUE,
    stored_at_ms BIGINT NOT NULL
);

CREATE INDEX envelope_of_lot ON envelope (tender, lot);

-- A plain file by its digest.
CREATE TABLE file (
    sha256       BYTEA PRIMARY KEY CHECK (length(sha256) = 32),
    len          BIGINT NOT NULL,
    media_type   TEXT NOT NULL,
    stored_at_ms BIGINT NOT NULL
);

-- The text of a file, page by page from 1.
CREATE TABLE file_text (
    sha256  BYTEA NOT NULL CHECK (length(sha256) = 32),
    page    BIGINT NOT NULL,
    content TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('text', 'no_text_layer', 'failed')),
    PRIMARY KEY (sha256, page)
);

-- Small operational values, sealed by the program before they come here.
CREATE TABLE secret (
    name  TEXT PRIMARY KEY,
    bytes BYTEA NOT NULL
);
