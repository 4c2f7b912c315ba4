-- `scope` is what names are unique in: the domain's id, "" for roles of the whole cloud.
CREATE TABLE IF NOT EXISTS role (
  id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  domain_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  scope       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name        VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  description TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  immutable   TINYINT NULL,
  extra       MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  created_at  DATETIME(6) NOT NULL,
  UNIQUE KEY role_name (scope, name),
  KEY role_domain (domain_id),
  CONSTRAINT role_domain FOREIGN KEY (domain_id) REFERENCES project (id) ON DELETE RESTRICT
) ENGINE=InnoDB;
