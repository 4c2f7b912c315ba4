-- Who has which role where. `target` is the id of a project or a domain, or "system"; target_id repeats it for the
-- foreign key and is null for the system.
CREATE TABLE IF NOT EXISTS assignment (
  user_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target_kind TINYINT NOT NULL COMMENT '0 project, 1 domain, 2 system',
  role_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (user_id, target, target_kind, role_id),
  KEY assignment_target (target_id, user_id),
  KEY assignment_role (role_id),
  CONSTRAINT assignment_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  CONSTRAINT assignment_target FOREIGN KEY (target_id) REFERENCES project (id) ON DELETE CASCADE,
  CONSTRAINT assignment_role FOREIGN KEY (role_id) REFERENCES role (id) ON DELETE CASCADE
) ENGINE=InnoDB;
