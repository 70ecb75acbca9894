-- The open payout lines and open movements of one account, for step 6 and what follows it.
-- In:  open_payout, left_unit.
-- Out: group_payout, group_served.

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

CREATE OR REPLACE TABLE group_payout AS
SELECT p.pid, CASE WHEN m.parted AND NOT m.torn THEN p.acct_key || '|' || p.bank ELSE p.acct_key END AS grp,
       coalesce(m.torn, FALSE) AS torn, p.opens_on, p.amount
FROM open_payout p JOIN account_met m ON m.acct_key = p.acct_key;

-- A movement counts only where it may serve: not before the payment opened.
CREATE OR REPLACE TABLE group_served AS
SELECT u.uid, o.grp, u.day, u.amount, u.stands
FROM left_unit u
JOIN account_met m ON m.acct_key = u.acct_key
JOIN (SELECT grp, min(opens_on) AS first_open, bool_or(opens_on IS NULL) AS always FROM group_payout GROUP BY grp) o
  ON o.grp = CASE WHEN m.parted AND NOT m.torn THEN u.acct_key || '|' || u.bank ELSE u.acct_key END
WHERE u.status = 'settled' AND (u.day IS NULL OR o.always OR u.day >= o.first_open);
