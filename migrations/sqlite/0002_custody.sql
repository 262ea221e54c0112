-- Ceremonies of custodians that the platform relays: signed messages, of which it can read no share.

CREATE TABLE ceremony (
    session BLOB    PRIMARY KEY,               -- SHA-256 of the canonical ceremony
    text    TEXT    NOT NULL,                  -- the ceremony, JSON
    made_at INTEGER NOT NULL                   -- unix milliseconds
) STRICT;

-- One message of each step from each member: a second, different one is refused.
CREATE TABLE ceremony_message (
    session BLOB    NOT NULL REFERENCES ceremony (session),
    sender  INTEGER NOT NULL,
    step    TEXT    NOT NULL,
    text    TEXT    NOT NULL,                  -- the signed message, JSON
    PRIMARY KEY (session, sender, step)
) STRICT;
