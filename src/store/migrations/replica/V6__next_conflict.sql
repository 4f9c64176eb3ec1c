-- Finds the next incident whose conflict waits for a ruling, also where it has
-- left every list of open work.
CREATE INDEX queue_conflict ON queue (rank_key, deadline_key, registered_key, id)
    WHERE conflict > 0;
