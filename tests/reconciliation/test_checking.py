"""What somebody gives is taken as it is, or refused with table, column, row and the way to mend it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from reconciliation import reconcile
from reconciliation.results import Result

DAY = dt.date(2026, 11, 24)
OWED = {"line_ref": ["A1", "A2"], "amount": [1050, 2075], "account_no": ["0012", "0034"]}
TOLD = {"file": ["b.csv", "b.csv"], "line": [1, 2], "status": ["settled", "settled"], "amount": [1050, 2075]}


def judged(owed: dict[str, Any], told: dict[str, Any]) -> Result:
    return reconcile(pd.DataFrame({**OWED, **owed}), pd.DataFrame({**TOLD, **told}), as_of=DAY, language="en")


@pytest.mark.parametrize(
    ("owed", "told", "says"),
    [
        (
            {"amount": [10.5, 20.75]},
            {},
            r"expected: column amount is double; it must be whole numbers of the sm",
        ),
        (
            {"amount": ["1050", "2075"]},
            {},
            r"expected: column amount is large_string; it must be whole numbers",
        ),
        (
            {"amount": [Decimal("10.50"), Decimal("20.75")]},
            {},
            r"amount is decimal128\(4, 2\); it must be whole",
        ),
        ({"amount": [1050, "2075"]}, {}, r"column amount, row 1 is a str where most rows hold int"),
        ({"amount": pd.array([1050, None], "Int64")}, {}, r"expected: column amount, row 1 is empty"),
        ({"amount": [1050, -1]}, {}, r"expected: column amount, row 1 is -1: must have no sign"),
        ({"amount": pd.array([1, 2**63], "uint64")}, {}, r"amount, row 1 is 9223372036854775808; it must"),
        (
            {"account_no": [12, 34]},
            {},
            r"column account_no is int64; it must be text, read as text \(dtype=str\)",
        ),
        ({"line_ref": ["A1", None]}, {}, r"expected: column line_ref, row 1 is empty"),
        ({"line_ref": ["A1", "A1"]}, {}, r"A1.*twice"),
        (
            {"channel": ["account", "bank"]},
            {},
            r"channel, row 1 is 'bank': must be one of account, wallet, cash",
        ),
        ({"deadline": ["2026-11-20", "20/11/2026"]}, {}, r"deadline, row 1 is '20/11/2026'; it must be days"),
        ({"deadline": ["2026-11-31", None]}, {}, r"column deadline, row 0 is '2026-11-31'; it must be days"),
        ({"deadline": [20, 21]}, {}, r"column deadline is int64; it must be days"),
        ({"voucher": ["yes", "no"]}, {}, r"column voucher is large_string; it must be true or false"),
        ({"cycle": ["2026-11", "2026-W45"]}, {}, r"cycle, row 1 is '2026-W45': no month like 2026-11. Give"),
        (
            {},
            {"status": ["settled", "SETTLED"]},
            r"reported: column status, row 1 is 'SETTLED': must be one of",
        ),
        ({}, {"line": [1, 2.5]}, r"reported: column line, row 1 is 2.5; it must be whole numbers"),
        ({}, {"line": [1, 1]}, r"b\.csv:1.*twice"),
        ({}, {"file": ["", "b.csv"]}, r"reported: column file, row 0 is empty"),
        ({}, {"fee": [0, -5]}, r"reported: column fee, row 1 is -5: must have no sign"),
        (
            {},
            {"booked_on": pd.to_datetime(["2026-11-05", "2026-11-06"], utc=True)},
            r"booked_on is timestamp.*UTC",
        ),
    ],
)
def test_what_cannot_be_is_told_by_column_and_row(
    owed: dict[str, Any], told: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        judged(owed, told)
    assert type(refused.value) is ValueError
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("owed", "told"),
    [
        ({}, {}),
        ({"amount": pd.array([1050, 2075], "int32")}, {"amount": pd.array([1050, 2075], "Int64")}),
        ({"amount": [Decimal(1050), Decimal(2075)]}, {"line": [1.0, 2.0]}),
        ({"account_no": pd.Categorical(["0012", "0034"]), "note": [1, 2]}, {}),
        ({"deadline": ["2026-11-20", ""]}, {"booked_on": pd.to_datetime(["2026-11-05", None])}),
        ({"deadline": [dt.date(2026, 11, 20), None]}, {"booked_on": [dt.datetime(2026, 11, 5, 9, 30), None]}),  # noqa: DTZ001  # a frame's times have no zone
        ({"account_name": [None, None]}, {"account_name": [float("nan"), float("nan")]}),
        ({"cycle": ["2026-W45"] * 2, "opens_on": [dt.date(2026, 11, 2)] * 2}, {}),
    ],
)
def test_what_says_the_same_in_another_type_is_taken(owed: dict[str, Any], told: dict[str, Any]) -> None:
    result = judged(owed, {**told, "end_to_end_id": ["A1", "A2"]})
    assert result.summary["verdicts"] == {"paid": {"lines": 2, "owed": 3125}}


def test_the_smallest_tables_are_enough_and_the_least_columns_are_named() -> None:
    empty = reconcile(
        pa.table({"line_ref": [], "amount": []}), pa.table({name: [] for name in TOLD}), as_of=DAY
    )
    assert empty.summary["payout_lines"] == 0
    with pytest.raises(ValueError, match=r"expected: column amount is missing\. Needed are line_ref, amount"):
        reconcile(pd.DataFrame({"line_ref": ["A"]}), pd.DataFrame(TOLD), as_of=DAY)
    with pytest.raises(ValueError, match="reported: must be a pandas DataFrame or an Arrow table, not list"):
        reconcile(pd.DataFrame(OWED), [TOLD], as_of=DAY)  # type: ignore[arg-type]  # on purpose
    twice = pa.Table.from_arrays([pa.array(["A"])] * 2 + [pa.array([1])], ["line_ref", "line_ref", "amount"])
    with pytest.raises(ValueError, match="expected: column line_ref stands twice"):
        reconcile(twice, pd.DataFrame(TOLD), as_of=DAY)


def test_whatever_gives_arrow_is_taken() -> None:
    class Lent:
        def __init__(self, table: pa.Table) -> None:
            self.table = table

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return self.table.__arrow_c_stream__(requested_schema)

    result = reconcile(Lent(pa.table(OWED)), Lent(pa.table(TOLD)), as_of=DAY)  # type: ignore[arg-type]  # on purpose
    assert result.summary["payout_lines"] == 2
