"""A column is read as its cells would be one by one."""

from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payouts.core import arrays
from payouts.core.columns import (
    Column,
    drop_damaged,
    exact_sum,
    faults_where,
    read_dates,
    read_money,
    read_months,
    read_text,
    read_words,
)
from payouts.core.money import UnreadableError, parse_money
from payouts.core.values import parse_date, parse_text

AMOUNTS = st.one_of(
    st.sampled_from(
        ["", "930.000", "930.5", "930000.0", "930.000 đ", "-5", "1_000", "0x1F", "٣", "9" * 19, "9" * 18]
    ),
    st.integers(0, 2**64).map(str),
)
DAYS = st.sampled_from(
    ["", "2026-11-20", "20/11/2026", "2026-02-30", "0001-01-01", "9999-12-31", "x", "2026-1-1"]
)
TEXTS = st.text(st.sampled_from("aĐệ \u00a0\u0301\u200b\x00\u202e\u1e00\ue000é\u2126"), max_size=5)


def one_by_one(texts: list[str], read: Callable[[str], object]) -> tuple[list[object], list[tuple[int, str]]]:
    values: list[object] = []
    faults = []
    for at, text in enumerate(texts):
        try:
            values.append(read(text))
        except UnreadableError as error:
            values.append(None)
            faults.append((at, error.code))
    return values, faults


def whole(column: Column) -> tuple[list[object], list[tuple[int, str]]]:
    return column.values.to_pylist(), [(fault.at, fault.code) for fault in column.faults]


@settings(deadline=None)
@given(st.lists(AMOUNTS, max_size=8), st.sampled_from(["VND", "USD"]), st.integers(0, 2))
def test_money_columns_read_as_single_amounts(texts: list[str], currency: str, skip: int) -> None:
    column = arrays.texts(["x"] * skip + texts)[skip:]
    expected = one_by_one(texts, lambda text: parse_money(text, currency) if text else None)
    assert whole(read_money(column, "amount", currency)) == expected


@settings(deadline=None)
@given(st.lists(DAYS, max_size=8))
def test_day_columns_read_as_single_days(texts: list[str]) -> None:
    assert whole(read_dates(arrays.texts(texts), "booked_on")) == one_by_one(texts, parse_date)


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=8), st.integers(0, 2))
def test_text_columns_read_as_single_texts(texts: list[str], skip: int) -> None:
    column = arrays.texts(["\x00"] * skip + texts)[skip:]
    assert whole(read_text(column, "full_name")) == one_by_one(texts, parse_text)


def test_words_are_translated_without_case_and_marks() -> None:
    column = arrays.texts(["Thành công", "THANH CONG", "", "hỏng"])
    read = read_words(column, "status", {"thanhcong": "settled"}, "status_unknown")
    assert whole(read) == (["settled", "settled", None, None], [(3, "status_unknown")])
    assert read.faults[0].value == "hỏng"


def test_months_are_read() -> None:
    assert whole(read_months(arrays.texts(["11/2026", "", "x"]), "period")) == (
        ["2026-11", None, None],
        [(2, "month_unreadable")],
    )


def test_numbers_that_a_spreadsheet_damaged_are_blanked_and_told() -> None:
    column = arrays.texts(["1.09E+09", "0123", "FTE+1", ""])
    assert whole(drop_damaged(column, "account_no")) == (["", "0123", "FTE+1", ""], [(0, "number_damaged")])


def test_sums_do_not_overflow() -> None:
    assert exact_sum(arrays.numbers([2**63 - 1, 2**63 - 1, None])) == 2 * (2**63 - 1)
    assert exact_sum(arrays.numbers([])) == 0


def test_a_null_in_a_mask_is_no_fault() -> None:
    mask = pa.array([True, None, False])
    assert [fault.at for fault in faults_where(mask, arrays.texts(["a", "b", "c"]), "x", "y")] == [0]


@pytest.mark.parametrize("values", [[], [None], [1, None, 3]])
def test_arrays_hold_what_was_given(values: list[int | None]) -> None:
    assert arrays.numbers(values).to_pylist() == values
    texts = [None if value is None else str(value) for value in values]
    assert arrays.texts(texts).to_pylist() == texts
