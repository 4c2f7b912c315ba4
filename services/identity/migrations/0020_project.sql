-- Projects and domains: a domain is a project with is_domain, without a domain and a parent. `scope` is what names are
-- unique in: the domain's id, "" for domains. `depth` is 0 for a domain; a parent never changes. Deleting a domain
-- deletes from the deepest level up, so that the parent's foreign key never refuses it.
CREATE TABLE IF NOT EXISTS project (
  id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  is_domain   TINYINT NOT NULL,
  domain_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  parent_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  depth       TINYINT NOT NULL,
  scope       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name        VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  description TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  enabled     TINYINT NOT NULL,
  immutable   TINYINT NULL,
  extra       MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  created_at  DATETIME(6) NOT NULL,
  UNIQUE KEY project_name (scope, name),
  KEY project_by_name (name),
  KEY project_domain (domain_id, depth),
  KEY project_parent (parent_id),
  KEY project_kind (is_domain),
  CONSTRAINT project_domain FOREIGN KEY (domain_id) REFERENCES project (id) ON DELETE RESTRICT,
  CONSTRAINT project_parent FOREIGN KEY (parent_id) REFERENCES project (id) ON DELETE RESTRICT
) ENGINE=InnoDB;
