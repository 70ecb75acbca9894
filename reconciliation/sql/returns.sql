-- One round of tying returns to what they undo; run until a round ties nothing.
-- In:  unit, member, told, named, link, undone, undone_short, stage (last: by account and amount too), rules.
-- Out: rows added to undone and undone_short; tied lists this round's ties.

CREATE OR REPLACE TABLE open_return AS
SELECT u.* FROM unit u
WHERE u.status = 'returned'
  AND u.uid NOT IN (SELECT by_uid FROM undone) AND u.uid NOT IN (SELECT by_uid FROM undone_short);

CREATE OR REPLACE TABLE evidence AS
SELECT DISTINCT u.uid, u.day, u.amount, u.bank_ref, u.sender
FROM link l JOIN unit u ON u.uid = l.uid
WHERE u.status = 'settled' AND (SELECT count(*) FROM open_return) > 0
  AND u.uid NOT IN (SELECT uid FROM undone) AND u.uid NOT IN (SELECT uid FROM undone_short);

CREATE OR REPLACE TABLE tie AS
SELECT r.uid AS by_uid, m.uid, 1 AS tier
FROM open_return r JOIN told t ON t.bank_ref = r.original_ref JOIN member m ON m.sid = t.sid
WHERE r.original_ref <> ''
UNION
SELECT r.uid, m.uid, 1 FROM open_return r JOIN told t ON t.ref = r.original_ref JOIN member m ON m.sid = t.sid
WHERE r.original_ref <> ''
UNION
SELECT r.uid, l.uid, 1 FROM open_return r JOIN reference f ON f.ref = r.original_ref JOIN link l ON l.pid = f.pid
WHERE r.original_ref <> ''
UNION
SELECT r.uid, m.uid, 2
FROM open_return r JOIN member rm ON rm.uid = r.uid JOIN told rt ON rt.sid = rm.sid
JOIN told t ON t.ref = rt.ref JOIN member m ON m.sid = t.sid
WHERE rt.ref <> ''
UNION
SELECT r.uid, l.uid, 2 FROM open_return r JOIN named n ON n.uid = r.uid JOIN link l ON l.pid = n.pid
UNION
SELECT r.uid, l.uid, 3
FROM stage s
CROSS JOIN open_return r
JOIN link l ON s.last
JOIN unit u ON u.uid = l.uid AND u.amount = r.amount
JOIN payout p ON p.pid = l.pid
WHERE r.acct_key <> '' AND r.uid NOT IN (SELECT uid FROM named)
  AND r.acct_key = CASE WHEN u.acct_key <> '' THEN u.acct_key ELSE p.acct_key END
  AND (r.bank = '' OR r.bank = CASE WHEN u.bank <> '' THEN u.bank ELSE p.bank END
       OR (u.bank = '' AND p.bank = ''));

-- Each return takes its strongest, then of equal amount, then latest; of several on one the first booked.
CREATE OR REPLACE TABLE tied AS
SELECT uid, by_uid, short FROM (
  SELECT c.*, row_number() OVER (PARTITION BY c.uid ORDER BY c.tier, c.unequal, c.r_day IS NULL, c.r_day, c.r_ref,
                                                             c.r_file, c.r_line) AS first_return
  FROM (
    SELECT t.uid, t.by_uid, t.tier, r.day AS r_day, r.bank_ref AS r_ref, r.file AS r_file, r.line AS r_line,
           r.amount <> e.amount AS unequal,
           CASE WHEN r.amount IS NULL OR r.amount = e.amount THEN FALSE
                WHEN r.amount < e.amount AND e.amount - r.amount <= rules.fee_tolerance THEN FALSE
                ELSE TRUE END AS short,
           row_number() OVER (PARTITION BY t.by_uid
                              ORDER BY t.tier, coalesce(r.amount <> e.amount, FALSE), e.day IS NULL, e.day DESC,
                                       e.bank_ref, e.uid) AS best
    FROM tie t
    JOIN open_return r ON r.uid = t.by_uid
    JOIN evidence e ON e.uid = t.uid
    CROSS JOIN rules
    WHERE e.day IS NULL OR r.day IS NULL OR e.day <= r.day) c
  WHERE c.best = 1) d
WHERE d.first_return = 1;

INSERT INTO undone SELECT uid, by_uid FROM tied WHERE NOT short;
INSERT INTO undone_short SELECT uid, by_uid FROM tied WHERE short;

-- The return is evidence for the very lines of what it undoes.
DELETE FROM link WHERE uid IN (SELECT by_uid FROM tied);
DELETE FROM unclear_unit WHERE uid IN (SELECT by_uid FROM tied);
DELETE FROM unclear_payout WHERE grp NOT IN (SELECT grp FROM unclear_unit);
INSERT INTO link
SELECT l.pid, t.by_uid, 'return', l.part FROM tied t JOIN link l ON l.uid = t.uid;
