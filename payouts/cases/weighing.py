"""Weighs cases: finds who missed how many months, and sets hardship and due date, all in a few statements."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Table, and_, or_, select, update
from sqlmodel import Session

from payouts.cases.hardship import NOT_RECEIVED, Plight, age_on, days_to_act, points, share_short
from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.core.calendar import after_banking_days
from payouts.lists.dates import rules_today
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.runs.models import Verdict
from payouts.runs.store import last_run

CASES: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel adds it
EVENTS: Table = CaseEvent.__table__  # type: ignore[attr-defined]  # the same
LINE: Table = PayoutLine.__table__  # type: ignore[attr-defined]  # the same
VERDICT: Table = Verdict.__table__  # type: ignore[attr-defined]  # the same

MOST_MONTHS = 12  # looked back
AT_ONCE = 500  # cases of one statement
BEGINS = ("opened", "reopened", "released")  # events from which a case's days count
GOT_IT = ("paid_in_cash", "confirmed_received")  # outcomes by which the person had the money after all


def weigh(session: Session, cycle: PayoutCycle, run_id: int, *, since: int = 0) -> None:
    """Set the hardship of the cases of a cycle that people work on, and the due date of those that begin.

    Args:
        session: the transaction
        cycle: the cycle
        run_id: its last run
        since: the last event before; cases that began after it get their due date
    """
    mine = and_(
        CASES.c.kind == "exception",
        CASES.c.state.not_in(("closed", "parked")),
        VERDICT.c.run_id == run_id,
        VERDICT.c.payout_line_id == CASES.c.payout_line_id,
        LINE.c.id == CASES.c.payout_line_id,
    )
    told = (LINE.c.citizen_id, LINE.c.date_of_birth, LINE.c.category_code)
    found = session.execute(
        select(
            CASES.c.id, CASES.c.hardship, VERDICT.c.verdict, VERDICT.c.owed, VERDICT.c.settled, *told
        ).where(mine)
    ).all()
    missed = months_missed(session, cycle, select(LINE.c.citizen_id).where(mine))
    beginning = set(
        session.scalars(
            select(EVENTS.c.case_id).where(
                EVENTS.c.id > since, EVENTS.c.kind.in_(BEGINS), EVENTS.c.run_id == run_id
            )
        )
    )
    today, wanted = clock.today(), defaultdict[tuple[int, int | None], list[int]](list)
    for case_id, before, verdict, owed, settled, citizen_id, born, category in found:
        months = (1 + missed[citizen_id]) if verdict in NOT_RECEIVED else 0
        plight = Plight(months, share_short(verdict, owed, settled), age_on(born, today), category)
        hardship = points(plight)
        days = days_to_act(verdict, hardship) if case_id in beginning else None
        if hardship != before or days is not None:
            wanted[hardship, days].append(case_id)
    calendar = rules_today().dates_of(cycle.programme).calendar
    for (hardship, days), cases in wanted.items():
        due = {} if days is None else {"due": after_banking_days(today, days, calendar)}
        _set(session, cases, {"hardship": hardship, **due})


def months_missed(
    session: Session, cycle: PayoutCycle, people: Select[tuple[str | None]]
) -> Counter[str | None]:
    """Count the months in a row just before a cycle in which people got no money of its programme.

    A month counts where the last run says so of a line that counts, unless its case hangs under an incident
    with the bank's file, or ended with the person having the money.

    Args:
        session: the transaction
        cycle: the cycle before which to look
        people: selects their identity numbers

    Returns:
        identity number -> months, at most MOST_MONTHS
    """
    missed: Counter[str | None] = Counter()
    month, still = cycle.cycle, None
    for _ in range(MOST_MONTHS):
        month = month_before(month)
        before = session.scalars(
            select(PayoutCycle).where(
                PayoutCycle.programme == cycle.programme,  # type: ignore[arg-type]  # a column to SQLAlchemy
                PayoutCycle.cycle == month,  # type: ignore[arg-type]  # the same
            )
        ).one_or_none()
        run = last_run(session, before.id or 0) if before else None
        if before is None or run is None:
            break
        these = set(session.scalars(_without_money(before.id or 0, run.id or 0, people)))
        still = these if still is None else still & these
        if not still:
            break
        missed.update(still)
    return missed


def _without_money(cycle_id: int, run_id: int, people: Select[Any]) -> Select[Any]:
    """Select who of some people got no money in a cycle, by its last run."""
    excused = (
        select(CASES.c.id)
        .where(
            CASES.c.payout_line_id == LINE.c.id,
            or_(CASES.c.state == "parked", and_(CASES.c.state == "closed", CASES.c.outcome.in_(GOT_IT))),
        )
        .correlate(LINE)
    )
    return (
        select(LINE.c.citizen_id)
        .join(VERDICT, and_(VERDICT.c.run_id == run_id, VERDICT.c.payout_line_id == LINE.c.id))
        .where(
            LINE.c.cycle_id == cycle_id,
            LINE.c.ended_by == COUNTS,
            LINE.c.citizen_id.in_(people.correlate(None)),
            VERDICT.c.verdict.in_(NOT_RECEIVED),
            ~excused.exists(),
        )
        .distinct()
    )


def month_before(month: str) -> str:
    """Return the month before a month like 2026-01."""
    first = dt.date.fromisoformat(f"{month}-01")
    return (first - dt.timedelta(days=1)).isoformat()[:7]


def _set(session: Session, cases: Sequence[int], values: dict[str, Any]) -> None:
    options = {"synchronize_session": False}
    for start in range(0, len(cases), AT_ONCE):
        some = cases[start : start + AT_ONCE]
        session.execute(update(CASES).where(CASES.c.id.in_(some)).values(**values), execution_options=options)
