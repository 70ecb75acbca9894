-- One round of tying returns to what they undo; run until a round ties nothing more.
-- In:  open_return, tie_pair, unit, link, stage, rules, bank_fee (tolerated fees of some senders).
--      stage.among = 'told': by original_ref or end_to_end_id, among all movements, before any step;
--      stage.among = 'evidence': by the line it names, else by account and amount, among settled evidence;
--      stage.among = 'last': the same and original_ref once more, a return told again joins the movement that
--      another undid, and one that may undo several people's movements waits for a person.
-- Out: rows added to tie (movement, return; fresh: it was not undone before; short: more is missing than a fee);
--      undone holds the movements that are undone whole.

CREATE OR REPLACE TABLE tie_candidate AS
SELECT k.by_uid, k.uid, CAST(NULL AS bigint) AS pid, r.amount, e.amount AS undoes, 1 AS tier
FROM tie_pair k JOIN open_return r ON r.uid = k.by_uid JOIN unit e ON e.uid = k.uid
WHERE k.kind = 'bank_ref'
  AND (r.sender LIKE 'file:%' OR e.sender LIKE 'file:%' OR r.sender = e.sender)
  AND (r.branch = '' OR e.branch = '' OR r.branch = e.branch)
UNION
SELECT k.by_uid, k.uid, NULL, r.amount, e.amount, CASE WHEN k.kind = 'original' THEN 1 ELSE 2 END
FROM tie_pair k JOIN open_return r ON r.uid = k.by_uid JOIN unit e ON e.uid = k.uid
WHERE k.kind IN ('original', 'reference')
UNION
SELECT k.by_uid, k.uid, min(l.pid), CASE WHEN r.amount = u.amount THEN r.amount ELSE sum(cast(rl.part AS decimal(38, 0))) END,
       max(coalesce(u.amount, l.part)), 2
FROM tie_pair k
JOIN open_return r ON r.uid = k.by_uid
JOIN unit u ON u.uid = k.uid
JOIN link rl ON rl.uid = k.by_uid
JOIN link l ON l.pid = rl.pid AND l.uid = k.uid
WHERE k.kind = 'payout'
GROUP BY k.by_uid, k.uid, r.amount, u.amount
UNION
SELECT k.by_uid, k.uid, NULL, r.amount, e.amount, 3
FROM tie_pair k
JOIN open_return r ON r.uid = k.by_uid
JOIN settled_account e ON e.uid = k.uid AND e.acct_key = r.acct_key
WHERE k.kind = 'account' AND (r.bank = '' OR e.bank IN ('', r.bank))
UNION
-- A transaction whose status moved on: told as settled, then under the same reference as returned.
SELECT k.by_uid, k.uid, NULL, r.amount, e.amount, 4
FROM tie_pair k JOIN open_return r ON r.uid = k.by_uid JOIN unit e ON e.uid = k.uid
WHERE k.kind = 'own' AND r.sender = e.sender AND r.amount = e.amount
  AND (r.branch = '' OR e.branch = '' OR r.branch = e.branch)
  AND (r.acct_key = '' OR e.acct_key = '' OR r.acct_key = e.acct_key)
  AND (r.ref = '' OR e.ref = '' OR r.ref = e.ref);

-- What speaks for a tie: the account, the amount, the reference; a batch shares one bank_ref, so that alone is not
-- enough, and who shares the amount of a return that names another account is a stranger.
CREATE OR REPLACE TABLE tie_rank AS
SELECT c.by_uid, c.uid, c.pid, c.tier, c.fresh, c.unequal, c.short, c.whose,
       dense_rank() OVER (PARTITION BY c.by_uid, c.pid
                          ORDER BY c.tier, NOT c.fresh, c.other_acct, c.unequal, NOT c.same_ref, NOT c.same_acct,
                                   c.day DESC NULLS LAST) AS place,
       row_number() OVER (PARTITION BY c.by_uid, c.pid
                          ORDER BY c.tier, NOT c.fresh, c.other_acct, c.unequal, NOT c.same_ref, NOT c.same_acct,
                                   c.day DESC NULLS LAST, c.bank_ref, c.uid) AS best
FROM (
  SELECT t.by_uid, t.uid, t.pid, t.tier, k.uid IS NULL AS fresh, e.day, e.bank_ref,
         coalesce(t.amount <> t.undoes, FALSE) AS unequal,
         coalesce(t.amount <> t.undoes
                  AND NOT (t.amount < t.undoes
                           AND t.undoes - t.amount <= coalesce(f.tolerance, rules.fee_tolerance)), FALSE) AS short,
         e.ref <> '' AND e.ref = r.ref AS same_ref,
         e.acct_key <> '' AND e.acct_key = r.acct_key AS same_acct,
         e.acct_key <> '' AND r.acct_key <> '' AND e.acct_key <> r.acct_key AS other_acct,
         e.acct_key || '|' || e.ref AS whose
  FROM tie_candidate t
  JOIN open_return r ON r.uid = t.by_uid
  JOIN unit e ON e.uid = t.uid
  CROSS JOIN rules
  CROSS JOIN stage s
  LEFT JOIN bank_fee f ON f.sender = r.sender
  LEFT JOIN (SELECT DISTINCT uid FROM tie) k ON k.uid = t.uid
  WHERE e.status = 'settled' AND (e.day IS NULL OR r.day IS NULL OR e.day <= r.day)
    AND (k.uid IS NULL OR (s.among = 'last' AND t.tier < 3))
    AND NOT EXISTS (SELECT 1 FROM apart a JOIN link l ON l.pid = a.pid AND l.uid = t.uid WHERE a.uid = t.by_uid)) c;

-- Several movements that speak alike and are not one line's: nobody can say which came back.
CREATE OR REPLACE TABLE torn AS
SELECT by_uid FROM tie_rank WHERE place = 1 GROUP BY by_uid, pid HAVING min(whose) <> max(whose);

INSERT INTO torn_return
SELECT k.by_uid, k.uid FROM tie_rank k JOIN stage s ON s.among = 'last'
WHERE k.place = 1 AND k.by_uid IN (SELECT by_uid FROM torn);

-- A return takes the strongest tie, then what nobody undid, then of equal amount, then the latest booked not after it;
-- of several returns for one movement the first booked has it.
CREATE OR REPLACE TABLE tied AS
SELECT uid, by_uid, fresh, short FROM (
  SELECT k.*, row_number() OVER (PARTITION BY k.uid ORDER BY k.tier, k.unequal, r.day NULLS LAST, r.bank_ref,
                                                             k.by_uid) AS first_return
  FROM tie_rank k JOIN open_return r ON r.uid = k.by_uid
  WHERE k.best = 1 AND NOT EXISTS (SELECT 1 FROM torn z WHERE z.by_uid = k.by_uid)) d
WHERE d.first_return = 1 OR NOT d.fresh;

INSERT INTO tie SELECT uid, by_uid, fresh, short FROM tied;
INSERT INTO undone SELECT DISTINCT uid FROM tied WHERE fresh AND NOT short;

-- The return is evidence for the very lines of what it undoes.
DELETE FROM link
WHERE EXISTS (SELECT 1 FROM tied t JOIN link l ON l.uid = t.uid WHERE t.by_uid = link.uid AND l.pid = link.pid);
INSERT INTO link
SELECT DISTINCT l.pid, t.by_uid, 'return', l.part FROM tied t JOIN link l ON l.uid = t.uid;
