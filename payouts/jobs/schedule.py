"""What is to be done at fixed times: the table in data/schedule.csv, and asking for it once a time.

Several schedulers may run beside each other. All they do is ask for a job under its name and its time, which
the database allows once; the work is the queue's.
"""

import contextlib
import csv
import datetime as dt
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from sqlmodel import Session, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.jobs.models import Job
from payouts.jobs.queue import ask

# How far back the last time of a job is looked for, the nearest first: few steps whatever its rhythm.
BACK = tuple(dt.timedelta(seconds=seconds) for seconds in (5, 300, 18_000, 500_000, 32_000_000))


@dataclass(frozen=True, slots=True)
class Entry:
    """Work of fixed times.

    Attributes:
        name: of jobs.work.WORK; the work is given `at`, its time, and `day`, the day of it in Vietnam
        trigger: when, as APScheduler reckons it
        vi: what is done, in Vietnamese
        en: the same in English
        cron: the times as data/schedule.csv writes them, in Vietnam's time
    """

    name: str
    trigger: BaseTrigger
    vi: str = ""
    en: str = ""
    cron: str = ""

    def last_time(self, now: dt.datetime) -> dt.datetime | None:
        """Return the latest time of the work that has come, None where none has within a year."""
        due: dt.datetime | None
        for back in BACK:
            due = self.trigger.get_next_fire_time(None, now - back)
            if due is not None and due <= now:
                break
        else:
            return None
        while (
            later := self.trigger.get_next_fire_time(due, due + dt.timedelta(microseconds=1))
        ) and later <= now:
            due = later
        return due


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Read data/schedule.csv."""
    text = (resources.files("payouts.jobs") / "data" / "schedule.csv").read_text(encoding="utf-8")
    return tuple(
        Entry(
            row["name"],
            CronTrigger.from_crontab(row["cron"], timezone=clock.VIETNAM),
            *(row["vi"], row["en"], row["cron"]),
        )
        for row in csv.DictReader(text.splitlines())
    )


def ask_due(database: Database, wanted: Iterable[Entry] | None = None) -> int:
    """Ask for the latest time of each entry that has come, and say how many of them were new.

    What was missed while no scheduler ran is made up for by its latest time, once. A clock that is set back
    comes to times that were asked for before, and asks for nothing; one set forward for a while asks for a
    time too early, and keeps none of the right times away.

    Args:
        database: where the jobs are
        wanted: the entries; by default those of the table
    """
    now = clock.here()
    due = [
        (each.name, at) for each in (entries() if wanted is None else wanted) if (at := each.last_time(now))
    ]
    with database.reading() as session:
        missing = [(name, at) for name, at in due if not _known(session, name, at)]
    if missing:
        with database.session() as session:
            for name, at in missing:
                day = at.astimezone(clock.VIETNAM).date()
                ask(session, name, _key(at), at=_key(at), day=day.isoformat())
    return len(missing)


@contextlib.contextmanager
def scheduling(database: Database, wanted: Iterable[Entry] | None = None) -> Iterator[None]:
    """Ask for each entry when its time comes, in a thread beside, until the end of the block.

    Args:
        database: where the jobs are
        wanted: the entries; by default those of the table
    """
    made = BackgroundScheduler(timezone=clock.VIETNAM)
    for entry in entries() if wanted is None else wanted:
        made.add_job(
            ask_due,
            entry.trigger,
            args=(database, (entry,)),
            id=entry.name,
            coalesce=True,
            misfire_grace_time=None,
        )
    made.start()
    try:
        yield
    finally:
        made.shutdown()


def _key(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat()


def _known(session: Session, name: str, at: dt.datetime) -> bool:
    return session.exec(select(Job.id).where(Job.name == name, Job.key == _key(at))).first() is not None
