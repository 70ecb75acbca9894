-- Too many returns compete for the same movements: what each may have undone waits for a person.
INSERT INTO torn_return
SELECT k.by_uid, k.uid FROM tie_rank k
WHERE k.place = 1 AND k.by_uid NOT IN (SELECT by_uid FROM tie) AND k.by_uid NOT IN (SELECT by_uid FROM torn_return);
