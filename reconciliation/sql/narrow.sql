-- After a step: what it found, or could not decide, is no longer left for the next.
INSERT INTO link SELECT pid, uid, rule, part FROM found;
INSERT INTO link SELECT f.pid, t.by_uid, 'return', f.part FROM tie t JOIN found f ON f.uid = t.uid;

CREATE OR REPLACE TABLE open_payout AS
SELECT p.* FROM open_payout p
WHERE NOT EXISTS (SELECT 1 FROM found f JOIN left_unit u ON u.uid = f.uid WHERE f.pid = p.pid AND u.stands)
  AND NOT EXISTS (SELECT 1 FROM unclear_payout z WHERE z.pid = p.pid AND z.hold);

CREATE OR REPLACE TABLE left_unit AS
SELECT u.* FROM left_unit u
WHERE NOT EXISTS (SELECT 1 FROM found z WHERE z.uid = u.uid)
  AND NOT EXISTS (SELECT 1 FROM unclear_unit z WHERE z.uid = u.uid);

DELETE FROM found;
