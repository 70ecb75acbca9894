"""The rules are data: tolerances by bank, bounds, and steps that may be left out."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from reconciliation import Rules, reconcile
from reconciliation.results import Result
from reconciliation.rules import BOUNDS, CHAIN
from reconciliation.tables import EXPECTED, REPORTED

OWED = {"line_ref": "L1", "amount": 500_000, "account_no": "1001", "cycle": "2026-11", "citizen_id": "001145"}
TOLD = {
    "file": "bank.csv",
    "line": 2,
    "status": "settled",
    "booked_on": dt.date(2026, 11, 5),
    "sender": "VCB",
}


def judged(rules: Rules, *told: dict[str, Any], owed: tuple[dict[str, Any], ...] = (OWED,)) -> Result:
    lines = [{**TOLD, "amount": 500_000, "line": number, **line} for number, line in enumerate(told, 2)]
    return reconcile(
        pa.Table.from_pylist(list(owed), EXPECTED),
        pa.Table.from_pylist(lines, REPORTED),
        as_of=dt.date(2026, 11, 24),
        rules=rules,
    )


def verdicts(result: Result) -> list[str]:
    said: list[str] = result.verdicts["verdict"].to_pylist()
    return said


BACK = (
    {"end_to_end_id": "L1", "bank_ref": "F1"},
    {"end_to_end_id": "L1", "bank_ref": "F2", "status": "returned", "amount": 490_000},
)


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        (Rules(), "failed"),
        (Rules(fee_tolerance=9_999), "review"),
        (Rules(fee_tolerance_by_bank={"VCB": 9_999}), "review"),
        (Rules(fee_tolerance=0, fee_tolerance_by_bank={"VCB": 10_000}), "failed"),
        (Rules(fee_tolerance=0, fee_tolerance_by_bank={"970436": 10_000}), "failed"),
        (Rules(fee_tolerance=0, fee_tolerance_by_bank={"MB": 10_000}), "review"),
    ],
)
def test_the_fee_that_a_return_may_lack_is_a_rule_of_each_bank(rules: Rules, verdict: str) -> None:
    assert verdicts(judged(rules, *BACK)) == [verdict]


REPORT = (
    {"end_to_end_id": "L1", "file": "report.csv"},
    {"end_to_end_id": "L1", "bank_ref": "F1", "movement": True, "amount": 490_000},
)


@pytest.mark.parametrize(
    ("rules", "verdict", "report"),
    [
        (Rules(), "amount_differs", "repeated"),
        (Rules(fee_tolerance=10**12), "amount_differs", "repeated"),
        (Rules(fee_tolerance_by_bank={"VCB": 0}), "paid_twice", "matched"),
    ],
)
def test_a_tolerance_joins_two_tellings_and_never_makes_a_short_payment_paid(
    rules: Rules, verdict: str, report: str
) -> None:
    result = judged(rules, *REPORT)
    assert verdicts(result) == [verdict]
    assert report in result.dispositions["disposition"].to_pylist()


def without(*steps: str) -> Rules:
    return Rules(steps=[step for step in CHAIN if step not in steps])


TWO = (OWED, {**OWED, "line_ref": "L2", "amount": 300_000})


@pytest.mark.parametrize(
    ("step", "owed", "told", "usual", "then"),
    [
        ("reference_in_text", (OWED,), {"remittance_info": "tra cho L1"}, "paid", "missing"),
        ("account_zeros", (OWED,), {"account_no": "01001"}, "paid", "review"),
        ("citizen_amount", (OWED,), {"citizen_id": "001145"}, "paid", "missing"),
        ("account_only", (OWED,), {"account_no": "1001", "amount": 400_000}, "amount_differs", "review"),
        ("sum", TWO, {"account_no": "1001", "amount": 800_000}, "paid", "review"),
        ("sum", TWO, {"end_to_end_id": "L1", "amount": 800_000}, "paid", "amount_differs"),
    ],
)
def test_a_step_left_out_finds_nothing(
    step: str, owed: tuple[dict[str, Any], ...], told: dict[str, Any], usual: str, then: str
) -> None:
    more = without(step, "account_only") if step == "account_zeros" else without(step)
    assert verdicts(judged(Rules(), told, owed=owed))[0] == usual
    assert verdicts(judged(more, told, owed=owed))[0] == then


def test_a_return_is_heard_by_its_text_whatever_steps_are_used() -> None:
    back = {"remittance_info": "hoan tra L1", "status": "returned", "bank_ref": "F2"}
    paid = {"end_to_end_id": "L1", "bank_ref": "F1"}
    assert verdicts(judged(Rules(steps=["reference"]), paid, back)) == ["failed"]


def test_account_and_amount_left_out_is_taken_up_by_the_next_step() -> None:
    told = {"account_no": "1001"}
    assert judged(without("account_amount"), told).verdicts["rule"].to_pylist() == ["account_zeros"]
    nothing = without("account_amount", "account_zeros", "account_only", "sum")
    assert verdicts(judged(nothing, told)) == ["review"]


def test_cash_of_a_person_is_not_looked_for_without_the_step_of_identity_numbers() -> None:
    owed = ({**OWED, "channel": "cash"},)
    told = {"cash": True, "citizen_id": "001145"}
    assert verdicts(judged(Rules(), told, owed=owed)) == ["paid"]
    assert verdicts(judged(without("citizen_amount"), told, owed=owed)) == ["offline"]


def test_names_left_out_suggest_nothing() -> None:
    owed = ({**OWED, "full_name": "Nguyễn Thị Hoa"},)
    told = {"account_no": "1009", "account_name": "NGUYEN THI HOA"}
    assert judged(Rules(), told, owed=owed).suggestions.num_rows == 1
    assert judged(without("names"), told, owed=owed).suggestions.num_rows == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"fee_tolerance": -1}, "fee_tolerance: "),
        ({"fee_tolerance": 22_000.0}, "fee_tolerance: "),
        ({"fee_tolerance": True}, "fee_tolerance: "),
        ({"fee_tolerance_by_bank": {"VCB": "0"}}, "fee_tolerance_by_bank.VCB"),
        ({"sum_most_parts": 99}, "sum_most_parts: must be a whole number from 2 to 12, not 99"),
        ({"sum_most_lines": 25}, "sum_most_lines"),
        ({"return_rounds": 0}, "return_rounds"),
        ({"steps": CHAIN[1:]}, "with reference"),
        ({"steps": (*CHAIN[:2], "account_zeros", "account_amount")}, "in this order"),
        ({"steps": ("reference", "amount")}, "must be some of"),
    ],
)
def test_a_rule_that_cannot_be_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Rules(**wrong)


def test_the_bounds_of_the_work_are_these() -> None:
    assert BOUNDS == {
        "fee_tolerance": (0, 1_000_000_000_000),
        "cut_after": (1, 1000),
        "one_letter_from": (2, 1000),
        "sum_most_parts": (2, 12),
        "sum_most_lines": (0, 24),
        "return_rounds": (1, 10_000),
        "refs_listed": (1, 1000),
    }
