-- Step 5: the citizen id, or an earlier one of the person, in its column or as a token of the text, and the amount.
CREATE OR REPLACE TABLE step AS SELECT 'citizen_amount' AS rule, FALSE AS many;

CREATE OR REPLACE TABLE candidate_payout AS
SELECT pid, citizen_id || '|' || cast(amount AS string) AS pair_key, '' AS bank
FROM open_payout WHERE citizen_id <> '';

CREATE OR REPLACE TABLE candidate_unit AS
SELECT DISTINCT u.uid, i.citizen_id || '|' || cast(u.amount AS string) AS pair_key, '' AS bank
FROM left_unit u
JOIN (SELECT m.uid, t.citizen_id AS id FROM told t JOIN member m ON m.sid = t.sid WHERE t.citizen_id <> ''
      UNION
      SELECT m.uid, k.token FROM identity_token k JOIN member m ON m.sid = k.sid) s ON s.uid = u.uid
JOIN identity i ON i.id = s.id
WHERE u.amount IS NOT NULL AND NOT u.cash;
