-- Returns that nobody has tied to a movement yet.
-- In:  unit, tie, torn_return, unclear_unit.
-- Out: open_return.
CREATE OR REPLACE TABLE open_return AS
SELECT u.* FROM unit u
WHERE u.status = 'returned' AND u.uid NOT IN (SELECT by_uid FROM tie) AND u.uid NOT IN (SELECT by_uid FROM torn_return)
  AND u.uid NOT IN (SELECT uid FROM unclear_unit);
