-- The identities that this desk has had, the latest last. The device's numbers
-- are those of the latest; acts keep under which one they were signed.
CREATE TABLE enrolment (
    nth    INTEGER PRIMARY KEY NOT NULL,
    device BLOB NOT NULL UNIQUE
);

-- The last place in the outbox. A desk that is enrolled anew numbers from 1
-- again, and its rows stay in the order in which they were made.
ALTER TABLE device ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
