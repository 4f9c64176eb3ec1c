-- The lines of the duty log, by the area of their centre. Their ids ascend with
-- time.
CREATE INDEX confirmed_log ON confirmed (area, id) WHERE kind = 'log-line';
