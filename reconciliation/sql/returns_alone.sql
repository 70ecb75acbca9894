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

-- So do all whose movements a crowd of returns may undo: those of equal amount, or all where there are none.
CREATE TABLE crowd_group AS
SELECT c.by_uid, c.kind, c.shared, e.amount, 'return|' || c.kind || '|' || c.shared || '|' || coalesce(cast(e.amount AS string), '') AS grp
FROM crowd c
LEFT JOIN (SELECT DISTINCT k.kind, k.shared, u.amount FROM movement_key k JOIN unit u ON u.uid = k.uid) e
  ON e.kind = c.kind AND e.shared = c.shared AND e.amount = c.amount
WHERE NOT EXISTS (SELECT 1 FROM tie z WHERE z.by_uid = c.by_uid)
  AND NOT EXISTS (SELECT 1 FROM torn_return z WHERE z.by_uid = c.by_uid);

INSERT INTO unclear_payout
SELECT DISTINCT l.pid, c.grp, 'return', TRUE
FROM (SELECT DISTINCT kind, shared, amount, grp FROM crowd_group) c
JOIN movement_key k ON k.kind = c.kind AND k.shared = c.shared
JOIN unit u ON u.uid = k.uid AND (c.amount IS NULL OR u.amount = c.amount)
JOIN link l ON l.uid = k.uid
WHERE NOT EXISTS (SELECT 1 FROM undone z WHERE z.uid = k.uid);

INSERT INTO unclear_unit
SELECT DISTINCT c.by_uid, c.grp FROM crowd_group c WHERE NOT EXISTS (SELECT 1 FROM link z WHERE z.uid = c.by_uid);
