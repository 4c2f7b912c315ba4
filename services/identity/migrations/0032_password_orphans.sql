-- As 0030, for passwords.
DELETE FROM password WHERE user_id NOT IN (SELECT id FROM user);
