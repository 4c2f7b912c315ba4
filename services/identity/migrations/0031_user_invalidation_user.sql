-- The row goes with its user.
ALTER TABLE user_invalidation
  ADD CONSTRAINT user_invalidation_user FOREIGN KEY IF NOT EXISTS (user_id) REFERENCES user (id) ON DELETE CASCADE;
