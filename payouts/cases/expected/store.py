"""Expected files as queries: where each stands, what happened to it, and how many are late."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from payouts.cases.expected.models import ExpectedFile, ExpectedFileEvent
from payouts.cases.expected.rules import STATES, Standing, standing
from payouts.core import clock
from payouts.core.errors import NotFoundError
from payouts.core.limits import LARGEST_ID
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.dates import rules_today
from payouts.lists.models import PayoutCycle
from payouts.runs.awaited import Awaited, awaited
from payouts.runs.store import last_run
from payouts.runs.totals import by_bank

CYCLES_SHOWN = 12
ORDER = tuple(STATES)


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected file, its cycle, what is known of the bank's files, and where it stands."""

    file: ExpectedFile
    cycle: PayoutCycle
    seen: Awaited | None
    standing: Standing


def expected_of(session: Session, cycle: PayoutCycle) -> list[Expected]:
    """List the files that banks owe for a cycle, those to act on first."""
    files = session.exec(select(ExpectedFile).where(ExpectedFile.cycle_id == cycle.id)).all()
    run = last_run(session, cycle.id or 0)
    tallies = by_bank(session, run.id or 0, EVERYTHING) if run else {}
    seen = {each.bank: each for each in awaited(session, cycle, tallies)} if files else {}
    calendar = rules_today().dates_of(cycle.programme).calendar
    today = clock.today()
    found = [
        Expected(
            file,
            cycle,
            seen.get(file.bank_code),
            standing(
                file.due_on,
                file.lines,
                seen.get(file.bank_code),
                excused=file.excused or not (file.lines or file.source == "hand"),
                today=today,
                calendar=calendar,
            ),
        )
        for file in files
    ]
    return sorted(
        found, key=lambda each: (ORDER.index(each.standing.state), -each.file.lines, each.file.bank_code)
    )


def expected_files(
    session: Session,
    scope: Scope,
    *,
    programme: str | None = None,
    cycle: str | None = None,
    bank: str | None = None,
    state: str | None = None,
) -> list[Expected]:
    """List expected files of one cycle or of the latest ones, the latest month first.

    Args:
        session: the transaction
        scope: the programmes to show
        programme: only its cycles
        cycle: only this month
        bank: only of this bank
        state: only those that stand so, a key of rules.STATES
    """
    query = select(PayoutCycle).where(
        col(PayoutCycle.id).in_(select(ExpectedFile.cycle_id)),
        *scope.conditions(programme=PayoutCycle.programme),
    )
    if programme:
        query = query.where(PayoutCycle.programme == programme)
    if cycle:
        query = query.where(PayoutCycle.cycle == cycle)
    cycles = session.exec(
        query.order_by(col(PayoutCycle.cycle).desc(), col(PayoutCycle.programme)).limit(CYCLES_SHOWN)
    ).all()
    return [
        each
        for found in cycles
        for each in expected_of(session, found)
        if bank in {None, each.file.bank_code} and state in {None, each.standing.state}
    ]


def find_expected(session: Session, expected_id: int, scope: Scope) -> Expected:
    """Find one expected file.

    Raises:
        NotFoundError: there is none, or its programme lies outside the scope
    """
    file = session.get(ExpectedFile, expected_id) if 0 < expected_id <= LARGEST_ID else None
    cycle = session.get_one(PayoutCycle, file.cycle_id) if file else None
    if file is None or cycle is None or not scope.covers(area=None, programme=cycle.programme):
        raise NotFoundError("no_such_expected_file", f"Không có tệp chờ số {expected_id}.")
    return next(each for each in expected_of(session, cycle) if each.file.id == expected_id)


def events_of(session: Session, expected_id: int) -> Sequence[ExpectedFileEvent]:
    """List what happened to an expected file, the latest first."""
    return session.exec(
        select(ExpectedFileEvent)
        .where(ExpectedFileEvent.expected_id == expected_id)
        .order_by(col(ExpectedFileEvent.id).desc())
    ).all()


def late_count(session: Session, scope: Scope) -> int:
    """Count the files that were noticed to be late and neither came nor were excused; fast on every page."""
    return session.exec(
        select(func.count())
        .select_from(ExpectedFile)
        .join(PayoutCycle, col(PayoutCycle.id) == ExpectedFile.cycle_id)
        .where(
            col(ExpectedFile.missed_at).is_not(None),
            col(ExpectedFile.came_at).is_(None),
            ~col(ExpectedFile.excused),
            *scope.conditions(programme=PayoutCycle.programme),
        )
    ).one()
