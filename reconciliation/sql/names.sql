-- Which pairs of compared (pid, uid) name two people. Names are folded to words; an empty one is not compared.
-- What people accepted holds for the account and both names, to the letter.
-- In:  compared, payout, unit, rules, accepted_name.
-- Out: names_differ.

CREATE OR REPLACE TABLE name_pair AS
SELECT c.pid, c.uid, p.holder AS listed, u.name AS told, replace(p.holder, ' ', '') AS listed_key,
       replace(u.name, ' ', '') AS told_key, p.acct_key, p.bank
FROM compared c
JOIN payout p ON p.pid = c.pid
JOIN unit u ON u.uid = c.uid
WHERE p.holder <> '' AND u.name <> '' AND p.holder <> u.name;

-- Three or more stars of a mask stand for any number of letters, one or two for exactly as many.
CREATE OR REPLACE TABLE name_mask AS
SELECT pid, uid, listed, told,
       CASE WHEN told LIKE '%*%' THEN '^' || replace(replace(replace(replace(replace(
         told, '***', '~'), '~*', '~'), '~*', '~'), '*', '[^ *]'), '~', '[^ *]{0,}') || '$' END AS told_mask,
       CASE WHEN listed LIKE '%*%' THEN '^' || replace(replace(replace(replace(replace(
         listed, '***', '~'), '~*', '~'), '~*', '~'), '*', '[^ *]'), '~', '[^ *]{0,}') || '$' END AS listed_mask
FROM name_pair
WHERE told LIKE '%*%' OR listed LIKE '%*%';

CREATE OR REPLACE TABLE names_differ AS
SELECT n.pid, n.uid
FROM name_pair n
LEFT JOIN name_mask m ON m.pid = n.pid AND m.uid = n.uid
CROSS JOIN rules
WHERE n.listed_key <> n.told_key
  AND NOT EXISTS (SELECT 1 FROM accepted_name a
                  WHERE a.acct_key <> '' AND a.acct_key = n.acct_key AND a.bank = n.bank AND a.listed_key = n.listed_key AND a.told_key = n.told_key)
  AND NOT coalesce(regexp_like(n.listed, m.told_mask), FALSE)
  AND NOT coalesce(regexp_like(n.told, m.listed_mask), FALSE)
  AND NOT (length(n.told_key) >= rules.cut_after AND left(n.listed_key, length(n.told_key)) = n.told_key)
  AND NOT (length(n.listed_key) >= rules.cut_after AND left(n.told_key, length(n.listed_key)) = n.listed_key)
  AND NOT (length(n.listed_key) >= rules.one_letter_from AND length(n.told_key) >= rules.one_letter_from
           AND abs(length(n.listed_key) - length(n.told_key)) <= 1
           AND levenshtein(n.listed_key, n.told_key) <= 1);
