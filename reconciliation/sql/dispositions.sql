-- What the run says of every settlement line.
-- In:  told, member, unit, link, tie, undone, unclear_unit.
-- Out: disposition.
CREATE TABLE linked_more AS
SELECT uid, min(rule) AS rule, count(DISTINCT pid) AS lines, min(pid) AS only_pid
FROM link WHERE uid IN (SELECT uid FROM link GROUP BY uid HAVING count(*) > 1)
GROUP BY uid;

CREATE VIEW linked_unit AS
SELECT l.uid, l.rule, 1 AS lines, l.pid AS only_pid FROM link l
WHERE NOT EXISTS (SELECT 1 FROM linked_more z WHERE z.uid = l.uid)
UNION ALL
SELECT uid, rule, lines, only_pid FROM linked_more;

CREATE TABLE sorted_out AS
SELECT t.sid, coalesce(m.uid, t.sid) AS uid,
       CASE WHEN m.sid IS NULL THEN 'unrelated'
            WHEN m.uid <> t.sid THEN 'repeated'
            WHEN d.uid IS NOT NULL THEN 'reversed'
            WHEN l.uid IS NOT NULL OR r.by_uid IS NOT NULL THEN 'matched'
            WHEN c.uid IS NOT NULL THEN 'ambiguous'
            WHEN n.uid IS NOT NULL THEN 'unexpected'
            ELSE 'unrelated' END AS disposition,
       coalesce(l.rule, '') AS rule, CASE WHEN l.lines = 1 THEN l.only_pid END AS only_pid
FROM told t
LEFT JOIN member m ON m.sid = t.sid
LEFT JOIN linked_unit l ON l.uid = m.uid
LEFT JOIN (SELECT DISTINCT uid FROM undone) d ON d.uid = m.uid
LEFT JOIN (SELECT uid FROM left_unit
           WHERE status = 'settled' AND (acct_key <> '' OR ref <> '' OR citizen_id <> '' OR name <> '')) n ON n.uid = m.uid
LEFT JOIN (SELECT DISTINCT by_uid FROM tie) r ON r.by_uid = m.uid
LEFT JOIN (SELECT DISTINCT uid FROM unclear_unit) c ON c.uid = m.uid;

CREATE VIEW disposition AS
SELECT sid, uid, disposition, rule, only_pid FROM sorted_out
UNION ALL
SELECT sid, sid, 'matched', 'reference', pid FROM clear;
