-- The life of the service to which the states of the acts belong.
CREATE TABLE life (
    one   INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    epoch TEXT NOT NULL
);

-- Feeds in which the service has forgotten, within that epoch, what this desk
-- has seen. Only another epoch thaws them.
CREATE TABLE frozen (
    feed  TEXT PRIMARY KEY NOT NULL,
    epoch TEXT NOT NULL
) WITHOUT ROWID;
