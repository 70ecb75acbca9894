"""Reaching the person of a case from its page: contacts, numbers, a message, papers, a call sheet."""

import datetime as dt
import re
from typing import Any

import httpx
from sqlmodel import select

from payouts.cases.models import Case, CaseEvent, Contact, Message, Proof
from payouts.core import clock
from payouts.core.calendar import after_banking_days
from payouts.identity.models import AuditEvent, ContactPoint
from payouts.registry.models import Beneficiary, DisclosureMark
from tests.facts import Office
from tests.web.test_case_forms import case_of
from tests.web.visiting import Visitor

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 200 + b"\xff\xd9"


async def with_number(ward: Visitor, case: Case, number: str = "0912 345 678", whose: str = "own") -> None:
    await ward.see(f"/cases/{case.id}")
    answer = await ward.send(f"/cases/{case.id}/phone", number=number, whose=whose)
    assert answer.headers["location"] == f"/cases/{case.id}?said=phone_added"
    await ward.see(answer.headers["location"])


def kept(office: Office, table: type[Any]) -> list[Any]:
    with office.database.reading() as session:
        return list(session.exec(select(table)).all())


async def test_one_press_saves_a_contact_and_leads_to_the_next_case(
    ward: Visitor, ward_cases: Office
) -> None:
    first, last = sorted(
        (case_of(ward_cases, line_ref) for line_ref in ("A1", "A2")),
        key=lambda case: (-case.hardship, case.due, case.id),
    )
    await ward.see("/cases")
    await ward.see(f"/cases/{first.id}")
    answer = await ward.send(
        f"/cases/{first.id}/contact", way="called", result="no_answer", note="", next_on=""
    )
    assert answer.headers["location"] == f"/cases/{last.id}?said=contacted&before={first.id}"
    page = (await ward.see(answer.headers["location"])).text
    assert "Đã lưu kết quả liên hệ" in page
    assert f'href="/cases/{first.id}">Xem lại việc đó' in page
    tomorrow = clock.today() + dt.timedelta(days=1)
    [contact] = kept(ward_cases, Contact)
    assert (contact.result, contact.next_on) == ("no_answer", after_banking_days(tomorrow, 0))
    again = case_of(ward_cases, first.subject)
    assert (again.state, again.due) == ("in_progress", first.due)
    page = (await ward.see(f"/cases/{first.id}")).text
    assert "Liên hệ gần nhất" in page
    assert "Gọi điện → Không liên lạc được" in page
    assert (await ward.send(f"/cases/{last.id}/contact", way="called", result="told")).status_code == 412


async def test_a_day_nobody_can_read_is_said_at_its_field(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    sent = {"way": "visited", "result": "told", "note": "Gặp con gái", "next_on": "thứ Hai"}
    answer = await ward.send(f"/cases/{case.id}/contact", **sent)
    assert answer.status_code == 422
    assert answer.text.count("Hãy ghi ngày theo mẫu 22/11/2026") == 2
    assert 'value="thứ Hai"' in answer.text
    assert 'value="Gặp con gái"' in answer.text
    assert re.search(r'value="visited" checked', answer.text)
    assert kept(ward_cases, Contact) == []


async def test_nobody_of_another_ward_and_no_auditor_writes_contacts(
    visitor: Visitor, ward_cases: Office
) -> None:
    case, foreign = case_of(ward_cases, "A1"), case_of(ward_cases, "B1")
    await visitor.sign_in("badinh")
    await visitor.see(f"/cases/{case.id}")
    contact = {"way": "called", "result": "told"}
    assert (await visitor.send(f"/cases/{foreign.id}/contact", **contact)).status_code == 404
    assert (await visitor.send(f"/cases/{foreign.id}/phone", number="0912345678")).status_code == 404
    assert (await visitor.see(f"/cases/{foreign.id}/call-sheet")).status_code == 404
    visitor.client.cookies.clear()
    await visitor.sign_in("kiemtra")
    page = await visitor.see(f"/cases/{case.id}")
    assert "12 tháng gần nhất" in page.text
    assert 'action="/cases/' not in page.text
    assert (await visitor.send(f"/cases/{case.id}/contact", **contact)).status_code == 403


async def test_numbers_are_added_and_taken_off(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await with_number(ward, case)
    assert 'href="tel:0912345678"' in ward.last
    wrong = await ward.send(f"/cases/{case.id}/phone", number="không có", whose="own")
    assert wrong.status_code == 422
    assert 'value="không có"' in wrong.text
    found = re.search(r'name="phone" value="(\d+)"', ward.last)
    assert found
    ended = await ward.send(f"/cases/{case.id}/phone-ended", phone=found[1])
    assert 'href="tel:' not in (await ward.see(ended.headers["location"])).text


async def test_a_message_is_worded_without_secrets_and_written_down_as_sent(
    ward: Visitor, ward_cases: Office
) -> None:
    case = case_of(ward_cases, "A1")
    with ward_cases.database.session() as session:
        point = {"phone": "024 3734 0000", "place": "2 Trúc Bạch", "set_at": clock.now(), "set_by": "test"}
        session.add(ContactPoint(office="00004", **point))
    await with_number(ward, case)
    found = re.search(r'<textarea[^>]*id="message-text"[^>]*>([^<]+)<', ward.last)
    assert found
    assert "024 3734 0000" in found[1]
    assert "1500205004417" not in found[1]
    assert "810" not in found[1]
    assert "Gửi tin nhắn</button>" not in ward.last.replace("\n", "")  # no gateway is set
    number = re.search(r'<option value="(\d+)"[^>]*>0912345678', ward.last)
    assert number
    nobody = await ward.send(f"/cases/{case.id}/message", text="Mời gọi lại", number="", way="hand")
    assert nobody.status_code == 422
    sent = {"text": "Mời gọi lại", "number": number[1], "way": "hand"}
    answer = await ward.send(f"/cases/{case.id}/message", **sent)
    assert answer.headers["location"] == f"/cases/{case.id}?said=messaged"
    assert [(each.number, each.text, each.state) for each in kept(ward_cases, Message)] == [
        ("0912345678", "Mời gọi lại", "sent")
    ]


async def test_the_call_sheet_follows_the_persons_own_wish(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await with_number(ward, case)
    sheet = (await ward.see(f"/cases/{case.id}/call-sheet")).text
    assert "0912345678" in sheet
    assert "1500205004417" not in sheet
    assert "001145003417" not in sheet
    assert "Chỉ nhờ nhắn người thụ hưởng gọi lại" in sheet
    with ward_cases.database.session() as session:
        [person] = session.exec(select(Beneficiary.id).where(Beneficiary.citizen_id == "001145003417"))
        mark = {"number": 1, "withheld": True, "reason": "Bà Hoa yêu cầu", "at": clock.now(), "by": "badinh"}
        session.add(DisclosureMark(beneficiary_id=person, **mark))
    sheet = (await ward.see(f"/cases/{case.id}/call-sheet")).text
    assert "Chỉ nhờ nhắn người thụ hưởng gọi lại" not in sheet
    assert "KHÔNG nói gì" in sheet
    with ward_cases.database.reading() as session:
        reads = session.exec(select(AuditEvent).where(AuditEvent.what == "case.call_sheet")).all()
    assert len(reads) == 2


async def sent_file(
    ward: Visitor, case: Case, name: str, content: bytes, what: str = "voucher"
) -> httpx.Response:
    await ward.see(f"/cases/{case.id}")
    form = {"csrf_token": ward.token(), "what": what}
    files = {"file": (name, content, "image/jpeg")}
    return await ward.client.post(f"/cases/{case.id}/papers", data=form, files=files)


async def test_a_photo_is_kept_and_handed_out_as_a_download_alone(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    answer = await sent_file(ward, case, "..\\phiếu <b>.jpg", JPEG)
    assert answer.headers["location"] == f"/cases/{case.id}?said=proof_added"
    await sent_file(ward, case, "again.jpg", JPEG)
    [proof] = kept(ward_cases, Proof)
    assert (proof.filename, proof.media_type, proof.size) == ("phiếu <b>.jpg", "image/jpeg", len(JPEG))
    page = (await ward.see(f"/cases/{case.id}")).text
    assert "Phiếu ký nhận</a>" in page
    assert "<b>.jpg" not in page
    shown = await ward.see(f"/cases/{case.id}/papers/{proof.id}")
    assert shown.content == JPEG
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-disposition"].startswith("attachment")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert (await ward.see(f"/cases/{case_of(ward_cases, 'A2').id}/papers/{proof.id}")).status_code == 404
    with ward_cases.database.reading() as session:
        reads = session.exec(select(AuditEvent).where(AuditEvent.what == "proof.read")).all()
    assert [each.who for each in reads] == ["badinh"]


async def test_what_is_no_photo_or_too_large_is_answered_and_not_kept(
    ward: Visitor, ward_cases: Office
) -> None:
    case = case_of(ward_cases, "A1")
    html = await sent_file(ward, case, "voucher.jpg", b"<html><script>alert(1)</script></html>")
    assert html.status_code == 422
    assert "không phải ảnh (JPEG, PNG) nguyên vẹn hay PDF" in html.text
    assert 'id="papers-file-error"' in html.text
    large = await sent_file(ward, case, "20mb.jpg", JPEG[:-2] + b"\x00" * 20_000_000 + JPEG[-2:])
    assert large.status_code == 422
    assert "lớn hơn 10 MB" in large.text
    assert (await sent_file(ward, case, "", b"")).status_code == 422
    assert (await sent_file(ward, case, "a.jpg", JPEG, what="")).status_code == 422
    stale = await ward.client.post(
        f"/cases/{case.id}/papers", data={"csrf_token": "x"}, files={"file": ("a", JPEG)}
    )
    assert stale.headers["location"] == f"/cases/{case.id}/papers"  # which leads back to the case
    assert kept(ward_cases, Proof) == []
    folder = ward_cases.settings.data_dir / "files"
    assert not list((folder / "arriving").iterdir())
    assert [each for each in kept(ward_cases, CaseEvent) if each.kind == "proof_added"] == []
