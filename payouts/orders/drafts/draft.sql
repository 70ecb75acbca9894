-- A cycle's list from the one before. Tables in: those of prices.sql, accounts, stops, suspended, ended, resumed,
-- deductions, debts, news, and the prices; macros of one value each: cycle, base_cycle, base_opens.

-- Why somebody is not on the new list; the first that holds.
CREATE TABLE standing AS
SELECT r.*, CASE WHEN s.last_month < cycle() THEN 'stopped' WHEN u.since <= cycle() THEN 'suspended'
                 WHEN e.until < cycle() THEN 'gone' END AS off,
       s.last_month, u.since, e.until
FROM regular r
LEFT JOIN stops s USING (citizen_id) LEFT JOIN suspended u USING (citizen_id) LEFT JOIN ended e USING (citizen_id);

-- Who comes: on the programme since, and not on the list before.
CREATE TABLE coming AS
SELECT n.*, p.amount AS due
FROM news n LEFT JOIN new_prices p ON p.category_code = n.category_code
WHERE n.citizen_id NOT IN (SELECT citizen_id FROM base WHERE citizen_id IS NOT NULL)
  AND n.citizen_id NOT IN (SELECT citizen_id FROM stops WHERE last_month < cycle())
  AND n.citizen_id NOT IN (SELECT citizen_id FROM suspended WHERE since <= cycle());

-- The account on record today: the line's own where it is still there, else the latest of the person.
CREATE TABLE latest AS
SELECT * FROM accounts QUALIFY row_number() OVER (PARTITION BY citizen_id ORDER BY valid_from DESC, id DESC) = 1;

CREATE TABLE going AS
SELECT row_number() OVER (ORDER BY s.id) AS n, s.* EXCLUDE (last_month, since, until, off, full_name, area_code),
       coalesce(p.full_name, s.full_name) AS full_name, coalesce(p.area_code, s.area_code) AS area_code,
       coalesce(c.due, s.was) AS due, c.due IS NULL AS unknown,
       row_number() OVER (PARTITION BY s.citizen_id, s.category_code ORDER BY s.id) = 1 AS first_of_category,
       row_number() OVER (PARTITION BY s.citizen_id ORDER BY coalesce(c.due, s.was) DESC, s.id) = 1 AS first_of_person
FROM standing s
LEFT JOIN people p USING (citizen_id)
LEFT JOIN priced c ON c.category_code = coalesce(s.category_code, '') AND c.amount = s.was
WHERE s.off IS NULL;

-- What the months since a raise lack, less what lists have paid back already.
CREATE TABLE lacking AS
SELECT p.citizen_id, coalesce(p.category_code, '') AS category_code,
       (sum(greatest(e.due - p.listed, 0)) - max(coalesce(a.back, 0)))::BIGINT AS amount,
       min(p.month) FILTER (e.due > p.listed) AS first_month, max(p.month) FILTER (e.due > p.listed) AS last_month
FROM past p
JOIN entitled e ON e.category_code = coalesce(p.category_code, '') AND e.month = p.month AND e.amount = p.listed
LEFT JOIN paid_back a ON a.citizen_id = p.citizen_id AND a.category_code = coalesce(p.category_code, '')
GROUP BY ALL HAVING amount > 0;

-- The lines, with the parts of their amounts.
CREATE TABLE lines AS
SELECT g.n AS sort, 'regular' AS kind, g.citizen_id, g.full_name, g.date_of_birth, g.category_code, g.area_code, g.hamlet,
       g.due AS amount_current, NULL::BIGINT AS amount_carried_over,
       nullif(coalesce(l.amount, 0) + CASE WHEN g.first_of_person THEN coalesce(r.arrears, 0) ELSE 0 END, 0) AS amount_arrears,
       CASE WHEN g.first_of_person AND d.most > 0 AND g.due > 1 THEN least(d.most, g.due - 1) END AS amount_deducted,
       NULL::VARCHAR AS carried_from, cycle() AS period, g.channel, g.bank_code, g.account_no, g.account_name,
       g.payee_name, g.payee_citizen_id
FROM going g
LEFT JOIN lacking l ON g.first_of_category AND l.citizen_id = g.citizen_id AND l.category_code = coalesce(g.category_code, '')
LEFT JOIN resumed r ON r.citizen_id = g.citizen_id
LEFT JOIN deductions d ON d.citizen_id = g.citizen_id
UNION ALL BY NAME
SELECT 1000000000 + row_number() OVER (ORDER BY c.citizen_id) AS sort, 'new' AS kind, c.citizen_id, c.full_name, c.date_of_birth,
       c.category_code, c.area_code, c.due AS amount_current,
       nullif(coalesce(r.arrears, 0) + coalesce(c.since_before, 0), 0) AS amount_arrears, cycle() AS period, 'cash' AS channel
FROM coming c LEFT JOIN resumed r USING (citizen_id)
WHERE c.fresh AND c.due IS NOT NULL
UNION ALL BY NAME
SELECT 2000000000 + row_number() OVER (ORDER BY d.id) AS sort, 'carried_over' AS kind, d.citizen_id, d.full_name, d.date_of_birth,
       d.category_code, d.area_code, d.hamlet, d.lacks AS amount_carried_over, d.line_ref AS carried_from, d.month AS period,
       d.channel, d.bank_code, d.account_no, d.account_name, d.payee_name, d.payee_citizen_id
FROM debts d
WHERE d.verdict IN (SELECT verdict FROM carried_verdicts) AND d.lacks > 0
  AND NOT EXISTS (SELECT 1 FROM stops s WHERE s.citizen_id = d.citizen_id AND s.last_month < d.month)
  AND NOT EXISTS (SELECT 1 FROM suspended u WHERE u.citizen_id = d.citizen_id);

-- Each line goes to the account on record; who comes without one is paid by hand.
CREATE TABLE paid_to AS
SELECT l.sort, a.channel, a.bank_code, a.account_no, a.account_name, a.payee_citizen_id,
       l.account_no AS was_account, l.channel AS was_channel
FROM lines l JOIN latest a USING (citizen_id)
WHERE (l.kind = 'new')
   OR (l.channel IN ('account', 'wallet') AND NOT EXISTS (
        SELECT 1 FROM accounts o WHERE o.citizen_id = l.citizen_id AND o.account_no = l.account_no
           AND o.bank_code = coalesce(l.bank_code, '')))
   OR (l.channel IN ('cash', 'home') AND a.valid_from >= base_opens());

CREATE TABLE list AS
SELECT l.citizen_id, l.full_name, l.date_of_birth, l.category_code, l.area_code, l.hamlet,
       coalesce(l.amount_current, 0) + coalesce(l.amount_carried_over, 0) + coalesce(l.amount_arrears, 0)
       - coalesce(l.amount_deducted, 0) AS amount,
       l.amount_current, l.amount_carried_over, l.amount_arrears, l.amount_deducted, l.carried_from, l.period,
       coalesce(p.channel, l.channel) AS channel,
       CASE WHEN p.sort IS NULL THEN l.bank_code ELSE nullif(p.bank_code, '') END AS bank_code,
       coalesce(p.account_no, l.account_no) AS account_no,
       CASE WHEN p.sort IS NULL THEN l.account_name ELSE p.account_name END AS account_name,
       CASE WHEN p.sort IS NULL OR p.payee_citizen_id IS NOT DISTINCT FROM l.payee_citizen_id THEN l.payee_name END AS payee_name,
       CASE WHEN p.sort IS NULL THEN l.payee_citizen_id ELSE p.payee_citizen_id END AS payee_citizen_id,
       l.sort, l.kind
FROM lines l LEFT JOIN paid_to p USING (sort);

-- What makes the difference, one row each.
CREATE TABLE effects AS
SELECT s.off AS kind, s.citizen_id, s.full_name, s.area_code, s.category_code, -s.was AS amount,
       NULL::VARCHAR AS before, NULL::VARCHAR AS after, coalesce(s.last_month, s.since, s.until) AS about
FROM standing s WHERE s.off IS NOT NULL
UNION ALL BY NAME
SELECT 'new' AS kind, citizen_id, full_name, area_code, category_code, amount_current + coalesce(amount_arrears, 0) AS amount
FROM list WHERE kind = 'new'
UNION ALL BY NAME
SELECT 'raised' AS kind, citizen_id, full_name, area_code, category_code, due - was AS amount, was::VARCHAR AS before,
       due::VARCHAR AS after
FROM going WHERE due <> was
UNION ALL BY NAME
SELECT 'arrears' AS kind, g.citizen_id, g.full_name, g.area_code, g.category_code, l.amount,
       l.first_month || '..' || l.last_month AS about
FROM going g JOIN lacking l
  ON g.first_of_category AND l.citizen_id = g.citizen_id AND l.category_code = coalesce(g.category_code, '')
UNION ALL BY NAME
SELECT 'resumed' AS kind, g.citizen_id, g.full_name, g.area_code, g.category_code, r.arrears AS amount
FROM going g JOIN resumed r ON g.first_of_person AND r.citizen_id = g.citizen_id
UNION ALL BY NAME
SELECT 'deducted' AS kind, citizen_id, full_name, area_code, category_code, -amount_deducted AS amount
FROM list WHERE amount_deducted > 0
UNION ALL BY NAME
SELECT 'carried_over' AS kind, citizen_id, full_name, area_code, category_code, amount_carried_over AS amount,
       period || ' ' || carried_from AS about
FROM list WHERE kind = 'carried_over'
UNION ALL BY NAME
SELECT 'account' AS kind, l.citizen_id, l.full_name, l.area_code, l.category_code, 0 AS amount,
       coalesce(p.was_account, p.was_channel) AS before, p.account_no AS after
FROM list l JOIN paid_to p USING (sort) WHERE l.kind = 'regular'
UNION ALL BY NAME
SELECT 'kept' AS kind, citizen_id, full_name, area_code, category_code, 0 AS amount, was::VARCHAR AS before
FROM going WHERE unknown
UNION ALL BY NAME
SELECT 'unpriced' AS kind, citizen_id, full_name, area_code, category_code, 0 AS amount
FROM coming WHERE fresh AND due IS NULL
UNION ALL BY NAME
SELECT 'absent' AS kind, citizen_id, full_name, area_code, category_code, 0 AS amount, since AS about
FROM coming WHERE NOT fresh
UNION ALL BY NAME
SELECT 'unsettled' AS kind, citizen_id, full_name, area_code, category_code, 0 AS amount,
       lacks::VARCHAR AS before, verdict AS after, month || ' ' || line_ref AS about
FROM debts WHERE verdict IN (SELECT verdict FROM unsettled_verdicts);
