"""Which days banks work in Vietnam, so that a deadline never falls on a day when nobody could answer."""

import datetime as dt
import functools

import holidays

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


@functools.cache
def _public_holidays(year: int) -> frozenset[dt.date]:
    """Public holidays with their substitute days (Labour Code 45/2019 Art. 111-112 and yearly decisions)."""
    return frozenset(holidays.country_holidays("VN", years=year))


def is_banking_day(day: dt.date) -> bool:
    """Say whether banks settle payments on a day: Monday to Friday, no public holiday."""
    return day.weekday() < SATURDAY and day not in _public_holidays(day.year)


def next_banking_day(day: dt.date) -> dt.date:
    """Return the day itself where banks work on it, else the first one after it on which they do."""
    while not is_banking_day(day):
        day += ONE_DAY
    return day


def after_banking_days(day: dt.date, count: int) -> dt.date:
    """Return the day `count` banking days after a day (0: the day itself or the next banking day)."""
    day = next_banking_day(day)
    for _ in range(count):
        day = next_banking_day(day + ONE_DAY)
    return day
