"""What time it is, from one place that tests and demonstrations can set."""

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from contextvars import ContextVar
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_stopped_at: ContextVar[dt.datetime | None] = ContextVar("stopped_at", default=None)


def now() -> dt.datetime:
    """Return this moment, in UTC."""
    return _stopped_at.get() or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the calendar day in Vietnam; the environment's CHITRA_TODAY (ISO date) overrides it."""
    stopped = _stopped_at.get()
    if stopped is None and (fixed := os.environ.get("CHITRA_TODAY")):
        return dt.date.fromisoformat(fixed)
    return now().astimezone(VIETNAM).date()


def here() -> dt.datetime:
    """Return this moment as clocks in Vietnam show it, on the day that `today` gives."""
    return dt.datetime.combine(today(), now().astimezone(VIETNAM).timetz())


@contextlib.contextmanager
def stopped(moment: dt.datetime) -> Iterator[None]:
    """Stop the clock at a moment (with its time zone) for the code inside, in this thread or task only."""
    token = _stopped_at.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)
