"""Two people close a month; what becomes known later belongs to the next one, and is shown as late."""

import datetime as dt

import pytest
from sqlmodel import select

from payouts.closing.close import ask_close, ask_reopen
from payouts.closing.content import hash_of
from payouts.closing.models import ClosedDebt, MonthClose
from payouts.closing.verifying import verify
from payouts.core.errors import ConflictError, DomainError, ForbiddenError
from payouts.core.storage import keep_copy
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING, Scope
from payouts.jobs.granting import answer_approval
from payouts.lists.intake import read_again
from payouts.lists.intake import read_received as read_list
from payouts.lists.models import PayoutLine
from payouts.settlements.intake import read_received, receive
from payouts.settlements.models import SettlementFile
from tests.closing.told import KT, TP, close_month, stop, told
from tests.facts import OWED, SAID, Office

SOME_WARDS = Staff(3, "x", "province", Scope(frozenset({"00004"}), None))
OCTOBER, NOVEMBER = "2026-10", "2026-11"
RETURNED = {"status": "returned", "booked_on": "2026-11-04"}
A2_PAID = {"end_to_end_id": "A2", "bank_ref": "F5", "booked_on": "2026-10-06"}
REJECTED = {"status": "rejected", "reason_code": "AC04"}


def refused(office: Office, cycle: str = OCTOBER, by: Staff = KT) -> str:
    with pytest.raises(DomainError) as error, office.database.session() as session:
        ask_close(session, "BTXH", cycle, by=by, reason="x")
    return error.value.code


@pytest.fixture
def october(office: Office) -> Office:
    """Three people in October: one paid, one rejected, one missing."""
    lines = [
        {
            "line_ref": f"A{n}",
            "citizen_id": f"00114500341{n}",
            "account_no": f"150020500441{n}",
            "period": OCTOBER,
        }
        for n in range(3)
    ]
    office.owe(
        *lines,
        usual={**OWED, "period": OCTOBER},
        cycle=OCTOBER,
        name="l10.csv",
        deadline=dt.date(2026, 10, 20),
    )
    office.say(
        "k10.csv",
        {"end_to_end_id": "A0", "bank_ref": "F0", "account_no": "1500205004410", "booked_on": "2026-10-05"},
        {**REJECTED, "end_to_end_id": "A1", "bank_ref": "F1", "booked_on": "2026-10-05"},
    )
    office.run(cycle=OCTOBER, as_of="2026-10-25")
    return office


def test_two_people_close_a_month_and_its_figures_stay(october: Office) -> None:
    before = told(october, OCTOBER)
    close_month(october, OCTOBER)
    with october.database.reading() as session:
        kept = session.exec(select(MonthClose)).one()
        assert kept.hash == hash_of(kept.content)
        assert (kept.asked_by, kept.closed_by, kept.number) == ("kt", "tp", 1)
        assert len(session.exec(select(ClosedDebt)).all()) == 2
    assert refused(october) == "month_closed_already"
    office = october
    office.say("late.csv", {"end_to_end_id": "A1", "bank_ref": "F7", "booked_on": "2026-10-06"})
    office.run(cycle=OCTOBER, as_of="2026-10-26")
    after = told(october, OCTOBER)
    assert after.close is not None
    assert (after.total, after.run) == (before.total, 1), "a run of a closed month changes nothing of it"
    ward = told(october, OCTOBER, Scope(frozenset({"00008"}), None))
    assert ward.total.owed == 0


def test_late_facts_go_to_the_next_month_and_are_shown_as_late(october: Office) -> None:
    close_month(october, OCTOBER)
    october.owe({"line_ref": "B0", "citizen_id": "001145003410"})
    october.run()
    assert told(october).total.as_dict() == {
        "owed": 810_000,
        "carried_in": 1_620_000,
        "paid": 0,
        "carried_out": 2_430_000,
        "stopped": 0,
        "to_recover": 0,
    }
    october.say(
        "k11.csv",
        {"end_to_end_id": "A1", "bank_ref": "F8", "booked_on": "2026-11-03", "account_no": "1500205004411"},
        {
            "status": "returned",
            "original_ref": "F0",
            "bank_ref": "F9",
            "end_to_end_id": "A0",
            "booked_on": "2026-11-04",
        },
    )
    october.run(cycle=OCTOBER)
    found = told(october)
    assert found.late == {"came_back": 810_000}
    assert found.total.as_dict() == {
        "owed": 810_000,
        "carried_in": 2_430_000,
        "paid": 810_000,
        "carried_out": 2_430_000,
        "stopped": 0,
        "to_recover": 0,
    }
    stop(october, "001145003411", "2026-09")
    found = told(october)
    assert (found.late, found.total.to_recover) == ({"came_back": 810_000}, 810_000)
    close_month(october, NOVEMBER)
    assert told(october).total == found.total
    with october.database.reading() as session:
        for each in session.exec(select(MonthClose)):
            assert verify(session, each) == [], "the facts of then still say so"


def test_a_death_known_after_the_close_is_to_be_recovered_in_the_next_month(october: Office) -> None:
    close_month(october, OCTOBER)
    october.owe({"line_ref": "B0", "citizen_id": "001145003419"})
    october.run()
    stop(october, "001145003410", "2026-09")
    found = told(october)
    assert found.late == {"not_owed": 810_000}
    assert (found.total.carried_in, found.total.to_recover) == (2_430_000, 810_000)
    close_month(october, NOVEMBER)
    october.owe({"line_ref": "C0", "citizen_id": "001145003419"}, cycle="2026-12", name="l12.csv")
    october.run(cycle="2026-12", as_of="2026-12-02")
    found = told(october, "2026-12")
    assert (found.late, found.total.carried_in, found.total.to_recover) == ({}, 2_430_000, 0)


def test_a_list_that_carries_a_debt_over_counts_it_once(october: Office) -> None:
    close_month(october, OCTOBER)
    parts = {"amount_current": "810000", "amount_carried_over": "810000", "carried_from": "A1"}
    usual = {**OWED, **dict.fromkeys(parts, "")}
    october.owe({"line_ref": "B1", "citizen_id": "001145003411", "amount": "1620000", **parts}, usual=usual)
    october.run()
    found = told(october).total
    assert (found.owed, found.carried_in, found.carried_out) == (810_000, 1_620_000, 2_430_000)


def test_what_stands_in_the_way_is_said_and_what_changed_meanwhile_is_refused(october: Office) -> None:
    with pytest.raises(ForbiddenError), october.database.session() as session:
        ask_close(session, "BTXH", OCTOBER, by=SOME_WARDS, reason="x")
    with october.database.session() as session:
        asked = ask_close(session, "BTXH", OCTOBER, by=KT, reason="Đủ tệp")
        key = asked.id or 0
    october.say("more.csv", A2_PAID)
    assert refused(october) == "month_not_ready", "a file that no run has looked at"
    with pytest.raises(ConflictError) as error, october.database.session() as session:
        answer_approval(session, key, "approve", TP)
    assert error.value.code == "month_not_ready"
    october.run(cycle=OCTOBER, as_of="2026-10-26")
    with pytest.raises(ConflictError) as error, october.database.session() as session:
        answer_approval(session, key, "approve", TP)
    assert error.value.code == "month_changed"
    with pytest.raises(ForbiddenError), october.database.session() as session:
        answer_approval(session, key, "approve", KT)


def test_a_file_read_while_the_month_is_closed_is_a_late_fact(october: Office) -> None:
    with october.database.session() as session:
        key = ask_close(session, "BTXH", OCTOBER, by=KT, reason="Đủ tệp").id or 0
    path = october.write("slow.csv", SAID, (A2_PAID,))
    with october.database.session() as session:
        stored = keep_copy(october.settings.data_dir, path)
        receipt, _ = receive(session, stored, bank_code="VBA", filename="slow.csv", by="test")
    assert refused(october) == "month_not_ready"
    with pytest.raises(ConflictError), october.database.session() as session:
        answer_approval(session, key, "approve", TP)
    with october.database.session() as session:
        # Somebody closes it all the same, in the moment before the receipt is there.
        session.delete(session.get_one(SettlementFile, receipt.id))
        answer_approval(session, key, "approve", TP)
    with october.database.session() as session:
        receipt, _ = receive(session, stored, bank_code="VBA", filename="slow.csv", by="test")
    read_received(october.database, october.settings, receipt.id or 0)
    october.run(cycle=OCTOBER, as_of="2026-10-26")
    assert told(october, OCTOBER).total.paid == 810_000
    october.owe({"line_ref": "B0", "citizen_id": "001145003419"})
    october.run()
    found = told(october).before
    assert (found.carried_in, found.paid, found.carried_out) == (1_620_000, 810_000, 810_000)


def test_a_closed_month_takes_no_list_and_reopened_it_does(october: Office) -> None:
    close_month(october, OCTOBER)
    late = {"line_ref": "A9", "citizen_id": "001145003419", "period": OCTOBER}
    listed = october.owe(late, cycle=OCTOBER, name="l10b.csv", deadline=dt.date(2026, 10, 20))
    assert (listed.state, listed.problems[0]["code"]) == ("quarantined", "month_closed")
    with october.database.reading() as session:
        assert session.exec(select(PayoutLine).where(PayoutLine.line_ref == "A9")).first() is None
    close_month(october, OCTOBER, act=ask_reopen)
    with october.database.session() as session:
        read_again(session, listed.id or 0, EVERYTHING, by="test")
    assert read_list(october.database, october.settings, listed.id or 0).state == "accepted"
    october.run(cycle=OCTOBER, as_of="2026-10-26")
    close_month(october, OCTOBER)
    with october.database.reading() as session:
        first, second = session.exec(select(MonthClose).order_by(MonthClose.number)).all()  # type: ignore[arg-type]  # a column
    assert (first.reopened_by, first.reopened_why, second.number) == ("tp", "Đủ tệp", 2)
    assert first.hash != second.hash
