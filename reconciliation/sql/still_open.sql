-- For the last look at each account: payout lines without standing evidence, those that wait for a person too.
CREATE OR REPLACE TABLE open_payout AS
SELECT p.* FROM payout p
WHERE p.account_channel AND p.pid NOT IN (SELECT l.pid FROM link l JOIN unit u ON u.uid = l.uid
                                          WHERE u.status = 'settled' AND l.uid NOT IN (SELECT uid FROM undone));

CREATE OR REPLACE TABLE left_unit AS
SELECT u.* FROM unit u
WHERE u.uid NOT IN (SELECT uid FROM link) AND u.uid NOT IN (SELECT uid FROM unclear_unit);
