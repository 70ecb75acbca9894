"""The day is Vietnam's, and tests can stop it."""

import datetime as dt

import pytest

from payouts.core import clock


def test_the_day_is_the_one_in_vietnam() -> None:
    with clock.stopped(dt.datetime(2026, 11, 22, 17, 0, tzinfo=dt.UTC)):
        assert clock.today() == dt.date(2026, 11, 23)
    with clock.stopped(dt.datetime(2026, 11, 22, 16, 59, tzinfo=dt.UTC)):
        assert clock.today() == dt.date(2026, 11, 22)


def test_the_environment_fixes_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHITRA_TODAY", "2026-12-01")
    assert clock.today() == dt.date(2026, 12, 1)
