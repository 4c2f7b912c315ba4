-- What changed at each step of auth_seq; kind is tstack.identity.v1.DependencyKind. Rows are purged after a while: a
-- watcher that is further behind is told to forget everything.
CREATE TABLE IF NOT EXISTS auth_change (
  seq        BIGINT NOT NULL PRIMARY KEY,
  kind       INT NOT NULL,
  id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(6) NOT NULL,
  KEY auth_change_created_at (created_at)
) ENGINE=InnoDB;
