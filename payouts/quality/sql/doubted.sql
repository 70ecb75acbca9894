-- The people of whom it matters whether their account was paid before, because something makes one doubt it.
-- In:  listed, names_differ, failed_line, on_record.
-- Out: doubted.

CREATE OR REPLACE TABLE doubted_account AS
SELECT DISTINCT bank_code, account_key FROM failed_line
UNION
SELECT l.bank_code, l.account_key FROM listed l
WHERE NOT l.bank_known OR NOT regexp_matches(l.account_bare, '^[A-Z0-9]{6,19}$')
   OR EXISTS (SELECT 1 FROM names_differ n WHERE n.pid = l.id * 2)
   OR EXISTS (SELECT 1 FROM on_record z
              WHERE z.citizen_id = l.citizen_id AND z.bank_code = l.bank_code AND z.account_no <> l.account_no
                AND ltrim(z.account_no, '0') = l.account_key);

CREATE OR REPLACE TABLE doubted AS
SELECT l.citizen_id FROM listed l
JOIN doubted_account d ON d.bank_code = l.bank_code AND d.account_key = l.account_key
WHERE l.citizen_id <> ''
UNION
SELECT f.citizen_id FROM failed_line f
JOIN listed l ON l.bank_code = f.bank_code AND l.account_key = f.account_key
WHERE f.citizen_id <> '';
