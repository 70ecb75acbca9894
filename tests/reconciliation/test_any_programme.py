"""Any payout programme is served: its currency in the explanations, its own names of banks, its own fees."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from reconciliation import Rules, reconcile
from reconciliation.results import Result
from reconciliation.tables import EXPECTED, REPORTED

OWED = {"line_ref": "A1", "amount": 400_000, "account_no": "12", "cycle": "2026-11"}
TOLD = {"file": "b.csv", "line": 1, "status": "settled", "amount": 400_000, "end_to_end_id": "A1"}


def judged(owed: dict[str, Any], told: dict[str, Any], **more: Any) -> Result:
    return reconcile(
        pa.Table.from_pylist([{**OWED, **owed}], EXPECTED),
        pa.Table.from_pylist([{**TOLD, **told}], REPORTED),
        as_of=dt.date(2026, 11, 24),
        **{"language": "en", **more},
    )


@pytest.mark.parametrize(
    ("amount", "language", "currency", "said"),
    [
        (930_000, "vi", "VND", "Ngân hàng báo đã chi đủ 930.000 đ."),
        (930_000, "en", "VND", "The bank says 930,000 đ was paid in full."),
        (123_456_789, "en", "KES", "The bank says 1,234,567.89 KES was paid in full."),
        (5, "en", "EUR", "The bank says 0.05 EUR was paid in full."),
        (70, "vi", "EUR", "Ngân hàng báo đã chi đủ 0,70 EUR."),
        (1_234_500, "en", "KWD", "The bank says 1,234.500 KWD was paid in full."),
        (2**63 - 1, "en", "JPY", "The bank says 9,223,372,036,854,775,807 JPY was paid in full."),
        (2**63 - 1, "en", "USD", "The bank says 92,233,720,368,547,758.07 USD was paid in full."),
    ],
)
def test_sums_are_said_in_the_currency(amount: int, language: str, currency: str, said: str) -> None:
    result = judged({"amount": amount}, {"amount": amount}, language=language, currency=currency)
    assert result.verdicts["explanation"].to_pylist() == [said]


def test_what_is_short_and_what_a_bank_kept_is_said_too() -> None:
    result = judged({}, {"amount": 397_500, "fee": 2_500}, currency="KES")
    assert result.verdicts["explanation"].to_pylist() == [
        (
            "The account received 3,975.00 KES, 25.00 KES less than the 4,000.00 KES owed"
            " (the bank took a fee of 25.00 KES)."
        )
    ]


def test_a_currency_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="currency is 'KSH': must be a code of ISO 4217"):
        judged({}, {}, currency="KSH")


@pytest.mark.parametrize(
    ("banks", "verdict"),
    [
        (None, "paid"),  # both are names of one bank of Vietnam
        ({}, "account_differs"),
        ({"203": "Vista", "vcb ": "VISTA"}, "paid"),
    ],
)
def test_names_of_banks_are_those_that_are_given(banks: dict[str, str] | None, verdict: str) -> None:
    told = {"account_no": "12", "bank_code": "203"}
    result = judged({"bank_code": "VCB"}, told, banks=banks)
    assert result.verdicts["verdict"].to_pylist() == [verdict]


def test_a_fee_is_tolerated_by_one_name_of_a_bank_and_taken_by_another() -> None:
    back = {"status": "returned", "amount": 399_000, "line": 2, "sender": "N1"}
    told = [{**TOLD, "sender": "N1", "bank_ref": "F1"}, {**TOLD, **back, "bank_ref": "F2"}]
    banks = {"N1": "NORD", "NORDBANK": "NORD"}
    found = [
        reconcile(
            pa.Table.from_pylist([OWED], EXPECTED),
            pa.Table.from_pylist(told, REPORTED),
            as_of=dt.date(2026, 11, 24),
            rules=rules,
            currency="EUR",
            banks=banks,
        ).verdicts["verdict"][0].as_py()
        for rules in (None, Rules(fee_tolerance=0, fee_tolerance_by_bank={"Nordbank": 1_000}))
    ]  # fmt: skip
    assert found == ["review", "failed"]


def test_facts_lie_in_parquet_of_any_writer_and_in_folders(tmp_path: Path) -> None:
    owed = pa.table({"line_ref": pa.array(["A1"], pa.large_string()), "amount": [400_000]})
    for month in ("2026-10", "2026-11"):
        (tmp_path / "owed" / f"cycle={month}").mkdir(parents=True)
    parquet.write_table(owed, tmp_path / "owed" / "cycle=2026-11" / "part-0.parquet")
    parquet.write_table(pa.table({name: [value] for name, value in TOLD.items()}), tmp_path / "told.parquet")
    result = reconcile(tmp_path / "owed", str(tmp_path / "told.parquet"), as_of=dt.date(2026, 11, 24))
    assert result.verdicts["verdict"].to_pylist() == ["paid"]
    (tmp_path / "told.parquet").write_text("no", encoding="utf-8")
    with pytest.raises(ValueError, match=r"told\.parquet: cannot be read as Parquet"):
        reconcile(tmp_path / "owed", tmp_path / "told.parquet", as_of=dt.date(2026, 11, 24))
