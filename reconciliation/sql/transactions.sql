-- Which settlement lines tell of the same bank transaction, and which telling is the evidence.
-- In:  told (folded settlement lines), rules, bank_fee (tolerated fees of some senders).
-- Out: member (every line looked at -> its transaction), unit (one row a transaction, told best).

-- A bank transaction is known by (sender, branch, bank_ref) with the same amount and account; a field that
-- is empty is filled from the tellings that share the rest, where they name only one.
CREATE TABLE shared AS
SELECT t.sid, t.file_no, t.statement, t.sender, t.bank_ref, t.status, t.day, t.status = 'returned' AS inward,
       t.amount, nullif(t.branch, '') AS branch, nullif(t.acct_key, '') AS acct_key, 
       CASE WHEN t.acct_key <> '' THEN nullif(t.bank, '') END AS bank,
       nullif(t.ref, '') AS named_ref, t.ref, t.remittance_info
FROM told t
JOIN (SELECT sender, bank_ref, status = 'returned' AS inward FROM told
      WHERE looked AND bank_ref <> '' GROUP BY sender, bank_ref, status = 'returned' HAVING count(*) > 1) g
  ON g.sender = t.sender AND g.bank_ref = t.bank_ref AND g.inward = (t.status = 'returned')
WHERE t.looked;

CREATE TABLE shared_amount AS
SELECT s.*, coalesce(amount, CASE WHEN min(amount) OVER g = max(amount) OVER g THEN min(amount) OVER g END, -1) AS amt
FROM shared s
WINDOW g AS (PARTITION BY sender, bank_ref, inward);

CREATE TABLE shared_branch AS
SELECT s.*, coalesce(branch, CASE WHEN min(branch) OVER g = max(branch) OVER g THEN min(branch) OVER g END, '') AS br
FROM shared_amount s
WINDOW g AS (PARTITION BY sender, bank_ref, inward, amt);

CREATE TABLE shared_account AS
SELECT s.*,
       CASE WHEN acct_key IS NOT NULL THEN acct_key
            WHEN min(acct_key) OVER g IS NULL THEN ''
            WHEN min(acct_key) OVER g = max(acct_key) OVER g THEN min(acct_key) OVER g
            ELSE '#' || cast(sid AS string) END AS acc
FROM shared_branch s
WINDOW g AS (PARTITION BY sender, bank_ref, inward, amt, br);

CREATE TABLE shared_bank AS
SELECT s.*,
       CASE WHEN acc = '' THEN ''
            ELSE coalesce(bank, CASE WHEN min(bank) OVER g = max(bank) OVER g THEN min(bank) OVER g END, '') END AS bk
FROM shared_account s
WINDOW g AS (PARTITION BY sender, bank_ref, inward, amt, br, acc);

-- A batch of which no line names an account is told apart by the references it names.
CREATE TABLE shared_key AS
SELECT s.*,
       CASE WHEN acc <> '' OR min(named_ref) OVER g = max(named_ref) OVER g OR min(named_ref) OVER g IS NULL THEN ''
            WHEN named_ref IS NOT NULL THEN named_ref
            ELSE '#' || cast(sid AS string) END AS rf
FROM shared_bank s
WINDOW g AS (PARTITION BY sender, bank_ref, inward, amt, br, acc);

-- Twice in one statement whose balance counts both is two movements: the nth there is the nth elsewhere.
CREATE TABLE shared_movement AS
SELECT s.*,
       CASE WHEN statement IS NULL OR status NOT IN ('settled', 'returned') THEN 1
            ELSE row_number() OVER (PARTITION BY sender, bank_ref, inward, amt, br, acc, bk, rf, file_no, statement,
                                                 status IN ('settled', 'returned')
                                    ORDER BY day NULLS LAST, ref, remittance_info, sid) END AS nth
FROM shared_key s;

-- The latest booked telling is the evidence; on one day the graver word.
CREATE TABLE shared_member AS
SELECT sid,
       first_value(sid) OVER (PARTITION BY sender, bank_ref, inward, amt, br, acc, bk, rf, nth
                              ORDER BY s.day DESC NULLS LAST, w.gravity, s.ref DESC, s.remittance_info DESC, s.sid
                              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS uid
FROM shared_movement s JOIN word w ON w.status = s.status;

-- A status report without bank_ref and a movement with one are one transaction, one for one, where sender,
-- reference and amount agree; first the equal amounts, then those short by at most the tolerated fee; reports of settlement before those that promise it.
CREATE TABLE report AS
SELECT sid, sender, ref, amount, day, status = 'pending' AS later
FROM told
WHERE looked AND NOT movement AND bank_ref = '' AND ref <> '' AND status IN ('settled', 'pending');

CREATE TABLE mover AS
SELECT DISTINCT coalesce(m.uid, t.sid) AS uid, r.sender, r.ref, e.amount, e.day, e.bank_ref
FROM told t
JOIN (SELECT DISTINCT sender, ref FROM report) r ON r.sender = t.sender AND r.ref = t.ref
LEFT JOIN shared_member m ON m.sid = t.sid
JOIN told e ON e.sid = coalesce(m.uid, t.sid)
WHERE t.looked AND t.bank_ref <> '' AND e.status = 'settled' AND NOT t.cash;

CREATE TABLE report_exact AS
SELECT r.sid, v.uid
FROM (SELECT *, row_number() OVER (PARTITION BY sender, ref, amount ORDER BY later, day NULLS LAST, sid) AS nth FROM report) r
JOIN (SELECT *, row_number() OVER (PARTITION BY sender, ref, amount ORDER BY day NULLS LAST, bank_ref, uid) AS nth FROM mover) v
  ON v.sender = r.sender AND v.ref = r.ref AND v.amount = r.amount AND v.nth = r.nth;

CREATE TABLE report_short AS
SELECT r.sid, v.uid
FROM (SELECT *, row_number() OVER (PARTITION BY sender, ref ORDER BY later, amount DESC NULLS LAST, day NULLS LAST, sid) AS nth
      FROM report p WHERE NOT EXISTS (SELECT 1 FROM report_exact z WHERE z.sid = p.sid)) r
JOIN (SELECT *, row_number() OVER (PARTITION BY sender, ref ORDER BY amount DESC NULLS LAST, day NULLS LAST, bank_ref, uid) AS nth
      FROM mover m WHERE NOT EXISTS (SELECT 1 FROM report_exact z WHERE z.uid = m.uid)) v
  ON v.sender = r.sender AND v.ref = r.ref AND v.nth = r.nth
CROSS JOIN rules
LEFT JOIN bank_fee f ON f.sender = r.sender
WHERE r.amount IS NULL
   OR (v.amount < r.amount AND r.amount - v.amount <= coalesce(f.tolerance, rules.fee_tolerance));

-- Every line looked at that is not a transaction by itself.
CREATE TABLE gathered AS
SELECT t.sid, coalesce(x.uid, s.uid, m.uid) AS uid
FROM (SELECT sid FROM shared_member UNION SELECT sid FROM report_exact UNION SELECT sid FROM report_short) t
LEFT JOIN shared_member m ON m.sid = t.sid
LEFT JOIN report_exact x ON x.sid = t.sid
LEFT JOIN report_short s ON s.sid = t.sid
UNION
SELECT uid, uid FROM report_exact
UNION
SELECT uid, uid FROM report_short;

CREATE TABLE member AS
SELECT sid, uid FROM gathered
UNION ALL
SELECT t.sid, t.sid FROM told t WHERE t.looked AND NOT EXISTS (SELECT 1 FROM gathered z WHERE z.sid = t.sid);

-- What the evidence leaves empty the other tellings fill.
CREATE TABLE lent AS
SELECT g.uid, max(t.amount) AS amount, max(t.acct) AS acct, max(t.acct_key) AS acct_key, max(t.bank) AS bank,
       max(t.citizen_id) AS citizen_id, max(t.name) AS name, max(t.original_ref) AS original_ref, max(t.ref) AS ref,
       max(t.reason_code) AS reason_code, max(t.reason_text) AS reason_text
FROM gathered g JOIN told t ON t.sid = g.sid
GROUP BY g.uid;

CREATE TABLE gathered_unit AS
SELECT t.sid AS uid, t.status, t.cash, t.day, t.sender, t.bank_ref, t.branch, t.fee,
       CASE WHEN t.reason_code <> '' THEN t.reason_code ELSE l.reason_code END AS reason_code,
       CASE WHEN t.reason_code <> '' OR t.reason_text <> '' THEN t.reason_text ELSE l.reason_text END AS reason_text,
       t.remittance_info, coalesce(t.amount, l.amount) AS amount,
       CASE WHEN t.acct_key <> '' THEN t.acct ELSE l.acct END AS acct,
       CASE WHEN t.acct_key <> '' THEN t.acct_key ELSE l.acct_key END AS acct_key,
       CASE WHEN t.bank <> '' THEN t.bank ELSE l.bank END AS bank,
       CASE WHEN t.citizen_id <> '' THEN t.citizen_id ELSE l.citizen_id END AS citizen_id,
       CASE WHEN t.name <> '' THEN t.name ELSE l.name END AS name,
       CASE WHEN t.original_ref <> '' THEN t.original_ref ELSE l.original_ref END AS original_ref,
       CASE WHEN t.ref <> '' THEN t.ref ELSE l.ref END AS ref
FROM lent l JOIN told t ON t.sid = l.uid;

CREATE TABLE unit AS
SELECT uid, status, cash, day, sender, bank_ref, branch, reason_code, reason_text, fee, remittance_info, amount, acct, acct_key,
       bank, citizen_id, name, original_ref, ref
FROM gathered_unit
UNION ALL
SELECT sid, status, cash, day, sender, bank_ref, branch, reason_code, reason_text, fee, remittance_info, amount, acct, acct_key,
       bank, citizen_id, name, original_ref, ref
FROM told t WHERE t.looked AND NOT EXISTS (SELECT 1 FROM gathered z WHERE z.sid = t.sid);
