"""A deadline never falls on a day when banks are closed."""

import datetime as dt

import pytest

from payouts.core.calendar import after_banking_days, is_banking_day, next_banking_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-20", True),  # a Friday
        ("2026-11-21", False),
        ("2026-11-22", False),
        ("2026-02-17", False),  # first day of the lunar year
        ("2026-09-02", False),  # National Day
    ],
)
def test_banks_rest_on_weekends_and_holidays(day: str, *, works: bool) -> None:
    assert is_banking_day(dt.date.fromisoformat(day)) is works


def test_tet_is_stepped_over() -> None:
    assert next_banking_day(dt.date(2026, 2, 16)) == dt.date(2026, 2, 23)
    assert after_banking_days(dt.date(2026, 2, 13), 1) == dt.date(2026, 2, 23)
    assert after_banking_days(dt.date(2026, 11, 21), 0) == dt.date(2026, 11, 23)
