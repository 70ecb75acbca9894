"""When the payment of a month opens and until when the banks may answer: rules of a programme, pure."""

import calendar as months
import datetime as dt
from dataclasses import dataclass

from payouts.core.calendar import Calendar, after_banking_days, next_banking_day

MONTHS = {"before": -1, "same": 0, "after": 1}  # against the month of the cycle


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of the month of a cycle, or of the month beside it; in a shorter month its last day.

    Attributes:
        day: 1 to 31
        month: how many months after the cycle's, as in MONTHS
    """

    day: int
    month: int

    def said(self) -> dict[str, object]:
        """Give what a rule file says of it."""
        return {"day": self.day, "month": next(name for name in MONTHS if MONTHS[name] == self.month)}

    def of(self, cycle: str) -> dt.date:
        """Return the day for a cycle like 2026-11."""
        year, month = (int(part) for part in cycle.split("-"))
        since = year * 12 + month - 1 + self.month
        year, month = since // 12, since % 12 + 1
        return dt.date(year, month, min(self.day, months.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a programme's cycles.

    Attributes:
        opens_on: from which day movements may serve a cycle
        deadline: the last day for the banks' answer, moved to a banking day; or so many banking days after
            the opening day; None where only the list tells
        calendar: which days banks work
    """

    opens_on: MonthDay
    deadline: MonthDay | int | None
    calendar: Calendar

    def said(self) -> dict[str, object]:
        """Give what a rule file says of them, key by key."""
        deadline = self.deadline.said() if isinstance(self.deadline, MonthDay) else self.deadline
        return {
            "opens_on": self.opens_on.said(),
            "deadline": {"banking_days": deadline} if isinstance(deadline, int) else deadline or "none",
            "country": self.calendar.country,
            "holidays": sorted(self.calendar.holidays),
            "working_days": sorted(self.calendar.working_days),
        }

    def deadline_of(self, cycle: str) -> dt.date | None:
        """Return the last day for the banks' answer in a cycle like 2026-11, None where no rule tells."""
        if self.deadline is None:
            return None
        if isinstance(self.deadline, int):
            return after_banking_days(self.opens_on.of(cycle), self.deadline, self.calendar)
        return next_banking_day(self.deadline.of(cycle), self.calendar)
