-- After steps 1 and 2: payout lines without standing settled evidence, transactions without a payout line.
-- stands: a settled movement that nobody undid; one that was undone follows as a word does.
CREATE OR REPLACE TABLE open_payout AS
SELECT p.* FROM payout p WHERE p.account_channel AND p.pid NOT IN (SELECT l.pid FROM link l JOIN unit u ON u.uid = l.uid
                                          WHERE u.status = 'settled' AND l.uid NOT IN (SELECT uid FROM undone))
  AND p.pid NOT IN (SELECT pid FROM unclear_payout WHERE hold);

CREATE OR REPLACE TABLE left_unit AS
SELECT u.*, u.status = 'settled' AND u.uid NOT IN (SELECT uid FROM undone) AS stands FROM unit u
WHERE u.uid NOT IN (SELECT uid FROM link) AND u.uid NOT IN (SELECT uid FROM unclear_unit)
  AND u.uid NOT IN (SELECT by_uid FROM tie);
