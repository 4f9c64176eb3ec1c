-- A proof of an earlier sign-in holds only if that sign-in was made with the
-- password of today.
ALTER TABLE account ADD COLUMN password_at INTEGER NOT NULL DEFAULT 0;
