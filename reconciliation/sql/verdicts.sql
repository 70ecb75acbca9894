-- From evidence to one verdict a payout line.
-- In:  payout, unit, link, undone, tie, unclear_payout, names_differ (of all links), rules, word.
-- Out: verdict.

CREATE TABLE linked_often AS
SELECT pid FROM link GROUP BY pid HAVING count(*) > 1;

CREATE VIEW evidenced AS
SELECT l.pid, l.uid, l.rule, l.part, u.status, u.day, u.reason_code, u.reason_text, u.bank_ref, u.ref,
       u.remittance_info, u.fee, u.status = 'settled' AND d.uid IS NULL AS stands,
       u.acct_key <> '' AND p.acct_key <> '' AND u.acct_key <> p.acct_key AS account_differs,
       u.bank <> '' AND p.bank <> '' AND u.bank <> p.bank AS bank_differs,
       n.uid IS NOT NULL AS name_differs,
       coalesce(u.day < p.opens_on, FALSE) AS period_differs,
       u.status <> 'returned' AND l.rule <> 'sum' AND l.part <> p.amount AS amount_differs
FROM link l
JOIN unit u ON u.uid = l.uid
JOIN payout p ON p.pid = l.pid
LEFT JOIN undone d ON d.uid = l.uid
LEFT JOIN names_differ n ON n.pid = l.pid AND n.uid = l.uid;

CREATE TABLE evidenced_often AS
SELECT e.*, s.any_stands, w.gravity, k.step
FROM evidenced e
JOIN (SELECT l.pid, bool_or(u.status = 'settled' AND d.uid IS NULL) AS any_stands
      FROM link l JOIN linked_often o ON o.pid = l.pid JOIN unit u ON u.uid = l.uid LEFT JOIN undone d ON d.uid = l.uid
      GROUP BY l.pid) s ON s.pid = e.pid
JOIN word w ON w.status = e.status
JOIN rule_order k ON k.rule = e.rule;

-- Settled movements that stand are judged alone; where none stands, all there is.
CREATE TABLE weighed_often AS
SELECT pid, any_stands AS settled, sum(CASE WHEN stands THEN 1 ELSE 0 END) AS movements,
       sum(CASE WHEN stands THEN cast(part AS decimal(38, 0)) ELSE 0 END) AS amount,
       least(sum(CASE WHEN stands THEN cast(coalesce(fee, 0) AS decimal(38, 0)) ELSE 0 END), 9223372036854775807) AS fee,
       bool_or(account_differs AND (stands OR NOT any_stands)) AS account_differs,
       bool_or(bank_differs AND (stands OR NOT any_stands)) AS bank_differs,
       bool_or(name_differs AND (stands OR NOT any_stands)) AS name_differs,
       bool_or(period_differs AND (stands OR NOT any_stands)) AS period_differs,
       bool_or(amount_differs AND NOT any_stands) AS amount_differs
FROM evidenced_often
GROUP BY pid, any_stands;

-- What decides: a movement that stands, else the last word of the bank, the graver on one day.
CREATE TABLE last_word_often AS
SELECT pid, uid, status, reason_code, reason_text, day, rule FROM (
  SELECT e.*, row_number() OVER (PARTITION BY pid
                                 ORDER BY NOT stands, day DESC NULLS LAST, gravity, reason_code = '', step, reason_code, reason_text,
                                          bank_ref, ref, remittance_info, uid) AS nth
  FROM evidenced_often e
  WHERE stands OR status <> 'settled') l
WHERE nth = 1;

CREATE VIEW weighed AS
SELECT e.pid, e.stands AS settled, CASE WHEN e.stands THEN 1 ELSE 0 END AS movements,
       CASE WHEN e.stands THEN cast(e.part AS decimal(38, 0)) ELSE 0 END AS amount,
       CASE WHEN e.stands THEN coalesce(e.fee, 0) ELSE 0 END AS fee,
       e.account_differs, e.bank_differs, e.name_differs, e.period_differs, e.amount_differs, e.uid AS only_uid,
       e.uid, CASE WHEN e.stands OR e.status <> 'settled' THEN e.status END AS status, e.reason_code, e.reason_text,
       e.day, e.rule
FROM evidenced e
WHERE NOT EXISTS (SELECT 1 FROM linked_often z WHERE z.pid = e.pid)
UNION ALL
SELECT w.pid, w.settled, w.movements, w.amount, w.fee, w.account_differs, w.bank_differs, w.name_differs,
       w.period_differs, w.amount_differs, NULL, l.uid, l.status, l.reason_code, l.reason_text, l.day, l.rule
FROM weighed_often w LEFT JOIN last_word_often l ON l.pid = w.pid;

CREATE TABLE waits AS
SELECT c.pid, min(c.rule) AS rule
FROM (SELECT pid, rule FROM unclear_payout WHERE hold
      UNION ALL
      SELECT u.pid, u.rule FROM unclear_payout u
      WHERE NOT u.hold AND NOT EXISTS (SELECT 1 FROM standing z WHERE z.pid = u.pid)
      UNION ALL
      SELECT l.pid, l.rule FROM link l JOIN tie d ON d.by_uid = l.uid WHERE d.fresh AND d.short
      UNION ALL
      SELECT l.pid, l.rule FROM link l JOIN weighed_often w ON w.pid = l.pid WHERE w.settled AND w.amount > 9223372036854775807
      UNION ALL
      SELECT l.pid, l.rule FROM link l JOIN payout q ON q.pid = l.pid JOIN unit u ON u.uid = l.uid
      WHERE NOT q.account_channel AND NOT u.cash) c
GROUP BY c.pid;

CREATE TABLE decided AS
SELECT v.pid, v.judged, v.owed, v.deadline, v.account_channel, v.uid, v.only_uid, v.verdict,
       CASE WHEN v.verdict IN ('review', 'missing', 'offline') THEN 0
            WHEN v.by_voucher THEN v.owed
            WHEN v.settled THEN v.amount ELSE 0 END AS settled,
       CASE WHEN v.verdict IN ('failed', 'unconfirmed', 'offline') THEN coalesce(v.reason_code, '') ELSE '' END AS reason_code,
       CASE WHEN v.verdict = 'review' THEN v.wait_rule
            WHEN v.by_voucher OR (NOT v.account_channel AND v.settled) THEN 'voucher' ELSE coalesce(v.rule, '') END AS rule,
       v.d_amount, v.d_account, v.d_name, v.d_bank, v.d_period,
       v.status, v.day, v.fee, v.movements, v.reason_text, v.late, coalesce(v.amount > 9223372036854775807, FALSE) AS beyond
FROM (
  SELECT p.pid, p.judged, p.deadline, p.account_channel, p.amount AS owed, w.settled, w.amount, w.fee, w.movements, w.uid, w.only_uid, w.reason_code, w.reason_text, w.status, w.rule,
         w.day, a.rule AS wait_rule, p.late, NOT p.account_channel AND p.voucher AND NOT coalesce(w.settled, FALSE) AS by_voucher,
         coalesce(CASE WHEN w.settled THEN w.amount <> p.amount ELSE w.amount_differs END, FALSE) AS d_amount,
         coalesce(w.account_differs, FALSE) AS d_account, coalesce(w.name_differs, FALSE) AS d_name,
         coalesce(w.bank_differs, FALSE) AS d_bank, coalesce(w.period_differs, FALSE) AS d_period,
         CASE WHEN a.pid IS NOT NULL THEN 'review'
              WHEN NOT p.account_channel AND NOT coalesce(w.settled, FALSE) THEN
                CASE WHEN p.voucher THEN 'paid' ELSE 'offline' END
              WHEN w.settled AND w.movements > 1 AND w.amount > p.amount THEN 'paid_twice'
              WHEN w.settled AND (w.account_differs OR w.bank_differs) THEN 'account_differs'
              WHEN w.settled AND w.amount <> p.amount THEN 'amount_differs'
              WHEN w.settled AND w.name_differs THEN 'name_differs'
              WHEN w.settled THEN 'paid'
              WHEN w.status IN ('returned', 'rejected') THEN 'failed'
              WHEN w.status = 'unknown' THEN 'unconfirmed'
              WHEN w.status = 'pending' AND p.late THEN 'unconfirmed'
              WHEN w.status = 'pending' THEN 'pending'
              WHEN p.late THEN 'missing'
              ELSE 'pending' END AS verdict
  FROM (SELECT q.*, q.deadline IS NULL OR rules.as_of > q.deadline AS late FROM payout q CROSS JOIN rules) p
  LEFT JOIN weighed w ON w.pid = p.pid
  LEFT JOIN waits a ON a.pid = p.pid) v;

CREATE VIEW verdict AS
SELECT *, FALSE AS clear FROM decided
UNION ALL
SELECT pid, judged, amount, NULL, TRUE, sid, sid, 'paid', amount, '', 'reference', FALSE, FALSE, FALSE, FALSE, FALSE,
       'settled', day, fee, 1, NULL, NULL, FALSE, TRUE
FROM clear;
