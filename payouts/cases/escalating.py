"""What a ward did not settle in time comes before the province, too: nobody is forgotten."""

import datetime as dt
from typing import Any

from sqlalchemy import and_, insert, literal, select, update
from sqlmodel import Session

from payouts.cases.models import Case, CaseEvent
from payouts.cases.store import NOT_CLOSED
from payouts.core import clock
from payouts.core.fields import Moment
from payouts.core.tables import table_behind

CASES = table_behind(Case)
EVENTS = table_behind(CaseEvent)
BY = "chitra"


def escalate_overdue(session: Session, on: dt.date) -> int:
    """Pass the cases of wards that were due before a day on to the province; done twice it changes nothing.

    The ward keeps the case and whoever it is assigned to. No clock runs for a case that hangs under an
    incident; one of the campaign has no payment that is late, and coverage tells the province of it.

    Args:
        session: the transaction
        on: the day

    Returns:
        how many were passed on
    """
    overdue = and_(
        NOT_CLOSED,
        *(CASES.c.state != "parked", CASES.c.due < on, CASES.c.kind != "campaign"),
        *(CASES.c.escalated_at.is_(None), CASES.c.area_code.is_not(None)),
    )
    at = clock.now()
    told = {
        "case_id": CASES.c.id,
        "at": literal(at, Moment()),
        "by": literal(BY),
        "kind": literal("escalated"),
    }
    options = {"synchronize_session": False, "preserve_rowcount": True}
    session.execute(insert(EVENTS).from_select(list(told), select(*told.values()).where(overdue)))
    passed_on: Any = session.execute(
        update(CASES).where(overdue).values(escalated_at=at, version=CASES.c.version + 1),
        execution_options=options,
    )
    return int(passed_on.rowcount)
