-- What the checks look at: `line` for each payout line, `person` for each person, with what others say of them.
-- In:  listed, names_differ, beneficiary, enrolled, ward, province, century, category_age, stop, said, paid_month,
--      reason, measured.
-- Out: line, person.

CREATE OR REPLACE TABLE held AS
SELECT l.id, l.holder_key = '' AS unknown,
       l.holder_key <> '' AND own.pid IS NOT NULL AND (l.payee_key = '' OR other.pid IS NOT NULL) AS differs
FROM listed l
LEFT JOIN names_differ own ON own.pid = l.id * 2
LEFT JOIN names_differ other ON other.pid = l.id * 2 + 1
WHERE l.banked AND l.account_no <> '';

-- A household: few people of one ward, each the holder of the account or somebody for whom the holder receives.
CREATE OR REPLACE TABLE shared AS
SELECT l.bank_code, l.account_key, count(DISTINCT l.subject) AS on_account,
       count(DISTINCT l.subject) <= any_value(m.most_in_household) AND count(DISTINCT l.area_code) = 1
         AND NOT bool_or(h.differs) AS household
FROM listed l
JOIN held h ON h.id = l.id
CROSS JOIN measured m
WHERE l.account_key <> ''
GROUP BY l.bank_code, l.account_key
HAVING count(DISTINCT l.subject) > 1;

CREATE OR REPLACE TABLE line AS
SELECT l.*, coalesce(s.on_account, 1) AS on_account, coalesce(s.household, TRUE) AS household,
       coalesce(h.differs, FALSE) AS holder_differs
FROM listed l
LEFT JOIN shared s ON s.bank_code = l.bank_code AND s.account_key = l.account_key
LEFT JOIN held h ON h.id = l.id;

-- Each person once: who is on a programme, as the registry has them, and who stands on a last list under no number.
CREATE OR REPLACE TABLE known AS
WITH told AS (
  SELECT subject, max(id) AS line_id, max(cycle) AS cycle, arg_max(citizen_id, id) AS citizen_id,
         arg_max(full_name, id) AS full_name, arg_max(name_key, id) AS name_key, arg_max(born, id) AS born,
         arg_max(category_code, id) AS category_code, arg_max(area_code, id) AS area_code
  FROM listed GROUP BY subject)
SELECT coalesce(b.id, t.subject) AS subject, b.id AS beneficiary_id, t.line_id, t.cycle,
       coalesce(t.cycle, strftime(m.today, '%Y-%m')) AS month,
       coalesce(b.citizen_id, t.citizen_id) AS citizen_id, coalesce(b.full_name, t.full_name) AS full_name,
       coalesce(b.name_key, t.name_key) AS name_key, coalesce(b.born, t.born) AS born,
       coalesce(b.category_code, t.category_code, '') AS category_code,
       coalesce(b.area_code, t.area_code, '') AS area_code, b.sex, b.card_expires_on
FROM (SELECT b.* FROM beneficiary b
      WHERE b.id IN (SELECT beneficiary_id FROM enrolled) OR b.id IN (SELECT subject FROM listed)) b
FULL JOIN told t ON t.subject = b.id
CROSS JOIN measured m;

CREATE OR REPLACE TABLE elsewhere AS
SELECT subject, max(wards) AS wards, max(other_wards) AS other_wards
FROM (SELECT l.subject, l.programme, count(DISTINCT l.area_code) AS wards,
             string_agg(DISTINCT w.name, ', ' ORDER BY w.name) AS other_wards
      FROM listed l JOIN ward w ON w.code = l.area_code
      GROUP BY l.subject, l.programme
      HAVING count(DISTINCT l.area_code) > 1)
GROUP BY subject;

-- One name and one birth date are not enough: they also share the ward or an account.
CREATE OR REPLACE TABLE twins AS
SELECT o.subject, min(CASE WHEN o.area_code = t.area_code THEN t.citizen_id ELSE '…' || right(t.citizen_id, 4) END) AS twin
FROM known o
JOIN known t ON t.name_key = o.name_key AND t.born = o.born AND t.subject <> o.subject
WHERE o.name_key <> '' AND ((o.area_code = t.area_code AND o.area_code <> '') OR EXISTS (
  SELECT 1 FROM listed a JOIN listed b ON b.account_key = a.account_key AND b.bank_code = a.bank_code
  WHERE a.subject = o.subject AND b.subject = t.subject AND a.account_key <> ''))
GROUP BY o.subject;

-- Months without money, of the programme that paid last: who gets any money is there.
CREATE OR REPLACE TABLE paid AS
SELECT beneficiary_id, min(months) AS months_unpaid, max(reason) AS last_reason
FROM (SELECT beneficiary_id, CASE WHEN last_verdict = 'failed' THEN last_reason END AS reason,
             date_diff('month', CAST(coalesce(last_paid, first_month) || '-01' AS DATE), CAST(last_month || '-01' AS DATE))
               + CASE WHEN last_paid IS NULL THEN 1 ELSE 0 END AS months
      FROM paid_month)
GROUP BY beneficiary_id;

CREATE OR REPLACE TABLE person AS
SELECT p.*, m.today, length(p.citizen_id) = 12 AND regexp_matches(p.citizen_id, '^[0-9]+$') AS cccd,
       left(p.citizen_id, 3) AS province, pr.code IS NOT NULL AS province_known,
       c.century_from + TRY_CAST(substr(p.citizen_id, 5, 2) AS INTEGER) AS cccd_year, c.gender AS cccd_sex,
       date_part('year', age(m.today, p.born)) AS years,
       date_part('year', age(CAST(p.month || '-01' AS DATE), p.born)) AS years_at_start,
       date_part('year', age(last_day(CAST(p.month || '-01' AS DATE)), p.born)) AS years_at_end,
       g.from_age, g.below_age, w.code IS NOT NULL AS ward_known,
       coalesce(e.wards, 1) AS wards, e.other_wards, coalesce(t.twin, '') AS twin,
       d.last_month AS died_month, v.last_month AS moved_month, s.citizen_id IS NOT NULL AS death_said,
       coalesce(h.months_unpaid, 0) AS months_unpaid, h.last_reason, r.vi AS last_reason_vi, r.en AS last_reason_en
FROM known p
CROSS JOIN measured m
LEFT JOIN province pr ON pr.code = left(p.citizen_id, 3)
LEFT JOIN century c ON c.digit = substr(p.citizen_id, 4, 1)
LEFT JOIN category_age g ON g.code = p.category_code
LEFT JOIN ward w ON w.code = p.area_code
LEFT JOIN elsewhere e ON e.subject = p.subject
LEFT JOIN twins t ON t.subject = p.subject
LEFT JOIN stop d ON d.citizen_id = p.citizen_id AND d.why = 'died'
LEFT JOIN stop v ON v.citizen_id = p.citizen_id AND v.why = 'moved'
LEFT JOIN said s ON s.citizen_id = p.citizen_id AND p.citizen_id <> ''
LEFT JOIN paid h ON h.beneficiary_id = p.beneficiary_id
LEFT JOIN reason r ON r.code = h.last_reason;
