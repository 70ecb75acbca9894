-- What lines are known by, as hashes: those that stand more than once become common_reference, common_account and
-- common_payout, for clear.sql.
-- In:  every_payout, every_told, token.
-- Out: said_reference, said_account, owed_reference.
CREATE VIEW said_reference AS
SELECT hash(ref) AS hashed FROM every_told WHERE ref <> ''
UNION ALL
SELECT hash(bank_ref) FROM every_told WHERE bank_ref <> '' AND bank_ref <> ref
UNION ALL
SELECT hash(original_ref) FROM every_told WHERE original_ref <> ''
UNION ALL
SELECT hash(token) FROM token;

CREATE VIEW said_account AS SELECT hash(acct_key) AS hashed FROM every_told;

CREATE VIEW owed_reference AS SELECT hash(ref) AS hashed FROM every_payout;
