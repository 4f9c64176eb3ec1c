-- The service's word for everything up to the cursor; NULL where it was not
-- heard yet, and for copies of before there were such words.
ALTER TABLE cursor ADD COLUMN chain BLOB;
