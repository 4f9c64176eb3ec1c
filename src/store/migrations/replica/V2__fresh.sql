-- When the copy was last known to be whole, so that a start without a line
-- can say how old it is.
CREATE TABLE fresh (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    at  INTEGER NOT NULL
);
