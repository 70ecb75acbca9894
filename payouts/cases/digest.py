"""What one officer is to do today: what is overdue, due, and new, the hardest first."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, and_
from sqlmodel import Session, func, select

from payouts.cases.counts import theirs
from payouts.cases.store import CASES, LINE, NOT_CLOSED
from payouts.cases.worklist import OF_LINE, SHOWN
from payouts.core import clock
from payouts.core.calendar import after_banking_days
from payouts.identity.rules import Staff
from payouts.lists.dates import rules_today

SOON = 2  # banking days ahead
MOST_SHOWN = 50  # cases of one section


@dataclass(frozen=True, slots=True)
class Section:
    """One heap of a digest.

    Attributes:
        name: overdue, today, soon or new; no case stands in two
        count: how many there are
        rows: the hardest of them, at most MOST_SHOWN; columns as cases.store.worklist gives them
    """

    name: str
    count: int
    rows: list[RowMapping]


@dataclass(frozen=True, slots=True)
class Digest:
    """What somebody is to do on a day."""

    username: str
    on: dt.date
    sections: list[Section]

    @property
    def count(self) -> int:
        """How many cases it names."""
        return sum(section.count for section in self.sections)


def digest(session: Session, staff: Staff) -> Digest:
    """Gather what somebody is to do today, of what is theirs to look after: cases.counts.theirs.

    Args:
        session: the transaction
        staff: who asks
    """
    today = clock.today()
    soon = after_banking_days(today, SOON, rules_today().dates_of("").calendar)
    morning = dt.datetime.combine(today - dt.timedelta(days=1), dt.time(), clock.VIETNAM)
    heaps = {
        "overdue": CASES.c.due < today,
        "today": CASES.c.due == today,
        "soon": and_(CASES.c.due > today, CASES.c.due <= soon),
        "new": and_(CASES.c.due > soon, CASES.c.opened_at >= morning),
    }
    scope = staff.scope
    within = scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme)
    at_work = (NOT_CLOSED, CASES.c.state != "parked", CASES.c.kind != "incident")
    mine = and_(*at_work, theirs(scope, staff.username), *within)
    sections = [_section(session, name, mine, heap) for name, heap in heaps.items()]
    return Digest(staff.username, today, sections)


def _section(session: Session, name: str, mine: ColumnElement[bool], heap: ColumnElement[bool]) -> Section:
    count = session.execute(select(func.count()).select_from(CASES).where(mine, heap)).scalar_one()
    rows = session.execute(
        select(*(CASES.c[column] for column in SHOWN))
        .add_columns(*(LINE.c[column] for column in OF_LINE))
        .outerjoin(LINE, LINE.c.id == CASES.c.payout_line_id)
        .where(mine, heap)
        .order_by(CASES.c.hardship.desc(), CASES.c.due, CASES.c.id)
        .limit(MOST_SHOWN)
    )
    return Section(name, int(count), list(rows.mappings()))
