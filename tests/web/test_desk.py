"""The desk for bank files, without scripts: what is wrong beside the line, and two people for what counts."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from payouts.identity.audit import events
from payouts.identity.users import add_user
from payouts.settlements.intake import keep_file
from payouts.settlements.models import SettlementFile
from payouts.settlements.rules import standing
from tests.facts import SAID, Office
from tests.web.visiting import PASSWORD, Visitor

GOOD = {"bank_ref": "G1", "end_to_end_id": "A2", "account_no": "1500205004418"}
BAD = {**GOOD, "bank_ref": "<b>G2</b>", "amount": "930.5"}


@pytest.fixture
def held(ward_cases: Office) -> int:
    """A file with a good line and one in error."""
    return ward_cases.say("sai.csv", GOOD, BAD).id or 0


@pytest.fixture
async def province(visitor: Visitor) -> Visitor:
    await visitor.sign_in("thanhpho")
    return visitor


@pytest.fixture
async def second(app: FastAPI, ward_cases: Office) -> AsyncIterator[Visitor]:
    with ward_cases.database.session() as session:
        add_user(session, "ketoan", "accountant", areas=[], password=PASSWORD, by="test")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chitra.test") as client:
        somebody = Visitor(client)
        await somebody.sign_in("ketoan")
        yield somebody


def stands(office: Office, file_id: int) -> str:
    with office.database.reading() as session:
        return standing(session.get_one(SettlementFile, file_id))


async def test_a_problem_stands_beside_the_raw_line_and_the_look_is_noted(
    province: Visitor, held: int, ward_cases: Office
) -> None:
    answer = await province.see(f"/files/{held}")
    assert "Không đọc được số tiền “930.5”" in answer.text
    assert "&lt;b&gt;G2&lt;/b&gt;" in answer.text
    assert "<b>G2" not in answer.text
    with ward_cases.database.reading() as session:
        assert events(session, subject=f"settlement file {held}")[0].what == "file.read"


async def test_a_file_is_released_by_two_people(
    province: Visitor, second: Visitor, held: int, ward_cases: Office
) -> None:
    assert "1 trong 2 dòng sẽ được tính" in (await province.see(f"/files/{held}/release")).text
    empty = await province.send(f"/files/{held}/release", reason=" ")
    assert (empty.status_code, "Hãy ghi lý do." in empty.text) == (422, True)
    answer = await province.send(f"/files/{held}/release", reason="Đã hỏi ngân hàng")
    assert answer.headers["location"] == f"/files/{held}?said=release"
    again = await province.send(f"/files/{held}/release", reason="Đã hỏi ngân hàng")
    assert again.headers["location"] == answer.headers["location"]
    own = await province.see(f"/files/{held}")
    assert "Rút lại đề nghị của tôi" in own.text
    assert (await province.see(f"/files/{held}/answer")).status_code == 303
    assert stands(ward_cases, held) == "quarantined"
    assert f"/files/{held}" in (await second.see("/files?state=waiting")).text
    seen = await second.see(f"/files/{held}/answer")
    assert "Đã hỏi ngân hàng" in seen.text
    unsure = await second.send(f"/files/{held}/answer")
    assert (unsure.status_code, "Hãy chọn đồng ý hay không." in unsure.text) == (422, True)
    wordless = await second.send(f"/files/{held}/answer", answer="decline")
    assert wordless.status_code == 422
    agreed = await second.send(f"/files/{held}/answer", answer="approve")
    assert agreed.headers["location"] == f"/files/{held}?said=done"
    assert stands(ward_cases, held) == "released"
    assert "ketoan" in (await second.see(f"/files/{held}?said=done")).text


async def test_a_proposal_can_be_taken_back_before_the_second_yes(
    province: Visitor, held: int, ward_cases: Office
) -> None:
    await province.see(f"/files/{held}/release")
    await province.send(f"/files/{held}/release", reason="nhầm")
    await province.see(f"/files/{held}")
    answer = await province.send(f"/files/{held}/take-back")
    assert answer.headers["location"] == f"/files/{held}?said=taken_back"
    assert stands(ward_cases, held) == "quarantined"


async def test_nobody_answers_their_own_proposal_by_a_form_of_their_own(
    province: Visitor, held: int, ward_cases: Office
) -> None:
    await province.see(f"/files/{held}/release")
    await province.send(f"/files/{held}/release", reason="nhầm")
    answer = await province.send(f"/files/{held}/answer", answer="approve")
    assert (answer.status_code, "không được tự duyệt" in answer.text) == (403, True)
    assert stands(ward_cases, held) == "quarantined"


async def test_a_withdrawal_shows_first_whom_it_touches(
    province: Visitor, second: Visitor, ward_cases: Office
) -> None:
    file = ward_cases.say("dung.csv", GOOD)
    ward_cases.run()
    page = await province.see(f"/files/{file.id}/withdraw")
    assert "Phải xét lại 1 dòng chi trả của 1 người" in page.text
    assert "Trần Văn &lt;b&gt;Bình&lt;/b&gt;" in page.text
    await province.send(f"/files/{file.id}/withdraw", reason="Tệp của tháng khác")
    assert "Trần Văn" in (await second.see(f"/files/{file.id}/answer")).text
    await second.send(f"/files/{file.id}/answer", answer="approve")
    assert stands(ward_cases, file.id or 0) == "withdrawn"
    assert "1 dòng chi trả dưới đây còn dựa vào tệp đó" in (await second.see("/")).text
    run, opened = ward_cases.run()
    assert run.summary["verdicts"]["missing"]["lines"] == 1
    assert opened.reopened == 1
    assert "còn dựa vào tệp đó" not in (await second.see("/")).text


async def test_a_release_that_replaces_a_counting_file_shows_what_hangs_on_that_file(
    province: Visitor, ward_cases: Office
) -> None:
    old = ward_cases.say("dung.csv", GOOD)
    ward_cases.run()
    path = ward_cases.write("moi.csv", SAID, ({**GOOD, "amount": "800000"},))
    new = keep_file(
        ward_cases.database, ward_cases.settings, path, bank_code="VBA", by="bank VBA", supersedes=old.id
    )
    page = await province.see(f"/files/{new.id}/release")
    assert "Phải xét lại 1 dòng chi trả của 1 người" in page.text
    assert re.search(r"Những gì đang dựa vào tệp này: dung\.", page.text)


async def test_who_may_not_decide_sees_no_button_and_is_refused(visitor: Visitor, held: int) -> None:
    await visitor.sign_in("kiemtra")
    page = await visitor.see(f"/files/{held}")
    assert page.status_code == 200
    assert f"/files/{held}/release" not in page.text
    for path in ("release", "answer", "withdraw"):
        assert (await visitor.see(f"/files/{held}/{path}")).status_code == 403


async def test_the_page_says_what_a_new_file_changed(
    province: Visitor, ward_cases: Office, held: int
) -> None:
    path = ward_cases.write("moi.csv", SAID, ({**GOOD, "amount": "800000"}, {**GOOD, "bank_ref": "G3"}))
    new = keep_file(
        ward_cases.database, ward_cases.settings, path, bank_code="VBA", by="bank VBA", supersedes=held
    )
    page = await province.see(f"/files/{new.id}")
    assert "Thay đổi so với tệp trước" in page.text
    assert re.search(r"amount</span>: 810\.000\xa0đ → 800\.000\xa0đ", page.text)
    old = await province.see(f"/files/{held}")
    assert "Đã được thay" in old.text
    assert f'href="/files/{new.id}"' in old.text


async def test_the_bank_is_asked_for_a_new_file_and_a_file_is_rejected_by_one_person(
    province: Visitor, held: int, ward_cases: Office
) -> None:
    assert "Đừng ghi họ tên" in (await province.see(f"/files/{held}/ask")).text
    await province.send(f"/files/{held}/ask", reason="Dòng 3 sai số tiền")
    assert "Dòng 3 sai số tiền" in (await province.see(f"/files/{held}?said=ask")).text
    await province.see(f"/files/{held}/reject")
    await province.send(f"/files/{held}/reject", reason="Chờ tệp mới")
    assert stands(ward_cases, held) == "rejected"


async def test_addresses_that_lead_nowhere_are_pages_too(province: Visitor, held: int) -> None:
    for path in ("/files/999/release", f"/files/{held}/nothing", "/files/x", f"/files/{2**70}/release"):
        assert (await province.see(path)).status_code == 404, path
    assert (await province.see(f"/files/{held}?after={2**70}")).status_code == 200
    assert (await province.see("/files/controls")).status_code == 200
