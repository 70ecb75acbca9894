-- Pairs with nothing to decide: settled in full, to the account and the name on the list, by the one line that names
-- the payout line, and no other line shares a reference or the account. No step, return or second telling can reach
-- such a pair, so the steps need not look at it. Equal hashes of different texts only leave a pair to the steps.
-- In:  every_payout, every_told, token, common_* of shared.sql, decision (who is decided on by people is not looked at here).
-- Out: clear; payout and told: what is left to the steps.
CREATE TABLE clear AS
SELECT p.pid, t.sid, p.amount, p.judged, t.day, coalesce(t.fee, 0) AS fee
FROM every_told t
JOIN every_payout p ON p.ref = t.ref
WHERE t.looked AND t.status = 'settled' AND p.account_channel
  AND t.amount = p.amount AND t.acct_key = p.acct_key AND p.acct_key <> ''
  AND (t.bank = p.bank OR t.bank = '' OR p.bank = '')
  AND (t.name = p.holder OR t.name = '' OR p.holder = '')
  AND (t.day IS NULL OR p.opens_on IS NULL OR t.day >= p.opens_on)
  AND hash(t.ref) NOT IN (SELECT hashed FROM common_reference)
  AND hash(t.bank_ref) NOT IN (SELECT hashed FROM common_reference)
  AND hash(t.acct_key) NOT IN (SELECT hashed FROM common_account)
  AND hash(p.ref) NOT IN (SELECT hashed FROM common_payout)
  AND t.sid NOT IN (SELECT sid FROM token)
  AND t.sid NOT IN (SELECT sid FROM decision WHERE sid IS NOT NULL)
  AND p.pid NOT IN (SELECT pid FROM decision WHERE pid IS NOT NULL);

CREATE TABLE payout AS
SELECT p.* FROM every_payout p WHERE NOT EXISTS (SELECT 1 FROM clear z WHERE z.pid = p.pid);

CREATE TABLE told AS
SELECT t.* FROM every_told t WHERE NOT EXISTS (SELECT 1 FROM clear z WHERE z.sid = t.sid);

CREATE VIEW reference AS SELECT ref, pid FROM payout WHERE ref <> '';
