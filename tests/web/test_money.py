"""Paying again, claiming back and stopping on pages: one asks, another decides, each act shows who."""

import re

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from payouts.approvals.models import Approval
from payouts.cases.models import Case
from payouts.identity.users import add_user
from payouts.lists.models import Reissue
from payouts.registry.models import Stop
from tests.facts import Office
from tests.web.visiting import PASSWORD, Visitor


def case_of(office: Office, ref: str, kind: str = "exception") -> int:
    with office.database.reading() as session:
        return session.exec(select(Case.id).where(Case.subject == ref, Case.kind == kind)).one() or 0


@pytest.fixture
async def accountant(app: FastAPI, ward_cases: Office) -> Visitor:
    with ward_cases.database.session() as session:
        add_user(session, "ketoan", "accountant", password=PASSWORD, by="test")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    somebody = Visitor(httpx.AsyncClient(transport=transport, base_url="http://chitra.test"))
    await somebody.sign_in("ketoan")
    return somebody


async def test_a_failed_payment_is_paid_again_by_two_people(
    ward: Visitor, accountant: Visitor, ward_cases: Office
) -> None:
    case = case_of(ward_cases, "A1")
    page = (await ward.see(f"/cases/{case}")).text
    assert "Chi lại" in page
    answer = await ward.send(f"/cases/{case}/money/reissue", account="VBA:1500205004417", reason="")
    assert (answer.status_code, "Hãy ghi lý do" in answer.text) == (422, True)
    answer = await ward.send(
        f"/cases/{case}/money/reissue", account="VBA:1500205004417", reason="Đã <b>sửa</b>"
    )
    assert answer.headers["location"] == f"/cases/{case}?said=asked"
    page = (await ward.see(f"/cases/{case}?said=asked")).text
    assert "Chờ duyệt" in page
    assert "Đề nghị phê duyệt" in page
    queue = (await accountant.see("/approvals")).text
    assert "Bạn được duyệt" in queue
    assert "Đã &lt;b&gt;sửa&lt;/b&gt;" in queue
    [address] = set(re.findall(r'href="(/approvals/\d+)"', queue))
    assert "Bạn là người đề nghị" in (await ward.see(address)).text
    await accountant.see(address)
    assert "1500205004417" in accountant.last
    assert (await accountant.send(address)).status_code == 422
    assert (await accountant.send(address, answer="decline")).status_code == 422
    answer = await accountant.send(address, answer="approve")
    assert answer.headers["location"] == f"{address}?said=done"
    assert "Đã duyệt" in (await accountant.see(address)).text
    with ward_cases.database.reading() as session:
        made = session.exec(select(Reissue)).one()
    page = (await ward.see(f"/cases/{case}")).text
    assert made.new_ref in page
    assert "chờ lệnh chi kế tiếp" in page
    answer = await ward.send(f"/cases/{case}/money/withdraw-reissue", reason="Người nhà đã nhận tiền mặt")
    assert answer.headers["location"] == f"/cases/{case}?said=reissue_withdrawn"
    assert "Đã rút lệnh chi lại" in (await ward.see(f"/cases/{case}")).text


async def test_what_may_still_settle_says_why_it_is_not_paid_again(ward: Visitor, ward_cases: Office) -> None:
    page = (await ward.see(f"/cases/{case_of(ward_cases, 'A2')}")).text
    assert "Lệnh trước còn có thể được chi" in page
    assert "money/reissue" not in page


async def test_a_stop_takes_the_paper_and_a_second_person(
    ward: Visitor, colleague: Visitor, ward_cases: Office
) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case}")
    told = {"why": "died", "document_no": "15/TLKT", "reason": "Gia đình báo", "happened_on": "05/10/2026"}
    answer = await ward.send(f"/cases/{case}/money/stop", **told, document_on="01/10/2026")
    assert (answer.status_code, "15/TLKT" in answer.text) == (422, True)
    answer = await ward.send(f"/cases/{case}/money/stop", **told, document_on="07/10/2026")
    assert answer.status_code == 303, answer.text
    queue = (await colleague.see("/approvals")).text
    [address] = set(re.findall(r'href="(/approvals/\d+)"', queue))
    page = (await colleague.see(address)).text
    assert "Đã mất" in page
    assert "07/10/2026" in page
    await colleague.send(address, answer="approve")
    with ward_cases.database.reading() as session:
        assert session.exec(select(Stop.last_month)).one() == "2026-10"
        assert session.exec(select(Case.outcome).where(Case.id == case)).one() == "stopped"
        assert session.exec(select(Approval.state)).one() == "done"
    page = (await ward.see(f"/cases/{case}")).text
    assert "tháng cuối được hưởng là 10/2026" in page
    assert "money/resume" in page


async def test_another_ward_decides_nothing(visitor: Visitor, ward_cases: Office) -> None:
    await visitor.sign_in("hoankiem")
    await visitor.see("/approvals")
    case = case_of(ward_cases, "A1")
    assert (await visitor.send(f"/cases/{case}/money/reissue", reason="x")).status_code == 404
    assert (await visitor.send(f"/cases/{case}/money/nothing", reason="x")).status_code == 404
    assert (await visitor.see("/approvals/1")).status_code == 404


async def test_what_is_ready_goes_out_to_the_bank_once(
    ward: Visitor, accountant: Visitor, ward_cases: Office
) -> None:
    case = case_of(ward_cases, "A1")
    await ward.see(f"/cases/{case}")
    await ward.send(f"/cases/{case}/money/reissue", reason="Đã sửa")
    await accountant.see("/approvals/1")
    await accountant.send("/approvals/1", answer="approve")
    assert (await ward.see("/reissues.csv")).status_code == 403
    assert "Sẵn sàng" in (await accountant.see("/reissues")).text
    last = re.findall(r'name="last" value="(\d+)"', accountant.last)[0]
    text = (await accountant.client.get("/reissues.csv")).text
    assert re.search(r"\r\nCL[A-Z2-7]{14},001145003417,", text)
    for _ in range(2):
        answer = await accountant.send("/reissues", last=last)
        assert answer.headers["location"] == "/reissues?said=ordered"
    assert "Không có khoản nào chờ chi lại" in (await accountant.see("/reissues")).text
    await ward.see(f"/cases/{case}")
    assert "đã gửi ngân hàng ngày" in ward.last
    assert "money/withdraw-reissue" not in ward.last


async def test_an_authorisation_is_given_used_and_revoked_on_the_page(
    ward: Visitor, accountant: Visitor
) -> None:
    await accountant.see("/delegations")
    paper = {"taker": "badinh2", "document": "7/UQ", "valid_from": "01/11/2026", "valid_to": "30/11/2026"}
    answer = await accountant.send("/delegations", **{**paper, "valid_to": "30/06/2027"})
    assert (answer.status_code, "7/UQ" in answer.text, "92" in answer.text) == (422, True, True)
    answer = await accountant.send("/delegations", **paper, **{"kind-reissue": "yes"}, most="1.000.000")
    assert answer.headers["location"] == "/delegations?said=delegated"
    page = (await accountant.see("/delegations?said=delegated")).text
    assert "Đang có hiệu lực" in page
    assert "không quá 1.000.000" in page
    assert (await accountant.send("/delegations/approvers", area="00004")).status_code == 403
    [end] = re.findall(r'action="(/delegations/\d+/revoke)"', page)
    assert (await accountant.send(end, reason="")).status_code == 422
    assert (await accountant.send(end, reason="Đã về")).headers["location"] == "/delegations?said=revoked"
    assert "đã thu hồi" in (await accountant.see("/delegations")).text
    assert "7/UQ" not in (await ward.see("/delegations")).text


async def test_the_province_names_who_decides_for_a_ward(visitor: Visitor) -> None:
    await visitor.sign_in("thanhpho")
    await visitor.see("/delegations")
    told = {"area": "00004", "username": "badinh2", "decision": "3/QĐ"}
    answer = await visitor.send("/delegations/approvers", **{**told, "area": "4"})
    assert answer.status_code == 422
    assert (await visitor.send("/delegations/approvers", **told)).status_code == 303
    page = (await visitor.see("/delegations")).text
    [end] = re.findall(r'action="(/delegations/approvers/\d+/end)"', page)
    assert (await visitor.send(end)).headers["location"] == "/delegations?said=ended"
