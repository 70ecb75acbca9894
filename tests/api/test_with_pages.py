"""With the pages beside it the API stays itself, and who signed in on a page may use it."""

import re

import httpx
import pytest
from fastapi import FastAPI

from payouts.core.settings import Settings
from payouts.web.app import add_pages

from .conftest import Keys, bearer


@pytest.fixture
def app(app: FastAPI, settings: Settings) -> FastAPI:
    add_pages(app, settings)
    return app


def hidden(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"', page)
    assert found
    return found[1] or found[2]


async def test_what_the_api_does_not_know_is_no_page(client: httpx.AsyncClient) -> None:
    for method, path, status in [
        ("GET", "/v1", 404),
        ("GET", "/v1/", 404),
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/cases", 405),
    ]:
        answer = await client.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get("/nothing")).headers["content-type"].startswith("text/html")


async def test_who_signed_in_on_the_page_may_use_the_api(client: httpx.AsyncClient, reconciled: Keys) -> None:
    del reconciled
    form = {
        "username": "ward4",
        "password": "một mật khẩu dài",
        "csrf_token": hidden((await client.get("/sign-in")).text),
    }
    entered = await client.post("/sign-in", data=form)
    assert entered.status_code == 303
    (case, *_) = (await client.get("/v1/cases")).json()["items"]
    notes = f"/v1/cases/{case['id']}/notes"
    assert (await client.post(notes, json={"note": "xin chào"})).status_code == 403
    token = hidden((await client.get(f"/cases/{case['id']}")).text)
    noted = await client.post(notes, json={"note": "xin chào"}, headers={"X-CSRF-Token": token})
    assert noted.status_code == 201
    assert token.startswith(f"{client.cookies['chitra_csrf']}.")


async def test_a_key_is_no_way_onto_the_pages(client: httpx.AsyncClient, keys: Keys) -> None:
    for key in (keys.mb, keys.admin):
        answer = await client.get("/cases", headers=bearer(key))
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
