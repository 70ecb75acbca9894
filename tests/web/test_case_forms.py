"""What staff do on the page of a case, and that nothing they type is lost."""

import datetime as dt
import html
import re

import pytest
from sqlmodel import col, select

from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.identity.models import AuditEvent, StaffSession
from tests.facts import Office
from tests.web.visiting import PASSWORD, Visitor

NOTE = "Đã gọi, bà Hoa hẹn thứ Hai"


def case_of(office: Office, line_ref: str) -> Case:
    with office.database.reading() as session:
        return session.exec(select(Case).where(Case.subject == line_ref)).one()


def events_of(office: Office, case: Case) -> list[CaseEvent]:
    with office.database.reading() as session:
        return list(
            session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.id)))
        )


def end_sessions(office: Office) -> None:
    with office.database.session() as session:
        for kept in session.exec(select(StaffSession)):
            kept.ends_at = clock.now() - dt.timedelta(minutes=1)
            session.add(kept)


async def test_the_page_shows_owed_beside_told_with_file_and_line(ward: Visitor, ward_cases: Office) -> None:
    page = (await ward.see(f"/cases/{case_of(ward_cases, 'A1').id}")).text
    assert "810.000\u00a0đ" in page
    assert "Ngân hàng báo không chi được ngày 05/11/2026: Tài khoản đã đóng (AC04)." in page
    assert "vba.<wbr>csv, dòng 2" in page
    assert "list-<wbr>BTXH-<wbr>2026-<wbr>11.<wbr>csv, dòng 2" in page
    assert "Báo người thụ hưởng tài khoản đã đóng" in page


async def test_a_name_with_markup_is_shown_as_text(ward: Visitor, ward_cases: Office) -> None:
    page = (await ward.see(f"/cases/{case_of(ward_cases, 'A2').id}")).text
    assert "<b>" not in page
    assert "Trần Văn &lt;b&gt;Bình&lt;/b&gt;" in page


async def test_reading_a_case_is_recorded(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    with ward_cases.database.reading() as session:
        seen = session.exec(select(AuditEvent).where(AuditEvent.subject == f"case {case.id}")).all()
    assert [(event.who, event.what) for event in seen] == [("badinh", "case.read")]


async def test_a_note_is_kept_once_however_often_it_is_sent(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    first = await ward.send(f"/cases/{case.id}/note", note=NOTE)
    again = await ward.send(f"/cases/{case.id}/note", note=NOTE)
    assert first.headers["location"] == f"/cases/{case.id}?said=noted"
    assert again.headers["location"] == first.headers["location"]
    assert [event.note for event in events_of(ward_cases, case) if event.kind == "noted"] == [NOTE]
    assert NOTE in (await ward.see(first.headers["location"])).text


async def test_an_empty_note_is_said_beside_its_field(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    answer = await ward.send(f"/cases/{case.id}/note", note=" ")
    assert answer.status_code == 422
    assert answer.text.count("Hãy viết nội dung ghi chú.") == 2  # in the summary and at the field


async def test_a_case_is_assigned_to_a_colleague_of_the_ward_only(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    page = (await ward.see(f"/cases/{case.id}")).text
    assert 'value="badinh2"' in page
    assert 'value="hoankiem"' not in page
    fields = {"state": "waiting", "due": "30/11/2026"}
    foreign = await ward.send(f"/cases/{case.id}/assign", assignee="hoankiem", **fields)
    assert foreign.status_code == 422
    done = await ward.send(f"/cases/{case.id}/assign", assignee="badinh2", **fields)
    assert done.status_code == 303
    kept = case_of(ward_cases, "A1")
    assert (kept.assignee, kept.state, kept.due) == ("badinh2", "waiting", dt.date(2026, 11, 30))


async def test_a_date_nobody_can_read_is_said_and_kept_in_its_field(
    ward: Visitor, ward_cases: Office
) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    answer = await ward.send(f"/cases/{case.id}/assign", assignee="", state="open", due="thứ Hai")
    assert answer.status_code == 422
    assert 'value="thứ Hai"' in answer.text
    assert "Hãy ghi hạn xử lý theo mẫu 22/11/2026." in answer.text


async def test_closing_needs_an_outcome_and_cash_its_voucher(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    assert "Hãy chọn kết quả xử lý." in (await ward.send(f"/cases/{case.id}/close", note=NOTE)).text
    cash = await ward.send(f"/cases/{case.id}/close", outcome="paid_in_cash", note=NOTE)
    assert "Hãy ghi số phiếu và ngày ký nhận" in cash.text
    assert NOTE in cash.text
    done = await ward.send(
        f"/cases/{case.id}/close", outcome="paid_in_cash", voucher_number="PC 17", collected_on="10/11/2026"
    )
    assert done.headers["location"] == f"/cases/{case.id}?said=closed"
    assert case_of(ward_cases, "A1").outcome == "paid_in_cash"


async def test_closing_twice_closes_once(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    fields = {"outcome": "carried_over", "note": NOTE}
    first = await ward.send(f"/cases/{case.id}/close", **fields)
    again = await ward.send(f"/cases/{case.id}/close", **fields)
    assert again.headers["location"] == first.headers["location"]
    assert [event.kind for event in events_of(ward_cases, case)].count("closed") == 1


async def test_a_closed_case_is_opened_again(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    await ward.send(f"/cases/{case.id}/close", outcome="carried_over")
    await ward.see(f"/cases/{case.id}")
    await ward.send(f"/cases/{case.id}/reopen", note="Bà Hoa báo vẫn chưa nhận")
    assert case_of(ward_cases, "A1").state == "open"


async def test_two_officers_never_overwrite_each_other(
    ward: Visitor, colleague: Visitor, ward_cases: Office
) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    await colleague.see(f"/cases/{case.id}")
    await colleague.send(f"/cases/{case.id}/assign", assignee="badinh2", state="open", due="")
    late = await ward.send(f"/cases/{case.id}/close", outcome="carried_over", note=NOTE)
    assert late.status_code == 412
    assert "Người khác vừa sửa việc này" in late.text
    assert NOTE in late.text
    assert 'value="carried_over" checked' in late.text
    assert case_of(ward_cases, "A1").state == "open"
    sent_again = await ward.send(f"/cases/{case.id}/close", outcome="carried_over", note=NOTE)
    assert sent_again.status_code == 303
    assert case_of(ward_cases, "A1").state == "closed"


async def test_a_session_that_ends_while_writing_loses_nothing(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    end_sessions(ward_cases)
    typed = {"outcome": "carried_over", "note": f'{NOTE} <b>&"x"'}
    asked = await ward.send(f"/cases/{case.id}/close", **typed)
    assert asked.status_code == 401
    assert "Nội dung bạn nhập vẫn còn" in asked.text
    held = html.unescape(re.findall(r'name="held" value="([^"]+)"', asked.text)[0])
    wrong = await ward.send("/sign-in", username="badinh", password="sai", held=held)
    assert html.unescape(re.findall(r'name="held" value="([^"]+)"', wrong.text)[0]) == held
    entered = await ward.send("/sign-in", username="badinh", password=PASSWORD, held=held)
    assert entered.headers["location"] == f"/cases/{case.id}/close"  # this browser does not say where from
    assert (await ward.see(f"/cases/{case.id}/close")).headers["location"] == f"/cases/{case.id}"
    page = (await ward.see(f"/cases/{case.id}")).text
    assert "chưa được lưu" in page
    assert '<textarea class="govuk-textarea" id="close-note" name="note" rows="2">' in page
    assert 'hẹn thứ Hai &lt;b&gt;&amp;"x"</textarea>' in page
    assert len(re.findall(r"<input[^>]* name=\"outcome\"[^>]* checked", page)) == 1
    assert case_of(ward_cases, "A1").state == "open"
    sent = await ward.send(f"/cases/{case.id}/close", **typed)
    assert sent.headers["location"] == f"/cases/{case.id}?said=closed"
    assert "chưa được lưu" not in (await ward.see(f"/cases/{case.id}")).text


async def test_what_was_typed_is_shown_where_its_form_is_gone(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    referer = {"referer": f"http://chitra.test/cases/{case.id}"}
    old = {"csrf_token": "of another session", "note": NOTE}
    answer = await ward.client.post(f"/cases/{case.id}/gone", data=old, headers=referer)
    assert answer.status_code == 405
    answer = await ward.client.post(f"/cases/{case.id}/reopen", data=old, headers=referer)
    assert answer.headers["location"] == f"/cases/{case.id}"
    page = (await ward.see(f"/cases/{case.id}")).text
    assert "không còn biểu mẫu đó" in page
    assert NOTE in page
    await ward.send("/held/drop")
    assert NOTE not in (await ward.see(f"/cases/{case.id}")).text


async def test_a_form_of_an_earlier_session_is_filled_in_again_not_taken(
    ward: Visitor, ward_cases: Office
) -> None:
    case = case_of(ward_cases, "A1")
    old = {"csrf_token": "x", "note": NOTE}
    answer = await ward.client.post(f"/cases/{case.id}/note", data=old)
    assert answer.headers["location"] == f"/cases/{case.id}/note"
    assert (await ward.see(f"/cases/{case.id}/note")).headers["location"] == f"/cases/{case.id}"
    assert f">{NOTE}</textarea>" in (await ward.see(f"/cases/{case.id}")).text
    assert not [event for event in events_of(ward_cases, case) if event.kind == "noted"]
    foreign = {"sec-fetch-site": "cross-site"}
    assert (await ward.client.post("/cases/1/assign", data=old, headers=foreign)).status_code == 403


@pytest.mark.parametrize(
    "held",
    ["x", "[]", "null", '["/sign-out", "/", []]', '["/cases/1/note", "//evil.example/", []]', "[1, 2, 3]"],
)
async def test_a_held_form_leads_nowhere_else(visitor: Visitor, held: str) -> None:
    await visitor.see("/sign-in")
    answer = await visitor.send("/sign-in", username="badinh", password=PASSWORD, held=held)
    assert answer.headers["location"] == "/"


async def test_a_form_that_is_too_large_is_refused(ward: Visitor) -> None:
    await ward.see("/cases/1")
    answer = await ward.send("/cases/1/note", note="x" * 70_000)
    assert answer.status_code == 422


async def test_signs_that_turn_text_around_are_left_out(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case.id}")
    await ward.send(f"/cases/{case.id}/note", note="a\u202eb\x00c\r\nd")
    assert events_of(ward_cases, case)[-1].note == "abc\nd"


async def test_the_way_back_leads_to_the_list_as_it_was_left(ward: Visitor, ward_cases: Office) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see("/cases?verdict=failed&q=hoa")
    back = 'href="/cases?verdict=failed&amp;q=hoa" class="govuk-back-link"'
    assert back in (await ward.see(f"/cases/{case.id}")).text
    ward.client.cookies.set("chitra_worklist", "//evil.example/cases")
    assert 'href="/cases" class="govuk-back-link"' in (await ward.see(f"/cases/{case.id}")).text


async def test_the_next_case_of_the_list_is_one_click_away(ward: Visitor, ward_cases: Office) -> None:
    first, last = sorted(
        (case_of(ward_cases, line_ref) for line_ref in ("A1", "A2")), key=lambda case: (case.due, case.id)
    )
    await ward.see("/cases")
    assert f'href="/cases/{last.id}">Việc kế tiếp' in (await ward.see(f"/cases/{first.id}")).text
    assert "Việc kế tiếp" not in (await ward.see(f"/cases/{last.id}")).text
    await ward.see(f"/cases?verdict={first.verdict}")
    assert "Việc kế tiếp" not in (await ward.see(f"/cases/{first.id}")).text


async def test_the_province_gives_a_case_to_another_ward(
    visitor: Visitor, colleague: Visitor, ward_cases: Office
) -> None:
    case = case_of(ward_cases, "B1")
    await visitor.sign_in("thanhpho")
    page = (await visitor.see(f"/cases/{case.id}")).text
    assert "Phường Hoàn Kiếm" in page
    assert (await visitor.send(f"/cases/{case.id}/route", area="12345")).status_code == 422
    assert (await visitor.send(f"/cases/{case.id}/route", area="00004")).status_code == 303
    assert "Phường Hoàn Kiếm → Phường Ba Đình" in (await visitor.see(f"/cases/{case.id}")).text
    assert (await colleague.see(f"/cases/{case.id}")).status_code == 200
    assert "/route" not in colleague.last
    assert (await colleague.send(f"/cases/{case.id}/route", area="00070")).status_code == 403
