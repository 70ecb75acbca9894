"""Staff send a bank's file from a page: streamed, checked like any other, without a script if need be."""

import hashlib
import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from payouts.jobs.worker import work_once
from payouts.settlements.models import SettlementFile
from tests.facts import SAID, Office
from tests.web.visiting import PASSWORD, Visitor

PAGE = "/files/send"
MULTIPART = {"content-type": "multipart/form-data; boundary=x"}
FORM = {"bank": "VBA", "profile": "chitra"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payouts.web.pages.sending.PATIENCE_SECONDS", 0)


@pytest.fixture
async def province(visitor: Visitor) -> Visitor:
    answer = await visitor.sign_in("thanhpho")
    assert answer.status_code == 303, answer.text
    return visitor


def body(office: Office) -> bytes:
    return office.write("made.csv", SAID, ({"bank_ref": "F9", "end_to_end_id": "A2"},)).read_bytes()


def part(name: str, value: str, filename: str | None = None) -> bytes:
    """Write a part as a browser does, the file's with a name, empty where none was chosen."""
    more = "" if filename is None else f'; filename="{filename}"\r\nContent-Type: text/csv'
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'.encode()


async def send(visitor: Visitor, content: bytes, name: str = "kết quả.csv", **fields: str) -> httpx.Response:
    data = {"csrf_token": visitor.token(), **FORM, **fields}
    return await visitor.client.post(PAGE, data=data, files={"file": (name, content)})


def files(office: Office) -> list[SettlementFile]:
    with office.database.reading() as session:
        return list(session.exec(select(SettlementFile).order_by(SettlementFile.id)))


def left_over(office: Office) -> list[Path]:
    return list((office.settings.data_dir / "files" / "arriving").iterdir())


async def test_a_file_sent_as_a_form_leads_to_its_receipt(province: Visitor, ward_cases: Office) -> None:
    before = len(files(ward_cases))
    page = await province.see(PAGE)
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.text.count("<script") == 1
    content = body(ward_cases)
    answer = await send(province, content)
    assert answer.status_code == 303, answer.text
    [sent] = files(ward_cases)[before:]
    assert answer.headers["location"] == f"/files/{sent.id}"
    assert (sent.bank_code, sent.profile, sent.filename) == ("VBA", "chitra", "kết quả.csv")
    assert (sent.sha256, sent.received_by) == (hashlib.sha256(content).hexdigest(), "thanhpho")
    waiting = await province.see(f"/files/{sent.id}")
    assert waiting.headers["refresh"] == "3"
    assert work_once(ward_cases.database, ward_cases.settings)
    shown = await province.see(f"/files/{sent.id}")
    assert "refresh" not in shown.headers
    await province.see(PAGE)
    assert (await send(province, content)).headers["location"] == f"/files/{sent.id}"
    assert left_over(ward_cases) == []


async def test_a_form_that_lacks_something_says_what_and_keeps_nothing(
    province: Visitor, ward_cases: Office
) -> None:
    content, before = body(ward_cases), len(files(ward_cases))
    await province.see(PAGE)
    for fields, name, said in [
        ({"bank": ""}, "a.csv", "chọn ngân hàng"),
        ({"bank": "<b>x</b>"}, "a.csv", "chọn ngân hàng"),
    ]:
        answer = await send(province, content, name, **fields)
        assert answer.status_code == 422
        assert said in answer.text
        assert "<b>x</b>" not in answer.text
    assert (await send(province, content, profile="nobody")).status_code == 404
    fields = {"csrf_token": province.token(), "bank": "VBA"}
    unchosen = (
        b"".join(part(name, value) for name, value in fields.items()) + part("file", "", "") + b"--x--\r\n"
    )
    answer = await province.client.post(PAGE, content=unchosen, headers=MULTIPART)
    assert (answer.status_code, "Hãy chọn tệp" in answer.text) == (422, True)
    for kind, broken in [
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name"),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        ("multipart/form-data", content),
        ("application/x-www-form-urlencoded", b"bank=VBA"),
    ]:
        answer = await province.client.post(PAGE, content=broken, headers={"content-type": kind})
        assert answer.status_code == 422, (kind, answer.text)
    assert len(files(ward_cases)) == before
    assert left_over(ward_cases) == []


async def test_only_who_may_send_gets_the_page(visitor: Visitor, ward_cases: Office) -> None:
    assert (await visitor.see(PAGE)).headers["location"] == "/sign-in?next=%2Ffiles%2Fsend"
    assert (await send(visitor, body(ward_cases))).status_code == 401
    for name in ("badinh", "kiemtra"):
        await visitor.sign_in(name)
        assert (await visitor.see(PAGE)).status_code == 403
        assert (await send(visitor, body(ward_cases))).status_code == 403
        visitor.client.cookies.clear()


async def test_a_file_is_stopped_where_it_is_too_large(
    province: Visitor, ward_cases: Office, app: FastAPI
) -> None:
    app.state.settings = ward_cases.settings.model_copy(update={"largest_file": 3_000_000})
    await province.see(PAGE)
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield part("csrf_token", province.token()) + part("bank", "VBA") + part("file", "", "big.csv")[:-2]
        for _ in range(1000):
            taken += 65536
            yield b"x" * 65536

    answer = await province.client.post(PAGE, content=endless(), headers=MULTIPART)
    assert (answer.status_code, "3000000 byte" in answer.text) == (422, True)
    assert taken < 4_000_000
    assert left_over(ward_cases) == []


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_what_a_code_means_is_a_page_for_anybody_and_json_for_programs(
    visitor: Visitor, language: str
) -> None:
    visitor.client.cookies.set("chitra_language", language)
    page = await visitor.see("/problems/amount_missing")
    assert page.status_code == 200
    assert ("Dòng không ghi số tiền." if language == "vi" else "The line states no amount.") in page.text
    told = await visitor.client.get("/problems/amount_missing", headers={"accept": "application/json"})
    assert told.json()["code"] == "amount_missing"
    assert 'href="/problems/amount_missing"' in (await visitor.see("/problems")).text
    assert (await visitor.see("/problems/nothing")).status_code == 404


async def test_what_was_typed_beside_a_file_outlives_the_session(
    province: Visitor, ward_cases: Office
) -> None:
    await province.see(PAGE)
    stale = province.token()
    province.client.cookies.clear()
    data = {"csrf_token": stale, **FORM, "bank": "MB"}
    answer = await province.client.post(PAGE, data=data, files={"file": ("a.csv", body(ward_cases))})
    assert answer.status_code == 401
    province.last = answer.text
    held = html.unescape(re.findall(r'name="held" value="([^"]+)"', answer.text)[0])
    back = await province.send("/sign-in", username="thanhpho", password=PASSWORD, held=held)
    assert back.headers["location"] == PAGE
    assert '<option value="MB" selected' in (await province.see(PAGE)).text
    stale = await send(province, body(ward_cases), csrf_token="x", bank="BIDV")
    assert (stale.status_code, stale.headers["location"]) == (303, PAGE)
    assert '<option value="BIDV" selected' in (await province.see(PAGE)).text
    assert left_over(ward_cases) == []
