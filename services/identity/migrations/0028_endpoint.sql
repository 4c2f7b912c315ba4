CREATE TABLE IF NOT EXISTS endpoint (
  id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  service_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  region_id  VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  interface  VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  url        TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  enabled    TINYINT NOT NULL,
  extra      MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  KEY endpoint_service (service_id),
  KEY endpoint_region (region_id),
  CONSTRAINT endpoint_service FOREIGN KEY (service_id) REFERENCES service (id) ON DELETE CASCADE,
  CONSTRAINT endpoint_region FOREIGN KEY (region_id) REFERENCES region (id) ON DELETE RESTRICT
) ENGINE=InnoDB;
