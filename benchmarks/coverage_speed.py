"""Coverage of a city: how long it takes to work it out, and to show it.

    python benchmarks/coverage_speed.py --people 300000
    python benchmarks/coverage_speed.py --people 300000 --postgresql

The register is invented the first time (`people.py`). Worked out are the first day, which writes a row for
each person, and the day again. Shown is what the page and the API ask for: medians of several askings. The
load of the machine stands beside each figure.
"""

import os
import statistics
import time
from collections.abc import Callable

import people

from payouts.core import clock
from payouts.core.database import Database
from payouts.coverage.left import Left, bottlenecks, people_left
from payouts.coverage.refresh import refresh
from payouts.coverage.rules import BY
from payouts.coverage.store import figures, tallies
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING
from payouts.migrations.upgrade import open_current
from payouts.web.coverage_parts import Asked, coverage_parts

ASKINGS = 7


def main() -> None:
    """Measure at the size that was asked for."""
    asked = people.size_asked(__doc__)
    with (
        people.register(asked.people, asked.months, on_postgresql=asked.postgresql) as settings,
        open_current(settings) as database,
    ):
        where = "PostgreSQL" if asked.postgresql else "SQLite"
        print(f"{asked.people:,} people, {asked.months} months, {where}")
        for name in ("first", "again"):
            began, cpu = time.perf_counter(), time.process_time()
            made = refresh(database)
            seconds, busy = time.perf_counter() - began, time.process_time() - cpu
            print(f"worked out, {name:<6} {seconds:6.2f} s   processor {busy:5.2f} s   {_load()}")
        _show(database, made.people)


def _show(database: Database, count: int) -> None:
    officer = Staff(1, "benchmark", "province", EVERYTHING)
    auditor = Staff(2, "benchmark", "auditor", EVERYTHING)
    today = clock.today()
    page = Asked(on=today, since=None, by="area", but_force_majeure=False, sort="share")
    for by in BY:
        _measure(
            database,
            f"table by {by}",
            lambda session, by=by: figures(tallies(session, EVERYTHING, by, today), all_cells=True),
        )
    _measure(
        database,
        "table by area, cells hidden",
        lambda session: figures(tallies(session, EVERYTHING, "area", today), all_cells=False),
    )
    _measure(database, "causes", lambda session: bottlenecks(session, EVERYTHING))
    _measure(database, "who is left, a page", lambda session: people_left(session, EVERYTHING, Left()))
    _measure(database, "page of an officer", lambda session: coverage_parts(session, officer, page, "vi"))
    _measure(database, "page of an auditor", lambda session: coverage_parts(session, auditor, page, "vi"))
    print(f"{count:,} people counted")


def _measure(database: Database, name: str, ask: Callable[..., object]) -> None:
    took = []
    for _ in range(ASKINGS):
        with database.reading() as session:
            began = time.perf_counter()
            ask(session)
            took.append((time.perf_counter() - began) * 1000)
    print(f"{name:<28} median {statistics.median(took):6.0f} ms   most {max(took):6.0f} ms   {_load()}")


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
