-- Steps 3 to 5, last third, once for each open cycle, the oldest first: its lines take the earliest movements that
-- may serve them, as many as there are lines; where it has too few, or too many that serve no later cycle, all wait.
-- In:  this_cycle, free_payout, free_unit, unit, step.
-- Out: rows added to found and unclear_*; free_payout and free_unit without what this cycle took.

CREATE OR REPLACE TABLE cycle_payout AS
SELECT p.*, row_number() OVER (PARTITION BY p.grp ORDER BY p.pid) AS nth
FROM free_payout p JOIN this_cycle c ON c.cycle = p.cycle;

CREATE OR REPLACE TABLE cycle_unit AS
SELECT u.uid, u.grp, u.day, coalesce(l.last_open IS NULL OR u.day < l.last_open, FALSE) AS own
FROM free_unit u
JOIN (SELECT grp, max(opens_on) AS opens_on FROM cycle_payout GROUP BY grp) o ON o.grp = u.grp
LEFT JOIN (SELECT p.grp, min(coalesce(p.opens_on, DATE '0001-01-01')) AS last_open
           FROM free_payout p JOIN this_cycle c ON p.cycle > c.cycle GROUP BY p.grp) l ON l.grp = u.grp
WHERE u.day IS NULL OR o.opens_on IS NULL OR u.day >= o.opens_on;

CREATE OR REPLACE TABLE cycle_group AS
SELECT p.grp, p.lines, u.able,
       u.able = p.lines OR (u.own <= p.lines AND p.lines < u.able) AS clear
FROM (SELECT grp, count(*) AS lines FROM cycle_payout GROUP BY grp) p
JOIN (SELECT grp, count(*) AS able, sum(CASE WHEN own THEN 1 ELSE 0 END) AS own FROM cycle_unit GROUP BY grp) u
  ON u.grp = p.grp;

-- Content alone decides which is the first, never the place in a file.
CREATE OR REPLACE TABLE cycle_taken AS
SELECT uid, grp, row_number() OVER (PARTITION BY grp ORDER BY by_content) AS nth
FROM (SELECT c.uid, c.grp, c.by_content, g.lines,
             row_number() OVER (PARTITION BY c.grp ORDER BY NOT c.own, c.by_content) AS choice
      FROM (SELECT x.uid, x.grp, x.own,
                   row_number() OVER (PARTITION BY x.grp
                                      ORDER BY x.day NULLS LAST, u.bank_ref, u.branch, u.ref, u.acct, u.bank, u.name,
                                               u.citizen_id, u.status, u.reason_code, u.reason_text, u.fee NULLS LAST,
                                               u.remittance_info, u.sender, u.uid) AS by_content
            FROM cycle_unit x JOIN unit u ON u.uid = x.uid) c
      JOIN cycle_group g ON g.grp = c.grp
      WHERE g.clear) d
WHERE choice <= lines;

INSERT INTO found
SELECT p.pid, t.uid, step.rule, p.amount
FROM cycle_payout p JOIN cycle_taken t ON t.grp = p.grp AND t.nth = p.nth CROSS JOIN step;

-- Words about the line follow the only movement to the only line.
INSERT INTO found
SELECT p.pid, u.uid, step.rule, p.amount
FROM cycle_payout p
JOIN cycle_taken t ON t.grp = p.grp AND t.nth = p.nth
JOIN group_size g ON g.grp = p.grp AND g.alone
JOIN group_unit u ON u.grp = p.grp AND NOT u.counted AND u.word
CROSS JOIN step;

CREATE OR REPLACE TABLE cycle_unclear AS
SELECT u.uid, u.grp FROM cycle_unit u JOIN cycle_group g ON g.grp = u.grp
WHERE NOT g.clear AND (g.able < g.lines OR u.own);

INSERT INTO unclear_payout
SELECT p.pid, step.rule || '|' || p.cycle || '|' || p.grp, step.rule, TRUE
FROM cycle_payout p JOIN (SELECT DISTINCT grp FROM cycle_unclear) u ON u.grp = p.grp CROSS JOIN step;

INSERT INTO unclear_unit
SELECT u.uid, step.rule || '|' || c.cycle || '|' || u.grp FROM cycle_unclear u CROSS JOIN step CROSS JOIN this_cycle c;

CREATE OR REPLACE TABLE free_unit AS
SELECT u.* FROM free_unit u
WHERE NOT EXISTS (SELECT 1 FROM cycle_taken z WHERE z.uid = u.uid)
  AND NOT EXISTS (SELECT 1 FROM cycle_unclear z WHERE z.uid = u.uid);
