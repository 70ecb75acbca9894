"""Who died or moved away is paid nothing more, on paper and by two people; money is claimed back."""

import datetime as dt

import pytest
from sqlmodel import select

from payouts.approvals.models import Approval
from payouts.cases.contacts import log_contact
from payouts.cases.deciding import answer_approval
from payouts.cases.handle import change_case
from payouts.cases.models import Case, Recovery
from payouts.cases.recovery import ask_deduction, ask_recovery, record_refund
from payouts.cases.reissue import ask_reissue
from payouts.cases.stopping import ask_resume, ask_stop
from payouts.core import clock
from payouts.core.errors import DomainError
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING
from payouts.lists.models import Deduction
from payouts.registry.models import Stop
from tests.facts import Office

KT, TP = (
    Staff(number, name, role, EVERYTHING)
    for number, name, role in ((1, "kt", "accountant"), (2, "tp", "province"))
)
OLD = "1500205004417"
REJECTED = {"status": "rejected", "reason_code": "AC04"}
DEAD = {
    "why": "died",
    "happened_on": dt.date(2026, 10, 5),
    "document_no": "15/TLKT",
    "document_on": dt.date(2026, 10, 7),
    "reason": "Gia đình báo",
}


def case_of(office: Office, subject: str, kind: str = "exception") -> Case:
    with office.database.reading() as session:
        return session.exec(select(Case).where(Case.kind == kind, Case.subject == subject)).one()


def do(office: Office, act: object, case: Case, *people: Staff, **values: object) -> None:
    """Ask for something on a case and have it approved."""
    with office.database.session() as session:
        told = {"version": case.version, "by": "badinh", **values}
        asked = act(session, case.id, EVERYTHING, **told)  # type: ignore[operator]  # one of the verbs
        for each in people if isinstance(asked, Approval) else ():
            answer_approval(session, asked.id or 0, "approve", each)


def refused(office: Office, act: object, case: Case, **values: object) -> str:
    with pytest.raises(DomainError) as error:
        do(office, act, case, **values)
    return error.value.code


@pytest.fixture
def two_months(office: Office) -> Office:
    """October failed, November settled, of one person; December's list is still to come."""
    october = {"cycle": "2026-10", "name": "l10.csv", "deadline": dt.date(2026, 10, 20)}
    office.owe({"line_ref": "A0", "period": "2026-10"}, **october)
    office.owe({"line_ref": "A1"})
    office.say("k10.csv", {**REJECTED, "end_to_end_id": "A0", "bank_ref": "F0", "booked_on": "2026-10-05"})
    office.say("k11.csv", {"end_to_end_id": "A1", "bank_ref": "F1", "account_no": OLD})
    office.run(cycle="2026-10", as_of="2026-10-25")
    return office


@pytest.mark.parametrize("known", ["before", "after"])
def test_money_for_a_month_after_the_death_opens_a_case_whenever_it_is_known(
    two_months: Office, known: str
) -> None:
    if known == "after":
        two_months.run()
    do(two_months, ask_stop, case_of(two_months, "A0"), TP, **DEAD)
    if known == "before":
        two_months.run()
    assert case_of(two_months, "A0").state == "open", "the month of death is owed still"
    assert case_of(two_months, "A1", "death_payment").state == "open"
    two_months.run()
    case_of(two_months, "A1", "death_payment")
    listed = two_months.owe({"line_ref": "A2", "period": "2026-12"}, cycle="2026-12", name="l12.csv")
    assert [row["code"] for row in listed.problems] == ["person_stopped"]
    assert listed.state == "accepted"


def test_a_stop_ends_later_cases_and_undone_they_open_again_with_arrears(office: Office) -> None:
    office.owe({"line_ref": "A1"})
    office.say("k.csv", {**REJECTED, "end_to_end_id": "A1", "bank_ref": "F1"})
    office.run()
    case = case_of(office, "A1")
    assert refused(office, ask_stop, case, **{**DEAD, "document_no": " "}) == "document_needed"
    assert refused(office, ask_stop, case, **{**DEAD, "document_on": dt.date(2026, 10, 1)}) == "bad_stop_days"
    assert refused(office, ask_stop, case, **{**DEAD, "why": "rich"}) == "no_such_why"
    assert refused(office, ask_resume, case, reason="Nhầm", arrears=0) == "not_stopped"
    do(office, ask_stop, case, TP, **DEAD)
    case = case_of(office, "A1")
    assert (case.state, case.outcome) == ("closed", "stopped")
    assert refused(office, ask_reissue, case, reason="x") == "person_stopped"
    assert refused(office, ask_stop, case, **DEAD) == "stopped_already"
    do(office, ask_resume, case, TP, reason="Nhầm người", arrears=810_000)
    case = case_of(office, "A1")
    assert (case.state, case.outcome) == ("open", None)
    assert case_of(office, OWED_BY, "arrears").state == "open"
    with office.database.reading() as session:
        found = session.exec(select(Stop)).one()
    assert (found.arrears, found.ended_by) == (810_000, "tp")


OWED_BY = "001145003417"


@pytest.fixture
def paid_twice(office: Office) -> Office:
    office.owe({"line_ref": "A1"})
    office.say("k.csv", *({"end_to_end_id": "A1", "bank_ref": ref, "account_no": OLD} for ref in ("1", "2")))
    office.run()
    return office


def test_money_is_claimed_back_by_two_and_comes_back_to_the_last_dong(paid_twice: Office) -> None:
    office, back = paid_twice, {"received_on": dt.date(2026, 11, 20)}
    claim = {"from_whom": "beneficiary", "holder": "", "amount": 810_000, "reason": "Chi trùng"}
    assert refused(office, ask_recovery, case_of(office, "A1"), **{**claim, "amount": 0}) == "bad_amount"
    do(office, ask_recovery, case_of(office, "A1"), KT, TP, **claim)
    assert refused(office, ask_recovery, case_of(office, "A1"), **claim) == "recovery_open"
    case = case_of(office, "A1", "recovery")
    do(office, record_refund, case, amount=500_000, document_no="PT1", **back)
    case = case_of(office, "A1", "recovery")
    assert refused(office, record_refund, case, amount=310_000, document_no="PT1", **back) == "refund_known"
    assert refused(office, record_refund, case, amount=310_001, document_no="PT2", **back) == "bad_amount"
    do(office, record_refund, case, amount=310_000, document_no="PT2", **back)
    case = case_of(office, "A1", "recovery")
    assert (case.state, case.outcome) == ("closed", "recovered")


def test_nothing_is_deducted_without_a_decision_and_a_cap(paid_twice: Office) -> None:
    office = paid_twice
    claim = {"from_whom": "beneficiary", "holder": "", "amount": 810_000, "reason": "Chi trùng"}
    taken = {"line_ref": "D1", "period": "2026-12", "amount": 710_000, "amount_current": 810_000}
    more = {"cycle": "2026-12", "usual": {**USUAL, "amount_current": "", "amount_deducted": ""}}
    before = office.owe({**taken, "amount_deducted": 100_000}, name="d1.csv", **more)
    assert "deducted_without_decision" in [row["code"] for row in before.problems]
    do(office, ask_recovery, case_of(office, "A1"), KT, TP, **claim)
    decided = {
        "document_no": "9/QĐ",
        "document_on": dt.date(2026, 11, 20),
        "first_month": "2026-12",
        "reason": "x",
    }
    case = case_of(office, "A1", "recovery")
    for wrong, code in (({"monthly_cap": 810_000}, "bad_cap"), ({"first_month": "12/2026"}, "bad_month")):
        values = {"monthly_cap": 100_000, **decided, **wrong}
        assert refused(office, ask_deduction, case, **values) == code
    do(office, ask_deduction, case, KT, TP, monthly_cap=100_000, **decided)
    with office.database.reading() as session:
        assert session.exec(select(Deduction.monthly_cap)).one() == 100_000
        assert session.exec(select(Recovery.amount)).one() == 810_000
    for ref, off, codes in (("D2", 100_000, []), ("D3", 100_001, ["deducted_without_decision"])):
        line = {**taken, "line_ref": ref, "amount": 810_000 - off, "amount_deducted": off}
        after = office.owe(line, name=f"{ref}.csv", **more)
        assert [row["code"] for row in after.problems] == codes


USUAL = {
    "line_ref": "L1",
    "citizen_id": OWED_BY,
    "full_name": "Nguyễn Thị Hoa",
    "area_code": "00004",
    "amount": "810000",
    "period": "2026-11",
    "channel": "account",
    "bank_code": "VBA",
    "account_no": OLD,
}


def test_word_of_a_death_asks_once_for_a_check(office: Office) -> None:
    office.owe({"line_ref": "A1"})
    office.say("k.csv", {**REJECTED, "reason_code": "MD07", "end_to_end_id": "A1", "bank_ref": "F1"})
    for _ in range(2):
        office.run()
    asked = case_of(office, OWED_BY, "death_check")
    assert (asked.state, asked.area_code, case_of(office, "A1").state) == ("open", "00004", "open")
    told = {"role": "ward", "way": "called", "result": "died", "next_on": clock.today()}
    do(office, log_contact, case_of(office, "A1"), **told)
    assert case_of(office, OWED_BY, "death_check").version == asked.version, "it is open already"
    alive = {"role": "ward", "change": {"state": "closed", "reason": "Đã gặp, còn sống"}}
    do(office, change_case, asked, **alive)
    office.run()
    assert case_of(office, OWED_BY, "death_check").state == "closed", "the same word does not ask again"
    do(office, log_contact, case_of(office, "A1"), **told)
    with office.database.reading() as session:
        assert len(session.exec(select(Case).where(Case.kind == "death_check")).all()) == 2
