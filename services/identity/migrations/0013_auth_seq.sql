-- The sequence of everything that can make a token's answer untrue: one row, stamped in each such transaction.
CREATE TABLE IF NOT EXISTS auth_seq (
  id             TINYINT NOT NULL PRIMARY KEY,
  seq            BIGINT NOT NULL,
  key_generation BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB;
