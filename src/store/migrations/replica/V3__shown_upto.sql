-- The last act of the outbox that this copy has shown: an outbox that does not
-- reach it has lost acts. life: which outbox of the device, if it was begun anew.
CREATE TABLE shown_upto (
    device BLOB PRIMARY KEY NOT NULL,
    life   INTEGER NOT NULL,
    dseq   INTEGER NOT NULL
) WITHOUT ROWID;
