"""A month is closed on pages: what is open is said, one asks, another approves, a ward sees its own."""

import hashlib
import re

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from payouts.closing.models import MonthClose
from payouts.identity.users import add_user
from tests.facts import Office
from tests.web.visiting import PASSWORD, Visitor

MONTH = "/months/BTXH/2026-11"


async def somebody(app: FastAPI, username: str) -> Visitor:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    found = Visitor(httpx.AsyncClient(transport=transport, base_url="http://chitra.test"))
    await found.sign_in(username)
    return found


@pytest.fixture
async def province(app: FastAPI) -> Visitor:
    return await somebody(app, "thanhpho")


@pytest.fixture
async def accountant(app: FastAPI, ward_cases: Office) -> Visitor:
    with ward_cases.database.session() as session:
        add_user(session, "ketoan", "accountant", password=PASSWORD, by="test")
    return await somebody(app, "ketoan")


async def test_a_month_is_asked_to_be_closed_and_another_person_approves(
    ward: Visitor, province: Visitor, accountant: Visitor, ward_cases: Office
) -> None:
    page = (await province.see("/months")).text
    assert "Đang mở" in page
    page = (await province.see(MONTH)).text
    assert "Quá hạn, chưa có kết quả" in page
    assert "2.430.000" in page
    page = (await province.see(f"{MONTH}?wards=1")).text
    assert "Phường Ba Đình" in page
    assert (await ward.see(MONTH)).status_code == 200
    assert "Trước khi khóa sổ" not in ward.last
    assert (await ward.see(f"{MONTH}/payer")).status_code == 404
    assert (await ward.send(f"{MONTH}/close", reason="x")).status_code == 403
    await province.see(MONTH)
    assert (await province.send(f"{MONTH}/close", reason="")).status_code == 422
    answer = await province.send(f"{MONTH}/close", reason="Ngân hàng hứa trả lời <b>sau</b>")
    assert answer.headers["location"] == f"{MONTH}?said=asked"
    page = (await province.see(MONTH)).text
    assert "đang chờ người thứ hai duyệt" in page
    [address] = set(re.findall(r'href="(/approvals/\d+)"', page))
    page = (await accountant.see(address)).text
    assert MONTH in page
    answer = await accountant.send(address, answer="approve")
    assert answer.headers["location"] == f"{address}?said=done"
    page = (await province.see(MONTH)).text
    with ward_cases.database.reading() as session:
        kept = session.exec(select(MonthClose)).one()
    assert kept.hash in page
    content = await province.see(f"{MONTH}/closes/1")
    assert hashlib.sha256(content.content).hexdigest() == kept.hash
    assert (await ward.see(f"{MONTH}/closes/1")).status_code == 404
    assert "Số liệu này giữ nguyên" in (await ward.see(MONTH)).text
    assert "Đã khóa sổ" in (await accountant.see("/months")).text
    await accountant.see(MONTH)
    answer = await accountant.send(f"{MONTH}/reopen", reason="Thiếu tệp")
    assert answer.headers["location"] == f"{MONTH}?said=asked"


async def test_the_payers_papers_are_written_down_and_taken_back(
    province: Visitor, accountant: Visitor
) -> None:
    await province.see(f"{MONTH}/payer")
    paper = {"kind": "drawdown", "amount": "3.000.000", "document_no": "RDT 12", "day": "02/11/2026"}
    assert (await province.send(f"{MONTH}/payer", **{**paper, "amount": "0"})).status_code == 422
    assert (await province.send(f"{MONTH}/payer", **{**paper, "day": "31/02/2026"})).status_code == 422
    assert (await province.send(f"{MONTH}/payer", **{**paper, "kind": "paid"})).status_code == 422
    answer = await province.send(f"{MONTH}/payer", **paper)
    assert answer.headers["location"] == f"{MONTH}/payer?said=entered"
    page = (await province.see(f"{MONTH}/payer")).text
    assert "RDT 12" in page
    assert "3.000.000" in page
    await accountant.see(f"{MONTH}/payer")
    await accountant.send(f"{MONTH}/payer", **{**paper, "amount": "-3.000.000"})
    with_sign = (await accountant.see(f"{MONTH}/payer")).text
    assert "-3.000.000" in with_sign
