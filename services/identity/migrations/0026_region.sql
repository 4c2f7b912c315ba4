-- Region ids are words that people choose.
CREATE TABLE IF NOT EXISTS region (
  id               VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  description      TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  parent_region_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  extra            MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  KEY region_parent (parent_region_id),
  CONSTRAINT region_parent FOREIGN KEY (parent_region_id) REFERENCES region (id) ON DELETE RESTRICT
) ENGINE=InnoDB;
