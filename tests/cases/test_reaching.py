"""Reaching a person: contacts, telephone numbers, messages, papers, and what is known from before."""

import datetime as dt
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlmodel import Session, col, select

from payouts.cases.before import accounts_of, past_of, person_of
from payouts.cases.contacts import contacts_of, log_contact, next_days, results
from payouts.cases.messages import note_answer, note_message, send, suggested
from payouts.cases.models import Case, CaseEvent, Message
from payouts.cases.next_steps import next_step
from payouts.cases.proofs import add_proof, media_type_of
from payouts.cases.rules import NEEDS_CASE
from payouts.cases.telling import may_be_told
from payouts.core import clock
from payouts.core.calendar import USUAL
from payouts.core.errors import ConflictError, DomainError, RefusedError, StaleError
from payouts.core.storage import Stored
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.registry.phones import add_phone, end_phone, phones_of
from tests.facts import Office

SAID = {"office": "Phường Ba Đình", "name": "Nguyễn Thị Hoa", "month": "11/2026"}
PLACE = {"phone": "024 3734 0000", "place": "2 Trúc Bạch", "day": "30/11/2026"}


@pytest.fixture
def failed(office: Office) -> int:
    """Two months without money; the case is of the second."""
    office.owe({"line_ref": "A0", "account_no": "1500205000009", "period": "2026-10"}, cycle="2026-10")
    office.owe({"line_ref": "A1"})
    said = {"status": "rejected", "reason_code": "AC04"}
    october = {**said, "booked_on": "2026-10-05"}
    office.say(
        "vba.csv", {"end_to_end_id": "A0", **october}, {"end_to_end_id": "A1", "bank_ref": "2", **said}
    )
    office.approve()
    office.run(cycle="2026-10", as_of="2026-10-25")
    office.run()
    with office.database.reading() as session:
        case = session.exec(select(Case).where(Case.subject == "A1")).one()
        return case.id or 0


def log(session: Session, case_id: int, **more: object) -> None:
    today = clock.today()
    usual = {
        "version": 1,
        "by": "badinh",
        "role": "ward",
        "way": "called",
        "result": "told",
        "next_on": today,
    }
    log_contact(session, case_id, EVERYTHING, **{**usual, **more})  # type: ignore[arg-type]  # named as the parameters


def test_a_contact_sets_the_day_to_come_back_and_moves_the_case_on(office: Office, failed: int) -> None:
    day = clock.today() + dt.timedelta(days=3)
    with office.database.session() as session:
        log(session, failed, next_on=day, note="Con gái nghe máy")
    with office.database.reading() as session:
        case = session.get_one(Case, failed)
        assert (case.state, case.next_on, case.version) == ("waiting", day, 2)
        assert [each.result for each in contacts_of(session, failed)] == ["told"]
        events = session.exec(
            select(CaseEvent).where(CaseEvent.case_id == failed).order_by(col(CaseEvent.id))
        ).all()
        assert [(each.kind, each.before, each.after) for each in events][1:] == [
            ("moved", "open", "waiting"),
            ("contacted", "called", "told"),
        ]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"version": 7}, StaleError),
        ({"result": "dreamt"}, RefusedError),
        ({"way": "thought"}, RefusedError),
        ({"next_on": dt.date(2020, 1, 1)}, RefusedError),
        ({"next_on": dt.date(2099, 1, 1)}, RefusedError),
    ],
)
def test_a_contact_that_cannot_be_is_not_kept(
    office: Office, failed: int, wrong: dict[str, object], error: type[DomainError]
) -> None:
    with office.database.session() as session, pytest.raises(error):
        log(session, failed, **wrong)


def test_the_day_to_come_back_is_a_banking_day() -> None:
    friday = dt.date(2026, 11, 20)
    days = next_days(friday, USUAL)
    assert set(days) == set(results())
    assert days["no_answer"] == dt.date(2026, 11, 23)
    assert days["told"] == dt.date(2026, 11, 30)  # Vietnam Culture Day is the 24th


def test_earlier_months_and_accounts_of_the_person_are_known(office: Office, failed: int) -> None:
    with office.database.reading() as session:
        case = session.get_one(Case, failed)
        line = session.get_one(PayoutLine, case.payout_line_id)
        cycle = session.get_one(PayoutCycle, line.cycle_id)
        found = past_of(session, line, cycle, EVERYTHING)
        assert (found.not_paid.months, found.not_paid.level) == (2, "flag")
        assert [month.lines[0].case_id is not None for month in found.months[:2]] == [True, True]
        elsewhere = past_of(session, line, cycle, Scope(areas=frozenset({"00070"}), programmes=None))
        assert elsewhere.not_paid.months == 2
        assert {each.case_id for month in elsewhere.months for each in month.lines} == {None}
        person = person_of(session, line)
        assert person
        assert [account.account_no for account in accounts_of(session, person, "BTXH")] == [
            "1500205004417",
            "1500205000009",
        ]


def test_numbers_are_kept_until_they_serve_no_more(office: Office, failed: int) -> None:
    del failed
    with office.database.session() as session:
        first = add_phone(session, 1, "0912 345 678", "relative", by="badinh")
        add_phone(session, 1, "+84 (0)24 3734 0000".replace("(0)", ""), "own", by="badinh")
        assert add_phone(session, 1, "0912.345.678", "relative", by="badinh").id == first.id
        assert [phone.number for phone in phones_of(session, 1)] == ["+842437340000", "0912345678"]
        with pytest.raises(ConflictError):
            add_phone(session, 1, "0912345678", "own", by="badinh")
        end_phone(session, 1, first.id or 0, by="badinh")
        assert [phone.whose for phone in phones_of(session, 1)] == ["own"]
        for wrong in ("123", "09l2345678", "٠٩١٢٣٤٥٦٧٨", ""):
            with pytest.raises(RefusedError):
                add_phone(session, 1, wrong, "own", by="badinh")


def test_a_message_says_nothing_that_others_should_not_read() -> None:
    for verdict in NEEDS_CASE:
        for reason in (None, "AC04", "MD07", "AB05"):
            step = next_step(verdict, reason)
            text = suggested(step.message, {**SAID, **PLACE}) if step else ""
            for secret in ("810", "đ)", "khuyết tật", "HIV", "trợ cấp", "tài khoản", "đã mất", "chết"):
                assert secret not in text
    step = next_step("failed", "MD07")
    assert step
    assert suggested(step.message, {}) == ""


class _Gateway(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        taken = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append((self.headers["Authorization"], taken))  # type: ignore[attr-defined]  # set below
        self.send_response(500 if "không nhận" in taken["text"] else 202)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        pass


@pytest.fixture
def gateway() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), _Gateway) as server:
        server.taken = []  # type: ignore[attr-defined]  # for the test
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_message_goes_through_the_gateway_and_is_written_down(
    office: Office, failed: int, gateway: HTTPServer
) -> None:
    address = f"http://127.0.0.1:{gateway.server_port}/send"
    settings = office.settings.model_copy(update={"sms_url": address, "sms_token": "t"})
    for text, taken in (("Mời bà gọi lại", True), ("không nhận", False)):
        with office.database.session() as session:
            case = session.get_one(Case, failed)
            kept = note_message(session, case, "0912345678", text, by="badinh", way="gateway")
        assert send(settings, kept) is taken
        with office.database.session() as session:
            note_answer(session, session.get_one(Case, failed), kept.id or 0, taken=taken)
            assert session.get_one(Message, kept.id).state == ("sent" if taken else "failed")
    assert gateway.taken[0] == (  # type: ignore[attr-defined]  # set above
        "Bearer t",
        {"to": "0912345678", "text": "Mời bà gọi lại", "id": "chitra-1"},
    )
    nowhere = office.settings.model_copy(update={"sms_url": "http://127.0.0.1:9/"})
    assert send(nowhere, kept) is False


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 200 + b"\xff\xd9"
PDF = b"%PDF-1.7\n" + b"1 0 obj\n" * 300 + b"%%EOF\n"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (JPEG, "image/jpeg"),
        (PDF, "application/pdf"),
        (JPEG[:100], None),
        (b"<html><script>", None),
        (b"", None),
    ],
)
def test_a_paper_is_told_by_its_content(tmp_path: Path, content: bytes, media_type: str | None) -> None:
    path = tmp_path / "voucher.jpg"
    path.write_bytes(content)
    if media_type:
        assert media_type_of(path) == media_type
    else:
        with pytest.raises(RefusedError):
            media_type_of(path)


def test_the_same_paper_again_is_the_same(office: Office, failed: int) -> None:
    about = {"what": "voucher", "filename": "phieu.jpg", "media_type": "image/jpeg", "by": "badinh"}
    with office.database.session() as session:
        case = session.get_one(Case, failed)
        first = add_proof(session, case, Stored("a" * 64, 5), **about)
        assert add_proof(session, case, Stored("a" * 64, 5), **about).id == first.id
        with pytest.raises(RefusedError):
            add_proof(session, case, Stored("b" * 64, 5), **{**about, "what": "thought"})
        events = session.exec(select(CaseEvent.kind).where(CaseEvent.case_id == failed)).all()
        assert events.count("proof_added") == 1


def test_who_may_be_told_what_goes_by_the_persons_own_wish() -> None:
    usual, withheld = may_be_told(withheld=False), may_be_told(withheld=True)
    assert len(usual) == len(withheld) == 4
    [family] = [told for told in withheld if told not in usual]
    assert family.said("vi").startswith("KHÔNG nói gì")
    assert family.who("en") == "Other family"
