"""How long cases have been open, as counts over an index of the open ones."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case
from sqlmodel import Session, func, select

from payouts.cases.models import Case
from payouts.cases.store import NOT_CLOSED
from payouts.core.clock import VIETNAM
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope

CASES = table_behind(Case)

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
        parked: cases that wait for a bank's whole file; no clock runs for them
    """

    since: int
    until: int | None
    in_time: int = 0
    overdue: int = 0
    parked: int = 0


def ageing(session: Session, scope: Scope, *, today: dt.date) -> list[Band]:
    """Count the open cases about people by the days since they opened, by the clock in Vietnam.

    Args:
        session: the transaction
        scope: the areas and programmes to count
        today: the day from which one counts back
    """
    midnight = dt.datetime.combine(today, dt.time(), VIETNAM)
    opened = [(midnight - dt.timedelta(days=days - 1), days) for days in BANDS[1:]]
    band = case(*((CASES.c.opened_at < moment, days) for moment, days in reversed(opened)), else_=BANDS[0])
    how = case((CASES.c.state == "parked", "parked"), (CASES.c.due < today, "overdue"), else_="in_time")
    rows = session.execute(
        select(band.label("band"), how.label("how"), func.count())
        .where(*_about_people(scope))
        .group_by("band", "how")
    )
    found: dict[int, dict[str, int]] = {since: {} for since in BANDS}
    for since, name, count in rows:
        found[since][name] = count
    ends = [*(days - 1 for days in BANDS[1:]), None]
    return [Band(since, until, **found[since]) for since, until in zip(BANDS, ends, strict=True)]


def open_by_ward(session: Session, scope: Scope, *, programme: str, cycle: str) -> dict[str, int]:
    """Count the cases of a cycle that wards can work on, within a scope; empty where no ward is named."""
    rows = session.execute(
        select(CASES.c.area_code, func.count())
        .where(
            CASES.c.programme == programme,
            CASES.c.cycle == cycle,
            CASES.c.state != "parked",
            *_about_people(scope),
        )
        .group_by(CASES.c.area_code)
    )
    return {area or "": int(count) for area, count in rows}


def _about_people(scope: Scope) -> list[ColumnElement[bool]]:
    """Say in a query which open cases lie within a scope; an incident is about a bank's file."""
    within = scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme)
    return [NOT_CLOSED, CASES.c.kind != "incident", *within]
