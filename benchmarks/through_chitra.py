"""A settlement file through chitra's database: taken in as a bank's, reconciled, verdicts kept.

    python benchmarks/through_chitra.py DATA WORK

Leaves in WORK/seconds what it took from the upload to the stored verdicts; the payout list is there before.
"""

import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

from payouts.core.settings import Settings
from payouts.lists.intake import keep_list
from payouts.migrations.upgrade import open_current
from payouts.runs.reconcile import reconcile_cycle
from payouts.settlements.apart import dismiss, make_ready
from payouts.settlements.intake import keep_file
from reconciliation import warm_up

CYCLE = {"programme": "BTXH", "cycle": "2026-11"}


def main() -> None:
    """Keep the list, then measure the way of the settlement file."""
    data, work = Path(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory(dir=work) as folder:
        settings = Settings(data_dir=Path(folder))
        with open_current(settings) as database:
            deadline = dt.date(2026, 11, 20)
            keep_list(database, settings, data / "list.csv", by="benchmark", deadline=deadline, **CYCLE)
            warm_up()  # as a worker does at its start; pandas, too, is loaded before the clock runs
            make_ready()  # as a worker does that waits
            time.sleep(1)
            start = time.perf_counter()
            receipt = keep_file(
                database, settings, data / "settlement.csv", bank_code="VBA", by="benchmark", profile="chitra"
            )
            run = reconcile_cycle(database, by="benchmark", as_of=dt.date(2026, 11, 25), **CYCLE)
            (work / "seconds").write_text(str(time.perf_counter() - start))
            dismiss()
    if receipt.state != "accepted" or run.state != "done":
        sys.exit(f"file {receipt.state}, run {run.state}")


if __name__ == "__main__":
    main()
