-- Steps 3 to 5, second third: what of each group counts, and whether it can be paired at all.
-- In:  step, group_payout, group_served, apart_group.
-- Out: group_unit (counted, or words beside what is counted), group_size, free_payout, free_unit; rows added to unclear_*.

-- Movements that stand are counted; where none stands all words are, save returns that undo nothing.
CREATE OR REPLACE TABLE group_unit AS
SELECT g.*, CASE WHEN s.any_stands THEN g.stands ELSE g.word END AS counted, s.any_stands
FROM group_served g
JOIN (SELECT grp, bool_or(stands) AS any_stands FROM group_served GROUP BY grp) s ON s.grp = g.grp;

-- A group is unclear as a whole where banks tear it, where people hold some of its pairs apart, where words stand beside more than one pair, or where two
-- groups share a transaction.
CREATE OR REPLACE TABLE group_size AS
SELECT p.grp, p.payouts, u.counted, p.payouts = 1 AND u.counted = 1 AS alone,
       p.torn OR p.grp IN (SELECT grp FROM apart_group)
         OR (u.any_stands AND u.others > 0 AND NOT (p.payouts = 1 AND u.counted = 1))
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
SELECT p.pid, step.rule || '|' || p.grp, step.rule, TRUE
FROM group_payout p JOIN group_unclear g ON g.grp = p.grp CROSS JOIN step;

INSERT INTO unclear_unit
SELECT u.uid, step.rule || '|' || u.grp
FROM group_unit u JOIN group_unclear g ON g.grp = u.grp CROSS JOIN step;

-- What is left to pair, cycle by cycle.
CREATE OR REPLACE TABLE free_payout AS
SELECT p.* FROM group_payout p JOIN group_size g ON g.grp = p.grp WHERE NOT g.unclear;

CREATE OR REPLACE TABLE free_unit AS
SELECT u.* FROM group_unit u JOIN group_size g ON g.grp = u.grp WHERE NOT g.unclear AND u.counted;
