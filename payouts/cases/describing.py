"""What the worklist filters a case by stands in the case: bank, hamlet, and a text that a search looks in."""

from sqlalchemy import and_, bindparam, func, select, update
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.core.searching import text_of
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutLine
from payouts.registry.models import Beneficiary

CASES = table_behind(Case)
LINE = table_behind(PayoutLine)
PERSON = table_behind(Beneficiary)
OTHER = LINE.alias("other")  # a line of the person whom a case without one is about
AT_ONCE = 5_000


def describe(session: Session) -> int:
    """Fill in what the worklist filters by, of cases that are new or whose line changed; say of how many."""
    numbers = [LINE.c[name] for name in ("citizen_id", "account_no", "line_ref", "other_ids")]
    last = (
        select(OTHER.c.hamlet)
        .where(OTHER.c.citizen_id == CASES.c.subject, OTHER.c.hamlet.is_not(None))
        .order_by(OTHER.c.id.desc())
        .limit(1)
    )
    name = func.coalesce(LINE.c.full_name, PERSON.c.full_name).label("full_name")
    hamlet = func.coalesce(LINE.c.hamlet, last.scalar_subquery()).label("hamlet")
    query = (
        select(CASES.c.id, CASES.c.subject, name, LINE.c.bank_code, hamlet, *numbers)
        .outerjoin(LINE, LINE.c.id == CASES.c.payout_line_id)
        .outerjoin(PERSON, and_(CASES.c.payout_line_id.is_(None), PERSON.c.citizen_id == CASES.c.subject))
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
                "place": row.hamlet or None,
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
            .values(bank_code=bindparam("bank"), hamlet=bindparam("place"), search=bindparam("text")),
            known,
        )
        count += len(known)
    return count
