"""Hostile sizes end in bounded time with every line kept."""

import datetime as dt
import importlib.util
from pathlib import Path
from types import ModuleType

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


# Hostile questions of benchmarks/bounds.py, with a few thousand lines, and what must come of them.
HOSTILE = {
    "no payout lines": "unexpected 2000",
    "one account, one payout line": "review 1, ambiguous 2000",
    "one account, a thousand payout lines": "review 1000, ambiguous 2000",
    "one account, a thousand lines paid by reference": "paid 1000, matched 1000, unexpected 2000",
    "all ambiguous": "review 200, ambiguous 199",
    "one reference": "paid_twice 1, matched 2000",
    "one bank reference, many people": "paid 2000, matched 2000",
    "one bank reference, no account": "paid 2000, matched 2000",
    "one bank reference, one movement": "paid 1, matched 1, repeated 1999",
    "one person": "review 1000, ambiguous 2000",
    "one person in cash": "review 1000, ambiguous 2000",
    "returns of one movement by its bank reference": "failed 1, matched 2000, reversed 1",
    "returns of one movement by account": "failed 1, matched 1, reversed 1, unrelated 1999",
    "returns of nothing": "missing 1, unrelated 2000",
    "returns of a batch, each by its account": "paid 980, failed 20, matched 1000, reversed 20",
    "returns of a batch, nobody named": "review 1000, matched 1000, ambiguous 20",
    "returns and movements of one reference": "review 1, matched 400",
    "a text of 10 MB": "review 200, ambiguous 1",
    "a name of 100,000 letters": "name_differs 1, matched 1",
    "ten lines against ten on every account": "review 200, ambiguous 200",
    "nineteen equal parts on every account": "review 100, ambiguous 1900",
    "sums past 64 bits": "paid 2000, matched 2000",
    "settled past 64 bits": "review 1, matched 3",
}


@pytest.fixture(scope="module")
def bounds() -> ModuleType:
    place = Path(__file__).parents[2] / "benchmarks" / "bounds.py"
    spec = importlib.util.spec_from_file_location("bounds", place)
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("question", HOSTILE)
def test_a_hostile_question_has_its_answer(bounds: ModuleType, question: str) -> None:
    assert bounds.answer(question, 2_000) == HOSTILE[question]
