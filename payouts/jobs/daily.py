"""What is to be done once each day: asked for under the day's date, so that many workers do it once."""

from sqlmodel import Session, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.jobs.models import Job
from payouts.jobs.queue import ask

DAILY = ("escalate",)  # names of jobs.work.WORK; each takes the day


def ask_daily(database: Database) -> int:
    """Ask for what today needs to see done, and say how much of it was new.

    A day on which the service was down needs no work of its own: today's does what it left.
    """
    day = clock.today().isoformat()
    with database.reading() as session:
        missing = [name for name in DAILY if not _known(session, name, day)]
    if missing:
        with database.session() as session:
            for name in missing:
                ask(session, name, day, day=day)
    return len(missing)


def _known(session: Session, name: str, day: str) -> bool:
    return session.exec(select(Job.id).where(Job.name == name, Job.key == day)).first() is not None
