"""Hostile sizes end in bounded time with every line kept."""

import datetime as dt

import pyarrow as pa
import pytest

from reconciliation import Rules, reconcile

DAY = dt.date(2026, 11, 5)
MANY = 20_000


def sides(payouts: int, units: int, *, amount: int = 500_000) -> tuple[pa.Table, pa.Table]:
    expected = pa.table({
        "line_ref": [f"L{i:06d}" for i in range(payouts)],
        "account_no": ["0011"] * payouts,
        "amount": pa.array([amount] * payouts, pa.int64()),
        "channel": ["account"] * payouts,
        "cycle": ["2026-11"] * payouts,
    })  # fmt: skip
    reported = pa.table({
        "file": pa.array(["bank.csv"] * units, pa.string()),
        "line": pa.array(range(2, units + 2), pa.int64()),
        "account_no": pa.array(["0011"] * units, pa.string()),
        "bank_ref": pa.array([f"FT{i}" for i in range(units)], pa.string()),
        "amount": pa.array([amount] * units, pa.int64()),
        "status": pa.array(["settled"] * units, pa.string()),
        "booked_on": pa.array([DAY] * units, pa.date32()),
    })  # fmt: skip
    return expected, reported


def test_thousands_of_lines_on_one_account_wait_for_a_person() -> None:
    result = reconcile(*sides(MANY, MANY - 1), as_of=DAY)
    assert result.summary["verdicts"] == {"review": {"lines": MANY, "owed": MANY * 500_000}}
    assert result.summary["dispositions"]["ambiguous"]["lines"] == MANY - 1
    assert max(len(refs.split(";")) for refs in result.dispositions["line_refs"].to_pylist()) == 50


def test_equal_numbers_on_one_account_pair() -> None:
    result = reconcile(*sides(MANY, MANY), as_of=DAY)
    assert result.summary["verdicts"]["paid"]["lines"] == MANY


def test_returns_past_the_rounds_make_their_lines_wait_for_a_person() -> None:
    expected, reported = sides(300, 300)
    back = reported.set_column(
        reported.column_names.index("status"), "status", pa.array(["returned"] * 300, pa.string())
    )
    refs = pa.array([f"R{i}" for i in range(300)], pa.string())
    back = back.set_column(back.column_names.index("bank_ref"), "bank_ref", refs)
    back = back.set_column(back.column_names.index("file"), "file", pa.array(["back.csv"] * 300, pa.string()))
    reported = reported.append_column("end_to_end_id", expected["line_ref"])
    both = pa.concat_tables([reported, back], promote_options="default")
    result = reconcile(expected, both, as_of=DAY, rules=Rules(return_rounds=10))
    assert "paid" not in result.summary["verdicts"]
    assert result.summary["settlement_lines"] == 600


@pytest.mark.parametrize(("payouts", "units"), [(0, 0), (0, 3), (3, 0)])
def test_empty_sides_lose_nothing(payouts: int, units: int) -> None:
    result = reconcile(*sides(payouts, units), as_of=DAY)
    assert result.summary["payout_lines"] == payouts
    assert result.summary["settlement_lines"] == units


def test_sums_past_64_bits_are_exact() -> None:
    amount = 2**62
    result = reconcile(*sides(4, 4, amount=amount), as_of=DAY)
    assert result.summary["owed"] == 4 * amount


def test_a_line_that_stands_twice_is_refused() -> None:
    expected, reported = sides(2, 1)
    twice = pa.concat_tables([expected, expected])
    with pytest.raises(ValueError, match="L000000"):
        reconcile(twice, reported, as_of=DAY)
    with pytest.raises(ValueError, match=r"bank\.csv:2"):
        reconcile(expected, pa.concat_tables([reported, reported]), as_of=DAY)
