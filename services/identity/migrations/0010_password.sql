-- One password a user. The hash is a crypt(3) string, "$2b$12$…". Written with its user's row.
CREATE TABLE IF NOT EXISTS password (
  user_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  hash           VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at     DATETIME(6) NOT NULL,
  expires_at     DATETIME(6) NULL,
  failed_count   INT NOT NULL DEFAULT 0,
  last_failed_at DATETIME(6) NULL
) ENGINE=InnoDB;
