"""How much work there is, for the bar on every page: a few numbers out of one small index."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, func, select

from payouts.cases.store import CASES, NOT_CLOSED
from payouts.core import clock
from payouts.identity.scope import Scope


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases that are not closed, within a scope.

    Attributes:
        at_work: those on somebody's desk: neither closed nor parked under an incident
        mine: of these, assigned to who asks
        overdue: of these, due before today
        due_today: of these, due today
        unassigned: of these, assigned to nobody
        escalated: of these, overdue ones that the province looks after, too
        parked: those that hang under an incident with a bank's file
        incidents: with banks' files, apart from the cases above
    """

    at_work: int
    mine: int
    overdue: int
    due_today: int
    unassigned: int
    escalated: int
    parked: int
    incidents: int


def theirs(scope: Scope, username: str) -> ColumnElement[bool]:
    """Say which cases are somebody's to look after day by day.

    Of an officer of a ward: what is assigned to them or to nobody. Of others: what is assigned to them, what
    wards did not settle in time, and what belongs to no ward.
    """
    assigned = CASES.c.assignee == username
    if scope.areas is None:
        return or_(assigned, CASES.c.escalated_at.is_not(None), CASES.c.area_code.is_(None))
    return or_(assigned, CASES.c.assignee.is_(None))


def counts(session: Session, scope: Scope, username: str) -> Counts:
    """Count the cases that are not closed.

    Args:
        session: the transaction
        scope: the areas and programmes of who asks
        username: who asks
    """
    today, parked, incident = clock.today(), CASES.c.state == "parked", CASES.c.kind == "incident"

    def at_work(*and_also: ColumnElement[bool]) -> Any:
        return func.count().filter(and_(~parked, ~incident, *and_also))

    figures = [
        at_work(),
        at_work(CASES.c.assignee == username),
        at_work(CASES.c.due < today),
        at_work(CASES.c.due == today),
        at_work(CASES.c.assignee.is_(None)),
        at_work(CASES.c.escalated_at.is_not(None)),
        func.count().filter(parked),
        func.count().filter(incident),
    ]
    row = session.execute(
        select(*figures).where(
            NOT_CLOSED, *scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme)
        )
    ).one()
    return Counts(*row)


def overdue(session: Session, scope: Scope, *, most: int) -> int:
    """Count the cases at work that are due before today, within a scope; no further than one past `most`."""
    found = (
        select(CASES.c.id)
        .where(NOT_CLOSED, CASES.c.state != "parked", CASES.c.due < clock.today())
        .where(*scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme))
        .limit(most + 1)
    )
    return int(session.execute(select(func.count()).select_from(found.subquery())).scalar_one())


def due_now(session: Session, scope: Scope, username: str, *, most: int) -> int:
    """Count what is overdue or due today of what is somebody's to look after, as far as `overdue`."""
    found = (
        select(CASES.c.id)
        .where(NOT_CLOSED, CASES.c.state != "parked", CASES.c.kind != "incident")
        .where(CASES.c.due <= clock.today(), theirs(scope, username))
        .where(*scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme))
        .limit(most + 1)
    )
    return int(session.execute(select(func.count()).select_from(found.subquery())).scalar_one())


def open_incidents(session: Session, scope: Scope) -> int:
    """Count the incidents with banks' files that are not over, within a scope."""
    programmes = scope.conditions(programme=CASES.c.programme)
    query = select(func.count()).where(NOT_CLOSED, CASES.c.kind == "incident", *programmes)
    return int(session.execute(query).scalar_one())
