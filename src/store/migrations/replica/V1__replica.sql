-- The encrypted copy of what the service has confirmed, and what is derived
-- from it. Everything here can be fetched again.

-- Records as they came, byte for byte.
CREATE TABLE confirmed (
    id     BLOB PRIMARY KEY NOT NULL,
    feed   TEXT NOT NULL,
    kind   TEXT NOT NULL,
    parent BLOB,
    area   TEXT NOT NULL,
    rev    INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    raw    TEXT NOT NULL
);
CREATE INDEX confirmed_parent ON confirmed (parent) WHERE parent IS NOT NULL;
CREATE INDEX confirmed_kind ON confirmed (kind, area);

-- Events as they came; entry is the note or call that an event made.
CREATE TABLE event (
    feed  TEXT NOT NULL,
    seq   INTEGER NOT NULL,
    id    BLOB NOT NULL,
    entry BLOB,
    raw   TEXT NOT NULL,
    PRIMARY KEY (feed, seq)
) WITHOUT ROWID;
CREATE INDEX event_id ON event (id, seq);

CREATE TABLE cursor (
    feed         TEXT PRIMARY KEY NOT NULL,
    epoch        TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    head         INTEGER NOT NULL,
    durable_upto INTEGER NOT NULL
) WITHOUT ROWID;

-- Policies by revision, so that a waiting act is replayed under its own.
CREATE TABLE policy (
    rev INTEGER PRIMARY KEY NOT NULL,
    raw TEXT NOT NULL
);

-- Records that waiting acts touch. raw is NULL where every such act is likely
-- to be refused. standing: 1 waiting, 2 doubtful.
CREATE TABLE overlay (
    id       BLOB PRIMARY KEY NOT NULL,
    kind     TEXT NOT NULL,
    parent   BLOB,
    area     TEXT,
    raw      TEXT,
    standing INTEGER NOT NULL
);
CREATE INDEX overlay_parent ON overlay (parent) WHERE parent IS NOT NULL;
CREATE TABLE overlay_event (
    dseq  INTEGER NOT NULL,
    id    BLOB NOT NULL,
    entry BLOB,
    raw   TEXT NOT NULL,
    PRIMARY KEY (dseq, id)
) WITHOUT ROWID;
CREATE INDEX overlay_event_id ON overlay_event (id, dseq);
CREATE TABLE doubt (
    command BLOB PRIMARY KEY NOT NULL,
    record  BLOB NOT NULL,
    refusal TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX doubt_record ON doubt (record);

-- Incidents as they now look, with sort keys that all ascend.
CREATE TABLE queue (
    id             BLOB PRIMARY KEY NOT NULL,
    area           TEXT NOT NULL,
    open           INTEGER NOT NULL,
    severity       INTEGER NOT NULL,
    rank_key       INTEGER NOT NULL,
    deadline_key   INTEGER NOT NULL,
    registered_key INTEGER NOT NULL,
    newest_key     INTEGER NOT NULL,
    unacknowledged INTEGER NOT NULL,
    episode        INTEGER NOT NULL,
    snoozed_until  INTEGER,
    closed_at      INTEGER,
    number         TEXT,
    tag            TEXT NOT NULL,
    search         TEXT NOT NULL
);
CREATE INDEX queue_some_rank ON queue (open, rank_key, deadline_key, registered_key, id);
CREATE INDEX queue_all_rank ON queue (rank_key, deadline_key, registered_key, id);
CREATE INDEX queue_some_deadline ON queue (open, deadline_key, id);
CREATE INDEX queue_all_deadline ON queue (deadline_key, id);
CREATE INDEX queue_some_newest ON queue (open, newest_key, id);
CREATE INDEX queue_all_newest ON queue (newest_key, id);
CREATE INDEX queue_some_area ON queue (open, area, rank_key, deadline_key, registered_key, id);
CREATE INDEX queue_all_area ON queue (area, rank_key, deadline_key, registered_key, id);
CREATE INDEX queue_ringing ON queue (rank_key, deadline_key, registered_key, id)
    WHERE unacknowledged = 1;
CREATE INDEX queue_snoozed ON queue (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX queue_closed ON queue (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX queue_number ON queue (number) WHERE number IS NOT NULL;
CREATE INDEX queue_tag ON queue (tag);

-- 0: incidents; 1 to 4: open by severity; 5 to 8: unacknowledged by severity.
CREATE TABLE counter (
    what  INTEGER PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
);
INSERT INTO counter (what, value)
VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0);

-- Units and people for pickers.
CREATE TABLE lookup (
    id     BLOB PRIMARY KEY NOT NULL,
    kind   TEXT NOT NULL,
    area   TEXT NOT NULL,
    name   TEXT NOT NULL,
    unit   BLOB,
    search TEXT NOT NULL
);
CREATE INDEX lookup_kind ON lookup (kind, area, name, id);

-- A snapshot on its way: swapped in whole, with its cursor, or discarded.
CREATE TABLE shadow_header (
    one    INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    header TEXT NOT NULL,
    lines  INTEGER NOT NULL
);
CREATE TABLE shadow_confirmed (
    id     BLOB PRIMARY KEY NOT NULL,
    feed   TEXT NOT NULL,
    kind   TEXT NOT NULL,
    parent BLOB,
    area   TEXT NOT NULL,
    rev    INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    raw    TEXT NOT NULL
);
CREATE TABLE shadow_event (
    feed  TEXT NOT NULL,
    seq   INTEGER NOT NULL,
    id    BLOB NOT NULL,
    entry BLOB,
    raw   TEXT NOT NULL,
    PRIMARY KEY (feed, seq)
) WITHOUT ROWID;
CREATE TABLE shadow_queue (
    id             BLOB PRIMARY KEY NOT NULL,
    area           TEXT NOT NULL,
    open           INTEGER NOT NULL,
    severity       INTEGER NOT NULL,
    rank_key       INTEGER NOT NULL,
    deadline_key   INTEGER NOT NULL,
    registered_key INTEGER NOT NULL,
    newest_key     INTEGER NOT NULL,
    unacknowledged INTEGER NOT NULL,
    episode        INTEGER NOT NULL,
    snoozed_until  INTEGER,
    closed_at      INTEGER,
    number         TEXT,
    tag            TEXT NOT NULL,
    search         TEXT NOT NULL
);
CREATE TABLE shadow_lookup (
    id     BLOB PRIMARY KEY NOT NULL,
    kind   TEXT NOT NULL,
    area   TEXT NOT NULL,
    name   TEXT NOT NULL,
    unit   BLOB,
    search TEXT NOT NULL
);
