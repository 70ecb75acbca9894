-- Step 7: the accounts small enough to try which lines add up; the rest is left for a person.
-- In: account_payout, account_unit (movements that stand; where none stands those that came back), account_size.
CREATE OR REPLACE TABLE sum_pair AS
SELECT p.grp, p.pid, p.amount AS owed, u.uid, u.amount
FROM account_size s
JOIN account_payout p ON p.grp = s.grp
JOIN account_unit u ON u.grp = s.grp
CROSS JOIN rules
WHERE s.payouts + s.units <= rules.sum_most_lines AND NOT s.torn AND u.amount IS NOT NULL
  AND (p.opens_on IS NULL OR u.day IS NULL OR u.day >= p.opens_on)
  AND NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = p.pid AND a.uid = u.uid);
