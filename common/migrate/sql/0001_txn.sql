-- One row for each committed transaction: how a COMMIT whose answer was lost is recognised (common/db).
CREATE TABLE IF NOT EXISTS txn (
  id         BINARY(16)   NOT NULL PRIMARY KEY,  -- time-ordered, drawn before the transaction
  result     MEDIUMBLOB   NULL,
  refused    TINYINT(1)   NOT NULL DEFAULT 0,    -- the id was used up to keep a late COMMIT out
  created_at DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
