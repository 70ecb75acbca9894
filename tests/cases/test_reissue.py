"""A debt is paid again once at a time, never while the first order may settle, never twice unseen."""

from typing import Any

import pytest
from sqlmodel import select

from payouts.approvals.models import Approval
from payouts.cases.deciding import answer_approval
from payouts.cases.handle import CaseChange, change_case
from payouts.cases.models import Case
from payouts.cases.reissue import ask_reissue, withdraw
from payouts.core.errors import DomainError
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING
from payouts.lists.models import Reissue
from payouts.registry.models import WelfareAccount
from payouts.runs.again import judge_again
from tests.facts import Office

OLD, NEW = "1500205004417", "1500205009999"
REJECTED = {"end_to_end_id": "A1", "bank_ref": "F1", "status": "rejected", "reason_code": "AC04"}
PAID = {"end_to_end_id": "A1", "account_no": OLD}
KT, TP = (
    Staff(number, name, role, EVERYTHING)
    for number, name, role in ((1, "kt", "accountant"), (2, "tp", "province"))
)


def case_of(office: Office, kind: str = "exception") -> Case:
    with office.database.reading() as session:
        return session.exec(select(Case).where(Case.kind == kind)).one()


def ask(office: Office, by: str = "badinh", account: str = "") -> Approval:
    case = case_of(office)
    with office.database.session() as session:
        return ask_reissue(
            session, case.id or 0, EVERYTHING, version=case.version, by=by, reason="Đã sửa.", account=account
        )


def approve(office: Office, approval: Approval, *people: Staff) -> Reissue | None:
    for each in people or (KT,):
        with office.database.session() as session:
            answer_approval(session, approval.id or 0, "approve", each)
    with office.database.reading() as session:
        return session.exec(select(Reissue).order_by(Reissue.id.desc())).first()  # type: ignore[union-attr]  # a column


def refused(office: Office) -> str:
    with pytest.raises(DomainError) as error:
        ask(office)
    return error.value.code


def order(office: Office) -> None:
    """Let the open replacement go out to the bank."""
    with office.database.session() as session:
        found = session.exec(select(Reissue).order_by(Reissue.id.desc())).first()  # type: ignore[union-attr]  # a column
        assert found is not None
        found.ordered_at, found.ordered_by = found.made_at, "kt"
        session.add(found)


@pytest.fixture
def failed(office: Office) -> Office:
    office.owe({"line_ref": "A1"})
    office.say("kq.csv", REJECTED)
    office.run()
    return office


def test_what_banks_say_of_the_new_reference_they_say_of_the_debt(failed: Office) -> None:
    made = approve(failed, ask(failed))
    assert made is not None
    assert (made.line_ref, made.amount, len(made.new_ref), made.account_no) == ("A1", 810000, 16, OLD)
    assert refused(failed) == "reissue_open"
    run, _ = failed.run()
    assert case_of(failed).state != "closed"
    failed.say("kq2.csv", {"end_to_end_id": made.new_ref.lower(), "bank_ref": "F2", "account_no": OLD})
    run, _ = failed.run()
    case = case_of(failed)
    assert (case.state, case.outcome, case.verdict) == ("closed", "found_paid", "paid")
    assert judge_again(failed.database, programme="BTXH", cycle="2026-11", number=run.number).same
    assert judge_again(failed.database, programme="BTXH", cycle="2026-11", number=1).same


def test_the_money_may_go_to_the_account_now_on_record(failed: Office) -> None:
    with failed.database.session() as session:
        old = session.exec(select(WelfareAccount)).one()
        values = {**old.model_dump(exclude={"id"}), "account_no": NEW}
        old.valid_to = old.valid_from
        session.add_all([old, WelfareAccount(**values)])
    made = approve(failed, ask(failed))
    assert made is not None
    assert made.account_no == NEW
    failed.say("kq2.csv", {"remittance_info": f"chi lai {made.new_ref}", "bank_ref": "F2", "account_no": NEW})
    run, _ = failed.run()
    assert case_of(failed).verdict == "paid"
    assert judge_again(failed.database, programme="BTXH", cycle="2026-11", number=run.number).same


@pytest.mark.parametrize("refs", [("A1", "new"), ("new", "A1")])
def test_where_both_settle_it_is_an_overpayment(failed: Office, refs: tuple[str, str]) -> None:
    made = approve(failed, ask(failed))
    assert made is not None
    for number, ref in enumerate(refs):
        told = {"end_to_end_id": made.new_ref if ref == "new" else ref, "bank_ref": f"S{number}"}
        failed.say(f"kq-{number}.csv", {**told, "account_no": OLD, "booked_on": f"2026-11-1{number}"})
        failed.run()
    assert case_of(failed).verdict == "paid_twice"
    over = case_of(failed, "overpayment")
    assert (over.subject, over.state) == ("A1", "open")
    failed.run()
    assert case_of(failed, "overpayment").id == over.id


def test_a_replacement_that_failed_makes_room_for_another(failed: Office) -> None:
    first = approve(failed, ask(failed))
    assert first is not None
    order(failed)
    failed.say(
        "kq2.csv", {**REJECTED, "end_to_end_id": first.new_ref, "bank_ref": "F2", "reason_code": "AC06"}
    )
    failed.run()
    second = approve(failed, ask(failed))
    assert second is not None
    assert second.new_ref != first.new_ref
    with failed.database.reading() as session:
        states = session.exec(select(Reissue.ended_why).order_by(Reissue.id)).all()
    assert states == ["failed", None]
    failed.say("kq3.csv", {"end_to_end_id": first.new_ref, "bank_ref": "F3", "account_no": OLD})
    failed.run()
    assert case_of(failed).verdict == "paid", "a late word of the first replacement is still of the debt"


def test_it_can_be_taken_back_until_it_goes_out(failed: Office) -> None:
    approval, case = ask(failed), case_of(failed)
    with failed.database.session() as session, pytest.raises(DomainError):
        withdraw(session, case.id or 0, EVERYTHING, by="badinh", reason="Nhầm")
    approve(failed, approval)
    with failed.database.session() as session:
        withdraw(session, case.id or 0, EVERYTHING, by="badinh", reason="Nhầm")
    approve(failed, ask(failed))
    order(failed)
    with failed.database.session() as session, pytest.raises(DomainError) as error:
        withdraw(session, case.id or 0, EVERYTHING, by="badinh", reason="Nhầm")
    assert error.value.code == "reissue_gone_out"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ([], "may_still_settle"),
        ([{**REJECTED, "status": "unknown"}], "may_still_settle"),
        ([{**REJECTED, "reason_code": "DUPL"}], "never_again"),
        ([{**PAID, "bank_ref": "1"}, {**PAID, "bank_ref": "2"}], "nothing_owed"),
    ],
)  # fmt: skip
def test_what_must_not_be_paid_again_is_refused(
    office: Office, told: list[dict[str, Any]], code: str
) -> None:
    office.owe({"line_ref": "A1"})
    if told:
        office.say("kq.csv", *told)
    office.run()
    assert refused(office) == code


def test_what_settles_before_the_approval_stops_it(failed: Office) -> None:
    approval = ask(failed)
    failed.say(
        "kq2.csv", {"end_to_end_id": "A1", "bank_ref": "F2", "account_no": OLD, "booked_on": "2026-11-09"}
    )
    failed.run()
    with pytest.raises(DomainError) as error, failed.database.session() as session:
        answer_approval(session, approval.id or 0, "approve", KT)
    assert error.value.code == "nothing_owed"
    with failed.database.reading() as session:
        assert session.exec(select(Approval.state)).one() == "waiting"
        assert session.exec(select(Reissue)).first() is None


def test_money_that_a_stranger_got_is_paid_again_by_two_and_what_is_lacking_by_one(office: Office) -> None:
    office.owe({"line_ref": "A1"})
    office.say("kq.csv", {"end_to_end_id": "A1", "bank_ref": "F1", "account_no": "999888777"})
    office.run()
    assert case_of(office).verdict == "account_differs"
    approval = ask(office)
    assert approval.kind == "reissue_settled"
    assert approve(office, approval, KT) is None
    made = approve(office, approval, TP)
    assert made is not None
    assert made.amount == 810000


def test_what_lacks_of_an_amount_completes_it(office: Office) -> None:
    office.owe({"line_ref": "A1"})
    office.say("kq.csv", {"end_to_end_id": "A1", "bank_ref": "F1", "account_no": OLD, "amount": "800000"})
    office.run()
    made = approve(office, ask(office))
    assert made is not None
    assert made.amount == 10000
    office.say(
        "k2.csv", {"end_to_end_id": made.new_ref, "bank_ref": "F2", "account_no": OLD, "amount": "10000"}
    )
    office.run()
    assert case_of(office).verdict == "paid"


def test_a_late_file_of_the_new_reference_leads_to_a_run_of_the_earlier_month(failed: Office) -> None:
    from payouts.jobs.carrying import follow_file  # noqa: PLC0415  # jobs stand above cases

    failed.owe({"line_ref": "B1"}, cycle="2026-12", name="l2.csv")
    made = approve(failed, ask(failed))
    assert made is not None
    file = failed.say("muon.csv", {"end_to_end_id": made.new_ref, "bank_ref": "F9", "account_no": OLD})
    with failed.database.session() as session:
        assert [job.name for job in follow_file(session, file.id or 0)] == ["run"]


def test_nothing_is_carried_over_while_it_is_being_paid_again(failed: Office) -> None:
    approve(failed, ask(failed))
    case = case_of(failed)
    change = CaseChange(state="closed", outcome="carried_over")
    with failed.database.session() as session, pytest.raises(DomainError) as error:
        change_case(
            session, case.id or 0, EVERYTHING, version=case.version, by="badinh", role="ward", change=change
        )
    assert error.value.code == "carried_while_reissued"
