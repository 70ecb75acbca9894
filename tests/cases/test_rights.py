"""An account is corrected, and an allowance suspended, only with proof, a talk and a second person."""

import datetime as dt
from typing import Any

import pytest
from sqlmodel import select

from payouts.approvals.models import Approval
from payouts.cases.before import accounts_of, person_of
from payouts.cases.contacts import log_contact
from payouts.cases.correcting import Wish, ask_correction
from payouts.cases.deciding import answer_approval
from payouts.cases.models import Case, CaseEvent
from payouts.cases.proofs import add_proof
from payouts.cases.suspending import ask_reinstatement, ask_suspension, standing_of
from payouts.core import clock
from payouts.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from payouts.core.storage import Stored
from payouts.identity.declared import declare
from payouts.identity.models import User
from payouts.identity.scope import EVERYTHING
from payouts.identity.users import add_user, staff_of
from payouts.lists.models import PayoutLine
from payouts.registry.models import Beneficiary, Suspension
from payouts.registry.phones import add_phone
from payouts.settlements.intake import keep_file
from tests.facts import Office

HOA = {"line_ref": "A1"}
FAILED = {"bank_ref": "F1", "end_to_end_id": "A1", "status": "rejected", "reason_code": "AC04"}
LAN = {
    "citizen_id": "001148011203",
    "full_name": "Lê Thị Lan",
    "channel": "cash",
    "account_no": "",
    "bank_code": "",
}
PAYEE = "001185003999"


@pytest.fixture
def failed(office: Office, quick_passwords: None) -> Office:
    """Hoa's account is closed; An and Bình work at her ward, and Bình is declared a relative of the payee."""
    del quick_passwords
    office.owe(HOA)
    office.say("vba.csv", FAILED)
    office.run()
    with office.database.session() as session:
        for name, role, areas in (
            ("an", "ward", ["00004"]),
            ("binh", "ward", ["00004"]),
            ("chi", "province", []),
        ):
            add_user(session, name, role, areas=areas, password="một mật khẩu dài", by="test")
        declare(session, "binh", PAYEE, "relative", by="binh")
    return office


def the_case(office: Office, subject: str = "A1") -> Case:
    with office.database.reading() as session:
        return session.exec(select(Case).where(Case.subject == subject)).one()


def prove(office: Office, case: Case) -> int:
    with office.database.session() as session:
        kept = add_proof(
            session,
            session.get_one(Case, case.id),
            Stored("a" * 64, 10),
            what="account",
            filename="so-tk.jpg",
            media_type="image/jpeg",
            by="an",
        )
        return kept.id or 0


def talk(office: Office, case: Case, way: str = "visited", result: str = "told") -> None:
    with office.database.session() as session:
        log_contact(
            session,
            case.id or 0,
            EVERYTHING,
            version=session.get_one(Case, case.id).version,
            by="an",
            role="ward",
            way=way,
            result=result,
            next_on=clock.today(),
        )


def ask(office: Office, case: Case, proof: int = 0, by: str = "an", **more: Any) -> int:
    usual = {"channel": "account", "bank": "Vietcombank", "account_no": "0991 000 123"}
    told = {
        **usual,
        "account_name": "NGUYEN THI HOA",
        "payee_citizen_id": "",
        "reason": "TK cũ đã đóng",
        **more,
    }
    with office.database.session() as session:
        version = session.get_one(Case, case.id).version
        wish = Wish(proof_id=proof, **told)
        return ask_correction(session, case.id or 0, EVERYTHING, wish, version=version, by=by).id or 0


def approve(office: Office, approval: int, by: str) -> Approval:
    with office.database.session() as session:
        staff = staff_of(session, session.exec(select(User).where(User.username == by)).one())
        return answer_approval(session, approval, "approve", staff)


def accounts(office: Office) -> list[tuple[str, bool]]:
    with office.database.reading() as session:
        line = session.exec(select(PayoutLine)).first()
        person = person_of(session, line) if line else None
        assert person
        return [(each.account_no, each.valid_to is None) for each in accounts_of(session, person, "BTXH")]


def test_another_account_takes_proof_the_persons_word_and_a_second_person(failed: Office) -> None:
    case = the_case(failed)
    with pytest.raises(NotFoundError):
        ask(failed, case)
    proof = prove(failed, case)
    with pytest.raises(ConflictError, match="Chưa ghi liên hệ xác nhận"):
        ask(failed, case, proof)
    talk(failed, case, "called")  # a number that nobody had before proves nothing
    with failed.database.session() as session:
        person = session.exec(select(Beneficiary)).one()
        add_phone(session, person.id or 0, "0912345678", "own", by="an")
    with pytest.raises(ConflictError, match="Chưa ghi liên hệ xác nhận"):
        ask(failed, case, proof)
    talk(failed, case)
    for wrong in (
        {"bank": "Ngân hàng Sao Hỏa"},
        {"account_no": "12"},
        {"payee_citizen_id": "77"},
        {"reason": ""},
    ):
        with pytest.raises(RefusedError):
            ask(failed, case, proof, **wrong)
    asked = ask(failed, case, proof)
    with pytest.raises(ForbiddenError):
        approve(failed, asked, "an")
    assert accounts(failed) == [("1500205004417", True)]
    approve(failed, asked, "binh")
    assert accounts(failed) == [("0991000123", True), ("1500205004417", False)]
    with failed.database.reading() as session:
        kinds = list(session.exec(select(CaseEvent.kind).order_by(CaseEvent.id)))
    assert kinds[-3:] == ["approval_asked", "approval_approve", "account_corrected"]


def test_nobody_decides_of_a_payee_who_is_their_relative(failed: Office) -> None:
    case = the_case(failed)
    proof = prove(failed, case)
    talk(failed, case)
    with pytest.raises(ForbiddenError):
        ask(failed, case, proof, by="binh", payee_citizen_id=PAYEE)
    asked = ask(failed, case, proof, payee_citizen_id=PAYEE)
    with pytest.raises(ForbiddenError):
        approve(failed, asked, "binh")
    assert approve(failed, asked, "chi").state == "done"


def test_a_list_that_still_names_the_old_account_is_told_so_and_takes_nothing_back(failed: Office) -> None:
    case = the_case(failed)
    proof = prove(failed, case)
    talk(failed, case)
    approve(failed, ask(failed, case, proof), "chi")
    old = failed.owe({"line_ref": "B1"}, cycle="2026-12", deadline=dt.date(2026, 12, 20))
    assert "account_corrected" in [problem["code"] for problem in old.problems]
    assert old.state == "accepted"
    assert accounts(failed) == [("0991000123", True), ("1500205004417", False)]
    new = {"line_ref": "C1", "account_no": "0991000123", "bank_code": "VCB"}
    right = failed.owe(new, cycle="2027-01", deadline=dt.date(2027, 1, 20))
    assert not right.problems
    assert accounts(failed) == [("0991000123", True), ("1500205004417", False)]


def owe_cash(office: Office, months: int) -> Case:
    """Lan is owed cash in some months up to November; nobody says what became of it."""
    for month in range(12 - months, 12):
        cycle = f"2026-{month:02}"
        line = {"line_ref": f"C{month}", **LAN, "period": cycle}
        office.owe(line, cycle=cycle, deadline=dt.date(2026, month, 20), name=f"cash-{month}.csv")
        office.run(cycle=cycle, as_of=f"2026-{month:02}-25")
    return the_case(office, "C11")


def say_uncollected(office: Office, months: int) -> None:
    """The payer of cash says of these months that nobody came."""
    rows = [f"C{month},{LAN['citizen_id']},810000,,Không đến nhận" for month in range(12 - months, 12)]
    path = office.settings.data_dir / "buu-dien.csv"
    path.write_text("\n".join(["line_ref,citizen_id,amount,collected_on,collected", *rows]), encoding="utf-8")
    kept = keep_file(office.database, office.settings, path, bank_code="VNPOST", by="test")
    assert (kept.state, kept.cash) == ("accepted", True)
    for month in range(12 - months, 12):
        office.run(cycle=f"2026-{month:02}", as_of="2026-11-25")


def test_only_who_did_not_collect_is_suspended_after_a_talk_and_gets_arrears(
    failed: Office,
) -> None:
    case = the_case(failed)
    with failed.database.session() as session, pytest.raises(ConflictError, match="lỗi của ngân hàng"):
        ask_suspension(session, case.id or 0, EVERYTHING, version=case.version, by="an", reason="x")
    case = owe_cash(failed, 3)
    with failed.database.session() as session, pytest.raises(ConflictError):
        ask_suspension(session, case.id or 0, EVERYTHING, version=case.version, by="an", reason="x")
    say_uncollected(failed, 3)
    case = the_case(failed, "C11")
    with failed.database.session() as session, pytest.raises(ConflictError, match="Chưa ghi lần nào"):
        ask_suspension(session, case.id or 0, EVERYTHING, version=case.version, by="an", reason="x")
    talk(failed, case, result="no_answer")
    talk(failed, case, result="invited")
    with failed.database.session() as session:
        version = session.get_one(Case, case.id).version
        asked = ask_suspension(
            session, case.id or 0, EVERYTHING, version=version, by="an", reason="Không đến"
        )
        assert asked.details["since"] == "2026-09"
    with pytest.raises(ForbiddenError):
        approve(failed, asked.id or 0, "an")
    approve(failed, asked.id or 0, "binh")
    closed = the_case(failed, "C11")
    assert (closed.state, closed.outcome) == ("closed", "suspended")
    listed = failed.owe({**LAN, "line_ref": "C12", "period": "2026-12"}, cycle="2026-12", name="l12.csv")
    assert "person_suspended" in [row["code"] for row in listed.problems]
    with failed.database.session() as session:
        version = session.get_one(Case, case.id).version
        standing = standing_of(session, session.get_one(Case, case.id), EVERYTHING)
        assert standing
        assert standing.owed == 3 * 810_000
        again = ask_reinstatement(
            session, case.id or 0, EVERYTHING, version=version, by="an", reason="Đã đến"
        )
        assert (again.amount, again.details["arrears_of"]) == (2_430_000, "11/2026, 10/2026, 09/2026")
    approve(failed, again.id or 0, "binh")
    assert the_case(failed, "C11").state == "open"
    with failed.database.reading() as session:
        ended = session.exec(select(Suspension)).one()
        assert (ended.arrears, ended.ended_by) == (2_430_000, "binh")
