-- Which pairs of compared (pid, uid) name two people. Names are folded; an empty one is not compared.
CREATE OR REPLACE TABLE names_differ AS
SELECT c.pid, c.uid
FROM compared c
JOIN payout p ON p.pid = c.pid
JOIN unit u ON u.uid = c.uid
CROSS JOIN rules
WHERE p.holder_key <> '' AND u.name_key <> '' AND p.holder_key <> u.name_key
  AND NOT (u.name_pattern <> '' AND regexp_matches(p.holder, u.name_pattern))
  AND NOT (p.holder_pattern <> '' AND regexp_matches(u.name, p.holder_pattern))
  AND NOT (length(u.name_key) >= rules.cut_after AND starts_with(p.holder_key, u.name_key))
  AND NOT (length(p.holder_key) >= rules.cut_after AND starts_with(u.name_key, p.holder_key))
  AND NOT (length(p.holder_key) >= rules.one_letter_from AND length(u.name_key) >= rules.one_letter_from
           AND abs(length(p.holder_key) - length(u.name_key)) <= 1
           AND levenshtein(p.holder_key, u.name_key) <= 1);
