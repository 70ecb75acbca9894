-- The tables that the steps fill.
CREATE TABLE tie (uid bigint, by_uid bigint, fresh boolean, short boolean);
CREATE TABLE undone (uid bigint);
CREATE TABLE link (pid bigint, uid bigint, rule string, part bigint);
CREATE TABLE found (pid bigint, uid bigint, rule string, part bigint);
CREATE TABLE unclear_payout (pid bigint, grp string, rule string, hold boolean);
CREATE TABLE unclear_unit (uid bigint, grp string);
CREATE TABLE torn_return (by_uid bigint, uid bigint);
CREATE TABLE movement_key (uid bigint, kind string, shared string);
CREATE TABLE crowd (by_uid bigint, kind string, shared string, amount bigint);
CREATE TABLE apart (pid bigint, uid bigint);
CREATE TABLE apart_group (grp string);

-- The settled movements of payout lines that nobody undid.
CREATE VIEW standing AS
SELECT l.pid, l.uid, u.cash FROM link l JOIN unit u ON u.uid = l.uid
WHERE u.status = 'settled' AND NOT EXISTS (SELECT 1 FROM undone z WHERE z.uid = l.uid);
