"""The worker: takes job after job, in a thread of the serving process or in a process of its own."""

import threading
import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from payouts.core.database import Database
from payouts.core.errors import DomainError
from payouts.core.settings import Settings
from payouts.jobs.models import Job
from payouts.jobs.queue import (
    MOST_CLAIMS,
    LostError,
    claim,
    finish,
    hold_of,
    next_job,
    release_dead,
    try_again,
)
from payouts.jobs.work import WORK
from payouts.settlements.apart import dismiss, make_ready
from reconciliation import warm_up

PAUSE_SECONDS = 0.25  # between two looks into an empty queue
UNREACHABLE_SECONDS = 5  # before a database that could not be reached is asked again
AGAIN = frozenset({"runs_in_the_way", "database_busy"})  # refusals that another try may mend

log = structlog.get_logger()


def nothing_else() -> bool:
    """Say that there is nothing to do between jobs."""
    return False


def work(
    database: Database,
    settings: Settings,
    stop: threading.Event,
    between: Callable[[], bool] = nothing_else,
) -> None:
    """Do jobs as they come, until told to stop; what a kill leaves undone the next worker does.

    Args:
        database: where the jobs are
        settings: what the jobs need to know of this installation
        stop: set it to end the work after the job at hand
        between: called between jobs; does what else is due and says whether there was anything
    """
    with database.session() as session:
        release_dead(session, starting=True)
    warm_up()
    try:
        _work(database, settings, stop, between)
    finally:
        dismiss()


def _work(database: Database, settings: Settings, stop: threading.Event, between: Callable[[], bool]) -> None:
    while not stop.is_set():
        try:
            busy = work_once(database, settings) | between()
        except DomainError as refusal:  # the database is busy; the job, if any, waits for its lease to end
            log.warning("queue_busy", code=refusal.code)
            busy = False
        except SQLAlchemyError:  # it is gone for the moment, or for good: whoever runs it sees the log
            log.exception("queue_unreachable")
            busy = False
            stop.wait(UNREACHABLE_SECONDS)
        if not busy:
            make_ready()
            stop.wait(PAUSE_SECONDS)


def work_once(database: Database, settings: Settings, job_id: int | None = None) -> bool:
    """Do one job, if there is one to do.

    Args:
        database: where the jobs are
        settings: what the job needs to know of this installation
        job_id: only this one

    Returns:
        whether there was one
    """
    with database.reading() as session:
        if next_job(session, job_id) is None:
            return False
    with database.session() as session:
        job = claim(session, job_id)
    if job is None:
        return False
    _do(database, settings, job)
    return True


def do_now(database: Database, settings: Settings, job: Job, *, patience: float = 600) -> None:
    """See a job done before going on: here, or by the worker that already has it.

    Args:
        database: where the job is
        settings: what the job needs to know of this installation
        job: the job, asked for and committed
        patience: seconds to wait for another worker

    Raises:
        DomainError: it failed, or took too long
    """
    end = time.monotonic() + patience
    with database.session() as session:
        release_dead(session)
    while not work_once(database, settings, job.id):
        with database.reading() as session:
            now = session.get_one(Job, job.id)
        if now.state == "failed":
            raise DomainError("job_failed", now.failure or "Công việc không hoàn thành được.")
        if now.state == "done":
            return
        if time.monotonic() > end:
            raise DomainError("job_slow", "Tiến trình khác đang làm việc này và chưa xong. Xin thử lại sau.")
        time.sleep(PAUSE_SECONDS)
    with database.reading() as session:
        now = session.get_one(Job, job.id)
    if now.failure:
        raise DomainError("job_failed", now.failure)


def _do(database: Database, settings: Settings, job: Job) -> None:
    if job.fence > MOST_CLAIMS:
        _broke(database, job, f"given up after {MOST_CLAIMS} times")
        return
    kind = WORK[job.name]
    try:
        kind.do(database, settings, job.arguments, hold_of(job))
    except LostError:
        log.warning("job_lost", job=job.id, name=job.name)
    except DomainError as refusal:
        if refusal.code in AGAIN:
            _broke(database, job, refusal.message)
            return
        with database.session() as session:
            finish(session, job, failure=refusal.message)
    except Exception as error:
        log.exception("job_broke", job=job.id, name=job.name)
        _broke(database, job, f"{type(error).__name__}: {error}")
    else:
        with database.session() as session:
            finish(session, job)


def _broke(database: Database, job: Job, failure: str) -> None:
    """Try a job that broke again later; after the last time tell those who wait."""
    with database.session() as session:
        if not try_again(session, job, failure):
            hold_of(job)(session)
            WORK[job.name].give_up(session, job.arguments)
            finish(session, job, failure=failure)
