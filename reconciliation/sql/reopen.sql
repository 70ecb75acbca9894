-- After returns are tied to evidence: lines whose last standing movement was undone are left for the next step again.
CREATE OR REPLACE TABLE open_payout AS
SELECT p.* FROM open_payout p
UNION ALL
SELECT p.* FROM payout p
WHERE p.account_channel
  AND p.pid IN (SELECT l.pid FROM link l JOIN just_undone j ON j.uid = l.uid)
  AND NOT EXISTS (SELECT 1 FROM open_payout z WHERE z.pid = p.pid)
  AND NOT EXISTS (SELECT 1 FROM unclear_payout z WHERE z.pid = p.pid AND z.hold)
  AND NOT EXISTS (SELECT 1 FROM standing z WHERE z.pid = p.pid);

CREATE OR REPLACE TABLE left_unit AS
SELECT u.* FROM left_unit u WHERE NOT EXISTS (SELECT 1 FROM tie z WHERE z.by_uid = u.uid);
