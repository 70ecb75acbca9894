"""Orders, drafts and cash lists on pages: made, taken once, opened by two people, printed by the ward."""

import re

import httpx
import pytest
from fastapi import FastAPI

from payouts.identity.users import add_user
from tests.facts import Office
from tests.web.visiting import PASSWORD, Visitor

OF_CYCLE = {"programme": "BTXH", "cycle": "2026-11"}
ADDRESS = "/orders?programme=BTXH&cycle=2026-11"


@pytest.fixture
async def accountant(app: FastAPI, ward_cases: Office) -> Visitor:
    with ward_cases.database.session() as session:
        add_user(session, "ketoan", "accountant", password=PASSWORD, by="test")
    ward_cases.owe(
        {"line_ref": "M1", "bank_code": "MB", "citizen_id": "001145003430", "account_no": "0801123456780"},
        {
            "line_ref": "C1",
            "channel": "cash",
            "citizen_id": "001145003431",
            "account_no": "",
            "bank_code": "",
        },
        name="second.csv",
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    somebody = Visitor(httpx.AsyncClient(transport=transport, base_url="http://chitra.test"))
    await somebody.sign_in("ketoan")
    return somebody


async def test_orders_are_made_downloaded_once_and_again_with_a_reason(accountant: Visitor) -> None:
    page = (await accountant.see(ADDRESS)).text
    assert "Ngân hàng đã trả lời cho dòng này" in page
    assert "Lệnh của ngân hàng này đã gửi ngoài hệ thống" in page
    answer = await accountant.send("/orders", **OF_CYCLE, execute_on="35/13/2026")
    assert (answer.status_code, "Hãy ghi ngày như" in answer.text) == (422, True)
    answer = await accountant.send("/orders/payers", **OF_CYCLE, bank="MB", account_no="1", holder="Sở")
    assert answer.status_code == 422
    answer = await accountant.send(
        "/orders/payers", **OF_CYCLE, bank="MB", account_no="111 000 111", holder="Sở"
    )
    assert answer.headers["location"] == f"{ADDRESS}&said=payer#payers"
    await accountant.see(ADDRESS)
    assert (await accountant.send("/orders", **OF_CYCLE)).headers["location"] == f"{ADDRESS}&said=made"
    page = (await accountant.see(ADDRESS)).text
    [address] = set(re.findall(r'href="(/orders/\d+)"', page))
    page = (await accountant.see(address)).text
    assert "BTXH-202611-MB-01" in page
    assert "111000111" in page
    file = (await accountant.send(f"{address}/export", format="pain.001", layout="generic")).headers[
        "location"
    ]
    answer = await accountant.client.get(file)
    assert "BTXH-202611-MB-01.xml" in answer.headers["content-disposition"]
    assert b"<EndToEndId>M1</EndToEndId>" in answer.content
    await accountant.see(address)
    assert "Các lần gửi" in accountant.last
    answer = await accountant.send(f"{address}/export", format="csv", layout="generic", reason="")
    assert (answer.status_code, "Gửi ngân hàng hai lần là chi hai lần" in answer.text) == (422, True)
    answer = await accountant.send(f"{address}/export", format="csv", layout="generic", reason="Tệp hỏng")
    assert answer.headers["location"] == f"{address}/files/2"
    answer = await accountant.send(f"{address}/cancel", why="nhầm")
    assert answer.status_code == 422


async def test_a_cycle_is_opened_by_two_people(accountant: Visitor, visitor: Visitor) -> None:
    await accountant.see(ADDRESS)
    back = {"back_programme": "BTXH", "back_cycle": "2026-11"}
    answer = await accountant.send("/drafts", programme="BTXH", cycle="2026-10", **back)
    assert (answer.status_code, "chưa có kỳ nào trước" in answer.text) == (422, True)
    address = (await accountant.send("/drafts", programme="BTXH", cycle="2026-12", **back)).headers[
        "location"
    ]
    page = (await accountant.see(address)).text
    assert "Kỳ trước chưa chi, chuyển sang" in page
    assert "Trần Văn &lt;b&gt;Bình" not in page
    draft = address.partition("?")[0]
    page = (await accountant.see(f"{draft}?kind=carried_over")).text
    assert "2026-11 A1" in page
    assert (await accountant.send(f"{draft}/ask", reason="")).status_code == 422
    approval = (await accountant.send(f"{draft}/ask", reason="Đã xem")).headers["location"].partition("?")[0]
    assert (await accountant.send(f"{draft}/drop")).status_code == 422
    await visitor.sign_in("thanhpho")
    assert "Mở kỳ chi trả" in (await visitor.see(approval)).text
    answer = await visitor.send(approval, answer="approve")
    assert answer.headers["location"] == f"{approval}?said=done"
    assert "Đã mở thành kỳ chi trả" in (await visitor.see(draft)).text


async def test_a_ward_prints_its_own_cash_list_and_sees_no_order(ward: Visitor, accountant: Visitor) -> None:
    del accountant
    page = (await ward.see("/cash-lists?programme=BTXH&cycle=2026-11&area=00004")).text
    assert "001145003431" in page
    assert "Ký nhận" in page
    assert (await ward.see("/cash-lists?programme=BTXH&cycle=2026-11&area=00070")).status_code == 404
    assert (await ward.see(ADDRESS)).status_code == 403
    assert (await ward.see("/orders/1")).status_code == 403
    assert (await ward.see("/drafts/1")).status_code == 403
