-- Steps 1 and 2: a line_ref in end_to_end_id, or as a whole token of the text.
-- In:  unit, member, told, reference (folded line_ref, and what replaced it -> payout line), token, payout.
-- Out: named, link, unclear_payout, unclear_unit; undone and undone_short, still empty.

CREATE TABLE named AS
SELECT uid, pid, max(by_reference) AS by_reference
FROM (SELECT m.uid, r.pid, 1 AS by_reference
      FROM told t JOIN reference r ON r.ref = t.ref JOIN member m ON m.sid = t.sid
      UNION ALL
      SELECT m.uid, r.pid, 0 AS by_reference
      FROM token k JOIN reference r ON r.ref = k.token JOIN member m ON m.sid = k.sid) n
GROUP BY uid, pid;

-- Several payout lines named: end_to_end_id wins where its amount agrees, else all where the sums agree.
CREATE TABLE named_several AS
SELECT n.uid, count(*) AS lines, sum(n.by_reference) AS by_reference, sum(cast(p.amount AS decimal(38, 0))) AS owed,
       sum(CASE WHEN n.by_reference = 1 THEN cast(p.amount AS decimal(38, 0)) ELSE 0 END) AS owed_by_reference
FROM named n JOIN payout p ON p.pid = n.pid
GROUP BY n.uid
HAVING count(*) > 1;

CREATE TABLE reading AS
SELECT s.uid,
       CASE WHEN u.amount IS NULL THEN 'unclear'
            WHEN s.by_reference = 1 AND s.owed_by_reference = u.amount THEN 'reference'
            WHEN s.owed = u.amount THEN 'all'
            ELSE 'unclear' END AS reading
FROM named_several s JOIN unit u ON u.uid = s.uid;

-- part: the share of the movement that stands for this payout line, in the currency's smallest unit.
CREATE TABLE link AS
SELECT n.pid, n.uid, CASE WHEN n.by_reference = 1 THEN 'reference' ELSE 'reference_in_text' END AS rule,
       CASE WHEN r.reading = 'all' OR u.amount IS NULL THEN p.amount ELSE u.amount END AS part
FROM named n
JOIN unit u ON u.uid = n.uid
JOIN payout p ON p.pid = n.pid
LEFT JOIN reading r ON r.uid = n.uid
WHERE r.uid IS NULL OR r.reading = 'all' OR (r.reading = 'reference' AND n.by_reference = 1);

-- What nobody can decide is kept by group: its payout lines and its transactions.
-- hold: the payout lines wait for a person whatever comes; otherwise only while no settled evidence is found.
CREATE TABLE unclear_payout AS
SELECT n.pid, concat('reference|', cast(n.uid AS varchar)) AS grp,
       CASE WHEN n.by_reference = 1 THEN 'reference' ELSE 'reference_in_text' END AS rule, FALSE AS hold
FROM named n JOIN reading r ON r.uid = n.uid
WHERE r.reading = 'unclear';

CREATE TABLE unclear_unit AS
SELECT uid, concat('reference|', cast(uid AS varchar)) AS grp FROM reading WHERE reading = 'unclear';

CREATE TABLE undone (uid bigint, by_uid bigint);
CREATE TABLE undone_short (uid bigint, by_uid bigint);
