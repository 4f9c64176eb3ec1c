-- Whoever and whatever has a name is found by it: people, units and places by
-- their row in lookup, incidents by the names and numbers of their parties.
-- Rows of older programs are computed anew when this has run.
ALTER TABLE queue ADD COLUMN parties TEXT NOT NULL DEFAULT '';
ALTER TABLE shadow_queue ADD COLUMN parties TEXT NOT NULL DEFAULT '';

-- more: words, numbers and codes besides the name. parent: the unit above a
-- unit, or that of a person.
ALTER TABLE lookup ADD COLUMN more TEXT NOT NULL DEFAULT '';
ALTER TABLE lookup ADD COLUMN parent BLOB;
ALTER TABLE shadow_lookup ADD COLUMN more TEXT NOT NULL DEFAULT '';
ALTER TABLE shadow_lookup ADD COLUMN parent BLOB;
CREATE INDEX lookup_parent ON lookup (parent, kind, name, id) WHERE parent IS NOT NULL;

-- As search_dirty, for the rows of lookup. Both belong to one generation.
CREATE TABLE named_dirty (
    nth INTEGER PRIMARY KEY AUTOINCREMENT,
    doc INTEGER NOT NULL UNIQUE
);
