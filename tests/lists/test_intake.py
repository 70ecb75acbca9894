"""A payout list is taken in whole or not at all, each content once."""

import datetime as dt

import pytest
from sqlmodel import func, select

from payouts.core.errors import RefusedError
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList
from payouts.registry.models import Beneficiary, WelfareAccount
from tests.facts import Office

HOA = {"line_ref": "BT1", "citizen_id": "001145003417", "account_no": "1500205004417"}
BINH = {
    "line_ref": "BT2",
    "citizen_id": "001052008826",
    "account_no": "1500205008826",
    "full_name": "Đặng Văn Bình",
}


def count(office: Office, model: type) -> int:
    with office.database.reading() as session:
        return session.exec(select(func.count()).select_from(model)).one()


def codes(receipt: PayoutList) -> set[tuple[str, int | None]]:
    return {(problem["code"], problem["line"]) for problem in receipt.problems}


def test_the_first_list_of_a_cycle_makes_the_cycle(office: Office) -> None:
    receipt = office.owe(HOA, BINH)

    assert (receipt.state, receipt.lines, receipt.amount) == ("accepted", 2, 1_620_000)
    with office.database.reading() as session:
        cycle = session.exec(select(PayoutCycle)).one()
    assert (cycle.programme, cycle.cycle) == ("BTXH", "2026-11")
    assert (cycle.opens_on, cycle.deadline) == (dt.date(2026, 10, 25), dt.date(2026, 11, 20))


def test_the_same_bytes_for_the_same_cycle_have_one_receipt(office: Office) -> None:
    first, again = office.owe(HOA), office.owe(HOA, name="another-name.csv")

    assert again.id == first.id
    assert again.filename == first.filename
    assert count(office, PayoutLine) == 1


def test_a_reference_that_an_earlier_list_has_keeps_the_whole_list_out(office: Office) -> None:
    office.owe(HOA)
    second = office.owe({**BINH, "line_ref": "BT9"}, HOA, cycle="2026-12")

    assert second.state == "quarantined"
    assert codes(second) == {("line_ref_taken", 3)}
    assert count(office, PayoutLine) == 1
    assert count(office, PayoutCycle) == 1


def test_a_reference_that_stands_twice_in_a_list_keeps_it_out(office: Office) -> None:
    receipt = office.owe(HOA, {**BINH, "line_ref": "BT1"})

    assert receipt.state != "accepted"
    assert count(office, PayoutLine) == 0


def test_a_list_with_a_doubtful_amount_is_kept_out_with_row_and_reason(office: Office) -> None:
    receipt = office.owe(HOA, {**BINH, "amount": "930.5"})

    assert receipt.state == "quarantined"
    assert {line for _, line in codes(receipt)} == {3}
    assert count(office, PayoutLine) == 0


def test_what_is_no_list_leaves_only_a_receipt(office: Office) -> None:
    receipt = office.owe(HOA, name="no-list.csv", usual={"line_ref": "", "citizen_id": "", "account_no": ""})

    assert receipt.state == "refused"
    assert count(office, PayoutCycle) == 0


@pytest.mark.parametrize(
    ("cycle", "programme"), [("2026-13", "BTXH"), ("11/2026", "BTXH"), ("2026-11", "trợ cấp")]
)
def test_a_cycle_that_cannot_be_is_refused_and_nothing_kept(
    office: Office, cycle: str, programme: str
) -> None:
    with pytest.raises(RefusedError):
        office.owe(HOA, cycle=cycle, programme=programme, name="list.csv")
    assert count(office, PayoutList) == 0


def test_another_deadline_is_told_and_the_one_of_the_cycle_stays(office: Office) -> None:
    office.owe(HOA)
    second = office.owe(BINH, deadline=dt.date(2026, 11, 30), name="second.csv")

    assert codes(second) == {("other_deadline", None)}
    with office.database.reading() as session:
        assert session.exec(select(PayoutCycle)).one().deadline == dt.date(2026, 11, 20)


def test_a_new_account_on_a_list_ends_the_old_one_once_approved_and_keeps_it(office: Office) -> None:
    moved = {**HOA, "line_ref": "BT7", "account_no": "19001", "area_code": "00008"}
    office.owe(BINH, HOA)
    office.owe(moved, {**BINH, "line_ref": "BT8"}, cycle="2026-12")
    assert office.approve() == 2

    with office.database.reading() as session:
        person = session.exec(select(Beneficiary).where(Beneficiary.citizen_id == HOA["citizen_id"])).one()
        by_day = select(WelfareAccount).order_by(WelfareAccount.valid_from)
        accounts = session.exec(by_day.where(WelfareAccount.beneficiary_id == person.id)).all()
        others = session.exec(by_day.where(WelfareAccount.beneficiary_id != person.id)).all()
    assert person.area_code == "00008"
    assert [(each.account_no, each.valid_to) for each in others] == [("1500205008826", None)]
    assert [(each.account_no, each.valid_from, each.valid_to) for each in accounts] == [
        ("1500205004417", dt.date(2026, 10, 25), dt.date(2026, 11, 24)),
        ("19001", dt.date(2026, 11, 25), None),
    ]


def test_the_same_account_next_month_is_the_same_record(office: Office) -> None:
    office.owe(HOA)
    office.owe({**HOA, "line_ref": "BT7"}, cycle="2026-12")

    assert count(office, WelfareAccount) == 1
