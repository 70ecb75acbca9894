"""A settlement file through chitra's database: taken in as a bank's, reconciled, verdicts kept.

    python benchmarks/through_chitra.py DATA WORK                  from the upload to the stored verdicts
    python benchmarks/through_chitra.py DATA WORK --keep URL       stores the facts and stops
    python benchmarks/through_chitra.py DATA WORK --stored URL     from facts stored there to stored verdicts

Leaves in WORK/seconds what the part named took; the payout list is there before.
"""

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from databases import copy_of
from sqlalchemy import make_url

from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.lists.intake import keep_list
from payouts.migrations.upgrade import open_current
from payouts.runs.reconcile import reconcile_cycle
from payouts.settlements.apart import dismiss, make_ready
from payouts.settlements.intake import keep_file
from reconciliation import warm_up

CYCLE = {"programme": "BTXH", "cycle": "2026-11"}


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--keep", metavar="URL")
    parser.add_argument("--stored", metavar="URL")
    asked = parser.parse_args()
    warm_up()  # as a worker does at its start; pandas, too, is loaded before the clock runs
    with tempfile.TemporaryDirectory(dir=asked.work) as folder:
        if asked.stored:
            with copy_of(make_url(asked.stored)) as url:
                settings = Settings(
                    data_dir=Path(folder), database_url=url.render_as_string(hide_password=False)
                )
                with open_current(settings) as database:
                    _timed(asked.work, lambda: _reconcile(database))
        else:
            settings = Settings(data_dir=Path(folder), database_url=asked.keep)
            with open_current(settings) as database:
                _keep_list(database, settings, asked.data)
                if asked.keep:
                    _keep_file(database, settings, asked.data)
                else:
                    make_ready()  # as a worker does that waits
                    time.sleep(1)
                    _timed(asked.work, lambda: _whole_way(database, settings, asked.data))
                    dismiss()


def _timed(work: Path, does: Callable[[], object]) -> None:
    start = time.perf_counter()
    does()
    (work / "seconds").write_text(str(time.perf_counter() - start))


def _whole_way(database: Database, settings: Settings, data: Path) -> None:
    _keep_file(database, settings, data)
    _reconcile(database)


def _keep_list(database: Database, settings: Settings, data: Path) -> None:
    deadline = dt.date(2026, 11, 20)
    keep_list(database, settings, data / "list.csv", by="benchmark", deadline=deadline, **CYCLE)


def _keep_file(database: Database, settings: Settings, data: Path) -> None:
    path = data / "settlement.csv"
    receipt = keep_file(database, settings, path, bank_code="VBA", by="benchmark", profile="chitra")
    if receipt.state != "accepted":
        sys.exit(f"file {receipt.state}")


def _reconcile(database: Database) -> None:
    run = reconcile_cycle(database, by="benchmark", as_of=dt.date(2026, 11, 25), **CYCLE)
    if run.state != "done" or not run.summary["settlement_lines"]:
        sys.exit(f"run {run.state}")


if __name__ == "__main__":
    main()
