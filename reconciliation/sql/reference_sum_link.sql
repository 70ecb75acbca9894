-- The movement stands for the line it names and for those that complete the sum.
INSERT INTO found SELECT pid, uid, rule, part FROM claimed WHERE rule = 'sum';

UPDATE link SET part = (SELECT c.part FROM claimed c WHERE c.pid = link.pid AND c.uid = link.uid)
WHERE uid IN (SELECT uid FROM claimed);
