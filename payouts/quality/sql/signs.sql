-- What makes a payment likely to fail: `line` with what is known of its account and person from earlier months.
-- In:  listed, names_differ, failed_line, paid_line, stop, on_record, account_reason, reason.
-- Out: line: those paid through a bank.

-- An account into which money came later than a failure has been mended; one that was ever paid is known to work.
CREATE OR REPLACE TABLE worked AS
SELECT bank_code, account_key, max(cycle) AS cycle FROM paid_line WHERE account_key <> '' GROUP BY bank_code, account_key;

CREATE OR REPLACE TABLE failing AS
SELECT f.bank_code, f.account_key, f.name_key, max(f.cycle) AS cycle, count(DISTINCT f.cycle) AS months, arg_max(f.reason_code, f.cycle) AS reason_code,
       bool_or(a.code IS NOT NULL) AS of_account
FROM failed_line f
LEFT JOIN worked w ON w.bank_code = f.bank_code AND w.account_key = f.account_key
LEFT JOIN account_reason a ON a.code = f.reason_code
WHERE f.account_key <> '' AND (w.cycle IS NULL OR w.cycle < f.cycle)
GROUP BY f.bank_code, f.account_key, f.name_key;

CREATE OR REPLACE TABLE failing_account AS
SELECT bank_code, account_key, max(reason_code) AS reason_code FROM failing WHERE of_account GROUP BY bank_code, account_key;

CREATE OR REPLACE TABLE holders AS
SELECT l.id FROM listed l
JOIN names_differ own ON own.pid = l.id * 2
LEFT JOIN names_differ other ON other.pid = l.id * 2 + 1
WHERE l.payee_key = '' OR other.pid IS NOT NULL;

CREATE OR REPLACE TABLE line AS
SELECT l.*, d.last_month AS died_month, w.cycle IS NOT NULL AS works,
       own.reason_code AS own_reason, coalesce(own.months, 0) AS own_months, coalesce(ro.vi, own.reason_code) AS own_said,
       other.reason_code AS other_reason, coalesce(rt.vi, other.reason_code) AS other_said,
       h.id IS NOT NULL AND w.cycle IS NULL AS holder_differs,
       z.account_no AS on_record, z.account_no IS NOT NULL AND w.cycle IS NULL AS zeros_lost
FROM listed l
LEFT JOIN stop d ON d.citizen_id = l.citizen_id AND d.why = 'died'
LEFT JOIN worked w ON w.bank_code = l.bank_code AND w.account_key = l.account_key
LEFT JOIN failing own ON own.bank_code = l.bank_code AND own.account_key = l.account_key AND own.name_key = l.name_key
LEFT JOIN failing_account other ON other.bank_code = l.bank_code AND other.account_key = l.account_key
LEFT JOIN reason ro ON ro.code = own.reason_code
LEFT JOIN reason rt ON rt.code = other.reason_code
LEFT JOIN holders h ON h.id = l.id
LEFT JOIN (SELECT citizen_id, bank_code, ltrim(account_no, '0') AS account_key, max(account_no) AS account_no
           FROM on_record GROUP BY ALL) z
  ON z.citizen_id = l.citizen_id AND z.bank_code = l.bank_code AND z.account_key = l.account_key
     AND length(z.account_no) > length(l.account_bare)
WHERE l.banked;
