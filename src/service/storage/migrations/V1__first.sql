-- The service's tables. Kept to what every engine has: no sequences, no
-- triggers, no automatic numbers. Identities are UUIDs as text, moments are
-- milliseconds since the epoch, the feed (and so the district) leads keys.

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE account (
    id       TEXT NOT NULL PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    officer  TEXT NOT NULL,
    hash     TEXT NOT NULL,
    standing TEXT NOT NULL
) STRICT;

-- By the name that was typed, so that an account that does not exist counts
-- its tries like one that does.
CREATE TABLE tries (
    name         TEXT NOT NULL PRIMARY KEY,
    failed       INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    at           INTEGER NOT NULL
) STRICT;
CREATE INDEX tries_at ON tries (at);

CREATE TABLE session (
    token   BLOB NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL,
    device  TEXT,
    since   INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX session_officer ON session (officer);

CREATE TABLE device (
    id            TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    public_key    BLOB NOT NULL,
    store_key     BLOB NOT NULL,
    last_dseq     INTEGER NOT NULL,
    chain         BLOB NOT NULL,
    last_proof_at INTEGER NOT NULL,
    standing      TEXT NOT NULL,
    why           TEXT NOT NULL,
    enrolled_by   TEXT NOT NULL,
    enrolled_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE device_officer (
    device           TEXT NOT NULL,
    officer          TEXT NOT NULL,
    secret           BLOB NOT NULL,
    last_password_at INTEGER NOT NULL,
    PRIMARY KEY (device, officer)
) STRICT;

CREATE TABLE feed (
    id        TEXT NOT NULL PRIMARY KEY,
    head      INTEGER NOT NULL,
    low_water INTEGER NOT NULL,
    chain     BLOB NOT NULL
) STRICT;

CREATE TABLE change (
    feed        TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    tx          INTEGER NOT NULL,
    record      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    area_before TEXT,
    area_after  TEXT NOT NULL,
    rev         INTEGER NOT NULL,
    event       TEXT NOT NULL,
    doc         TEXT NOT NULL,
    sealed      TEXT,
    chain       BLOB NOT NULL,
    PRIMARY KEY (feed, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_record ON change (feed, record, seq);

-- The newest state of each record, beside the change that made it. `shelf`
-- orders a snapshot: open incidents first, then who and what they name.
CREATE TABLE record (
    feed   TEXT NOT NULL,
    id     TEXT NOT NULL,
    kind   TEXT NOT NULL,
    area   TEXT NOT NULL,
    rev    INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    shelf  INTEGER NOT NULL,
    parent TEXT,
    doc    TEXT NOT NULL,
    sealed TEXT,
    PRIMARY KEY (feed, id)
) STRICT;
CREATE INDEX record_shelf ON record (feed, shelf, id);
CREATE INDEX record_kind ON record (feed, kind, area);
CREATE INDEX record_parent ON record (feed, parent, seq) WHERE parent IS NOT NULL;

CREATE TABLE command (
    id      TEXT NOT NULL PRIMARY KEY,
    device  TEXT NOT NULL,
    dseq    INTEGER NOT NULL,
    feed    TEXT NOT NULL,
    verdict TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

CREATE TABLE serial (
    area TEXT NOT NULL,
    day  TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (area, day)
) STRICT;

CREATE TABLE idempotency (
    officer TEXT NOT NULL,
    key     TEXT NOT NULL,
    body    BLOB NOT NULL,
    reply   TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (officer, key)
) STRICT;
CREATE INDEX idempotency_at ON idempotency (at);
