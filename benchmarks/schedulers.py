"""Runs several schedulers and workers over one PostgreSQL, and proves that every job is done once.

    python benchmarks/schedulers.py [--schedulers 4] [--ticks 200] [--seconds 0.5]

Each is a process with a scheduler and a worker, as `chitra worker` is. The work writes one row; at the end
there is one row for each time, and no job is left. A time at which all were held up, on a busy machine,
is made up for by the next one: it passed and was not asked for.
"""

import argparse
import datetime as dt
import multiprocessing
import os
import threading
import time
from multiprocessing.synchronize import Event
from typing import Any

from apscheduler.triggers.interval import IntervalTrigger
from databases import postgresql
from sqlalchemy import URL, text

from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.jobs.schedule import Entry, scheduling
from payouts.jobs.work import WORK, Work
from payouts.jobs.worker import work
from payouts.migrations.tables import metadata


def one(url: URL, seconds: float, stop: Event) -> None:
    """Be one process that schedules and works until told to stop."""
    epoch = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    entry = Entry("tick", IntervalTrigger(seconds=seconds, start_date=epoch, timezone=dt.UTC))
    with Database(url) as database:

        def tick(_database: Database, _settings: Settings, told: dict[str, Any], hold: Any) -> None:
            with database.session() as session:
                hold(session)
                row = {"at": told["at"], "by": os.getpid()}
                session.execute(text("INSERT INTO ticked (at, by) VALUES (:at, :by)"), row)

        WORK["tick"] = Work(tick, lambda _session, _told: None)
        ended = threading.Event()
        worker = threading.Thread(target=work, args=(database, Settings(), ended))
        worker.start()
        with scheduling(database, [entry]):
            stop.wait()
        while left(database):
            time.sleep(0.1)
        ended.set()
        worker.join()


def left(database: Database) -> int:
    """Count the jobs that are not over."""
    with database.reading() as session:
        query = text("SELECT count(*) FROM job WHERE state IN ('waiting', 'running')")
        return int(session.execute(query).scalar_one())


def main() -> None:
    """Run them and print what became of the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedulers", type=int, default=4)
    parser.add_argument("--ticks", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=0.5, help="between two times")
    wanted = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    with postgresql() as url, Database(url) as database:
        metadata.create_all(database.engine)
        with database.session() as session:
            session.execute(text("CREATE TABLE ticked (at text, by bigint)"))
        stop = processes.Event()
        running = [
            processes.Process(target=one, args=(url, wanted.seconds, stop)) for _ in range(wanted.schedulers)
        ]
        for each in running:
            each.start()
        begun = time.monotonic()
        while True:
            time.sleep(wanted.seconds)
            with database.reading() as session:
                jobs = session.execute(text("SELECT count(*) FROM job")).scalar_one()
            if jobs >= wanted.ticks:
                break
        stop.set()
        for each in running:
            each.join()
        with database.reading() as session:
            times, rows, workers = session.execute(
                text("SELECT count(DISTINCT at), count(*), count(DISTINCT by) FROM ticked")
            ).one()
            first, last, asked = session.execute(text("SELECT min(key), max(key), count(*) FROM job")).one()
    span = dt.datetime.fromisoformat(last) - dt.datetime.fromisoformat(first)
    passed = round(span.total_seconds() / wanted.seconds) + 1
    load = os.getloadavg()[0]
    print(f"{wanted.schedulers} schedulers, {workers} of their workers did work, load {load:.1f}")
    print(f"times that passed {passed}, asked for {asked}, done {times}, done twice {rows - times}")
    print(f"in {time.monotonic() - begun:.1f} s; jobs left: 0")
    if rows != times or asked != times:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
