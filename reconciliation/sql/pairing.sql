-- Steps 3 to 5: pair what shares a key where the counts leave one reading; the rest of the group waits for a person.
-- In:  step, candidate_payout, candidate_unit, payout, unit.
-- Out: rows added to found, unclear_payout and unclear_unit.

CREATE OR REPLACE TABLE met AS
SELECT c.pair_key FROM (SELECT DISTINCT pair_key FROM candidate_payout) c
JOIN (SELECT DISTINCT pair_key FROM candidate_unit) d ON d.pair_key = c.pair_key;

-- Banks that differ part the group, unless a line of it names none: then nobody can say where that line belongs.
CREATE OR REPLACE TABLE met_bank AS
SELECT pair_key, min(nullif(bank, '')) <> max(nullif(bank, '')) AS parted,
       min(nullif(bank, '')) <> max(nullif(bank, '')) AND min(bank) = '' AS torn
FROM (SELECT pair_key, bank FROM candidate_payout UNION ALL
      SELECT c.pair_key, c.bank FROM candidate_unit c JOIN unit u ON u.uid = c.uid WHERE u.status <> 'returned') b
WHERE pair_key IN (SELECT pair_key FROM met)
GROUP BY pair_key;

CREATE OR REPLACE TABLE group_payout AS
SELECT c.pid, CASE WHEN b.parted AND NOT b.torn THEN concat(c.pair_key, '|', c.bank) ELSE c.pair_key END AS grp,
       coalesce(b.torn, FALSE) AS torn, p.opens_on, p.cycle, p.line_ref, p.amount
FROM candidate_payout c JOIN met_bank b ON b.pair_key = c.pair_key JOIN payout p ON p.pid = c.pid;

CREATE OR REPLACE TABLE group_unit AS
SELECT c.uid, CASE WHEN b.parted AND NOT b.torn THEN concat(c.pair_key, '|', c.bank) ELSE c.pair_key END AS grp,
       u.status, u.day
FROM candidate_unit c JOIN met_bank b ON b.pair_key = c.pair_key JOIN unit u ON u.uid = c.uid;

-- A movement counts only where it may serve: not before the payment opened.
CREATE OR REPLACE TABLE group_eligible AS
SELECT g.*, CASE WHEN x.settled > 0 THEN g.status = 'settled' ELSE g.status <> 'returned' END AS counted
FROM (SELECT u.* FROM group_unit u
      JOIN (SELECT grp, min(opens_on) AS first_open, bool_or(opens_on IS NULL) AS always FROM group_payout GROUP BY grp) o
        ON o.grp = u.grp
      WHERE u.day IS NULL OR o.always OR u.day >= o.first_open) g
JOIN (SELECT u.grp, sum(CASE WHEN u.status = 'settled' THEN 1 ELSE 0 END) AS settled
      FROM group_unit u
      JOIN (SELECT grp, min(opens_on) AS first_open, bool_or(opens_on IS NULL) AS always FROM group_payout GROUP BY grp) o
        ON o.grp = u.grp
      WHERE u.day IS NULL OR o.always OR u.day >= o.first_open
      GROUP BY u.grp) x ON x.grp = g.grp;

CREATE OR REPLACE TABLE group_served AS
SELECT p.* FROM group_payout p
JOIN (SELECT grp, max(day) AS last_day, bool_or(day IS NULL) AS undated FROM group_eligible WHERE counted GROUP BY grp) d
  ON d.grp = p.grp
WHERE p.opens_on IS NULL OR d.undated OR p.opens_on <= d.last_day;

CREATE OR REPLACE TABLE ranked_payout AS
SELECT pid, grp, opens_on, amount, row_number() OVER (PARTITION BY grp ORDER BY opens_on, cycle, line_ref) AS nth
FROM group_served;

CREATE OR REPLACE TABLE ranked_unit AS
SELECT g.uid, g.grp, g.day,
       row_number() OVER (PARTITION BY g.grp
                          ORDER BY g.day, u.bank_ref, u.ref, u.remittance_info, u.name, u.bank, u.branch, u.status,
                                   u.file, u.line) AS nth
FROM group_eligible g JOIN unit u ON u.uid = g.uid
WHERE g.counted;

-- Sorted pairs are all lawful exactly when any lawful pairing exists.
CREATE OR REPLACE TABLE group_verdict AS
SELECT a.grp, a.payouts, b.units, a.torn,
       NOT a.torn AND a.payouts = b.units AND coalesce(c.lawful, FALSE)
         AND (a.payouts = 1 OR (step.many AND coalesce(f.followers, 0) = 0))
         AND coalesce(s.shared, 0) = 0 AS clear
FROM (SELECT grp, count(*) AS payouts, bool_or(torn) AS torn FROM group_served GROUP BY grp) a
JOIN (SELECT grp, count(*) AS units FROM ranked_unit GROUP BY grp) b ON b.grp = a.grp
CROSS JOIN step
LEFT JOIN (SELECT p.grp, bool_and(p.opens_on IS NULL OR u.day IS NULL OR u.day >= p.opens_on) AS lawful
           FROM ranked_payout p JOIN ranked_unit u ON u.grp = p.grp AND u.nth = p.nth GROUP BY p.grp) c ON c.grp = a.grp
LEFT JOIN (SELECT grp, count(*) AS followers FROM group_eligible WHERE NOT counted GROUP BY grp) f ON f.grp = a.grp
LEFT JOIN (SELECT u.grp, count(*) AS shared FROM ranked_unit u
           JOIN (SELECT uid FROM ranked_unit GROUP BY uid HAVING count(*) > 1) v ON v.uid = u.uid
           GROUP BY u.grp) s ON s.grp = a.grp;

INSERT INTO found
SELECT p.pid, u.uid, step.rule, p.amount
FROM group_verdict g
JOIN ranked_payout p ON p.grp = g.grp
JOIN ranked_unit u ON u.grp = g.grp AND u.nth = p.nth
CROSS JOIN step
WHERE g.clear;

-- Words about the line follow the movement.
INSERT INTO found
SELECT p.pid, f.uid, step.rule, p.amount
FROM group_verdict g
JOIN ranked_payout p ON p.grp = g.grp
JOIN group_eligible f ON f.grp = g.grp AND NOT f.counted AND f.status <> 'returned'
CROSS JOIN step
WHERE g.clear;

INSERT INTO unclear_payout
SELECT p.pid, concat(step.rule, '|', g.grp), step.rule, TRUE
FROM group_verdict g JOIN group_served p ON p.grp = g.grp CROSS JOIN step
WHERE NOT g.clear;

INSERT INTO unclear_unit
SELECT e.uid, concat(step.rule, '|', g.grp)
FROM group_verdict g JOIN group_eligible e ON e.grp = g.grp CROSS JOIN step
WHERE NOT g.clear;
