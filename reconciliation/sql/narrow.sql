-- After a step: what it found, or could not decide, is no longer left for the next.
INSERT INTO link SELECT pid, uid, rule, part FROM found;
INSERT INTO link SELECT f.pid, t.by_uid, 'return', f.part FROM tie t JOIN found f ON f.uid = t.uid;

CREATE OR REPLACE TABLE open_payout AS
SELECT p.* FROM open_payout p
WHERE p.pid NOT IN (SELECT f.pid FROM found f JOIN left_unit u ON u.uid = f.uid WHERE u.stands)
  AND p.pid NOT IN (SELECT pid FROM unclear_payout WHERE hold);

CREATE OR REPLACE TABLE left_unit AS
SELECT u.* FROM left_unit u
WHERE u.uid NOT IN (SELECT uid FROM found) AND u.uid NOT IN (SELECT uid FROM unclear_unit);

DELETE FROM found;
