CREATE TABLE IF NOT EXISTS implied_role (
  prior_role_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  implied_role_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (prior_role_id, implied_role_id),
  KEY implied_role_implied (implied_role_id),
  CONSTRAINT implied_role_prior FOREIGN KEY (prior_role_id) REFERENCES role (id) ON DELETE CASCADE,
  CONSTRAINT implied_role_implied FOREIGN KEY (implied_role_id) REFERENCES role (id) ON DELETE CASCADE
) ENGINE=InnoDB;
