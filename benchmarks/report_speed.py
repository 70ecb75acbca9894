"""Every report of a month of many lines, in every form: seconds, bytes, and what the process grew to.

python benchmarks/report_speed.py --lines 300000
python benchmarks/report_speed.py --lines 300000 --postgresql --only settlement paid
"""

import argparse
import contextlib
import datetime as dt
import multiprocessing
import os
import tempfile
import time
from pathlib import Path

import make_data
from databases import make, postgresql

from payouts.cases.open import open_cases
from payouts.core.database import Database
from payouts.core.errors import DomainError
from payouts.core.settings import Settings
from payouts.coverage.refresh import refresh
from payouts.identity.scope import EVERYTHING
from payouts.lists.intake import keep_list
from payouts.migrations.upgrade import open_current
from payouts.quality.measure import measure
from payouts.reports.catalogue import KINDS
from payouts.reports.issuing import Line, Wanted, give, give_evidence
from payouts.runs.reconcile import reconcile_cycle
from payouts.settlements.apart import dismiss
from payouts.settlements.intake import keep_file

CYCLE = {"programme": "BTXH", "cycle": "2026-11"}
AS_OF = dt.date(2026, 11, 24)
DEADLINE = dt.date(2026, 11, 20)


def main() -> None:
    """Fill a month and make its reports, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--mix", choices=make_data.MIXES, default="real")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--only", nargs="*", choices=list(KINDS), default=list(KINDS))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, contextlib.ExitStack() as held:
        url = None
        if asked.postgresql:
            server = held.enter_context(postgresql()).set(database="reports")
            make(server)
            url = server.render_as_string(hide_password=False)
        settings = Settings(data_dir=Path(work), database_url=url)
        database = held.enter_context(open_current(settings))
        began = time.perf_counter()
        _fill(database, settings, make_data.at(asked.lines, asked.mix))
        print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
        where = "PostgreSQL" if asked.postgresql else "SQLite"
        print(f"{asked.lines:,} lines, mix {asked.mix}, {where}, load {os.getloadavg()[0]:.1f}", flush=True)
        for name in asked.only:
            for form in KINDS[name].forms:
                _measure(settings, name, form)
        began = time.perf_counter()
        ref = (make_data.at(asked.lines, asked.mix) / "truth.csv").read_text().splitlines()[-1].split(",")[0]
        give_evidence(
            database, settings, Line(**CYCLE, line_ref=ref), EVERYTHING, Path(work) / "e.zip", by="benchmark"
        )
        print(f"{'evidence':<12} zip   {time.perf_counter() - began:6.1f} s  (the last line of the list)")


def _fill(database: Database, settings: Settings, data: Path) -> None:
    keep_list(database, settings, data / "list.csv", by="benchmark", deadline=DEADLINE, **CYCLE)
    keep_file(database, settings, data / "settlement.csv", bank_code="VBA", profile="chitra", by="benchmark")
    run = reconcile_cycle(database, by="benchmark", as_of=AS_OF, **CYCLE)
    with database.session() as session:
        open_cases(session, run.id or 0)
    refresh(database)
    measure(database, on=AS_OF, by="benchmark")
    dismiss()


def _measure(settings: Settings, name: str, form: str) -> None:
    """Make a report in a process of its own, so that what it grew to is its own."""
    once = multiprocessing.get_context("spawn").Process(target=_make, args=(settings, name, form))
    once.start()
    once.join()


def _make(settings: Settings, name: str, form: str) -> None:
    path = settings.data_dir / f"{name}.{form}"
    chosen = next(each for each in KINDS[name].forms if each == form)
    at_first = _most()
    with open_current(settings) as database:
        began = time.perf_counter()
        try:
            give(database, settings, Wanted(name, **CYCLE, form=chosen), EVERYTHING, path, by="benchmark")
        except DomainError as refusal:
            print(f"{name:<12} {form:<5} {refusal.code}", flush=True)
            return
        took = time.perf_counter() - began
    grew = _most() - at_first
    size = path.stat().st_size / 1e6
    print(f"{name:<12} {form:<5} {took:6.1f} s  {size:6.1f} MB  grew by {grew:5.0f} MB", flush=True)
    path.unlink()


def _most() -> float:
    """Say how many MB this process had at most; getrusage would tell of whoever started it."""
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
