-- Steps 3 to 5, first half: the groups that share a key, and what of them counts.
-- In:  step, candidate_payout, candidate_unit, payout, left_unit.
-- Out: group_payout, group_unit (counted, or words beside what is counted); rows added to unclear_*.

-- What was booked before any payment of its key opened takes no part at all.
CREATE OR REPLACE TABLE able_unit AS
SELECT c.uid, c.pair_key, c.bank
FROM candidate_unit c
JOIN left_unit u ON u.uid = c.uid
JOIN (SELECT c.pair_key, min(p.opens_on) AS first_open, bool_or(p.opens_on IS NULL) AS always
      FROM candidate_payout c JOIN payout p ON p.pid = c.pid GROUP BY c.pair_key) o ON o.pair_key = c.pair_key
WHERE u.day IS NULL OR o.always OR u.day >= o.first_open;

CREATE OR REPLACE TABLE met AS
SELECT DISTINCT pair_key FROM able_unit;

-- Banks that differ part the group, unless a line of it names none: then nobody can say where that line belongs.
CREATE OR REPLACE TABLE met_bank AS
SELECT pair_key, coalesce(min(nullif(bank, '')) <> max(nullif(bank, '')), FALSE) AS parted,
       coalesce(min(nullif(bank, '')) <> max(nullif(bank, '')) AND min(bank) = '', FALSE) AS torn
FROM (SELECT pair_key, bank FROM candidate_payout UNION ALL SELECT pair_key, bank FROM able_unit) b
WHERE pair_key IN (SELECT pair_key FROM met)
GROUP BY pair_key;

CREATE OR REPLACE TABLE group_payout AS
SELECT c.pid, CASE WHEN b.parted AND NOT b.torn THEN concat(c.pair_key, '|', c.bank) ELSE c.pair_key END AS grp,
       b.torn, p.opens_on, p.cycle, p.amount
FROM candidate_payout c JOIN met_bank b ON b.pair_key = c.pair_key JOIN payout p ON p.pid = c.pid;

-- A movement counts only where it may serve: not before the payment opened. Movements that stand are counted;
-- where none stands all words are, save returns that undo nothing.
CREATE OR REPLACE TABLE group_served AS
SELECT c.uid, o.grp, u.day, u.stands, u.status <> 'returned' AS word
FROM able_unit c
JOIN met_bank b ON b.pair_key = c.pair_key
JOIN left_unit u ON u.uid = c.uid
JOIN (SELECT grp, min(opens_on) AS first_open, bool_or(opens_on IS NULL) AS always FROM group_payout GROUP BY grp) o
  ON o.grp = CASE WHEN b.parted AND NOT b.torn THEN concat(c.pair_key, '|', c.bank) ELSE c.pair_key END
WHERE u.day IS NULL OR o.always OR u.day >= o.first_open;

CREATE OR REPLACE TABLE group_unit AS
SELECT g.*, CASE WHEN s.any_stands THEN g.stands ELSE g.word END AS counted, s.any_stands
FROM group_served g
JOIN (SELECT grp, bool_or(stands) AS any_stands FROM group_served GROUP BY grp) s ON s.grp = g.grp;

-- A group is unclear as a whole where banks tear it, where words stand beside more than one pair, or where two
-- groups share a transaction.
CREATE OR REPLACE TABLE group_size AS
SELECT p.grp, p.payouts, u.counted, p.payouts = 1 AND u.counted = 1 AS alone,
       p.torn OR (u.any_stands AND u.others > 0 AND NOT (p.payouts = 1 AND u.counted = 1))
         OR (NOT step.many AND (p.most_a_cycle > 1 OR u.counted > p.cycles)) OR x.grp IS NOT NULL AS unclear
FROM (SELECT grp, sum(payouts) AS payouts, bool_or(torn) AS torn, max(payouts) AS most_a_cycle, count(*) AS cycles
      FROM (SELECT grp, cycle, count(*) AS payouts, bool_or(torn) AS torn FROM group_payout GROUP BY grp, cycle) c
      GROUP BY grp) p
JOIN (SELECT grp, sum(CASE WHEN counted THEN 1 ELSE 0 END) AS counted, bool_or(any_stands) AS any_stands,
             sum(CASE WHEN counted THEN 0 ELSE 1 END) AS others
      FROM group_unit GROUP BY grp) u ON u.grp = p.grp
CROSS JOIN step
LEFT JOIN (SELECT DISTINCT g.grp FROM group_unit g
           JOIN (SELECT uid FROM group_unit GROUP BY uid HAVING count(*) > 1) v ON v.uid = g.uid) x ON x.grp = p.grp
WHERE u.counted > 0;

CREATE OR REPLACE TABLE group_unclear AS
SELECT grp FROM group_size WHERE unclear;

INSERT INTO unclear_payout
SELECT p.pid, concat(step.rule, '|', p.grp), step.rule, TRUE
FROM group_payout p JOIN group_unclear g ON g.grp = p.grp CROSS JOIN step;

INSERT INTO unclear_unit
SELECT u.uid, concat(step.rule, '|', u.grp)
FROM group_unit u JOIN group_unclear g ON g.grp = u.grp CROSS JOIN step;

-- What is left to pair, cycle by cycle.
CREATE OR REPLACE TABLE free_payout AS
SELECT p.* FROM group_payout p JOIN group_size g ON g.grp = p.grp WHERE NOT g.unclear;

CREATE OR REPLACE TABLE free_unit AS
SELECT u.* FROM group_unit u JOIN group_size g ON g.grp = u.grp WHERE NOT g.unclear AND u.counted;
