"""Payout lists on pages: how each stands, its problems beside its rows, and a difference to confirm."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from payouts.cases.models import Case
from payouts.identity.users import add_user
from payouts.jobs.worker import work_once
from payouts.lists.models import PayoutList
from tests.facts import OWED, Office
from tests.web.visiting import PASSWORD, Visitor

THIRD = {"citizen_id": "001145003419", "account_no": "1500205004419", "area_code": "00070"}
CORRECTED = (
    {"line_ref": "A1", "amount": "900000"},
    {"line_ref": "B1", "full_name": "Lê Thị Lân <i>", **THIRD},
    {
        "line_ref": "C1",
        "full_name": "Phạm Thị Mai",
        "citizen_id": "001160000009",
        "account_no": "1500205000009",
    },
)


@pytest.fixture
async def city(app: FastAPI) -> AsyncIterator[Visitor]:
    """Sign somebody of the city in, who may send and confirm lists."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chitra.test") as client:
        somebody = Visitor(client)
        await somebody.sign_in("thanhpho")
        yield somebody


@pytest.fixture
def corrected(ward_cases: Office) -> PayoutList:
    return ward_cases.owe(*CORRECTED, name="sua.csv", supersedes=1)


async def test_the_lists_of_a_cycle_are_listed_with_how_they_stand(
    city: Visitor, corrected: PayoutList
) -> None:
    answer = await city.see("/lists")
    assert answer.status_code == 200
    assert "Chờ xác nhận" in answer.text
    assert f'href="/lists/{corrected.id}"' in answer.text
    assert "BTXH 11/2026" in (await city.see("/lists?programme=BTXH&cycle=2026-11")).text
    assert "Chưa có danh sách" in (await city.see("/lists?programme=BTXH&cycle=2031-01")).text


async def test_each_problem_stands_beside_its_row(city: Visitor, ward_cases: Office) -> None:
    bad = ward_cases.owe(
        {"line_ref": "X1"}, {"line_ref": "X2", "amount": "930.5"}, name="bad.csv", cycle="2026-12"
    )
    text = (await city.see(f"/lists/{bad.id}")).text
    assert "Không đọc được số tiền “930.5”" in text
    assert "X2 | 001145003417" in text


async def test_the_difference_is_shown_and_confirmed(
    city: Visitor, ward_cases: Office, corrected: PayoutList
) -> None:
    text = (await city.see(f"/lists/{corrected.id}/difference")).text
    assert "Lê Thị Lân &lt;i&gt;" in text
    assert re.search(r"Số tiền: .*810\.000.*→.*900\.000", text)
    answer = await city.send(f"/lists/{corrected.id}/confirm", note="đã xem")
    assert answer.headers["location"] == f"/lists/{corrected.id}?said=judged"
    again = await city.send(f"/lists/{corrected.id}/confirm", note="đã xem")
    assert again.headers["location"] == answer.headers["location"]  # sent twice, done once
    text = (await city.see(f"/lists/{corrected.id}")).text
    assert "Đã xác nhận: thanhpho" in text
    assert "Danh sách khác đang được tính thay" in (await city.see("/lists/1")).text
    assert work_once(ward_cases.database, ward_cases.settings)  # the run that it asked for


async def test_a_corrected_list_is_dropped(city: Visitor, corrected: PayoutList) -> None:
    await city.see(f"/lists/{corrected.id}/difference")
    answer = await city.send(f"/lists/{corrected.id}/cancel")
    assert answer.headers["location"] == f"/lists/{corrected.id}?said=cancelled"
    assert "Đã hủy" in (await city.see("/lists")).text


async def test_only_who_has_the_right_confirms(
    app: FastAPI, visitor: Visitor, ward_cases: Office, corrected: PayoutList
) -> None:
    with ward_cases.database.session() as session:
        add_user(session, "ketoan", "accountant", password=PASSWORD, by="test")
    await visitor.sign_in("ketoan")
    text = (await visitor.see(f"/lists/{corrected.id}/difference")).text
    assert "Cần người có quyền xác nhận" in text
    assert (await visitor.send(f"/lists/{corrected.id}/confirm")).status_code == 403
    del app


async def test_a_ward_sees_no_lists(ward: Visitor, corrected: PayoutList) -> None:
    for path in ("/lists", f"/lists/{corrected.id}", f"/lists/{corrected.id}/difference", "/lists/send"):
        assert (await ward.see(path)).status_code == 403


async def test_a_list_is_sent_on_the_page(
    city: Visitor, ward_cases: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payouts.web.pages.list_sending.PATIENCE_SECONDS", 0)
    path = ward_cases.write("moi.csv", OWED, ({"line_ref": "N1"},))
    await city.see("/lists/send")

    async def post(**fields: str) -> httpx.Response:
        return await city.client.post(
            "/lists/send",
            data={"csrf_token": city.token(), **fields},
            files={"file": ("moi.csv", path.read_bytes(), "text/csv")},
        )

    answer = await post(programme="btxh", cycle="1/2027", deadline="20/01/2027")
    assert answer.status_code == 303, answer.text
    assert work_once(ward_cases.database, ward_cases.settings)
    assert "Đã nhận" in (await city.see(answer.headers["location"])).text
    assert (await post(programme="btxh", cycle="13/2027")).status_code == 422
    assert (await post(programme="", cycle="1/2027")).status_code == 422
    assert (await post(programme="BTXH", cycle="1/2027", deadline="mai")).status_code == 422
    assert (await post(supersedes="999")).status_code == 422
    assert (await post(supersedes="x")).status_code == 422
    forged = await city.client.post("/lists/send", data={"csrf_token": "x"}, files={"file": ("a", b"b")})
    assert (forged.status_code, forged.headers["location"]) == (303, "/lists/send")
    known = await post(programme="BTXH", cycle="1/2027")
    assert known.headers["location"].endswith("said=known")


async def test_strange_numbers_and_cursors_are_no_page(city: Visitor) -> None:
    for path in (
        "/lists/0",
        "/lists/999999999999999999999",
        "/lists/1/difference",
        "/lists/2/difference?after=%00",
    ):
        assert (await city.see(path)).status_code == 404
    assert (await city.see("/lists/1/confirm")).status_code == 303
    assert (await city.see("/lists?before=999999999999999999999999")).status_code == 200


async def test_the_parts_of_an_amount_stand_on_the_page_of_a_case(city: Visitor, ward_cases: Office) -> None:
    usual = {**OWED, "amount_current": "", "amount_arrears": "", "amount_deducted": "", "carried_from": ""}
    parts = {"amount_current": "710000", "amount_arrears": "120000", "amount_deducted": "20000"}
    ward_cases.owe({"line_ref": "P1", **parts}, usual=usual, cycle="2026-12")
    ward_cases.run("2026-12", as_of="2026-12-31")
    with ward_cases.database.reading() as session:
        case = session.exec(select(Case).where(Case.subject == "P1")).one()
    text = " ".join((await city.see(f"/cases/{case.id}")).text.replace("\u00a0", " ").split())
    assert re.search(r"Tháng này <span[^>]*>710.000 đ</span>; Truy lĩnh <span[^>]*>120.000 đ</span>", text)
    assert "−20.000 đ" in text
    answer = (await city.client.get(f"/v1/cases/{case.id}")).json()["verdict_now"]
    assert {name: answer[name] for name in parts} == {name: int(amount) for name, amount in parts.items()}
