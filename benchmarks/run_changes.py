"""What changed between two runs of a large cycle: how long the sums, a page and an older run's verdicts take.

    python benchmarks/make_data.py --lines 300000 --mix real --seed 1
    python benchmarks/run_changes.py benchmarks/out/real-300000-1

The first run knows 19 of 20 lines of the settlement file and asks before the deadline, the second knows all
and asks after it. `CHITRA_DATABASE_URL` names an empty PostgreSQL to measure there; without it a SQLite file
is made.
"""

import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from payouts.core.settings import Settings
from payouts.identity.scope import EVERYTHING
from payouts.lists.intake import keep_list
from payouts.migrations.upgrade import open_current
from payouts.runs.changes import changes_page, disposition_moves, moves
from payouts.runs.pairs import find_pair
from payouts.runs.reconcile import reconcile_cycle
from payouts.runs.store import cycle_summary, find_cycle, verdict_page
from payouts.settlements.intake import keep_file

CYCLE = {"programme": "BTXH", "cycle": "2026-11"}
ROUNDS = 5


def main() -> None:
    """Fill a database, then ask."""
    data = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with open_current(settings) as database:
            keep_list(
                database, settings, data / "list.csv", by="benchmark", deadline=dt.date(2026, 11, 20), **CYCLE
            )
            for part, day in zip(_halves(data / "settlement.csv", Path(folder)), (15, 25), strict=True):
                keep_file(database, settings, part, bank_code="VBA", by="benchmark", profile="chitra")
                run = reconcile_cycle(database, by="benchmark", as_of=dt.date(2026, 11, day), **CYCLE)
            with database.reading() as session:
                pair = find_pair(session, find_cycle(session, *CYCLE.values(), EVERYTHING))
                page = changes_page(session, pair, EVERYTHING)
                asked = {
                    "sums of payout lines": lambda: moves(session, pair, EVERYTHING),
                    "sums of settlement lines": lambda: disposition_moves(session, pair),
                    "first page of changes": lambda: changes_page(session, pair, EVERYTHING),
                    "next page": lambda: changes_page(session, pair, EVERYTHING, cursor=page.next),
                    "page of what became failed": lambda: changes_page(
                        session, pair, EVERYTHING, after="failed"
                    ),
                    "a page that finds nothing": lambda: changes_page(
                        session, pair, EVERYTHING, before="paid_twice"
                    ),
                    "verdicts of the older run": lambda: verdict_page(
                        session, *CYCLE.values(), EVERYTHING, run=1
                    ),
                    "the cycle as known then": lambda: cycle_summary(
                        session, *CYCLE.values(), EVERYTHING, run=1
                    ),
                }
                changed = sum(each.lines for each in moves(session, pair, EVERYTHING))
                print(
                    f"{run.summary['payout_lines']} payout lines, {changed} changed, load {os.getloadavg()}"
                )
                for name, ask in asked.items():
                    print(f"{name:30} {_median(ask) * 1000:8.0f} ms")


def _halves(path: Path, folder: Path) -> tuple[Path, Path]:
    """Split a settlement file into its first 19 of 20 lines and the rest."""
    heading, *lines = path.read_bytes().splitlines(keepends=True)
    first, second = folder / "first.csv", folder / "second.csv"
    most = len(lines) * 19 // 20
    first.write_bytes(heading + b"".join(lines[:most]))
    second.write_bytes(heading + b"".join(lines[most:]))
    return first, second


def _median(ask: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
