"""Bank lines that may be somebody's, without scripts: compare, confirm, reject, undo, propose, check."""

import re

import httpx
import pytest
from sqlmodel import select

from payouts.cases.models import Case
from payouts.identity.audit import events
from payouts.runs.models import Run
from tests.facts import Office
from tests.web.visiting import Visitor

LIKE_HOA = {
    "account_no": "1500205004471",
    "account_name": "NGUYEN THI HOAN",
    "bank_ref": "S1",
    "remittance_info": "chi <i>tro</i> cap",
}
STRANGER = {
    "account_no": "9704229200001234",
    "account_name": "PHAM VAN TAM",
    "bank_ref": "S2",
    "amount": "500000",
}


@pytest.fixture
def suggested(ward_cases: Office) -> int:
    """The case of A1 with a line that is like hers, and a stranger's line."""
    ward_cases.say("goi-y.csv", LIKE_HOA, STRANGER)
    ward_cases.run()
    return case_of(ward_cases, "A1")


def case_of(office: Office, ref: str) -> int:
    with office.database.reading() as session:
        return session.exec(select(Case.id).where(Case.subject == ref)).one() or 0


def waiting_runs(office: Office) -> int:
    with office.database.reading() as session:
        return len(session.exec(select(Run).where(Run.state == "waiting")).all())


def offer_of(visitor: Visitor) -> str:
    found = re.search(r'name="settlement_line"[^>]* value="(\d+)"', visitor.last)
    return found[1] if found else ""


async def confirm(visitor: Visitor, case_id: int, kind: str = "confirm") -> httpx.Response:
    await visitor.see(f"/cases/{case_id}")
    return await visitor.send(f"/cases/{case_id}/matches", settlement_line=offer_of(visitor), kind=kind)


async def test_both_sides_stand_beside_each_other_with_letters_marked(ward: Visitor, suggested: int) -> None:
    page = (await ward.see(f"/cases/{suggested}")).text
    assert "mức giống 7" in page
    assert re.search(r"NGUYEN THI HOA<ins><span[^>]*> \[thừa: </span>N<span", page)
    assert "1500205004471"[:8] in page
    assert "chi &lt;i&gt;tro&lt;/i&gt; cap" in page
    assert "PHAM VAN TAM" not in page


async def test_a_confirmed_line_leads_to_a_run_and_stands_in_the_timeline(
    ward: Visitor, suggested: int, ward_cases: Office
) -> None:
    answer = await confirm(ward, suggested)
    assert answer.headers["location"] == f"/cases/{suggested}?said=match_confirm#matches"
    assert waiting_runs(ward_cases) == 1
    page = (await ward.see(answer.headers["location"])).text
    assert "Đã lưu: dòng này là của người thụ hưởng" in page
    assert "Đã xác nhận một dòng ngân hàng" in page
    assert offer_of(ward) == ""
    ward_cases.run()
    page = (await ward.see(f"/cases/{suggested}")).text
    assert "theo quyết định của cán bộ" in page
    assert "Lệch tài khoản" in page


async def test_a_rejected_line_is_gone_and_comes_back_when_undone(
    ward: Visitor, suggested: int, ward_cases: Office
) -> None:
    await confirm(ward, suggested, "reject")
    page = (await ward.see(f"/cases/{suggested}")).text
    assert "Không phải của người này: " in page
    [undo] = re.findall(r'action="(/cases/\d+/matches/\d+/undo)"', page)
    answer = await ward.send(undo, reason="")
    assert (answer.status_code, "Hãy ghi lý do" in answer.text) == (422, True)
    await ward.send(undo, reason="Bấm nhầm")
    ward_cases.run()
    page = (await ward.see(f"/cases/{suggested}")).text
    assert "Bấm nhầm" in page
    assert offer_of(ward) != ""


async def test_a_line_that_no_run_suggests_takes_two_people(
    ward: Visitor, colleague: Visitor, suggested: int, ward_cases: Office
) -> None:
    page = (await ward.see(f"/cases/{suggested}/match?bank_ref=S2")).text
    assert "PHAM VAN TAM" in page
    assert "•••1234" in page
    assert "9704229200001234" not in page
    chosen = {"kind": "force", "bank_ref": "S2"}
    answer = await ward.send(f"/cases/{suggested}/matches", **chosen)
    assert (answer.status_code, "Hãy chọn dòng của người này" in answer.text) == (422, True)
    line = offer_of(ward)
    answer = await ward.send(f"/cases/{suggested}/matches", settlement_line=line, **chosen)
    assert (answer.status_code, "Hãy ghi lý do" in answer.text) == (422, True)
    answer = await ward.send(
        f"/cases/{suggested}/matches", settlement_line=line, reason="Con trai <b>nhận</b> thay", **chosen
    )
    assert answer.headers["location"].endswith("?said=match_force#matches")
    assert "Chờ người thứ hai" in (await ward.see(f"/cases/{suggested}")).text
    assert waiting_runs(ward_cases) == 0
    page = (await colleague.see("/matches")).text
    assert "Con trai &lt;b&gt;nhận&lt;/b&gt; thay" in page
    [match] = set(re.findall(r'href="(/matches/\d+)"', page))
    assert "Bạn là người đề nghị" in (await ward.see(match)).text
    await colleague.see(match)
    assert (await colleague.send(match)).status_code == 422
    assert (await colleague.send(match, answer="decline")).status_code == 422
    answer = await colleague.send(match, answer="approve")
    assert answer.headers["location"] == "/matches?said=approve"
    assert waiting_runs(ward_cases) == 1
    assert "không còn chờ" in (await colleague.see(match)).text
    ward_cases.run()
    page = (await ward.see(f"/cases/{suggested}")).text
    assert "Lệch tài khoản" in page
    assert "Đã duyệt ghép" in page


async def test_a_proposal_is_taken_back_by_who_made_it(ward: Visitor, suggested: int) -> None:
    await ward.see(f"/cases/{suggested}/match?account=1234")
    line = offer_of(ward)
    await ward.send(f"/cases/{suggested}/matches", settlement_line=line, kind="force", reason="Nghe nói")
    page = (await ward.see(f"/cases/{suggested}")).text
    [back] = re.findall(r'action="(/cases/\d+/matches/\d+/take-back)"', page)
    for _ in range(2):  # the second is the same form, sent by a double click
        assert (await ward.send(back)).headers["location"].endswith("?said=match_taken_back#matches")
    assert (await ward.send(back, csrf_token=ward.token().partition(".")[0])).status_code == 409
    assert "Không có gì đang chờ" in (await ward.see("/matches")).text


async def test_who_comes_second_is_told_so(ward: Visitor, colleague: Visitor, suggested: int) -> None:
    await colleague.see(f"/cases/{suggested}")
    line = offer_of(colleague)
    await confirm(ward, suggested, "reject")
    answer = await colleague.send(f"/cases/{suggested}/matches", settlement_line=line, kind="confirm")
    assert (answer.status_code, "đã có quyết định" in answer.text) == (409, True)


async def test_another_ward_sees_and_decides_nothing(
    visitor: Visitor, suggested: int, ward_cases: Office
) -> None:
    await visitor.sign_in("hoankiem")
    await visitor.see("/cases")
    assert (await visitor.see(f"/cases/{suggested}/match?bank_ref=S2")).status_code == 404
    assert (
        await visitor.send(f"/cases/{suggested}/matches", settlement_line="1", kind="confirm")
    ).status_code == 404
    await visitor.see(f"/cases/{case_of(ward_cases, 'B1')}")
    assert (await visitor.see("/matches/1")).status_code == 404


async def test_an_auditor_looks_and_decides_nothing(visitor: Visitor, suggested: int) -> None:
    await visitor.sign_in("kiemtra")
    page = (await visitor.see(f"/cases/{suggested}")).text
    assert "mức giống" in page
    assert "Đúng, là của người này" not in page
    answer = await visitor.send(f"/cases/{suggested}/matches", settlement_line="1", kind="confirm")
    assert answer.status_code == 403
    assert (await visitor.see("/matches")).status_code == 403


async def test_the_reading_of_strangers_lines_is_noted(
    ward: Visitor, suggested: int, ward_cases: Office
) -> None:
    await ward.see(f"/cases/{suggested}/match?amount=500.000")
    with ward_cases.database.reading() as session:
        [noted] = [each for each in events(session, limit=5) if each.what == "match.read"]
    assert len(noted.details["settlement_lines"]) == 1


async def test_an_amount_that_is_none_finds_nothing(ward: Visitor, suggested: int) -> None:
    answer = await ward.see(f"/cases/{suggested}/match?amount=abc")
    assert (answer.status_code, "Hãy ghi số tiền như" in answer.text) == (422, True)


async def test_a_holders_name_is_accepted_by_two_people(
    ward: Visitor, colleague: Visitor, ward_cases: Office
) -> None:
    married = {"bank_ref": "F8", "end_to_end_id": "A2", "account_no": "1500205004418"}
    ward_cases.say("ten.csv", {**married, "account_name": "BINH LE TRAN"})
    ward_cases.run()
    case = case_of(ward_cases, "A2")
    assert "Đề nghị chấp nhận tên" in (await ward.see(f"/cases/{case}")).text
    fields = {"kind": "name", "settlement_line": offer_of(ward)}
    assert (await ward.send(f"/cases/{case}/matches", **fields)).status_code == 422
    sent = await ward.send(f"/cases/{case}/matches", **fields, reason="Giấy kết hôn")
    assert sent.headers["location"] == f"/cases/{case}?said=match_name#matches"
    assert "Giấy kết hôn" in (await ward.see(f"/cases/{case}")).text
    assert 'value="name"' not in ward.last
    assert "Tên này có đúng là của họ không?" in (await colleague.see("/matches/1")).text
    assert (await colleague.send("/matches/1", answer="approve")).status_code == 303
    assert waiting_runs(ward_cases) == 1
    ward_cases.run()
    with ward_cases.database.reading() as session:
        assert session.get_one(Case, case).state == "closed"
