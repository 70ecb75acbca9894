-- The movement stands for the line it names and for those that complete the sum.
INSERT INTO link
SELECT c.pid, c.uid, CASE WHEN c.rule = '' THEN l.rule ELSE c.rule END, c.part
FROM claimed c LEFT JOIN link l ON l.pid = c.pid AND l.uid = c.uid;

DELETE FROM link
WHERE uid IN (SELECT uid FROM claimed)
  AND NOT EXISTS (SELECT 1 FROM claimed c WHERE c.pid = link.pid AND c.uid = link.uid AND c.part = link.part);
