-- The line stands for the payout line it names and for those that complete the sum.
-- In: claimed (rule sum: a line that completes it; named: the share of the named line; unclear: claimed twice).
UPDATE link SET part = (SELECT c.part FROM claimed c WHERE c.pid = link.pid AND c.uid = link.uid AND c.rule = 'named')
WHERE EXISTS (SELECT 1 FROM claimed c WHERE c.pid = link.pid AND c.uid = link.uid AND c.rule = 'named');

INSERT INTO link SELECT pid, uid, rule, part FROM claimed WHERE rule = 'sum';

INSERT INTO link
SELECT c.pid, t.by_uid, 'return', c.part FROM claimed c JOIN tie t ON t.uid = c.uid WHERE c.rule = 'sum';

DELETE FROM link WHERE uid IN (SELECT uid FROM claimed WHERE rule = 'unclear');

INSERT INTO unclear_payout
SELECT DISTINCT pid, concat('sum|', cast(uid AS varchar)), 'sum', TRUE FROM claimed WHERE rule = 'unclear';

INSERT INTO unclear_unit
SELECT DISTINCT uid, concat('sum|', cast(uid AS varchar)) FROM claimed WHERE rule = 'unclear';
