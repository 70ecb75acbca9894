"""Addresses and forms that no page of ours makes: an answer, never a fault."""

import pytest

from tests.web.visiting import Visitor

RUBBISH = (
    "%00",
    "%ED%A0%80",
    "%FF",
    "a" * 5_000,
    "9" * 40,
    "-1",
    "%F0%9F%98%80",
    "<script>alert(1)</script>",
    "' OR 1=1--",
    "..%2f..%2fetc%2fpasswd",
    "%0d%0aSet-Cookie:x",
    "%E2%80%AEabc",
    "١٢٣",
    "{{7*7}}",
)
ADDRESSES = (
    "/cases?programme={0}&cycle={0}&verdict={0}&reason={0}&state={0}&who={0}&q={0}",
    "/cases?cursor={0}",
    "/?programme={0}&cycle={0}&said={0}",
    "/files?state={0}",
    "/files?before={0}",
    "/files/{0}",
    "/cases/{0}",
    "/cases/1?said={0}",
    "/language/{0}?next={0}",
    "/static/{0}",
    "/{0}",
)
FIELDS = (
    *("note", "assignee", "state", "due", "outcome"),
    *("voucher_number", "collected_on", "version"),
)


@pytest.mark.parametrize("rubbish", RUBBISH)
async def test_no_address_breaks_a_page(visitor: Visitor, rubbish: str) -> None:
    await visitor.sign_in("thanhpho")
    for address in ADDRESSES:
        answer = await visitor.see(address.format(rubbish))
        assert answer.status_code < 500, address
        assert "<script>" not in answer.text
        assert "root:" not in answer.text


@pytest.mark.parametrize("rubbish", RUBBISH)
async def test_no_form_breaks_a_page(visitor: Visitor, rubbish: str) -> None:
    await visitor.sign_in("thanhpho")
    await visitor.see("/cases/1")
    body = f"csrf_token={visitor.token()}&" + "&".join(f"{field}={rubbish}" for field in FIELDS)
    for act in ("note", "assign", "close", "reopen"):
        answer = await visitor.client.post(f"/cases/1/{act}", content=body.encode())
        assert answer.status_code in {303, 412, 422}, act
        assert "<script>" not in answer.text


async def test_what_is_no_form_is_refused(ward: Visitor) -> None:
    for body in (b"\xff\xfe&", b"a=1&" * 400):
        assert (await ward.client.post("/cases/1/note", content=body)).status_code == 422
