"""Days, months and texts of a cell are read strictly."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payouts.core.money import UnreadableError
from payouts.core.values import EARLIEST, LATEST, parse_date, parse_month, parse_text


@settings(deadline=None)
@given(st.dates(EARLIEST, LATEST))
def test_a_day_is_read_as_iso_and_as_people_in_vietnam_write_it(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.day:02d}/{day.month:02d}/{day.year}") == day
    assert parse_date(f"{day.isoformat()} 00:00:00") == day


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "30/02/2026",
        "11/20/2026",
        "20/11/26",
        "20261120",
        "٢٠/١١/2026",
        "0001-01-01",
        "x",
        "46346",
    ],
)
def test_what_is_no_day_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError, match="date_unreadable"):
        parse_date(text)


def test_a_bank_may_write_the_month_first() -> None:
    assert parse_date("11/20/2026", "month_first") == dt.date(2026, 11, 20)


@pytest.mark.parametrize("text", ["2026-11", "11/2026", "2026-11-01", "01/11/2026"])
def test_a_month_is_read(text: str) -> None:
    assert parse_month(text) == "2026-11"


@pytest.mark.parametrize("text", ["2026-13", "00/2026", "2026-11-02", "11-26", "Nov 2026", "1_1/2026"])
def test_what_is_no_month_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError, match="month_unreadable"):
        parse_month(text)


def test_an_empty_cell_is_no_day_and_no_month() -> None:
    assert parse_date("") is None
    assert parse_month("") is None


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Nguyễn Văn An ", "Nguyễn Văn An"),
        (unicodedata.normalize("NFD", "Nguyễn"), "Nguyễn"),
        ("\ufeffLê\u200b Hoà", "Lê Hoà"),
        ("a\nb\u00a0c", "a b c"),
        ("\u200fLê\u200e", "Lê"),
        ("NA", "NA"),
        ("null", "null"),
        ("None", "None"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
    ],
)
def test_text_is_trimmed_and_composed_and_otherwise_kept(text: str, clean: str) -> None:
    assert parse_text(text) == clean


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\x85b", "\u202eabc", "a\ud800b", "a\u2066b"])
def test_control_characters_and_lone_surrogates_are_errors(text: str) -> None:
    with pytest.raises(UnreadableError, match="control_character"):
        parse_text(text)
