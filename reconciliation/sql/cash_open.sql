-- The lines paid in cash or at home that no collection is evidence for yet; a bank's word on them is none.
CREATE VIEW open_cash AS
SELECT p.* FROM payout p
WHERE NOT p.account_channel
  AND p.pid NOT IN (SELECT l.pid FROM link l JOIN unit u ON u.uid = l.uid
                    WHERE u.cash AND u.status = 'settled' AND l.uid NOT IN (SELECT uid FROM undone))
  AND p.pid NOT IN (SELECT pid FROM unclear_payout WHERE hold);

-- Whom a payer of cash names: by the citizen id, or an earlier one of the person.
CREATE VIEW cash_unit AS
SELECT u.uid, u.amount, u.day, u.stands, i.citizen_id
FROM left_unit u JOIN (SELECT DISTINCT id, citizen_id FROM identity) i ON i.id = u.citizen_id
WHERE u.cash AND u.status <> 'returned';
