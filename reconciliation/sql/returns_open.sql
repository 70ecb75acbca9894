-- Returns that nobody has tied to a movement yet.
-- In:  unit, tie, torn_return, unclear_unit.
-- Out: open_return.
CREATE OR REPLACE TABLE open_return AS
SELECT u.* FROM unit u
WHERE u.status = 'returned'
  AND NOT EXISTS (SELECT 1 FROM tie z WHERE z.by_uid = u.uid)
  AND NOT EXISTS (SELECT 1 FROM torn_return z WHERE z.by_uid = u.uid)
  AND NOT EXISTS (SELECT 1 FROM unclear_unit z WHERE z.uid = u.uid);
