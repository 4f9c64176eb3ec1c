-- Warnings as the board and the bell need them: one row for each in the copy,
-- as it looks with the waiting acts on top. Made anew from the records when a
-- snapshot was put in place, so it needs no shadow.
CREATE TABLE warning (
    id             BLOB    NOT NULL PRIMARY KEY,
    area           TEXT    NOT NULL,
    town           TEXT    NOT NULL,
    on_board       INTEGER NOT NULL,
    open           INTEGER NOT NULL,
    severity       INTEGER NOT NULL,
    unacknowledged INTEGER NOT NULL,
    episode        INTEGER NOT NULL,
    raised_at      INTEGER NOT NULL,
    lifted_at      INTEGER,
    about          BLOB,
    rule           TEXT
) WITHOUT ROWID;
CREATE INDEX warning_board ON warning
    (on_board, severity DESC, unacknowledged DESC, raised_at DESC, id);
CREATE INDEX warning_town ON warning (open, town, severity, unacknowledged);
CREATE INDEX warning_raised ON warning (raised_at);
CREATE INDEX warning_lifted ON warning (lifted_at) WHERE lifted_at IS NOT NULL;
CREATE INDEX warning_about ON warning (about) WHERE about IS NOT NULL;
