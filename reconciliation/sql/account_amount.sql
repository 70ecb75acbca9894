-- Step 3: the same account, zeros included, and the same amount.
CREATE OR REPLACE TABLE step AS SELECT 'account_amount' AS rule, TRUE AS many;

CREATE OR REPLACE TABLE candidate_payout AS
SELECT pid, acct || '|' || cast(amount AS string) AS pair_key, bank FROM open_payout WHERE acct <> '';

CREATE OR REPLACE TABLE candidate_unit AS
SELECT uid, acct || '|' || cast(amount AS string) AS pair_key, bank
FROM left_unit WHERE acct <> '' AND amount IS NOT NULL;
