-- What lists owed for their own month, and paid back of earlier ones: prices are asked for these.
-- Tables in: base, past_lines (with the month of each list as cycle), people.

-- The part of an amount that is for the month itself.
CREATE MACRO for_month(now, amount, carried, arrears, deducted, one_off) AS
    coalesce(now, amount - coalesce(carried, 0) - coalesce(arrears, 0) + coalesce(deducted, 0) - coalesce(one_off, 0));

-- What somebody regularly gets: no debt of before, no grant paid once, nothing for another month.
CREATE TABLE regular AS
SELECT *, for_month(amount_current, amount, amount_carried_over, amount_arrears, amount_deducted, amount_one_off) AS was
FROM base
WHERE carried_from IS NULL AND coalesce(period, base_cycle()) = base_cycle();
DELETE FROM regular WHERE was <= 0 OR category_code IN (SELECT code FROM grants);

CREATE TABLE past AS
SELECT citizen_id, category_code, cycle AS month,
       sum(for_month(amount_current, amount, amount_carried_over, amount_arrears, amount_deducted, amount_one_off))::BIGINT
           AS listed
FROM past_lines
WHERE carried_from IS NULL AND coalesce(period, cycle) = cycle AND citizen_id IS NOT NULL
GROUP BY ALL;

CREATE TABLE paid_back AS
SELECT citizen_id, coalesce(category_code, '') AS category_code,
       sum(CASE WHEN period < cycle AND amount_current IS NULL THEN amount ELSE coalesce(amount_arrears, 0) END)::BIGINT AS back
FROM past_lines
WHERE carried_from IS NULL AND citizen_id IS NOT NULL
GROUP BY ALL;
