-- A return whose movement belongs to no payout line is still evidence for the only line that it names itself.
INSERT INTO link
SELECT n.pid, n.uid, CASE WHEN n.by_reference = 1 THEN 'reference' ELSE 'reference_in_text' END, p.amount
FROM told_name n
JOIN tie t ON t.by_uid = n.uid
JOIN payout p ON p.pid = n.pid
WHERE NOT EXISTS (SELECT 1 FROM link z WHERE z.uid = n.uid)
  AND n.uid IN (SELECT uid FROM told_name GROUP BY uid HAVING count(*) = 1);

-- One that may undo several people's movements: all of them wait for a person.
INSERT INTO unclear_payout
SELECT DISTINCT l.pid, 'return|' || cast(t.by_uid AS string), 'return', TRUE
FROM torn_return t JOIN link l ON l.uid = t.uid;

INSERT INTO unclear_unit
SELECT DISTINCT t.by_uid, 'return|' || cast(t.by_uid AS string)
FROM torn_return t JOIN link l ON l.uid = t.uid
WHERE NOT EXISTS (SELECT 1 FROM link z WHERE z.uid = t.by_uid);
