-- As step 5, for cash: the citizen id and the amount.
-- In:  open_cash, cash_unit.
CREATE OR REPLACE TABLE step AS SELECT 'citizen_amount' AS rule, FALSE AS many;

CREATE OR REPLACE TABLE candidate_payout AS
SELECT pid, 'cash|' || citizen_id || '|' || cast(amount AS string) AS pair_key, '' AS bank
FROM open_cash WHERE citizen_id <> '';

CREATE OR REPLACE TABLE candidate_unit AS
SELECT DISTINCT uid, 'cash|' || citizen_id || '|' || cast(amount AS string) AS pair_key, '' AS bank
FROM cash_unit WHERE amount IS NOT NULL;
