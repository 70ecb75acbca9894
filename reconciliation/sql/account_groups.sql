-- The open payout lines and open movements of one account, for step 6 and what follows it.
-- In:  open_payout, left_unit.
-- Out: account_payout, account_unit (those that may serve each other), account_size.

-- Banks that differ part an account number, unless a line names none: then the group is torn.
CREATE OR REPLACE TABLE account_met AS
SELECT acct_key, min(nullif(bank, '')) <> max(nullif(bank, '')) AS parted,
       min(nullif(bank, '')) <> max(nullif(bank, '')) AND min(bank) = '' AS torn
FROM (SELECT acct_key, bank, 1 AS side FROM open_payout WHERE acct_key <> '' UNION ALL
      SELECT u.acct_key, u.bank, 0 AS side
      FROM left_unit u
      JOIN (SELECT acct_key, min(opens_on) AS first_open, bool_or(opens_on IS NULL) AS always
            FROM open_payout WHERE acct_key <> '' GROUP BY acct_key) o ON o.acct_key = u.acct_key
      WHERE u.status = 'settled' AND (u.day IS NULL OR o.always OR u.day >= o.first_open)) a
GROUP BY acct_key
HAVING sum(side) > 0 AND sum(1 - side) > 0;

CREATE OR REPLACE TABLE account_side AS
SELECT p.pid, CASE WHEN m.parted AND NOT m.torn THEN concat(p.acct_key, '|', p.bank) ELSE p.acct_key END AS grp,
       coalesce(m.torn, FALSE) AS torn, p.opens_on, p.amount
FROM open_payout p JOIN account_met m ON m.acct_key = p.acct_key;

-- A movement counts only where it may serve: not before the payment opened.
CREATE OR REPLACE TABLE account_served AS
SELECT u.uid, o.grp, u.day, u.amount, u.stands
FROM left_unit u
JOIN account_met m ON m.acct_key = u.acct_key
JOIN (SELECT grp, min(opens_on) AS first_open, bool_or(opens_on IS NULL) AS always FROM account_side GROUP BY grp) o
  ON o.grp = CASE WHEN m.parted AND NOT m.torn THEN concat(u.acct_key, '|', u.bank) ELSE u.acct_key END
WHERE u.status = 'settled' AND (u.day IS NULL OR o.always OR u.day >= o.first_open);

-- Movements that stand are counted; where none stands, those that were undone.
CREATE OR REPLACE TABLE account_unit AS
SELECT u.uid, u.grp, u.day, u.amount, u.stands FROM account_served u
JOIN (SELECT grp, bool_or(stands) AS any_stands FROM account_served GROUP BY grp) s ON s.grp = u.grp
WHERE u.stands = s.any_stands;

CREATE OR REPLACE TABLE account_payout AS
SELECT p.pid, p.grp, p.torn, p.opens_on, p.amount
FROM account_side p
JOIN (SELECT grp, max(day) AS last_day, bool_or(day IS NULL) AS undated FROM account_unit GROUP BY grp) d ON d.grp = p.grp
WHERE p.opens_on IS NULL OR d.undated OR p.opens_on <= d.last_day;

CREATE OR REPLACE TABLE account_size AS
SELECT p.grp, p.payouts, u.units, p.torn
FROM (SELECT grp, count(*) AS payouts, bool_or(torn) AS torn FROM account_payout GROUP BY grp) p
JOIN (SELECT grp, count(*) AS units FROM account_unit GROUP BY grp) u ON u.grp = p.grp;
