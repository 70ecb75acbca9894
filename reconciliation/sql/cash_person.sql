-- As step 6, for cash: the only open line of a person and the only collection left that names the person, whatever
-- the amount; words follow. Where more is open on either side, all wait.
-- In:  open_cash, cash_unit, apart.
-- Out: rows added to found, unclear_payout and unclear_unit.

-- Lines of one kind may serve each other alike; held: what people hold apart is a kind of its own.
CREATE TABLE cash_payout AS
SELECT p.pid, p.amount, p.citizen_id, coalesce(p.opens_on, DATE '0001-01-01') AS opens_on, coalesce(a.pid, -1) AS held
FROM open_cash p LEFT JOIN (SELECT DISTINCT pid FROM apart) a ON a.pid = p.pid;

CREATE TABLE cash_told AS
SELECT u.uid, u.amount, u.citizen_id, coalesce(u.day, DATE '9999-12-31') AS day, u.stands, coalesce(a.uid, -1) AS held
FROM cash_unit u LEFT JOIN (SELECT DISTINCT uid FROM apart) a ON a.uid = u.uid;

CREATE TABLE cash_kind AS
SELECT p.citizen_id, p.opens_on, p.held AS payout_held, u.day, u.stands, u.held AS unit_held
FROM (SELECT DISTINCT citizen_id, opens_on, held FROM cash_payout) p
JOIN (SELECT DISTINCT citizen_id, day, stands, held FROM cash_told) u
  ON u.citizen_id = p.citizen_id AND u.day >= p.opens_on
WHERE NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = p.held AND a.uid = u.held);

CREATE TABLE cash_owed AS
SELECT p.pid, p.amount, p.citizen_id, k.collected
FROM cash_payout p
JOIN (SELECT citizen_id, opens_on, payout_held, bool_or(stands) AS collected
      FROM cash_kind GROUP BY citizen_id, opens_on, payout_held) k
  ON k.citizen_id = p.citizen_id AND k.opens_on = p.opens_on AND k.payout_held = p.held;

CREATE TABLE cash_served AS
SELECT u.uid, u.amount, u.citizen_id, u.stands
FROM cash_told u
JOIN (SELECT DISTINCT citizen_id, day, stands, unit_held FROM cash_kind) k
  ON k.citizen_id = u.citizen_id AND k.day = u.day AND k.stands = u.stands AND k.unit_held = u.held;

CREATE TABLE cash_size AS
SELECT p.citizen_id, p.payouts = 1 AND u.collections <= 1 AS alone
FROM (SELECT citizen_id, count(*) AS payouts FROM cash_owed GROUP BY citizen_id) p
JOIN (SELECT citizen_id, sum(CASE WHEN stands THEN 1 ELSE 0 END) AS collections
      FROM cash_served GROUP BY citizen_id) u ON u.citizen_id = p.citizen_id;

INSERT INTO found
SELECT p.pid, u.uid, 'citizen_only', coalesce(u.amount, p.amount)
FROM cash_size s JOIN cash_owed p ON p.citizen_id = s.citizen_id JOIN cash_served u ON u.citizen_id = s.citizen_id
WHERE s.alone;

INSERT INTO unclear_payout
SELECT p.pid, 'citizen_only|' || p.citizen_id, 'citizen_only', TRUE
FROM cash_owed p JOIN cash_size s ON s.citizen_id = p.citizen_id
WHERE p.collected AND NOT s.alone;

INSERT INTO unclear_unit
SELECT DISTINCT u.uid, 'citizen_only|' || u.citizen_id
FROM cash_served u JOIN cash_size s ON s.citizen_id = u.citizen_id
WHERE u.stands AND NOT s.alone;
