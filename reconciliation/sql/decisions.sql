-- What people decided of pairs: this line is theirs, or it is not. It goes before every step that finds pairs itself.
-- In:  decision (one row a decision; pid or sid is null where the line is not among the facts), member, unit, payout,
--      tie (what banks undo by reference).
-- Out: undecided (decisions that were not followed, and why); rows added to link, and to apart: pairs that no step may
--      tie.
CREATE TABLE decision_unit AS
SELECT d.did, d.pid, m.uid, d.apart,
       CASE WHEN d.pid IS NULL OR d.sid IS NULL THEN 'gone'
            WHEN m.uid IS NULL THEN 'not_looked_at'
            WHEN t.by_uid IS NOT NULL THEN 'undone_by_bank'
            ELSE '' END AS why
FROM decision d
LEFT JOIN member m ON m.sid = d.sid
LEFT JOIN (SELECT DISTINCT by_uid FROM tie) t ON t.by_uid = m.uid;

INSERT INTO apart
SELECT DISTINCT pid, uid FROM decision_unit WHERE why = '' AND apart;

CREATE TABLE decided_pair AS
SELECT d.pid, d.uid, p.amount AS owed, u.amount
FROM (SELECT DISTINCT pid, uid FROM decision_unit WHERE why = '' AND NOT apart) d
JOIN payout p ON p.pid = d.pid
JOIN unit u ON u.uid = d.uid
WHERE NOT EXISTS (SELECT 1 FROM apart a WHERE a.pid = d.pid AND a.uid = d.uid);

-- One transaction for several payout lines: only where the sums agree.
CREATE TABLE decided_unit AS
SELECT uid, count(*) AS lines,
       count(*) = 1 OR coalesce(sum(cast(owed AS decimal(38, 0))) = max(cast(amount AS decimal(38, 0))), FALSE) AS agrees
FROM decided_pair GROUP BY uid;

INSERT INTO link
SELECT d.pid, d.uid, 'confirmed', CASE WHEN s.lines = 1 THEN coalesce(d.amount, d.owed) ELSE d.owed END
FROM decided_pair d JOIN decided_unit s ON s.uid = d.uid
WHERE s.agrees;

CREATE TABLE undecided AS
SELECT did, why FROM decision_unit WHERE why <> ''
UNION ALL
SELECT d.did, CASE WHEN a.uid IS NOT NULL THEN 'held_apart' ELSE 'sums_disagree' END
FROM decision_unit d
LEFT JOIN apart a ON a.pid = d.pid AND a.uid = d.uid
LEFT JOIN decided_unit s ON s.uid = d.uid
WHERE d.why = '' AND NOT d.apart AND (a.uid IS NOT NULL OR NOT s.agrees);
