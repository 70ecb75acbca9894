"""What a worker looks after between two jobs: dropped files, keys, old test files, what is due."""

import time
from collections.abc import Callable

import structlog

from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.jobs.carrying import ask_refused_again
from payouts.jobs.dropping import Mark, take_dropped
from payouts.jobs.measuring import ask_to_measure
from payouts.jobs.schedule import ask_due
from payouts.jobs.searchable import fill_search_keys
from payouts.jobs.sweeping import sweep_test_files

LOOK_EVERY_SECONDS = 1
FILL_EVERY_SECONDS = 2
SWEEP_EVERY_SECONDS = 3600
ASK_AGAIN_EVERY_SECONDS = 60
LOOK_AT_THE_TIME_EVERY_SECONDS = 60
MEASURE_EVERY_SECONDS = 5
BROKEN_SECONDS = 60  # before a chore that broke is tried again

log = structlog.get_logger()


def chores(database: Database, settings: Settings) -> Callable[[], bool]:
    """Return what a worker calls between jobs; it does what is due and says whether there was anything.

    Args:
        database: that the worker works on
        settings: of this installation
    """
    passed_by: set[Mark] = set()
    kinds: tuple[tuple[float, Callable[[], bool]], ...] = (
        (LOOK_EVERY_SECONDS, lambda: take_dropped(database, settings, passed_by)),
        (FILL_EVERY_SECONDS, lambda: fill_search_keys(database)),
        (SWEEP_EVERY_SECONDS, lambda: sweep_test_files(database, settings) > 0),
        (ASK_AGAIN_EVERY_SECONDS, lambda: ask_refused_again(database) > 0),
        (MEASURE_EVERY_SECONDS, lambda: ask_to_measure(database)),
        (LOOK_AT_THE_TIME_EVERY_SECONDS, lambda: ask_due(database) > 0),
    )
    due = [0.0] * len(kinds)

    def between() -> bool:
        busy = False
        for place, (every, chore) in enumerate(kinds):
            if time.monotonic() < due[place]:
                continue
            try:
                found = chore()
            except Exception:
                log.exception("chore_broke")
                due[place] = time.monotonic() + max(every, BROKEN_SECONDS)
                continue
            due[place] = 0.0 if found else time.monotonic() + every  # where there was one, there may be more
            busy |= found
        return busy

    return between
