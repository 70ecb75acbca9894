"""A batch shares one bank_ref: whose payment of it came back is never guessed."""

import datetime as dt
from typing import Any

import pyarrow as pa

from reconciliation import reconcile
from reconciliation.tables import EXPECTED, REPORTED

PEOPLE = (1, 2, 3)


def verdicts_after(**back: Any) -> dict[str, str]:
    owed = [
        {
            "line_ref": f"L{i}",
            "bank_code": "MB",
            "account_no": f"100{i}",
            "amount": 500_000,
            "cycle": "2026-11",
        }
        for i in PEOPLE
    ]
    told: list[dict[str, Any]] = [
        {
            "file": "paid.csv",
            "line": i,
            "status": "settled",
            "booked_on": dt.date(2026, 11, 5),
            "bank_ref": "BATCH1",
            "sender": "MB",
            "end_to_end_id": f"L{i}",
            "account_no": f"100{i}",
            "amount": 500_000,
        }
        for i in PEOPLE
    ]
    told.append({
        "file": "back.csv",
        "line": 1,
        "status": "returned",
        "booked_on": dt.date(2026, 11, 9),
        "bank_ref": "BACK1",
        "sender": "MB",
        "original_ref": "BATCH1",
        "amount": 500_000,
        **back,
    })  # fmt: skip
    result = reconcile(
        pa.Table.from_pylist(owed, EXPECTED),
        pa.Table.from_pylist(told, REPORTED),
        as_of=dt.date(2026, 11, 24),
    )
    return {row["line_ref"]: row["verdict"] for row in result.verdicts.to_pylist()}


def test_the_account_tells_whose_payment_came_back() -> None:
    assert verdicts_after(account_no="1002") == {"L1": "paid", "L2": "failed", "L3": "paid"}


def test_the_reference_tells_whose_payment_came_back() -> None:
    assert verdicts_after(end_to_end_id="L3") == {"L1": "paid", "L2": "paid", "L3": "failed"}


def test_the_text_tells_whose_payment_came_back() -> None:
    assert verdicts_after(remittance_info="hoàn trả L1") == {"L1": "failed", "L2": "paid", "L3": "paid"}


def test_where_nothing_tells_all_of_the_batch_wait_for_a_person() -> None:
    assert verdicts_after() == {"L1": "review", "L2": "review", "L3": "review"}
