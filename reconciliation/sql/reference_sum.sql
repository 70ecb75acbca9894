-- Lines that name one line_ref and carry more than it is owed, beside the other open lines of its account.
-- In:  link, unit, payout, undone, tie, open_payout, rules.
-- Out: reference_sum, one row an other open line; stands tells a movement from a word.
CREATE TABLE named_over AS
SELECT l.uid, l.pid, p.amount AS owed, u.amount, u.day, p.acct_key, p.bank,
       u.status = 'settled' AND NOT EXISTS (SELECT 1 FROM undone z WHERE z.uid = u.uid) AS stands
FROM link l
JOIN unit u ON u.uid = l.uid
JOIN payout p ON p.pid = l.pid
WHERE u.amount > p.amount AND p.acct_key <> '' AND p.account_channel AND NOT u.cash AND l.rule NOT IN ('return', 'confirmed');

CREATE TABLE named_more AS
SELECT n.* FROM named_over n
WHERE n.uid IN (SELECT l.uid FROM link l JOIN named_over o ON o.uid = l.uid GROUP BY l.uid HAVING count(*) = 1);

CREATE TABLE reference_sum AS
SELECT n.uid, n.pid, n.owed, n.amount, n.stands, q.pid AS other, q.amount AS other_owed
FROM named_more n
JOIN open_payout q ON q.acct_key = n.acct_key AND q.pid <> n.pid AND q.amount <= n.amount - n.owed
 AND (q.bank = '' OR n.bank = '' OR q.bank = n.bank)
 AND (q.opens_on IS NULL OR n.day IS NULL OR n.day >= q.opens_on)
CROSS JOIN rules
JOIN (SELECT acct_key, count(*) AS units FROM named_more GROUP BY acct_key) m ON m.acct_key = n.acct_key
WHERE (SELECT count(*) FROM open_payout o WHERE o.acct_key = n.acct_key) + m.units <= rules.sum_most_lines
  AND NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = q.pid AND a.uid = n.uid);
