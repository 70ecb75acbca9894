-- The tables that the steps fill.
CREATE TABLE tie (uid bigint, by_uid bigint, fresh boolean, short boolean);
CREATE TABLE undone (uid bigint);
CREATE TABLE link (pid bigint, uid bigint, rule varchar, part bigint);
CREATE TABLE found (pid bigint, uid bigint, rule varchar, part bigint);
CREATE TABLE unclear_payout (pid bigint, grp varchar, rule varchar, hold boolean);
CREATE TABLE unclear_unit (uid bigint, grp varchar);
CREATE TABLE torn_return (by_uid bigint, uid bigint);
CREATE TABLE apart (pid bigint, uid bigint);
CREATE TABLE apart_group (grp varchar);
