"""Where an expected file stands, and what to do about a late one: pure decisions and small tables."""

import csv
import datetime as dt
import functools
from dataclasses import dataclass
from importlib import resources

from payouts.core.calendar import ONE_DAY, Calendar, is_banking_day
from payouts.core.problems import Language
from payouts.runs.awaited import Awaited
from payouts.settlements.rules import COUNTING

# Why a bank is expected to send a file: (Vietnamese, English).
SOURCES = {
    "order": ("Lệnh chi đã gửi ngân hàng", "A payment order went to it"),
    "list": (
        "Danh sách chi trả có người nhận ở ngân hàng này",
        "The payout list has people with accounts there",
    ),
    "hand": ("Cán bộ ghi thêm", "Written down by staff"),
}

# Where a file stands: (Vietnamese, English); the ones to act on first.
STATES = {
    "late": ("Quá hạn, chưa có tệp", "Late"),
    "held": ("Đã gửi nhưng chưa dùng được", "Came, but does not count yet"),
    "awaited": ("Đang chờ, chưa đến hạn", "Not due yet"),
    "answered": ("Tệp khác đã trả lời đủ", "Answered by other files"),
    "come": ("Đã có", "Come"),
    "excused": ("Không phải gửi", "None is to come"),
}

# What happens to an expected file: (Vietnamese, English).
EVENTS = {
    "expected": ("Ghi thêm vào danh sách chờ", "Added to what is expected"),
    "agreed": ("Hẹn ngày khác", "Another day agreed on"),
    "excused": ("Không phải gửi", "None is to come"),
    "wanted": ("Vẫn phải gửi", "Expected after all"),
    "missed": ("Quá hạn", "Late"),
    "came": ("Đã có tệp", "Come"),
}
ACTS = ("agreed", "excused", "wanted")  # those that people choose


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an expected file stands on a day.

    Attributes:
        state: a key of STATES
        days_late: banking days since it was due, while it is late
    """

    state: str
    days_late: int = 0


def standing(
    due_on: dt.date, lines: int, seen: Awaited | None, *, excused: bool, today: dt.date, calendar: Calendar
) -> Standing:
    """Say where an expected file stands.

    Args:
        due_on: the last day on which it is in time
        lines: that it is to tell of
        seen: what is known of the bank's files for the cycle, and of answers; None: nothing
        excused: people said that none is to come
        today: the day
        calendar: which days banks work
    """
    if excused:
        return Standing("excused")
    if seen is not None and seen.sent in COUNTING:
        return Standing("come")
    if seen is not None and seen.lines >= lines > 0 and not seen.unanswered:
        return Standing("answered")
    if today > due_on:
        return Standing("late", days_late(due_on, today, calendar))
    return Standing("held" if seen is not None and seen.files else "awaited")


def days_late(due_on: dt.date, today: dt.date, calendar: Calendar) -> int:
    """Count the banking days after a day until another one, both at the end; at least 1 where it is later."""
    span = (today - due_on).days
    return max(1, sum(is_banking_day(due_on + ONE_DAY * (each + 1), calendar) for each in range(span)))


@functools.cache
def _steps() -> tuple[tuple[int, str, str], ...]:
    """Read data/late_files.csv: from how many banking days late, and what to do then."""
    text = (resources.files("payouts.cases") / "data" / "late_files.csv").read_text(encoding="utf-8")
    return tuple((int(row["days"]), row["vi"], row["en"]) for row in csv.DictReader(text.splitlines()))


def next_step(days: int, language: Language) -> str:
    """Say what to do about a file that is so many banking days late; nothing where it is in time."""
    said = [(vi, en) for since, vi, en in _steps() if days >= since]
    return said[-1][language == "en"] if said else ""
