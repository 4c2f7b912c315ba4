-- Grows with every change of a project, of its tags, or of what is enabled below it: transactions that depend on each
-- other's view of one project all write this column, so that on two nodes the second to commit is rerun.
ALTER TABLE project ADD COLUMN IF NOT EXISTS generation BIGINT NOT NULL DEFAULT 0;
