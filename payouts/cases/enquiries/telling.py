"""Cases hear of letters and answers: an event each, whatever the number of lines."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, case, insert, literal, select, update
from sqlmodel import Session

from payouts.cases.enquiries.models import EnquiryLine
from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.core.tables import table_behind
from payouts.runs.evidence import in_chunks

ASKED = table_behind(EnquiryLine)
CASES = table_behind(Case)
EVENTS = table_behind(CaseEvent)
WAITING = "waiting"
GOES_ON = "in_progress"


def tell_cases(
    session: Session,
    notes: Mapping[int, str],
    *,
    kind: str,
    by: str,
    state: str | None = None,
    due: dt.date | None = None,
) -> None:
    """Note an event on the cases of lines of letters, those that are closed too, and move the open ones on.

    Args:
        session: the transaction
        notes: line of a letter -> what the event says
        kind: of the event
        by: who did it
        state: WAITING lets open cases wait; GOES_ON lets those that wait go on; None moves none
        due: open cases that are due earlier are due then
    """
    at = clock.now()
    for chunk in in_chunks(notes):
        cases = select(ASKED.c.case_id).where(ASKED.c.id.in_(chunk))
        found = session.execute(
            select(ASKED.c.id, CASES.c.id, CASES.c.state)
            .join(CASES, CASES.c.id == ASKED.c.case_id)
            .where(ASKED.c.id.in_(chunk))
        ).all()
        told = [
            {
                "case_id": case_id,
                "at": at,
                "by": by,
                "kind": kind,
                "note": notes[line],
                **dict.fromkeys(("before", "after")),
                **({"before": now, "after": state} if _moves(now, state) else {}),
            }
            for line, case_id, now in found
        ]
        session.execute(insert(EVENTS), told)
        changes: dict[str, Any] = {"version": CASES.c.version + 1}
        if state:
            moved = CASES.c.state != "closed" if state == WAITING else CASES.c.state == WAITING
            changes["state"] = case((moved, literal(state)), else_=CASES.c.state)
        if due:
            changes["due"] = case(
                (and_(CASES.c.due < due, CASES.c.state != "closed"), due), else_=CASES.c.due
            )
        session.execute(
            update(CASES).values(changes).where(CASES.c.id.in_(cases)),
            execution_options={"synchronize_session": False},
        )


def _moves(now: str, state: str | None) -> bool:
    if state is None or now in {"closed", state}:
        return False
    return WAITING in {state, now}
