-- After step 7: money left over on an account with no open payout line, where exactly one line has settled
-- evidence, belongs to that line too.
-- In: payout, open_payout, unclear_payout, left_unit, apart.
INSERT INTO found
SELECT a.pid, a.uid, 'account_only', a.amount
FROM (
  SELECT u.uid, coalesce(u.amount, min(p.amount)) AS amount, min(p.pid) AS pid
  FROM left_unit u
  -- The lines of an account are counted first: a million movements may meet a thousand lines.
  JOIN (SELECT q.acct_key, q.bank, q.opens_on, x.pid AS held, min(q.pid) AS pid, min(q.amount) AS amount,
               count(*) AS payouts, count(o.pid) AS still_open
        FROM payout q
        LEFT JOIN (SELECT pid FROM open_payout UNION SELECT pid FROM unclear_payout WHERE hold) o ON o.pid = q.pid
        LEFT JOIN (SELECT DISTINCT pid FROM apart) x ON x.pid = q.pid
        WHERE q.account_channel AND q.acct_key <> ''
        GROUP BY q.acct_key, q.bank, q.opens_on, x.pid) p
    ON p.acct_key = u.acct_key
   AND (p.bank = '' OR u.bank = '' OR p.bank = u.bank)
   AND (p.opens_on IS NULL OR u.day IS NULL OR u.day >= p.opens_on)
  WHERE u.stands AND NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = p.held AND a.uid = u.uid)
  GROUP BY u.uid, u.amount
  HAVING sum(p.payouts) = 1 AND sum(p.still_open) = 0) a;
