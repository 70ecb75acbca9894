"""One numbered letter a bank asks of all that nobody knows; the answers are heard by the next run."""

import datetime as dt
from typing import Any

import pytest
from sqlmodel import col, select

from payouts.cases.enquiries.answering import Given
from payouts.cases.enquiries.asking import name_of, sums_to_ask, to_ask, write_letters
from payouts.cases.enquiries.handle import cancel, mark_sent
from payouts.cases.enquiries.models import Enquiry
from payouts.cases.enquiries.store import (
    find_letter,
    latest_answer,
    letters,
    letters_of_case,
    lines_of,
    overdue_letters,
)
from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.core.errors import ConflictError, NotFoundError, RefusedError, StaleError
from payouts.identity.scope import EVERYTHING, Scope
from payouts.jobs.answering import answer_letter
from payouts.jobs.models import Job
from payouts.jobs.worker import do_now
from payouts.settlements.models import SettlementFile
from tests.facts import Office

HOA = {"line_ref": "A1"}
BINH = {"line_ref": "A2", "citizen_id": "001145003418", "account_no": "1500205004418", "area_code": "00070"}
LAN = {"line_ref": "A3", "citizen_id": "001145003419", "account_no": "0991000123", "bank_code": "VCB"}
CASH = {"line_ref": "A4", "citizen_id": "001145003420", "channel": "cash", "account_no": "", "bank_code": ""}
TAM = {"line_ref": "A5", "citizen_id": "001145003421", "account_no": "1500205004421"}
WARD_4 = Scope(areas=frozenset({"00004"}), programmes=None)


@pytest.fixture
def asked(office: Office) -> Office:
    """Five people: silence of A1 and A2, VBA does not know of A3, A4 is paid in cash, A5 is paid."""
    office.owe(HOA, BINH, LAN, CASH, TAM)
    office.say(
        "vba.csv",
        {"bank_ref": "F1", "end_to_end_id": "A3", "status": "unknown", "account_no": LAN["account_no"]},
        {"bank_ref": "F2", "end_to_end_id": "A5", "account_no": TAM["account_no"]},
    )
    office.run()
    return office


def write(office: Office, *banks: str, scope: Scope = EVERYTHING) -> list[int]:
    due = clock.today() + dt.timedelta(days=7)
    with office.database.session() as session:
        made = write_letters(session, scope, banks or ("VBA",), due=due, by="an")
        return [letter.id or 0 for letter in made]


def answer(office: Office, letter: int, *given: Given, **more: Any) -> SettlementFile | None:
    with office.database.session() as session:
        more = {"by": "an", "way": "page", "answered_on": clock.today(), **more}
        return answer_letter(session, office.settings, letter, given, EVERYTHING, **more)[1]


def do_jobs(office: Office) -> None:
    while True:
        with office.database.reading() as session:
            job = session.exec(select(Job).where(Job.state == "waiting").order_by(col(Job.id))).first()
        if job is None:
            return
        do_now(office.database, office.settings, job)


def case_of(office: Office, ref: str) -> Case:
    with office.database.reading() as session:
        return session.exec(select(Case).where(Case.subject == ref)).one()


def kinds(office: Office, ref: str) -> list[str]:
    with office.database.reading() as session:
        events = (
            select(CaseEvent.kind).join(Case, col(Case.id) == CaseEvent.case_id).order_by(col(CaseEvent.id))
        )
        return list(session.exec(events.where(Case.subject == ref)))


def test_a_letter_a_bank_asks_of_all_that_is_not_known_once(asked: Office) -> None:
    with asked.database.reading() as session:
        found = to_ask(session, EVERYTHING)
        assert {bank: [line.line_ref for line in lines] for bank, lines in found.items()} == {
            "VBA": ["A1", "A2", "A3"]  # A3 is at VCB, but it was VBA that said something of it
        }
        assert [line.line_ref for line in to_ask(session, WARD_4)["VBA"]] == ["A1", "A3"]
        assert sums_to_ask(session, EVERYTHING) == {
            "VBA": {"missing": (2, 1_620_000), "unconfirmed": (1, 810_000)}
        }
        assert not to_ask(session, EVERYTHING, cycle="2026-10")
    [letter] = write(asked)
    case = case_of(asked, "A1")
    assert (case.state, case.version, kinds(asked, "A1")) == ("waiting", 2, ["opened", "enquired"])
    with asked.database.reading() as session:
        shown = find_letter(session, letter, EVERYTHING)
        assert (name_of(shown.enquiry), shown.lines, shown.waiting) == (f"01/{clock.today().year}", 3, 3)
        assert case.due >= shown.enquiry.due
        assert [each.asked.place for each in lines_of(session, letter)] == [1, 2, 3]
        assert not to_ask(session, EVERYTHING)
        assert not sums_to_ask(session, EVERYTHING)
        assert letters_of_case(session, case.id or 0)[0][0].id == letter
    with pytest.raises(RefusedError, match="Không còn dòng nào"):
        write(asked)


def test_answers_are_heard_by_the_next_run_and_never_pay_by_themselves(asked: Office) -> None:
    [letter] = write(asked)
    booked = clock.today() - dt.timedelta(days=1)
    receipt = answer(
        asked,
        letter,
        Given("A1", "settled", 1, booked_on=booked, bank_ref="FT99"),
        Given("A2", "not_received", 2),
        Given("A3", "pending", 3),
    )
    assert receipt
    assert case_of(asked, "A1").verdict == "missing"
    assert (case_of(asked, "A1").state, case_of(asked, "A3").state) == ("in_progress", "waiting")
    do_jobs(asked)
    paid, never, waits = (case_of(asked, ref) for ref in ("A1", "A2", "A3"))
    assert (paid.verdict, paid.state, paid.outcome) == ("paid", "closed", "found_paid")
    assert (never.verdict, never.reason_code) == ("failed", "NOOR")
    assert waits.verdict == "unconfirmed"
    with asked.database.reading() as session:
        assert (find_letter(session, letter, EVERYTHING).waiting, len(sums_to_ask(session, EVERYTHING))) == (
            1,
            0,
        )
    answer(asked, letter, Given("A3", "returned", 1, booked_on=booked, reason="Tài khoản đã đóng"))
    do_jobs(asked)
    closed = case_of(asked, "A3")
    assert (closed.verdict, closed.reason_code) == ("failed", "AC04")
    assert kinds(asked, "A3")[-3:] == ["answered", "answered", "changed"]


def test_money_that_went_elsewhere_is_told_so(asked: Office) -> None:
    [letter] = write(asked)
    today = clock.today()
    other = {"account_no": "9990001", "account_name": "PHAM VAN TAM"}
    answer(
        asked,
        letter,
        Given("A1", "settled", 1, booked_on=today, bank_ref="FT1", amount=800_000),
        Given("A2", "settled", 2, booked_on=today, bank_ref="FT2", **other),  # type: ignore[arg-type]
    )
    do_jobs(asked)
    assert case_of(asked, "A1").verdict == "amount_differs"
    assert case_of(asked, "A2").verdict == "account_differs"


def test_answers_that_cannot_be_are_told_row_by_row_and_none_is_kept(asked: Office) -> None:
    [letter] = write(asked)
    soon = dt.date(2199, 1, 1)
    with pytest.raises(RefusedError) as refused:
        answer(
            asked,
            letter,
            Given("A9", "settled", 1, booked_on=dt.date(2026, 11, 5), bank_ref="F"),
            Given("A1", "paid", 2),
            Given("A1", "rejected", 3),
            Given("A2", "returned", 4, booked_on=soon, reason="x"),
            Given("A3", "not_received", 5),
        )
    assert [(each.code, each.line, each.field) for each in refused.value.problems] == [
        ("answer_of_no_line", 1, "line_ref"),
        ("answer_twice", 2, "line_ref"),
        ("answer_unknown", 2, "answer"),
        ("answer_twice", 3, "line_ref"),
        ("answer_needs", 3, "reason"),
        ("answer_too_late", 4, "booked_on"),
    ]
    with asked.database.reading() as session:
        assert latest_answer(session, letter) == 0
    answer(asked, letter, Given("A1", "not_received", 1), seen=0)
    with pytest.raises(StaleError):
        answer(asked, letter, Given("A2", "not_received", 1), seen=0)
    with pytest.raises(RefusedError) as refused:
        answer(asked, letter, Given("A1", "pending", 1))
    assert refused.value.problems[0].code == "answer_given_already"


def test_a_cancelled_letter_frees_its_lines_and_its_number_is_not_used_again(asked: Office) -> None:
    [letter] = write(asked)
    with asked.database.session() as session:
        with pytest.raises(RefusedError):
            cancel(session, letter, EVERYTHING, why=" ", by="an")
        cancel(session, letter, EVERYTHING, why="Nhầm ngân hàng", by="an")
        with pytest.raises(ConflictError):
            mark_sent(session, letter, EVERYTHING, on=clock.today(), by="an")
    assert case_of(asked, "A1").state == "in_progress"
    with pytest.raises(ConflictError):
        answer(asked, letter, Given("A1", "pending", 1))
    [second] = write(asked)
    with asked.database.reading() as session:
        assert [name_of(each.enquiry)[:2] for each in letters(session, EVERYTHING)] == ["02", "01"]
        assert find_letter(session, second, EVERYTHING).standing == "unsent"


def test_a_letter_is_seen_by_those_of_all_its_lines_and_by_its_bank_once_sent(asked: Office) -> None:
    [letter] = write(asked)
    with asked.database.session() as session:
        for scope, bank in ((WARD_4, None), (EVERYTHING, "VBA"), (EVERYTHING, "MB")):
            with pytest.raises(NotFoundError):
                find_letter(session, letter, scope, bank=bank)
        mark_sent(session, letter, EVERYTHING, on=clock.today(), by="an")
        assert find_letter(session, letter, EVERYTHING, bank="VBA")
        assert not letters(session, EVERYTHING, bank="MB")
        assert not letters(session, WARD_4)
        assert find_letter(session, letter, EVERYTHING).standing == "sent"
        session.get_one(Enquiry, letter).due = clock.today() - dt.timedelta(days=1)
        session.flush()
        assert find_letter(session, letter, EVERYTHING).standing == "overdue"
        assert overdue_letters(session, EVERYTHING) == 1
