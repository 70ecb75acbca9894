"""The queue of jobs: asked for once, taken by one worker at a time, taken over from a worker that died."""

import datetime as dt
import os
import socket
from typing import Any

from sqlalchemy import CursorResult, and_, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.hold import Hold
from payouts.jobs.models import Job

LEASE = dt.timedelta(minutes=5)  # a worker silent for so long has lost its job
MOST_ATTEMPTS = 3  # a job that broke so often is not tried again
MOST_CLAIMS = 20  # nor is one that was taken up so often and never ended: it may be what kills its workers
PAUSE = dt.timedelta(seconds=10)  # before a job that broke is tried again


class LostError(Exception):
    """Another worker has taken over the job: whoever had it must keep nothing more."""


def me() -> str:
    """Name this process among all workers: host and process number."""
    return f"{socket.gethostname()}:{os.getpid()}"


def ask(session: Session, name: str, key: str, **arguments: Any) -> Job:
    """Ask for a job; asked again under the same name and key it is the same job, whatever became of it.

    Args:
        session: the transaction
        name: a name of jobs.work.WORK
        key: what makes it the same job, e.g. the id of a file
        arguments: what the work needs to know, as JSON values
    """
    same = select(Job).where(Job.name == name, Job.key == key)
    if known := session.exec(same).one_or_none():
        return known
    at = clock.now()
    job = Job(name=name, key=key, arguments=arguments, due_at=at, made_at=at)
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:  # somebody asks for it at this moment
        return session.exec(same).one()
    return job


def next_job(session: Session, job_id: int | None = None, *, lock: bool = False) -> Job | None:
    """Find the job that waits longest, or one whose worker fell silent; None where there is none.

    A job of the future was asked for before the clock was set back: it is due.

    Args:
        session: the transaction
        job_id: only this one
        lock: pass over jobs that another transaction is claiming
    """
    at = clock.now()
    free = or_(
        and_(col(Job.state) == "waiting", or_(col(Job.due_at) <= at, col(Job.made_at) > at)),
        and_(col(Job.state) == "running", col(Job.lease_until) < at),
    )
    query = select(Job).where(free).order_by(col(Job.due_at), col(Job.id)).limit(1)
    if job_id is not None:
        query = query.where(Job.id == job_id)
    return session.exec(query.with_for_update(skip_locked=True) if lock else query).one_or_none()


def claim(session: Session, job_id: int | None = None) -> Job | None:
    """Take the next job, or the one named, for this worker; it holds once the transaction is committed."""
    job = next_job(session, job_id, lock=True)
    if job is not None:
        job.state, job.holder, job.fence = "running", me(), job.fence + 1
        job.lease_until = clock.now() + LEASE
        session.add(job)
        session.flush()
    return job


def hold_of(job: Job) -> Hold:
    """Return what a piece of work calls in each of its transactions: it renews the lease, or ends the work.

    The returned function raises LostError where another worker has claimed the job since.
    """
    job_id, fence = job.id, job.fence

    def hold(session: Session) -> None:
        renewed = _update(session, job_id, fence, lease_until=clock.now() + LEASE)
        if not renewed:
            raise LostError

    return hold


def finish(session: Session, job: Job, *, failure: str | None = None) -> None:
    """Say that a job is done, or that it failed and why; nothing happens where another worker has it."""
    state = "failed" if failure else "done"
    _update(session, job.id, job.fence, state=state, failure=failure, ended_at=clock.now(), lease_until=None)


def try_again(session: Session, job: Job, failure: str) -> bool:
    """Put a job that broke back into the queue, and say so; not where it broke too often."""
    if job.fence >= MOST_ATTEMPTS:
        return False
    due_at = clock.now() + PAUSE
    return bool(
        _update(session, job.id, job.fence, state="waiting", failure=failure, due_at=due_at, lease_until=None)
    )


def release_dead(session: Session, *, starting: bool = False) -> int:
    """Free at once the jobs of workers of this host that run no more, and say how many.

    Args:
        session: the transaction
        starting: this process starts only now, so whoever had its very number before is gone too
    """
    host = socket.gethostname()
    freed = 0
    for job in session.exec(select(Job).where(Job.state == "running")):
        where, _, process = (job.holder or "").rpartition(":")
        if where == host and (not _lives(int(process)) or (starting and int(process) == os.getpid())):
            freed += _update(session, job.id, job.fence, state="waiting", lease_until=None, holder=None)
    return freed


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _update(session: Session, job_id: int | None, fence: int, **values: Any) -> int:
    """Change a job where it is still held under that fence, and say whether it was."""
    changed: CursorResult[Any] = session.execute(  # type: ignore[assignment]  # an update gives a cursor
        update(Job)
        .where(col(Job.id) == job_id, col(Job.fence) == fence, col(Job.state) == "running")
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return changed.rowcount
