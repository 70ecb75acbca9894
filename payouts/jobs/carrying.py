"""Late evidence: a run or a file that concerns other cycles leads to a new run of each, by itself."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, func, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.rulebook import RuleFileError, rule_books
from payouts.jobs.asking import runs_at_work
from payouts.jobs.models import Job
from payouts.jobs.queue import ask
from payouts.lists.models import PayoutCycle
from payouts.runs.concerned import concerned_by_file, concerned_by_run
from payouts.runs.models import Run
from payouts.runs.reconcile import ask_run
from payouts.runs.store import runs_of
from payouts.settlements.models import SettlementFile
from payouts.settlements.rules import COUNTING, standing

BY = "chitra"  # who asks for what nobody asked for
RULES_INVALID = RuleFileError.code_of_kind
MOST_A_CHAIN = 3  # runs of one cycle that one run or file may lead to, however they lead to one another


def follow_run(session: Session, run: Run) -> list[Job]:
    """Ask for a run of each other cycle that a run concerns; asked again it is the same run.

    Args:
        session: the transaction
        run: a run that is done; of one that was refused nothing follows

    Returns:
        the jobs that do them, the oldest month first
    """
    if run.state != "done":
        return []
    chain = _chain(session, run)
    wanted = [
        cycle
        for cycle in concerned_by_run(session, run)
        if sum(each.cycle_id == cycle for each in chain) < MOST_A_CHAIN
    ]
    return _ask(session, wanted, run.as_of, after_run_id=run.id)


def follow_file(session: Session, file_id: int) -> list[Job]:
    """Ask for a run of each earlier month that a file concerns; asked again it is the same run.

    Args:
        session: the transaction
        file_id: the file; where it does not count nothing follows

    Returns:
        the jobs that do them, the oldest month first
    """
    file = session.get_one(SettlementFile, file_id)
    if file.test or standing(file) not in COUNTING:
        return []
    return _ask(session, concerned_by_file(session, file_id), clock.today(), after_file_id=file_id)


def judge_again(session: Session, cycle_id: int, by: str) -> Job:
    """Ask for a run of a cycle of which somebody decided something; what waits to run already will hear it.

    Args:
        session: the transaction in which it was decided
        cycle_id: the cycle
        by: who decided
    """
    [job] = _ask(session, [cycle_id], clock.today(), by=by)
    return job


def ask_refused_again(database: Database) -> int:
    """Ask once more for the last run of each cycle where a broken rule file refused it, and say how many.

    Nothing is asked for as long as a rule file is broken.

    Args:
        database: where the runs are
    """
    with database.reading() as session:
        last = select(func.max(Run.id)).group_by(col(Run.cycle_id))
        query = select(Run).where(col(Run.id).in_(last), Run.state == "refused").order_by(col(Run.id))
        refused = [run for run in session.exec(query) if (run.summary or {}).get("code") == RULES_INVALID]
    if not refused or rule_books()[1]:
        return 0
    with database.session() as session:
        for run in refused:
            _ask(session, [run.cycle_id], run.as_of)
    return len(refused)


def led_to(session: Session, *, run_id: int | None = None, file_id: int | None = None) -> Sequence[Run]:
    """List the runs that a run or a file led to, the oldest first."""
    cause = Run.after_run_id == run_id if run_id is not None else Run.after_file_id == file_id
    return session.exec(select(Run).where(cause).order_by(col(Run.id))).all()


def _ask(
    session: Session, cycles: Iterable[int], as_of: dt.date, *, by: str = BY, **cause: int | None
) -> list[Job]:
    """Ask for runs as of a day, or the later one of the cycle's last run: nothing known is forgotten."""
    asked = []
    for cycle_id in cycles:
        cycle, runs = session.get_one(PayoutCycle, cycle_id), runs_of(session, cycle_id)
        last = next((each.as_of for each in runs if each.state == "done"), as_of)
        day = max(as_of, last)
        at_work = runs_at_work(session, runs)
        known = (
            each
            for each in runs
            if (cause and all(getattr(each, name) == value for name, value in cause.items()))
            or (each.id in at_work and each.state == "waiting" and each.as_of >= day)
        )
        run = next(known, None) or ask_run(
            session, programme=cycle.programme, cycle=cycle.cycle, by=by, as_of=day, **cause
        )
        asked.append(ask(session, "run", str(run.id), run_id=run.id))
    return asked


def _chain(session: Session, run: Run) -> list[Run]:
    """Follow a run back to what somebody asked for: that one, all between, and the run itself."""
    chain = [run]
    while (before := chain[-1].after_run_id) is not None:
        chain.append(session.get_one(Run, before))
    return chain
