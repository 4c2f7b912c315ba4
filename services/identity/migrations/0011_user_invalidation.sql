-- Tokens of the user issued at or before this second (UNIX time) are dead. Only ever grows.
CREATE TABLE IF NOT EXISTS user_invalidation (
  user_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  invalid_before BIGINT NOT NULL
) ENGINE=InnoDB;
