INSERT IGNORE INTO auth_seq (id, seq, key_generation) VALUES (1, 1, 0);
