"""What the worklist filters a case by stands in the case: its bank, and a text that a search looks in."""

from sqlalchemy import Table, bindparam, select, update
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.core.searching import text_of
from payouts.lists.models import PayoutLine

CASES: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel adds it
LINE: Table = PayoutLine.__table__  # type: ignore[attr-defined]  # the same
AT_ONCE = 5_000


def describe(session: Session) -> int:
    """Fill in what the worklist filters by, of cases that are new or whose line changed; say of how many."""
    numbers = [LINE.c[name] for name in ("citizen_id", "account_no", "line_ref", "other_ids")]
    query = (
        select(CASES.c.id, CASES.c.subject, LINE.c.full_name, LINE.c.bank_code, *numbers)
        .outerjoin(LINE, LINE.c.id == CASES.c.payout_line_id)
        .where(CASES.c.search.is_(None))
        .order_by(CASES.c.id)
        .limit(AT_ONCE)
    )
    count = 0
    while rows := session.execute(query).all():
        known = [
            {
                "case": row.id,
                "bank": row.bank_code or None,
                "text": text_of(
                    row.full_name or "",
                    [row.subject, row.citizen_id, row.account_no, *(row.other_ids or "").split(";")],
                ),
            }
            for row in rows
        ]
        session.connection().execute(
            update(CASES)
            .where(CASES.c.id == bindparam("case"))
            .values(bank_code=bindparam("bank"), search=bindparam("text")),
            known,
        )
        count += len(known)
    return count
