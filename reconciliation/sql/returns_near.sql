-- Which movements each return may undo: those that share a key with it.
-- In:  open_return, told, member, unit, link, stage.
-- Out: tie_pair (by_uid, uid, kind: the key they share); settled_account; crowd (returns of a key that too many share).

-- Settled evidence by the account that got it, made first: joined by its amount alone it would be every movement.
CREATE OR REPLACE TABLE settled_account AS
SELECT e.uid, e.amount, e.acct_key, e.bank
FROM (SELECT l.uid, u.amount, CASE WHEN u.acct_key <> '' THEN u.acct_key ELSE p.acct_key END AS acct_key,
             CASE WHEN u.acct_key <> '' THEN u.bank ELSE p.bank END AS bank
      FROM link l JOIN unit u ON u.uid = l.uid JOIN payout p ON p.pid = l.pid
      WHERE u.status = 'settled' AND NOT u.cash) e
WHERE e.acct_key IN (SELECT acct_key FROM open_return);

CREATE OR REPLACE TABLE return_key AS
SELECT r.uid, 'bank_ref' AS kind, r.original_ref AS shared
FROM open_return r CROSS JOIN stage s WHERE s.among IN ('told', 'last') AND r.original_ref <> ''
UNION ALL
SELECT r.uid, 'own', r.bank_ref
FROM open_return r CROSS JOIN stage s WHERE s.among IN ('told', 'last') AND r.bank_ref <> '' AND r.original_ref = ''
UNION ALL
SELECT r.uid, 'original', r.original_ref
FROM open_return r CROSS JOIN stage s WHERE s.among = 'told' AND r.original_ref <> ''
UNION ALL
SELECT DISTINCT r.uid, 'reference', t.ref
FROM open_return r CROSS JOIN stage s JOIN member m ON m.uid = r.uid JOIN told t ON t.sid = m.sid
WHERE s.among = 'told' AND t.ref <> ''
UNION ALL
SELECT r.uid, 'payout', cast(l.pid AS string)
FROM open_return r CROSS JOIN stage s JOIN link l ON l.uid = r.uid WHERE s.among <> 'told'
UNION ALL
SELECT r.uid, 'account', r.acct_key || '|' || cast(r.amount AS string)
FROM open_return r CROSS JOIN stage s
WHERE s.among <> 'told' AND r.acct_key <> '' AND NOT EXISTS (SELECT 1 FROM link z WHERE z.uid = r.uid);

CREATE OR REPLACE TABLE movement_key AS
SELECT DISTINCT m.uid, k.kind, t.bank_ref AS shared
FROM told t CROSS JOIN stage s JOIN member m ON m.sid = t.sid
JOIN (SELECT DISTINCT kind, shared FROM return_key WHERE kind IN ('bank_ref', 'own')) k ON k.shared = t.bank_ref
WHERE t.status = 'settled' AND (s.among = 'told' OR m.uid IN (SELECT uid FROM link))
UNION ALL
SELECT DISTINCT m.uid, k.kind, t.ref
FROM told t JOIN member m ON m.sid = t.sid
JOIN (SELECT DISTINCT kind, shared FROM return_key WHERE kind IN ('original', 'reference')) k ON k.shared = t.ref
WHERE t.status = 'settled'
UNION ALL
SELECT DISTINCT l.uid, 'payout', cast(l.pid AS string)
FROM link l JOIN unit u ON u.uid = l.uid
WHERE u.status = 'settled' AND cast(l.pid AS string) IN (SELECT shared FROM return_key WHERE kind = 'payout')
UNION ALL
SELECT DISTINCT e.uid, 'account', e.acct_key || '|' || cast(e.amount AS string) FROM settled_account e;

-- Where more than ten stand on either side, and more than 10,000 pairs, the key alone says too little, and to look at
-- all pairs would take for ever: there the reference or the account has to agree too, or a person has to look.
CREATE OR REPLACE TABLE crowded_key AS
SELECT r.kind, r.shared
FROM (SELECT kind, shared, count(*) AS lines FROM return_key GROUP BY kind, shared) r
JOIN (SELECT kind, shared, count(*) AS lines FROM movement_key GROUP BY kind, shared) m
  ON m.kind = r.kind AND m.shared = r.shared
WHERE least(r.lines, m.lines) > 10 AND r.lines * m.lines > 10000;

CREATE OR REPLACE TABLE crowd_return AS
SELECT r.uid, r.kind, r.shared, u.amount, n.narrow
FROM return_key r
JOIN crowded_key c ON c.kind = r.kind AND c.shared = r.shared
JOIN unit u ON u.uid = r.uid
LEFT JOIN (SELECT uid, 'ref ' || ref AS narrow FROM open_return WHERE ref <> '' UNION ALL
           SELECT uid, 'acct ' || acct_key FROM open_return WHERE acct_key <> '') n
  ON n.uid = r.uid AND r.kind IN ('bank_ref', 'own', 'original');

CREATE OR REPLACE TABLE crowd_movement AS
SELECT r.uid, r.kind, r.shared, n.narrow
FROM movement_key r
JOIN crowded_key c ON c.kind = r.kind AND c.shared = r.shared
JOIN (SELECT uid, 'ref ' || ref AS narrow FROM unit WHERE ref <> '' UNION ALL
      SELECT uid, 'acct ' || acct_key FROM unit WHERE acct_key <> '') n ON n.uid = r.uid;

CREATE OR REPLACE TABLE crowd_pair AS
SELECT DISTINCT r.uid AS by_uid, m.uid, r.kind
FROM crowd_return r
JOIN crowd_movement m ON m.kind = r.kind AND m.shared = r.shared AND m.narrow = r.narrow
JOIN (SELECT r.kind, r.shared, r.narrow
      FROM (SELECT kind, shared, narrow, count(*) AS lines FROM crowd_return GROUP BY kind, shared, narrow) r
      JOIN (SELECT kind, shared, narrow, count(*) AS lines FROM crowd_movement GROUP BY kind, shared, narrow) m
        ON m.kind = r.kind AND m.shared = r.shared AND m.narrow = r.narrow
      WHERE least(r.lines, m.lines) <= 10 OR r.lines * m.lines <= 10000) c
  ON c.kind = r.kind AND c.shared = r.shared AND c.narrow = r.narrow;

CREATE OR REPLACE TABLE tie_pair AS
SELECT r.uid AS by_uid, m.uid, r.kind
FROM return_key r
JOIN movement_key m ON m.kind = r.kind AND m.shared = r.shared
WHERE NOT EXISTS (SELECT 1 FROM crowded_key c WHERE c.kind = r.kind AND c.shared = r.shared)
UNION ALL
SELECT by_uid, uid, kind FROM crowd_pair;

CREATE OR REPLACE TABLE crowd AS
SELECT DISTINCT r.uid AS by_uid, r.kind, r.shared, r.amount
FROM crowd_return r
WHERE NOT EXISTS (SELECT 1 FROM tie_pair t WHERE t.by_uid = r.uid);
