"""Which days banks work, so that a deadline never falls on a day when nobody could answer."""

import datetime as dt
import functools
from dataclasses import dataclass

import holidays

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The banking days of a country, with what is decided beside its public holidays.

    Attributes:
        country: whose weekends and public holidays count, ISO 3166 with two letters
        holidays: further days on which banks rest
        working_days: days on which they work all the same; these go before all else
    """

    country: str = "VN"
    holidays: frozenset[dt.date] = frozenset()
    working_days: frozenset[dt.date] = frozenset()


USUAL = Calendar()


@functools.cache
def _public_holidays(country: str, year: int) -> tuple[frozenset[dt.date], frozenset[int]]:
    """Public holidays with their substitute days, and the days of the week on which nobody works.

    For Vietnam these are of the Labour Code 45/2019, Art. 111-112, and yearly decisions.
    """
    found = holidays.country_holidays(country, years=year)
    return frozenset(found), frozenset(found.weekend)


def is_country(code: str) -> bool:
    """Say whether the public holidays of a country are known."""
    return code in holidays.list_supported_countries(include_aliases=False)


def is_banking_day(day: dt.date, calendar: Calendar = USUAL) -> bool:
    """Say whether banks settle payments on a day: no weekend, no public holiday, unless decided otherwise."""
    if day in calendar.working_days:
        return True
    public, weekend = _public_holidays(calendar.country, day.year)
    return day.weekday() not in weekend and day not in public and day not in calendar.holidays


def next_banking_day(day: dt.date, calendar: Calendar = USUAL) -> dt.date:
    """Return the day itself where banks work on it, else the first one after it on which they do."""
    while not is_banking_day(day, calendar):
        day += ONE_DAY
    return day


def after_banking_days(day: dt.date, count: int, calendar: Calendar = USUAL) -> dt.date:
    """Return the day `count` banking days after a day (0: the day itself or the next banking day)."""
    day = next_banking_day(day, calendar)
    for _ in range(count):
        day = next_banking_day(day + ONE_DAY, calendar)
    return day


def month_before(month: str) -> str:
    """Return the month before another: 2026-01 -> 2025-12."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year:04}-{number - 1:02}" if number > 1 else f"{year - 1:04}-12"
