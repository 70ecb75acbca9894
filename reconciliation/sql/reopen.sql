-- After returns are tied to evidence: lines whose last standing movement was undone are left for the next step again.
CREATE OR REPLACE TABLE open_payout AS
SELECT p.* FROM open_payout p
UNION ALL
SELECT p.* FROM payout p
WHERE p.account_channel
  AND p.pid IN (SELECT l.pid FROM link l JOIN just_undone j ON j.uid = l.uid)
  AND p.pid NOT IN (SELECT pid FROM open_payout)
  AND p.pid NOT IN (SELECT pid FROM unclear_payout WHERE hold)
  AND p.pid NOT IN (SELECT l.pid FROM link l JOIN unit u ON u.uid = l.uid
                    WHERE u.status = 'settled' AND l.uid NOT IN (SELECT uid FROM undone));

CREATE OR REPLACE TABLE left_unit AS
SELECT u.* FROM left_unit u WHERE u.uid NOT IN (SELECT by_uid FROM tie);
