-- Payout lines and movements of one account that are both still open are never missing or unexpected.
-- In: account_payout, account_unit, account_size, made anew with the lines that already wait for a person.
INSERT INTO unclear_payout
SELECT p.pid, 'account_only|' || p.grp, 'account_only', TRUE
FROM account_payout p JOIN account_size s ON s.grp = p.grp
WHERE p.grp IN (SELECT grp FROM account_unit WHERE stands);

INSERT INTO unclear_unit
SELECT u.uid, 'account_only|' || u.grp FROM account_unit u JOIN account_size s ON s.grp = u.grp
WHERE u.stands;
