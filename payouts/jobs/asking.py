"""What the doors ask for: a file or list to be taken in, a cycle to be run; the work is a job."""

import datetime as dt
from collections.abc import Collection

from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.rulebook import rules_in_force
from payouts.core.storage import Stored
from payouts.identity.scope import Scope
from payouts.jobs.models import Job
from payouts.jobs.queue import ask
from payouts.lists import intake as lists
from payouts.lists.models import PayoutList
from payouts.lists.supersede import confirm
from payouts.registry.files import intake as registry
from payouts.registry.files.models import RegistryFile
from payouts.runs.models import Run
from payouts.runs.reconcile import ask_run
from payouts.runs.store import runs_of
from payouts.settlements import intake as settlements
from payouts.settlements.models import SettlementFile


def take_file(
    session: Session,
    stored: Stored,
    *,
    bank_code: str,
    filename: str,
    by: str,
    profile: str | None = None,
    test: bool = False,
    supersedes: int | None = None,
) -> tuple[SettlementFile, bool]:
    """Write the receipt of a bank's file and ask for it to be read.

    Args, return value: as settlements.intake.receive
    """
    receipt, new = settlements.receive(
        session,
        stored,
        bank_code=bank_code,
        filename=filename,
        by=by,
        profile=profile,
        test=test,
        supersedes=supersedes,
    )
    read_file(session, receipt)
    return receipt, new


def take_list(
    session: Session,
    stored: Stored,
    *,
    programme: str,
    cycle: str,
    filename: str,
    by: str,
    deadline: dt.date | None = None,
    supersedes: int | None = None,
) -> tuple[PayoutList, bool]:
    """Write the receipt of a payout list and ask for it to be read.

    Args, return value, errors: as lists.intake.receive
    """
    receipt, new = lists.receive(
        session,
        stored,
        programme=programme,
        cycle=cycle,
        filename=filename,
        by=by,
        deadline=deadline,
        supersedes=supersedes,
    )
    read_list(session, receipt)
    return receipt, new


def take_registry_file(
    session: Session, stored: Stored, *, filename: str, by: str
) -> tuple[RegistryFile, bool]:
    """Write the receipt of a registry file and ask for it to be read.

    Args, return value: as registry.files.intake.receive
    """
    receipt, new = registry.receive(session, stored, filename=filename, by=by)
    ask(session, "read_registry_file", str(receipt.id), file_id=receipt.id)
    return receipt, new


def confirm_list(
    session: Session, list_id: int, scope: Scope, *, by: str, note: str | None = None
) -> tuple[PayoutList, Job | None]:
    """Let a corrected list count, and ask for a run where the cycle was judged already.

    Args, errors: as lists.supersede.confirm

    Returns:
        the list, and the job that judges its cycle anew
    """
    receipt = confirm(session, list_id, scope, by=by, note=note)
    if not runs_of(session, receipt.cycle_id or 0):
        return receipt, None
    run = ask_run(session, programme=receipt.programme, cycle=receipt.cycle, by=by)
    return receipt, _judge(session, run)


def start_run(
    session: Session, *, programme: str, cycle: str, by: str, as_of: dt.date | None = None
) -> tuple[Run, Job]:
    """Number a run of a cycle and ask for it to be carried out and its cases to be opened.

    Args, errors: as runs.reconcile.ask_run

    Returns:
        the run, and the job that does it

    Raises:
        RefusedError: a rule file is broken; what nobody asked for starts all the same, and is refused then
    """
    rules_in_force(as_of or clock.today())
    run = ask_run(session, programme=programme, cycle=cycle, by=by, as_of=as_of)
    return run, _judge(session, run)


def measure_quality(session: Session, *, by: str) -> Job:
    """Ask for the data on people to be measured now, once for all who ask while nobody has begun.

    Args:
        session: the transaction
        by: the username
    """
    waiting = select(Job).where(Job.name == "quality", Job.state == "waiting").limit(1)
    day, at = clock.today().isoformat(), clock.now().isoformat()
    return session.exec(waiting).one_or_none() or ask(session, "quality", f"{by} {at}", day=day, by=by)


def foretell_list(session: Session, receipt: PayoutList, *, by: str) -> Job:
    """Ask for a list to be looked through: which of its lines will likely fail.

    Args:
        session: the transaction
        receipt: the list
        by: the username, or the name of the job that brought it in
    """
    key = f"{receipt.id} {clock.now().isoformat()}"
    return ask(session, "foretell", key, list_id=receipt.id, by=by)


def _judge(session: Session, run: Run) -> Job:
    return ask(session, "run", str(run.id), run_id=run.id)


def runs_at_work(session: Session, runs: Collection[Run]) -> frozenset[int]:
    """Return the ids of runs whose job is not over: they may be judged, their cases not yet open."""
    keys = [str(run.id) for run in runs]
    at_work = select(Job.key).where(
        Job.name == "run", col(Job.key).in_(keys), col(Job.state).in_(("waiting", "running"))
    )
    return frozenset(int(key) for key in session.exec(at_work))


def read_file(session: Session, receipt: SettlementFile) -> Job:
    """Return the job that reads a bank's file, asked for once."""
    return ask(session, "read_file", str(receipt.id), file_id=receipt.id)


def read_list_again(session: Session, list_id: int, scope: Scope, *, by: str) -> PayoutList:
    """Have a list read once more that stopped for a decision.

    Args, errors: as lists.intake.read_again
    """
    receipt = lists.read_again(session, list_id, scope, by=by)
    ask(session, "read_list", f"{list_id}/{clock.now().isoformat()}", list_id=list_id)
    return receipt


def take_list_all_the_same(session: Session, list_id: int, scope: Scope, *, by: str, reason: str) -> Job:
    """Have a list read on that stopped because it drops many people.

    Args, errors: as lists.intake.take_all_the_same

    Returns:
        the job that reads it
    """
    lists.take_all_the_same(session, list_id, scope, by=by, reason=reason)
    return ask(session, "read_list", f"{list_id}/{clock.now().isoformat()}", list_id=list_id)


def read_list(session: Session, receipt: PayoutList) -> Job:
    """Return the job that reads a payout list, asked for once."""
    return ask(session, "read_list", str(receipt.id), list_id=receipt.id)
