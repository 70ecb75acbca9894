-- For the last look at each account: the payout lines that wait for a person have no standing evidence either.
CREATE OR REPLACE TABLE open_payout AS
SELECT p.* FROM open_payout p
UNION ALL
SELECT p.* FROM payout p WHERE p.account_channel AND p.pid IN (SELECT pid FROM unclear_payout WHERE hold);
