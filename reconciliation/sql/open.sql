-- After steps 1 and 2: payout lines without standing settled evidence, transactions without a payout line.
-- stands: a settled movement that nobody undid; one that was undone follows as a word does.
CREATE OR REPLACE TABLE open_payout AS
SELECT p.* FROM payout p
WHERE p.account_channel
  AND NOT EXISTS (SELECT 1 FROM standing z WHERE z.pid = p.pid)
  AND NOT EXISTS (SELECT 1 FROM unclear_payout z WHERE z.pid = p.pid AND z.hold);

CREATE OR REPLACE TABLE left_unit AS
SELECT u.*, u.status = 'settled' AND NOT EXISTS (SELECT 1 FROM undone z WHERE z.uid = u.uid) AS stands FROM unit u
WHERE NOT EXISTS (SELECT 1 FROM link z WHERE z.uid = u.uid)
  AND NOT EXISTS (SELECT 1 FROM unclear_unit z WHERE z.uid = u.uid)
  AND NOT EXISTS (SELECT 1 FROM tie z WHERE z.by_uid = u.uid);
