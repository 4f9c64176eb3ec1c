-- What lists are narrowed by: how far an incident is, and who has it in hand.
-- Rows of older programs are computed anew when this has run.
ALTER TABLE queue ADD COLUMN stage INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN holder BLOB;
ALTER TABLE shadow_queue ADD COLUMN stage INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shadow_queue ADD COLUMN holder BLOB;
CREATE INDEX queue_grave_newest ON queue (open, rank_key, newest_key, id);
CREATE INDEX queue_stage ON queue (stage, rank_key, deadline_key, registered_key, id)
    WHERE open = 1;
CREATE INDEX queue_holder ON queue (holder) WHERE holder IS NOT NULL AND open = 1;

-- The search index (a file of its own) belongs to one generation of the rows of
-- queue, by their rowid: nothing may renumber those without a new generation.
CREATE TABLE search_state (
    one        INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    generation INTEGER NOT NULL
);
INSERT INTO search_state (one, generation) VALUES (1, random());

-- Rows whose text has changed and that the search index may not have yet. nth
-- never comes again, so that the index can say up to where it is.
CREATE TABLE search_dirty (
    nth INTEGER PRIMARY KEY AUTOINCREMENT,
    doc INTEGER NOT NULL UNIQUE
);
