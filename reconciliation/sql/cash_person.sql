-- As step 6, for cash: the only open line of a person and the only collection left that names the person, whatever
-- the amount; words follow. Where more is open on either side, all wait.
-- In:  open_cash, cash_unit.
-- Out: rows added to found, unclear_payout and unclear_unit.
CREATE TABLE cash_pair AS
SELECT p.pid, p.amount AS owed, u.uid, u.amount, u.stands, p.citizen_id
FROM open_cash p JOIN cash_unit u ON u.citizen_id = p.citizen_id
WHERE (p.opens_on IS NULL OR u.day IS NULL OR u.day >= p.opens_on)
  AND NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = p.pid AND a.uid = u.uid);

CREATE TABLE cash_size AS
SELECT citizen_id, count(DISTINCT pid) AS payouts, count(DISTINCT CASE WHEN stands THEN uid END) AS collections
FROM cash_pair GROUP BY citizen_id;

INSERT INTO found
SELECT c.pid, c.uid, 'citizen_only', coalesce(c.amount, c.owed)
FROM cash_pair c JOIN cash_size s ON s.citizen_id = c.citizen_id
WHERE s.payouts = 1 AND s.collections <= 1;

INSERT INTO unclear_payout
SELECT DISTINCT c.pid, 'citizen_only|' || c.citizen_id, 'citizen_only', TRUE
FROM cash_pair c JOIN cash_size s ON s.citizen_id = c.citizen_id
WHERE c.stands AND (s.payouts > 1 OR s.collections > 1);

INSERT INTO unclear_unit
SELECT DISTINCT c.uid, 'citizen_only|' || c.citizen_id
FROM cash_pair c JOIN cash_size s ON s.citizen_id = c.citizen_id
WHERE c.stands AND (s.payouts > 1 OR s.collections > 1);
