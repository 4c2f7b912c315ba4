-- Tokens on or of the project or domain issued at or before this second (UNIX time) are dead: it was disabled then, and
-- enabling it again does not bring them back. Only ever grows; see user_invalidation.
ALTER TABLE project ADD COLUMN IF NOT EXISTS invalid_before BIGINT NULL;
