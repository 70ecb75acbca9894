-- Steps 1 and 2: a line_ref in end_to_end_id (of a return in original_ref too), or as a whole token of the text.
-- In:  unit, member, told, reference (folded line_ref, and what replaced it -> payout line), token, payout, tie,
--      link and apart (what people decided).
-- Out: told_name (of returns); rows added to link, unclear_payout and unclear_unit.

CREATE TABLE told_name AS
SELECT t.sid AS uid, r.pid, 1 AS by_reference
FROM told t JOIN reference r ON r.ref = t.ref
WHERE t.looked AND t.status <> 'returned' AND NOT EXISTS (SELECT 1 FROM gathered z WHERE z.sid = t.sid)
UNION ALL
SELECT k.sid, r.pid, 0
FROM token k JOIN reference r ON r.ref = k.token JOIN told t ON t.sid = k.sid
WHERE t.looked AND t.status <> 'returned' AND NOT EXISTS (SELECT 1 FROM gathered z WHERE z.sid = t.sid)
UNION ALL
SELECT m.uid, n.pid, max(n.by_reference)
FROM (SELECT t.sid, t.status, r.pid, 1 AS by_reference FROM told t JOIN reference r ON r.ref = t.ref
      UNION ALL
      SELECT t.sid, t.status, r.pid, 1 FROM told t JOIN reference r ON r.ref = t.original_ref
      WHERE t.status = 'returned'
      UNION ALL
      SELECT t.sid, t.status, r.pid, 0
      FROM token k JOIN reference r ON r.ref = k.token JOIN told t ON t.sid = k.sid) n
JOIN member m ON m.sid = n.sid
WHERE n.status = 'returned' OR n.sid IN (SELECT sid FROM gathered)
GROUP BY m.uid, n.pid;

DELETE FROM told_name
WHERE EXISTS (SELECT 1 FROM apart a WHERE a.pid = told_name.pid AND a.uid = told_name.uid);

-- What people decided stands in link already. A return follows its movement; to a movement that names nobody it lends the lines that it names itself.
CREATE TABLE named AS
SELECT n.uid, n.pid, n.by_reference FROM told_name n
WHERE NOT EXISTS (SELECT 1 FROM tie z WHERE z.by_uid = n.uid) AND NOT EXISTS (SELECT 1 FROM link z WHERE z.uid = n.uid)
UNION ALL
SELECT t.uid, n.pid, max(n.by_reference)
FROM tie t JOIN told_name n ON n.uid = t.by_uid
WHERE NOT EXISTS (SELECT 1 FROM told_name z WHERE z.uid = t.uid) AND NOT EXISTS (SELECT 1 FROM link z WHERE z.uid = t.uid)
  AND NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = n.pid AND a.uid = t.uid)
GROUP BY t.uid, n.pid;

-- Several payout lines named: end_to_end_id wins where its amount agrees, else all where the sums agree.
CREATE TABLE named_several AS
SELECT n.uid, count(*) AS lines, sum(n.by_reference) AS by_reference, sum(cast(p.amount AS decimal(38, 0))) AS owed,
       sum(CASE WHEN n.by_reference = 1 THEN cast(p.amount AS decimal(38, 0)) ELSE 0 END) AS owed_by_reference
FROM named n JOIN payout p ON p.pid = n.pid
WHERE n.uid IN (SELECT uid FROM named GROUP BY uid HAVING count(*) > 1)
GROUP BY n.uid;

CREATE TABLE reading AS
SELECT s.uid,
       CASE WHEN u.amount IS NULL AND s.by_reference = 1 THEN 'reference'
            WHEN u.amount IS NULL THEN 'unclear'
            WHEN s.by_reference = 1 AND s.owed_by_reference = u.amount THEN 'reference'
            WHEN s.owed = u.amount THEN 'all'
            ELSE 'unclear' END AS reading
FROM named_several s JOIN unit u ON u.uid = s.uid;

-- part: the share of the movement that stands for this payout line, in the currency's smallest unit.
INSERT INTO link
SELECT n.pid, n.uid, CASE WHEN n.by_reference = 1 THEN 'reference' ELSE 'reference_in_text' END AS rule,
       CASE WHEN r.reading = 'all' OR u.amount IS NULL THEN p.amount ELSE u.amount END AS part
FROM named n
JOIN unit u ON u.uid = n.uid
JOIN payout p ON p.pid = n.pid
LEFT JOIN reading r ON r.uid = n.uid
WHERE r.uid IS NULL OR r.reading = 'all' OR (r.reading = 'reference' AND n.by_reference = 1);

INSERT INTO link
SELECT l.pid, t.by_uid, 'return', l.part FROM tie t JOIN link l ON l.uid = t.uid
WHERE NOT EXISTS (SELECT 1 FROM link k WHERE k.pid = l.pid AND k.uid = t.by_uid);

-- What nobody can decide is kept by group: its payout lines and its transactions.
-- hold: the payout lines wait for a person whatever comes; otherwise only while no settled evidence is found.
INSERT INTO unclear_payout
SELECT n.pid, 'reference|' || cast(n.uid AS string),
       CASE WHEN n.by_reference = 1 THEN 'reference' ELSE 'reference_in_text' END, FALSE
FROM named n JOIN reading r ON r.uid = n.uid
WHERE r.reading = 'unclear';

INSERT INTO unclear_unit
SELECT uid, 'reference|' || cast(uid AS string) FROM reading WHERE reading = 'unclear';

-- Of what is told here only the names in returns are asked for again.
CREATE OR REPLACE TABLE told_name AS
SELECT n.* FROM told_name n JOIN unit u ON u.uid = n.uid WHERE u.status = 'returned';

DROP TABLE named;
DROP TABLE named_several;
