-- The line stands for the payout line it names and for those that complete the sum.
-- In: claimed (rule sum: a line that completes it; named: the share of the named line; unclear: claimed twice).
CREATE OR REPLACE TABLE link AS
SELECT l.pid, l.uid, l.rule, coalesce(c.part, l.part) AS part
FROM link l LEFT JOIN claimed c ON c.pid = l.pid AND c.uid = l.uid AND c.rule = 'named';

INSERT INTO link SELECT pid, uid, rule, part FROM claimed WHERE rule = 'sum';

INSERT INTO link
SELECT c.pid, t.by_uid, 'return', c.part FROM claimed c JOIN tie t ON t.uid = c.uid WHERE c.rule = 'sum';

DELETE FROM link WHERE uid IN (SELECT uid FROM claimed WHERE rule = 'unclear');

INSERT INTO unclear_payout
SELECT DISTINCT pid, 'sum|' || cast(uid AS string), 'sum', TRUE FROM claimed WHERE rule = 'unclear';

INSERT INTO unclear_unit
SELECT DISTINCT uid, 'sum|' || cast(uid AS string) FROM claimed WHERE rule = 'unclear';
