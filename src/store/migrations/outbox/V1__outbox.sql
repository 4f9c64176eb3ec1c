-- What this desk alone knows: acts that wait, acts that were refused, drafts.
-- Every commit here is on the disk before anybody is told.

-- The device's own chain of acts.
CREATE TABLE device (
    one  INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    dseq INTEGER NOT NULL,
    head BLOB NOT NULL
);

-- state: 0 waiting, 1 accepted, 2 refused, 3 passed (kept a while for copies
-- of other grants on this desk that have not caught up).
CREATE TABLE outbox (
    id          BLOB PRIMARY KEY NOT NULL,
    dseq        INTEGER NOT NULL UNIQUE,
    command     TEXT NOT NULL,
    author      TEXT NOT NULL,
    author_id   BLOB NOT NULL,
    made_at     INTEGER NOT NULL,
    about       TEXT NOT NULL,
    state       INTEGER NOT NULL DEFAULT 0,
    attempts    INTEGER NOT NULL DEFAULT 0,
    written     TEXT NOT NULL DEFAULT '[]',
    number      TEXT,
    refused     TEXT,
    answered_at INTEGER
);
CREATE INDEX outbox_state ON outbox (state, dseq);

-- Which records an act is about or makes.
CREATE TABLE touch (
    record BLOB NOT NULL,
    dseq   INTEGER NOT NULL REFERENCES outbox (dseq) ON DELETE CASCADE,
    PRIMARY KEY (record, dseq)
) WITHOUT ROWID;
CREATE INDEX touch_dseq ON touch (dseq);

-- What became of refused acts: nothing vanishes without an act.
CREATE TABLE settled (
    id      BLOB PRIMARY KEY NOT NULL,
    dseq    INTEGER NOT NULL,
    command TEXT NOT NULL,
    author  TEXT NOT NULL,
    refused TEXT,
    how     TEXT NOT NULL,
    reason  TEXT NOT NULL,
    became  BLOB,
    by      BLOB NOT NULL,
    at      INTEGER NOT NULL
);

CREATE TABLE draft (
    officer  BLOB NOT NULL,
    key      TEXT NOT NULL,
    json     TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (officer, key)
) WITHOUT ROWID;
