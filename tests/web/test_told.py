"""What people tell us of becomes a case that only their own word closes; a silent bank is the province's."""

import pytest
from sqlmodel import select

from payouts.cases.models import Case, Confirmation
from tests.facts import Office
from tests.web.visiting import Visitor


async def test_a_person_without_the_money_that_the_bank_calls_paid_is_followed_to_their_own_word(
    ward: Visitor, ward_cases: Office
) -> None:
    ward_cases.say("vba2.csv", {"bank_ref": "F9", "end_to_end_id": "A2"})
    ward_cases.run()
    shown = await ward.see("/cases/new?number=001145003418")
    assert "Khoản chi nào của Trần Văn &lt;b&gt;Bình&lt;/b&gt;?" in shown.text
    assert "Đã chi" in shown.text
    wrong = await ward.send(
        "/cases/new", number="001145003418", line_ref="A2", kind="not_received", words=" "
    )
    assert (wrong.status_code, "Hãy ghi lại lời người dân." in wrong.text) == (422, True)
    told = {"number": "001145003418", "line_ref": "A2", "kind": "not_received", "words": "Sổ không có tiền"}
    answer = await ward.send("/cases/new", **told)
    address = answer.headers["location"].partition("?")[0]
    page = await ward.see(address)
    assert "Ngân hàng báo đã chi, người dân báo chưa nhận được" in page.text
    assert "Sổ không có tiền" in page.text
    await ward.see("/cases/new?number=A2")
    assert (await ward.send("/cases/new", **told)).headers["location"] == f"{address}?said=told_before"
    ward_cases.run()

    await ward.see(address)
    unsaid = await ward.send(f"{address}/close", outcome="confirmed_solved", note="Con gái nói đã nhận")
    assert unsaid.status_code == 422
    closing = {"outcome": "confirmed_solved", "confirmed_how": "visit", "confirmed_on": "22/11/2020"}
    closed = await ward.send(f"{address}/close", **closing, note="Bà nói đã rút được tiền")
    assert closed.status_code == 303
    with ward_cases.database.reading() as session:
        case = session.get_one(Case, int(address.rpartition("/")[2]))
        word = session.exec(select(Confirmation)).one()
    assert (case.state, case.outcome, word.how, word.recorded_by) == (
        "closed",
        "confirmed_solved",
        "visit",
        "badinh",
    )


async def test_nobody_opens_a_case_of_another_ward(ward: Visitor) -> None:
    assert "Lê Thị Lan" not in (await ward.see("/cases/new?number=B1")).text
    await ward.see("/cases/new?number=A1")
    answer = await ward.send("/cases/new", number="B1", line_ref="B1", kind="complaint", words="x")
    assert answer.status_code == 422


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_province_sees_which_bank_is_silent_and_releases_a_ward(
    visitor: Visitor, ward_cases: Office, language: str
) -> None:
    ward_cases.owe(
        {"line_ref": "M1", "citizen_id": "001145003420", "bank_code": "MB", "account_no": "77001"},
        name="m.csv",
    )
    ward_cases.run()
    await visitor.sign_in("thanhpho")
    visitor.client.cookies.set("chitra_language", language)
    listed = await visitor.see("/incidents")
    with ward_cases.database.reading() as session:
        incident = session.exec(select(Case).where(Case.kind == "incident")).one()
    assert f'href="/cases/{incident.id}">MB</a>' in listed.text
    page = await visitor.see(f"/cases/{incident.id}")
    assert (page.status_code, "810.000\N{NO-BREAK SPACE}đ" in page.text) == (200, True)
    refused = await visitor.send(f"/cases/{incident.id}/release", reason="", area="00004")
    assert refused.status_code == 422
    answer = await visitor.send(
        f"/cases/{incident.id}/release", reason="Ngân hàng hẹn tuần sau", area="00004"
    )
    assert answer.status_code == 303
    with ward_cases.database.reading() as session:
        assert session.exec(select(Case.state).where(Case.subject == "M1")).one() == "open"
    assert (await visitor.see(answer.headers["location"])).status_code == 200


async def test_what_is_to_be_done_today_stands_on_a_page_and_in_a_workbook(ward: Visitor) -> None:
    shown = await ward.see("/today")
    assert (shown.status_code, 'id="new"' in shown.text) == (200, True)
    assert "Trần Văn &lt;b&gt;Bình&lt;/b&gt;" in shown.text
    assert "Lê Thị Lan" not in shown.text
    book = await ward.client.get("/today/file")
    assert book.headers["content-disposition"].endswith('.xlsx"')
    assert book.content[:2] == b"PK"
