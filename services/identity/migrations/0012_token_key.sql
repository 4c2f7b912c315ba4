-- Fernet keys, sealed under the master key. One row is staged, one is primary (it signs), the rest only verify.
CREATE TABLE IF NOT EXISTS token_key (
  id         BIGINT NOT NULL PRIMARY KEY,
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sealed     VARBINARY(255) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  signs_from DATETIME(6) NULL
) ENGINE=InnoDB;
