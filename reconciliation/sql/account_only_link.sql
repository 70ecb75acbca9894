-- Step 6, after the names are compared.
INSERT INTO found
SELECT c.pid, c.uid, 'account_only', c.amount
FROM compared c
WHERE NOT EXISTS (SELECT 1 FROM names_differ n WHERE n.pid = c.pid AND n.uid = c.uid);
