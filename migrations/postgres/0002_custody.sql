-- Ceremonies of custodians that the platform relays: signed messages, of which it can read no share.

CREATE TABLE ceremony (
    session BYTEA   PRIMARY KEY,               -- SHA-256 of the canonical ceremony
    text    TEXT    NOT NULL,                  -- the ceremony, JSON
    made_at BIGINT  NOT NULL                   -- unix milliseconds
);

-- One message of each step from each member: a second, different one is refused.
CREATE TABLE ceremony_message (
    session BYTEA   NOT NULL REFERENCES ceremony (session),
    sender  BIGINT  NOT NULL,
    step    TEXT    NOT NULL,
    text    TEXT    NOT NULL,                  -- the signed message, JSON
    PRIMARY KEY (session, sender, step)
);
