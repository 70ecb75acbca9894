-- After step 7: money left over on an account with no open payout line, where exactly one line has settled
-- evidence, belongs to that line too.
-- In: payout, open_payout, unclear_payout, left_unit.
INSERT INTO found
SELECT a.pid, a.uid, 'account_only', a.amount
FROM (
  SELECT u.uid, coalesce(u.amount, min(p.amount)) AS amount, min(p.pid) AS pid
  FROM left_unit u
  JOIN payout p ON p.acct_key = u.acct_key AND p.account_channel
   AND (p.bank = '' OR u.bank = '' OR p.bank = u.bank)
   AND (p.opens_on IS NULL OR u.day IS NULL OR u.day >= p.opens_on)
  LEFT JOIN (SELECT pid FROM open_payout UNION SELECT pid FROM unclear_payout WHERE hold) o ON o.pid = p.pid
  WHERE u.acct_key <> '' AND u.stands AND NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = p.pid AND a.uid = u.uid)
  GROUP BY u.uid, u.amount
  HAVING count(*) = 1 AND count(o.pid) = 0) a;
