"""Weighs cases: finds who missed how many months, and sets hardship and due date, all in a few statements."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, update
from sqlmodel import Session

from payouts.cases.hardship import NOT_RECEIVED, REACHED, Plight, age_on, days_to_act, points, share_short
from payouts.cases.models import Case, CaseEvent
from payouts.cases.rules import DAYS_TO_ACT
from payouts.core import clock
from payouts.core.calendar import after_banking_days
from payouts.core.tables import table_behind
from payouts.lists.dates import rules_today
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.runs.models import Run, Verdict

CASES = table_behind(Case)
EVENTS = table_behind(CaseEvent)
CYCLE = table_behind(PayoutCycle)
LINE = table_behind(PayoutLine)
RUN = table_behind(Run)
VERDICT = table_behind(Verdict)

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
    missed = months_missed(session, cycle, select(LINE.c.citizen_id).where(mine).correlate(None))
    beginning = set(
        session.scalars(
            select(EVENTS.c.case_id).where(
                EVENTS.c.id > since, EVENTS.c.kind.in_(BEGINS), EVENTS.c.run_id == run_id
            )
        )
    )
    today, wanted = clock.today(), defaultdict[tuple[int, int | None], list[int]](list)
    for case_id, before, verdict, owed, settled, citizen_id, born, category in found:
        months = 1 + missed[citizen_id] if verdict in NOT_RECEIVED else 0
        plight = Plight(months, share_short(verdict, owed, settled), age_on(born, today), category)
        hardship = points(plight)
        days = days_to_act(DAYS_TO_ACT[verdict], hardship) if case_id in beginning else None
        if hardship != before or days is not None:
            wanted[hardship, days].append(case_id)
    calendar = rules_today().dates_of(cycle.programme).calendar
    for (hardship, days), cases in wanted.items():
        due = {} if days is None else {"due": after_banking_days(today, days, calendar)}
        _set(session, cases, {"hardship": hardship, **due})


def plight_of(session: Session, line: PayoutLine, said: Verdict | None, *, without_money: bool) -> Plight:
    """Find out how hard one payout line hits its person.

    Args:
        session: the transaction
        line: the payout line
        said: what the last run of its cycle says of it
        without_money: the person has no use of the money, whatever the run says
    """
    verdict = said.verdict if said else "pending"
    missing = without_money or verdict in NOT_RECEIVED
    missed = 0
    if missing and line.citizen_id:
        cycle = session.get_one(PayoutCycle, line.cycle_id)
        missed = months_missed(session, cycle, {line.citizen_id})[line.citizen_id]
    short = 100 if without_money else share_short(verdict, line.amount, said.settled if said else 0)
    age = age_on(line.date_of_birth, clock.today())
    return Plight(1 + missed if missing else 0, short, age, line.category_code)


def months_missed(session: Session, cycle: PayoutCycle, people: Select[Any] | set[str]) -> Counter[str]:
    """Count the months in a row before a cycle in which people got no money of its programme.

    As cases.months counts, for many people at once: a month that brought money ends the row, one of which
    nothing is known is passed over, and one that hangs under an incident, or whose case ended with the
    person having the money, does not count.

    Args:
        session: the transaction
        cycle: the cycle before which to look
        people: their identity numbers, or a query that selects them

    Returns:
        identity number -> months, at most MOST_MONTHS
    """
    missed: Counter[str] = Counter()
    ended: set[str] = set()
    still: set[str] | None = None
    for before, run_id in _earlier(session, cycle):
        asked = people if still is None or len(still) > AT_ONCE else still
        rows = session.execute(_by_person(before, run_id, asked)).all()
        ended.update(person for person, reached, not_paid in rows if reached or not not_paid)
        counting = {person for person, _, not_paid in rows if not_paid} - ended
        missed.update(counting)
        still = counting if still is None else still - ended
        if not still:
            break
    return missed


def _earlier(session: Session, cycle: PayoutCycle) -> list[tuple[int, int]]:
    """List the cycles of the programme before a cycle with their last runs, the latest first."""
    return [
        (row[0], row[1])
        for row in session.execute(
            select(CYCLE.c.id, func.max(RUN.c.id))
            .join(RUN, and_(RUN.c.cycle_id == CYCLE.c.id, RUN.c.state == "done"))
            .where(CYCLE.c.programme == cycle.programme, CYCLE.c.cycle < cycle.cycle)
            .group_by(CYCLE.c.id, CYCLE.c.cycle)
            .order_by(CYCLE.c.cycle.desc())
            .limit(MOST_MONTHS)
        )
    ]


def _by_person(cycle_id: int, run_id: int, people: Select[Any] | set[str]) -> Select[Any]:
    """Select of some people whether money of a cycle reached them, and how many lines did not, that count."""
    excused = (
        select(CASES.c.id)
        .where(
            CASES.c.payout_line_id == LINE.c.id,
            CASES.c.kind == "exception",
            or_(CASES.c.state == "parked", and_(CASES.c.state == "closed", CASES.c.outcome.in_(GOT_IT))),
        )
        .correlate(LINE)
        .exists()
    )
    reached = case((VERDICT.c.verdict.in_(sorted(REACHED)), VERDICT.c.settled), else_=0)
    not_paid = case((and_(VERDICT.c.verdict.in_(sorted(NOT_RECEIVED)), ~excused), 1), else_=0)
    return (
        select(LINE.c.citizen_id, func.sum(reached), func.sum(not_paid))
        .join(VERDICT, and_(VERDICT.c.run_id == run_id, VERDICT.c.payout_line_id == LINE.c.id))
        .where(LINE.c.cycle_id == cycle_id, LINE.c.ended_by == COUNTS, LINE.c.citizen_id.in_(people))
        .group_by(LINE.c.citizen_id)
    )


def _set(session: Session, cases: Sequence[int], values: dict[str, Any]) -> None:
    options = {"synchronize_session": False}
    for start in range(0, len(cases), AT_ONCE):
        some = cases[start : start + AT_ONCE]
        session.execute(update(CASES).where(CASES.c.id.in_(some)).values(**values), execution_options=options)
