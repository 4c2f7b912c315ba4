-- A password goes with its user, and there is none without one.
ALTER TABLE password
  ADD CONSTRAINT password_user FOREIGN KEY IF NOT EXISTS (user_id) REFERENCES user (id) ON DELETE CASCADE;
