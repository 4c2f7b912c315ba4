-- Answers of creates that clients may repeat (common/idempotency). No key and no answer is readable from here.
CREATE TABLE IF NOT EXISTS idempotency (
  scope_hash   BINARY(32)  NOT NULL,  -- of user, project and rpc
  key_hash     BINARY(32)  NOT NULL,
  request_hash BINARY(32)  NOT NULL,
  answer       MEDIUMBLOB  NOT NULL,  -- sealed under a key derived from the client's key and the scope
  expires_at   DATETIME(6) NOT NULL,
  PRIMARY KEY (scope_hash, key_hash),
  KEY idempotency_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
