-- The lines of the last list of each programme, each with its person; nobody on record is a person by name.
-- In:  told_line, beneficiary, payee, known_bank.
-- Out: listed; compared, payout and unit for names.sql: whose account it is, the person's own or a payee's.

CREATE OR REPLACE TABLE listed AS
SELECT l.* REPLACE (CASE WHEN l.payee_key = '' THEN coalesce(p.name_key, '') ELSE l.payee_key END AS payee_key),
       b.id AS beneficiary_id, k.code IS NOT NULL AS bank_known, l.channel IN ('account', 'wallet') AS banked,
       CASE WHEN b.id IS NOT NULL THEN b.id
            ELSE -min(l.id) OVER (PARTITION BY b.id, l.citizen_id, l.name_key, l.born, l.area_code) END AS subject
FROM told_line l
LEFT JOIN beneficiary b ON b.citizen_id = l.citizen_id AND l.citizen_id <> ''
LEFT JOIN payee p ON p.beneficiary_id = b.id
LEFT JOIN known_bank k ON k.code = l.bank_code;

CREATE OR REPLACE TABLE payout AS
SELECT id * 2 AS pid, name_key AS holder, account_key AS acct_key, bank_code AS bank
FROM listed WHERE banked AND holder_key <> ''
UNION ALL
SELECT id * 2 + 1, payee_key, account_key, bank_code FROM listed WHERE banked AND holder_key <> '' AND payee_key <> '';

CREATE OR REPLACE TABLE unit AS
SELECT p.pid AS uid, l.holder_key AS name FROM payout p JOIN listed l ON l.id = p.pid // 2;

CREATE OR REPLACE TABLE compared AS
SELECT pid, pid AS uid FROM payout;
