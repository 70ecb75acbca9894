-- Step 6: one open payout line and one open movement of the same account, names not incompatible.
-- In:  account_payout, account_unit, account_size, names_differ (of the pairs in compared).
CREATE OR REPLACE TABLE compared AS
SELECT p.pid, u.uid, coalesce(u.amount, p.amount) AS amount
FROM account_size s JOIN account_payout p ON p.grp = s.grp JOIN account_unit u ON u.grp = s.grp
WHERE s.payouts = 1 AND s.units = 1 AND NOT s.torn;
