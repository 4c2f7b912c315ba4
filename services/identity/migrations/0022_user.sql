-- Passwords are in the table `password`. default_project_id may name a project that is gone: it is only a wish.
CREATE TABLE IF NOT EXISTS user (
  id                 VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  domain_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name               VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  enabled            TINYINT NOT NULL,
  default_project_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  description        TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  options            TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  extra              MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  created_at         DATETIME(6) NOT NULL,
  UNIQUE KEY user_name (domain_id, name),
  KEY user_by_name (name),
  CONSTRAINT user_domain FOREIGN KEY (domain_id) REFERENCES project (id) ON DELETE RESTRICT
) ENGINE=InnoDB;
