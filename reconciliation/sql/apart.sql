-- Where people hold pairs of a group apart: who may pair with nobody else of the group leaves it, and in what stays a
-- person has to say the rest.
-- In:  apart, group_payout, group_served.
-- Out: the latter two without those who leave; apart_group.
CREATE OR REPLACE TABLE apart_met AS
SELECT a.pid, a.uid, p.grp, p.opens_on, u.day
FROM apart a
JOIN group_payout p ON p.pid = a.pid
JOIN group_served u ON u.uid = a.uid AND u.grp = p.grp
WHERE p.opens_on IS NULL OR u.day IS NULL OR u.day >= p.opens_on;

CREATE OR REPLACE TABLE apart_payout AS
SELECT m.pid
FROM (SELECT pid, grp, opens_on, count(*) AS pairs FROM apart_met GROUP BY pid, grp, opens_on) m
JOIN group_served u ON u.grp = m.grp AND (m.opens_on IS NULL OR u.day IS NULL OR u.day >= m.opens_on)
GROUP BY m.pid, m.pairs HAVING count(*) = m.pairs;

CREATE OR REPLACE TABLE apart_unit AS
SELECT m.uid, m.grp
FROM (SELECT uid, grp, day, count(*) AS pairs FROM apart_met GROUP BY uid, grp, day) m
JOIN group_payout p ON p.grp = m.grp AND (p.opens_on IS NULL OR m.day IS NULL OR m.day >= p.opens_on)
GROUP BY m.uid, m.grp, m.pairs HAVING count(*) = m.pairs;

CREATE OR REPLACE TABLE apart_group AS
SELECT DISTINCT m.grp FROM apart_met m
WHERE NOT EXISTS (SELECT 1 FROM apart_payout z WHERE z.pid = m.pid)
  AND NOT EXISTS (SELECT 1 FROM apart_unit x WHERE x.uid = m.uid AND x.grp = m.grp);

CREATE OR REPLACE TABLE group_payout AS
SELECT p.* FROM group_payout p WHERE NOT EXISTS (SELECT 1 FROM apart_payout z WHERE z.pid = p.pid);

CREATE OR REPLACE TABLE group_served AS
SELECT u.* FROM group_served u
WHERE NOT EXISTS (SELECT 1 FROM apart_unit x WHERE x.uid = u.uid AND x.grp = u.grp);
