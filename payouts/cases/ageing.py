"""How long cases have been open, as counts over an index of the open ones."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Table, case
from sqlmodel import Session, func, select

from payouts.cases.models import Case
from payouts.cases.store import NOT_CLOSED
from payouts.core.clock import VIETNAM
from payouts.identity.scope import Scope

CASES: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel adds it

# Open for so many days at least, in bands; the last one has no end.
BANDS = (0, 3, 8, 15, 31, 61)


@dataclass(frozen=True, slots=True)
class Band:
    """The open cases of one age.

    Attributes:
        since: opened so many days ago, or more
        until: or fewer; None: no end
        in_time: cases whose due date has not passed
        overdue: cases whose due date has
    """

    since: int
    until: int | None
    in_time: int
    overdue: int


def ageing(session: Session, scope: Scope, *, today: dt.date) -> list[Band]:
    """Count the open cases within a scope by the days since they opened, by the clock in Vietnam.

    Args:
        session: the transaction
        scope: the areas and programmes to count
        today: the day from which one counts back
    """
    midnight = dt.datetime.combine(today, dt.time(), VIETNAM)
    opened = [(midnight - dt.timedelta(days=days - 1), days) for days in BANDS[1:]]
    band = case(*((CASES.c.opened_at < moment, days) for moment, days in reversed(opened)), else_=BANDS[0])
    late = case((CASES.c.due < today, 1), else_=0)
    rows = session.execute(
        select(band.label("band"), late.label("late"), func.count())
        .where(NOT_CLOSED, *scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme))
        .group_by("band", "late")
    )
    found = {(int(since), bool(is_late)): int(count) for since, is_late, count in rows}
    ends = [*(days - 1 for days in BANDS[1:]), None]
    return [
        Band(since, until, found.get((since, False), 0), found.get((since, True), 0))
        for since, until in zip(BANDS, ends, strict=True)
    ]


def open_by_ward(session: Session, scope: Scope, *, programme: str, cycle: str) -> dict[str, int]:
    """Count the open cases of a cycle by ward, within a scope; empty where none is named."""
    rows = session.execute(
        select(CASES.c.area_code, func.count())
        .where(
            NOT_CLOSED,
            CASES.c.programme == programme,
            CASES.c.cycle == cycle,
            *scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme),
        )
        .group_by(CASES.c.area_code)
    )
    return {area or "": int(count) for area, count in rows}
