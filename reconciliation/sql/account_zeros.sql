-- Step 4: as step 3, the accounts equal but for leading zeros, which spreadsheets lose.
CREATE OR REPLACE TABLE step AS SELECT 'account_zeros' AS rule, TRUE AS many;

CREATE OR REPLACE TABLE candidate_payout AS
SELECT pid, acct_key || '|' || cast(amount AS string) AS pair_key, bank FROM open_payout WHERE acct_key <> '';

CREATE OR REPLACE TABLE candidate_unit AS
SELECT uid, acct_key || '|' || cast(amount AS string) AS pair_key, bank
FROM left_unit WHERE acct_key <> '' AND amount IS NOT NULL;
