-- Rows of users that are gone: they would keep the foreign key of 0031 from being made.
DELETE FROM user_invalidation WHERE user_id NOT IN (SELECT id FROM user);
