-- What one custodian has seen and never forgets. Its own file: it shares no database with the platform.

-- The latest opening of a tender that was ever shown here: a schedule only moves later, and a cancellation is for good.
CREATE TABLE schedule (
    notice       BLOB    PRIMARY KEY,          -- SHA-256 of the signed notice
    opening_at   INTEGER NOT NULL,             -- unix milliseconds
    is_cancelled INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One closed root for each lot, for ever.
CREATE TABLE closed_root (
    notice BLOB NOT NULL,
    lot    TEXT NOT NULL,
    root   BLOB NOT NULL,
    PRIMARY KEY (notice, lot)
) STRICT;

-- What this custodian did, signed by its identity key; each line names the one before.
CREATE TABLE record (
    seq  INTEGER PRIMARY KEY,                  -- from 0, without a gap
    line TEXT    NOT NULL                      -- the signed line, JSON
) STRICT;
