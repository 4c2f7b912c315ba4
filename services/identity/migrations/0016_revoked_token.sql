-- Revoked tokens by audit id; chain = 1: every token that descends from it. Rows are purged once the tokens have expired.
CREATE TABLE IF NOT EXISTS revoked_token (
  audit_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  chain      TINYINT NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  PRIMARY KEY (audit_id, chain),
  KEY revoked_token_expires_at (expires_at)
) ENGINE=InnoDB;
