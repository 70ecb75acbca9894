"""Money carried over names the earlier line that it comes from; an account that lost its zeros is told."""

from typing import Any

import pytest

from payouts.lists.models import PayoutList
from payouts.runs.settled import evidence_of
from tests.facts import OWED, Office

USUAL = {**OWED, "amount_current": "", "amount_carried_over": "", "carried_from": ""}
OLD = {"line_ref": "T10A", "period": "2026-10"}
LATER = {"line_ref": "T11A", "amount": "1620000", "amount_current": "810000", "amount_carried_over": "810000"}
LAN = {"citizen_id": "001160000001", "full_name": "Lê Thị Lan", "account_no": "1500205000001"}


def owe(office: Office, *lines: dict[str, Any], **more: Any) -> PayoutList:
    return office.owe(*lines, usual=USUAL, paid=evidence_of, **more)


def codes(receipt: PayoutList) -> list[tuple[str, int | None, str]]:
    return [(row["code"], row["line"], row["values"].get("other", "")) for row in receipt.problems]


def test_money_of_an_earlier_line_that_was_not_paid_is_carried_over(office: Office) -> None:
    owe(office, OLD, cycle="2026-10")
    office.run("2026-10")
    assert codes(owe(office, {**LATER, "carried_from": "t10a"})) == []


def test_money_of_a_line_that_the_bank_paid_is_told_with_the_evidence(office: Office) -> None:
    owe(office, OLD, cycle="2026-10")
    office.say("vba.csv", {"bank_ref": "F1", "end_to_end_id": "T10A", "booked_on": "2026-10-05"})
    office.run("2026-10")
    receipt = owe(office, {**LATER, "carried_from": "T10A"})
    assert (receipt.state, codes(receipt)) == ("accepted", [("carried_from_paid", 2, "vba.csv:2")])


def test_money_carried_over_twice_is_told_within_a_list_and_between_lists(office: Office) -> None:
    owe(office, OLD, cycle="2026-10")
    first = owe(
        office, {**LATER, "carried_from": "T10A"}, {**LATER, "line_ref": "T11B", "carried_from": "T10A"}
    )
    assert ("carried_from_again", 3, "T11A") in codes(first)
    second = owe(office, {**LATER, "line_ref": "T12A", "carried_from": "T10A"}, cycle="2026-12")
    assert codes(second) in ([("carried_from_again", 2, "T11A")], [("carried_from_again", 2, "T11B")])


@pytest.mark.parametrize("earlier", ["T10X", "T12A"])
def test_a_line_that_no_earlier_cycle_has_is_told(office: Office, earlier: str) -> None:
    owe(office, {**OLD, "line_ref": "T12A"}, cycle="2026-12")
    assert codes(owe(office, {**LATER, "carried_from": earlier})) == [("carried_from_unknown", 2, "")]


def test_the_line_of_another_person_is_told(office: Office) -> None:
    owe(office, {**OLD, **LAN}, cycle="2026-10")
    assert codes(owe(office, {**LATER, "carried_from": "T10A"})) == [("carried_from_other", 2, "")]


def test_a_corrected_list_carries_over_what_the_old_one_did(office: Office) -> None:
    owe(office, OLD, cycle="2026-10")
    base = owe(office, {**LATER, "carried_from": "T10A"})
    again = owe(office, {**LATER, "carried_from": "T10A", "full_name": "X"}, supersedes=base.id, name="b.csv")
    assert [code for code, _, _ in codes(again)] == ["correction_waits"]


def test_money_carried_over_without_a_line_is_told_once_a_list(office: Office) -> None:
    receipt = owe(office, LATER, {**LATER, "line_ref": "T11B", **LAN})
    (problem,) = receipt.problems
    assert (problem["code"], problem["line"]) == ("carried_from_missing", 2)
    assert problem["values"] == {"value": "1.620.000", "count": "2", "rows": "2, 3"}


def test_an_account_that_lost_its_zeros_is_told_against_the_one_on_record(office: Office) -> None:
    office.owe({"line_ref": "A1", "account_no": "0011004004417"}, {"line_ref": "A2", **LAN}, cycle="2026-10")
    receipt = office.owe({"line_ref": "B1", "account_no": "11004004417"}, {"line_ref": "B2", **LAN})
    assert codes(receipt) == [("account_zeros", 2, "0011004004417")]
    assert receipt.state == "accepted"
