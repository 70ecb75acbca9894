-- Steps 3 to 5, first third: the groups that share a key.
-- In:  step, candidate_payout, candidate_unit, payout, left_unit.
-- Out: group_payout, group_served.

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
SELECT c.pid, CASE WHEN b.parted AND NOT b.torn THEN c.pair_key || '|' || c.bank ELSE c.pair_key END AS grp,
       b.torn, p.opens_on, p.cycle, p.amount
FROM candidate_payout c JOIN met_bank b ON b.pair_key = c.pair_key JOIN payout p ON p.pid = c.pid;

-- A movement counts only where it may serve: not before the payment opened.
CREATE OR REPLACE TABLE group_served AS
SELECT c.uid, o.grp, u.day, u.stands, u.status <> 'returned' AS word
FROM able_unit c
JOIN met_bank b ON b.pair_key = c.pair_key
JOIN left_unit u ON u.uid = c.uid
JOIN (SELECT grp, min(opens_on) AS first_open, bool_or(opens_on IS NULL) AS always FROM group_payout GROUP BY grp) o
  ON o.grp = CASE WHEN b.parted AND NOT b.torn THEN c.pair_key || '|' || c.bank ELSE c.pair_key END
WHERE u.day IS NULL OR o.always OR u.day >= o.first_open;
