-- The lines paid in cash or at home that no collection is evidence for yet; a bank's word on them is none.
CREATE VIEW open_cash AS
SELECT p.* FROM payout p
WHERE NOT p.account_channel
  AND NOT EXISTS (SELECT 1 FROM standing z WHERE z.pid = p.pid AND z.cash)
  AND NOT EXISTS (SELECT 1 FROM unclear_payout z WHERE z.pid = p.pid AND z.hold);

-- Whom a payer of cash names: by the citizen id, or an earlier one of the person.
CREATE VIEW cash_unit AS
SELECT u.uid, u.amount, u.day, u.stands, i.citizen_id
FROM left_unit u JOIN (SELECT DISTINCT id, citizen_id FROM identity) i ON i.id = u.citizen_id
WHERE u.cash AND u.status <> 'returned';
