-- Too many returns compete for the same movements: what each may have undone waits for a person.
INSERT INTO torn_return
SELECT k.by_uid, k.uid FROM tie_rank k
WHERE k.place = 1 AND NOT EXISTS (SELECT 1 FROM tie z WHERE z.by_uid = k.by_uid)
  AND NOT EXISTS (SELECT 1 FROM torn_return z WHERE z.by_uid = k.by_uid);
