-- Incidents with acts that met and wait for a ruling, so that the frame can
-- count them.
ALTER TABLE queue ADD COLUMN conflict INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shadow_queue ADD COLUMN conflict INTEGER NOT NULL DEFAULT 0;
INSERT INTO counter (what, value) VALUES (9, 0);
