-- What of the payout lines and movements of one account counts, for step 6 and what follows it.
-- In:  group_payout, group_served, apart_group.
-- Out: account_payout, account_unit (those that may serve each other), account_size.

-- Movements that stand are counted; where none stands, those that were undone.
CREATE OR REPLACE TABLE account_unit AS
SELECT u.uid, u.grp, u.day, u.amount, u.stands FROM group_served u
JOIN (SELECT grp, bool_or(stands) AS any_stands FROM group_served GROUP BY grp) s ON s.grp = u.grp
WHERE u.stands = s.any_stands;

CREATE OR REPLACE TABLE account_payout AS
SELECT p.pid, p.grp, p.torn, p.opens_on, p.amount
FROM group_payout p
JOIN (SELECT grp, max(day) AS last_day, bool_or(day IS NULL) AS undated FROM account_unit GROUP BY grp) d ON d.grp = p.grp
WHERE p.opens_on IS NULL OR d.undated OR p.opens_on <= d.last_day;

CREATE OR REPLACE TABLE account_size AS
SELECT p.grp, p.payouts, u.units, p.torn OR p.grp IN (SELECT grp FROM apart_group) AS torn
FROM (SELECT grp, count(*) AS payouts, bool_or(torn) AS torn FROM account_payout GROUP BY grp) p
JOIN (SELECT grp, count(*) AS units FROM account_unit GROUP BY grp) u ON u.grp = p.grp;
