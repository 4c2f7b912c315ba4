-- Names this numbering of auth changes: whoever restores the database draws another name (tstack-identity --bootstrap does),
-- so that nobody takes a number of the restored past for one it knows.
ALTER TABLE auth_seq ADD COLUMN IF NOT EXISTS history CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
