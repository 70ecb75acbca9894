"""Runs on pages: what is new in each, why, as known then, and only what somebody may see."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from payouts.cases.models import Case
from payouts.identity.audit import events
from tests.facts import Office
from tests.web.visiting import Visitor

PAID = {"end_to_end_id": "A2", "bank_ref": "F5", "account_no": "1500205004418", "booked_on": "2026-11-24"}


@pytest.fixture
async def city(app: FastAPI) -> AsyncIterator[Visitor]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chitra.test") as client:
        somebody = Visitor(client)
        await somebody.sign_in("thanhpho")
        yield somebody


@pytest.fixture
def two_runs(ward_cases: Office) -> Office:
    """The bank pays the silent one late, and the cycle is judged again."""
    ward_cases.say("muon.csv", PAID)
    ward_cases.run(as_of="2026-11-26")
    return ward_cases


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text.replace("<wbr>", "").replace("\u00a0", " ")).split())


@pytest.mark.usefixtures("two_runs")
async def test_the_runs_of_a_cycle_are_listed_with_what_is_new(city: Visitor) -> None:
    text = (await city.see("/?programme=BTXH&cycle=2026-11")).text
    assert 'href="/runs?programme=BTXH&amp;cycle=2026-11"' in text
    text = plain((await city.see("/runs?programme=BTXH&cycle=2026-11")).text)
    assert "Đã chi +1 ; Quá hạn, chưa có kết quả −1" in text
    assert "lần đầu" in text
    assert "Lần số 2 đang chạy" not in text
    page = (await city.see("/runs?programme=BTXH&cycle=2026-11&below=2")).text
    assert "/runs/BTXH/2026-11/1" in page
    assert "/runs/BTXH/2026-11/2" not in page


async def test_a_change_stands_with_its_cause_and_its_case(city: Visitor, two_runs: Office) -> None:
    text = (await city.see("/runs/BTXH/2026-11/2")).text
    with two_runs.database.reading() as session:
        case = session.exec(select(Case.id).where(Case.subject == "A2")).one()
    assert f'href="/cases/{case}">Trần Văn &lt;b&gt;Bình&lt;/b&gt;</a>' in text
    assert "Ngân hàng Agribank báo đã chi 810.000 đ ngày 24/11/2026 (tệp muon.csv, dòng 2)." in plain(text)
    assert "Quá hạn, chưa có kết quả 1 0 −1 0 đ 0 đ" in plain(text)
    await city.see("/language/en?next=/")
    text = plain((await city.see("/runs/BTXH/2026-11/2")).text)
    assert "Bank Agribank" not in text
    assert "Agribank says 810,000 đ was paid on 24/11/2026 (file muon.csv, line 2)." in text


@pytest.mark.usefixtures("two_runs")
async def test_changes_are_filtered_by_what_became_of_what(city: Visitor) -> None:
    text = plain((await city.see("/runs/BTXH/2026-11/2?from=missing&to=paid")).text)
    assert "A2," in text
    text = plain((await city.see("/runs/BTXH/2026-11/2?from=failed")).text)
    assert "A2," not in text
    assert (await city.see("/runs/BTXH/2026-11/2?from=nonsense")).status_code == 200


@pytest.mark.usefixtures("two_runs")
async def test_an_older_run_shows_the_cycle_as_known_then(city: Visitor) -> None:
    then = plain((await city.see("/?programme=BTXH&cycle=2026-11&run=1")).text)
    assert "Như đã biết lúc đó: đây là kết quả của lần đối chiếu số 1." in then
    assert "Đã chi đúng người 0 đ" in then
    now = plain((await city.see("/?programme=BTXH&cycle=2026-11")).text)
    assert "Đã chi đúng người 810.000 đ" in now
    first = plain((await city.see("/runs/BTXH/2026-11/1")).text)
    assert "Đây là lần đối chiếu đầu tiên" in first


async def test_a_ward_sees_changes_of_its_own_people_and_the_look_is_logged(
    visitor: Visitor, two_runs: Office
) -> None:
    await visitor.sign_in("hoankiem")
    text = plain((await visitor.see("/runs/BTXH/2026-11/2")).text)
    assert "Không dòng chi trả nào thay đổi." in text
    assert "Bình" not in text
    assert "Dòng kết quả của ngân hàng" not in text
    with two_runs.database.reading() as session:
        [read] = [
            each for each in events(session, subject="cycle BTXH 2026-11") if each.what == "changes.read"
        ]
    assert read.details["lines"] == 0


@pytest.mark.usefixtures("two_runs")
async def test_what_is_not_there_is_a_page_that_says_so(city: Visitor) -> None:
    for path in (
        "/runs",
        "/runs?programme=BTXH&cycle=2031-01",
        "/runs/BTXH/2026-11/9",
        "/runs/BTXH/2026-11/0",
        "/runs/BTXH/2026-11/99999999999999999999",
        "/runs/BTXH/2026-11/2?since=9",
        "/runs/BTXH/2026-11/2?cursor=x",
        "/runs/NOPE/2026-11/1",
        "/?programme=BTXH&cycle=2026-11&run=9",
    ):
        assert (await city.see(path)).status_code == 404, path
    assert (await city.see("/runs?programme=BTXH&cycle=2026-11&below=-5")).status_code == 200


async def test_an_english_reader_reads_explanations_in_english(city: Visitor, two_runs: Office) -> None:
    with two_runs.database.reading() as session:
        case = session.exec(select(Case.id).where(Case.subject == "A2")).one()
    assert "Ngân hàng báo đã chi đủ 810.000 đ ngày 24/11/2026." in (await city.see(f"/cases/{case}")).text
    await city.see("/language/en?next=/")
    text = plain((await city.see(f"/cases/{case}")).text)
    assert "The bank says 810,000 đ was paid in full on 24/11/2026." in text
    assert "The deadline of 20/11/2026 has passed and the bank has said nothing of this line." in text
    assert "Ngân hàng báo" not in text
