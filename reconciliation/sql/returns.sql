-- One round of tying returns to what they undo; run until a round ties nothing more.
-- In:  told, member, unit, named, link, stage, rules.
--      stage.among = 'told': by original_ref or end_to_end_id, among all movements, before any step;
--      stage.among = 'evidence': by the line it names, else by account and amount, among settled evidence;
--      stage.among = 'last': the same once more, and a return told again joins the movement that another undid.
-- Out: rows added to tie (movement, return; fresh: it was not undone before; short: more is missing than a fee);
--      undone holds the movements that are undone whole.

CREATE OR REPLACE TABLE open_return AS
SELECT u.* FROM unit u
WHERE u.status = 'returned' AND u.uid NOT IN (SELECT by_uid FROM tie)
  AND u.uid NOT IN (SELECT uid FROM unclear_unit);

CREATE OR REPLACE TABLE tie_candidate AS
SELECT r.uid AS by_uid, m.uid, CAST(NULL AS bigint) AS pid, r.amount, e.amount AS undoes, 1 AS tier
FROM stage s CROSS JOIN open_return r
JOIN told t ON t.bank_ref = r.original_ref AND t.status = 'settled'
JOIN member m ON m.sid = t.sid JOIN unit e ON e.uid = m.uid
WHERE s.among = 'told' AND r.original_ref <> ''
  AND (starts_with(r.sender, 'file:') OR starts_with(e.sender, 'file:') OR r.sender = e.sender)
  AND (r.branch = '' OR e.branch = '' OR r.branch = e.branch)
UNION
SELECT r.uid, m.uid, NULL, r.amount, e.amount, 1
FROM stage s CROSS JOIN open_return r
JOIN told t ON t.ref = r.original_ref AND t.status = 'settled'
JOIN member m ON m.sid = t.sid JOIN unit e ON e.uid = m.uid
WHERE s.among = 'told' AND r.original_ref <> ''
UNION
SELECT r.uid, m.uid, NULL, r.amount, e.amount, 2
FROM stage s CROSS JOIN open_return r
JOIN member rm ON rm.uid = r.uid JOIN told rt ON rt.sid = rm.sid
JOIN told t ON t.ref = rt.ref AND t.status = 'settled'
JOIN member m ON m.sid = t.sid JOIN unit e ON e.uid = m.uid
WHERE s.among = 'told' AND rt.ref <> ''
UNION
SELECT r.uid, l.uid, min(l.pid), CASE WHEN r.amount = u.amount THEN r.amount ELSE sum(rl.part) END,
       max(coalesce(u.amount, l.part)), 2
FROM stage s CROSS JOIN open_return r
JOIN link rl ON rl.uid = r.uid
JOIN link l ON l.pid = rl.pid JOIN unit u ON u.uid = l.uid AND u.status = 'settled'
WHERE s.among <> 'told'
GROUP BY r.uid, l.uid, r.amount, u.amount
UNION
SELECT r.uid, l.uid, NULL, r.amount, u.amount, 3
FROM stage s CROSS JOIN open_return r
JOIN unit u ON u.amount = r.amount AND u.status = 'settled'
JOIN link l ON l.uid = u.uid
JOIN payout p ON p.pid = l.pid
WHERE s.among <> 'told' AND r.acct_key <> '' AND r.uid NOT IN (SELECT uid FROM link)
  AND r.acct_key = CASE WHEN u.acct_key <> '' THEN u.acct_key ELSE p.acct_key END
  AND (r.bank = '' OR CASE WHEN u.acct_key <> '' THEN u.bank ELSE p.bank END IN ('', r.bank));

-- A return takes the strongest tie, then what nobody undid, then of equal amount, then the latest booked not after it;
-- of several returns for one movement the first booked has it.
CREATE OR REPLACE TABLE tied AS
SELECT uid, by_uid, fresh, short FROM (
  SELECT c.*, row_number() OVER (PARTITION BY c.uid ORDER BY c.tier, c.unequal, c.r_day IS NULL, c.r_day, c.r_bank_ref,
                                                             c.by_uid) AS first_return
  FROM (
    SELECT t.uid, t.by_uid, t.tier, t.fresh, t.unequal, r.day AS r_day, r.bank_ref AS r_bank_ref,
           coalesce(t.unequal AND NOT (t.amount < t.undoes AND t.undoes - t.amount <= rules.fee_tolerance), FALSE)
             AS short,
           row_number() OVER (PARTITION BY t.by_uid, t.pid
                              ORDER BY t.tier, NOT t.fresh, t.unequal, e.day IS NULL, e.day DESC, e.bank_ref, e.uid)
             AS best
    FROM (SELECT c.*, coalesce(c.amount <> c.undoes, FALSE) AS unequal, k.uid IS NULL AS fresh
          FROM tie_candidate c LEFT JOIN (SELECT DISTINCT uid FROM tie) k ON k.uid = c.uid) t
    JOIN open_return r ON r.uid = t.by_uid
    JOIN unit e ON e.uid = t.uid
    CROSS JOIN rules
    CROSS JOIN stage s
    WHERE e.status = 'settled' AND (e.day IS NULL OR r.day IS NULL OR e.day <= r.day)
      AND (t.fresh OR (s.among = 'last' AND t.tier < 3))) c
  WHERE c.best = 1) d
WHERE d.first_return = 1 OR NOT d.fresh;

INSERT INTO tie SELECT uid, by_uid, fresh, short FROM tied;
INSERT INTO undone SELECT DISTINCT uid FROM tied WHERE fresh AND NOT short;

-- The return is evidence for the very lines of what it undoes.
DELETE FROM link
WHERE EXISTS (SELECT 1 FROM tied t JOIN link l ON l.uid = t.uid WHERE t.by_uid = link.uid AND l.pid = link.pid);
INSERT INTO link
SELECT DISTINCT l.pid, t.by_uid, 'return', l.part FROM tied t JOIN link l ON l.uid = t.uid;
