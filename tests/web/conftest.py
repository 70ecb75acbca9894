"""Pages over a database with a few invented cases, and staff who are signed in."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import URL

from payouts.api.app import create_app
from payouts.identity.users import add_user
from payouts.web.app import add_pages
from tests.facts import Office

PASSWORD = "một câu đủ dài để nhớ"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')


@dataclass
class Visitor:
    """Somebody with a browser: follows no redirects by itself, keeps cookies, fills forms in."""

    client: httpx.AsyncClient
    last: str = field(default="")

    async def see(self, path: str) -> httpx.Response:
        answer = await self.client.get(path)
        self.last = answer.text
        return answer

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the page last seen, with its hidden fields."""
        hidden = {"csrf_token": self.token(), "version": self.version()}
        answer = await self.client.post(path, data={**hidden, **fields})
        if answer.status_code != 303:
            self.last = answer.text
        return answer

    def token(self) -> str:
        found = CSRF.search(self.last)
        return found[1] if found else ""

    def version(self) -> str:
        found = VERSION.search(self.last)
        return found[1] if found else ""

    async def sign_in(self, username: str, password: str = PASSWORD) -> httpx.Response:
        await self.see("/sign-in")
        return await self.send("/sign-in", username=username, password=password)


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> URL:
    """Pages ask the database through other rooms only, and those are tested on both."""
    path = tmp_path / "chitra.sqlite3"
    shutil.copy(sqlite_template, path)
    return URL.create("sqlite", database=str(path))


@pytest.fixture
def ward_cases(office: Office, quick_passwords: None) -> Office:
    """Three people of two wards: one rejected, one silent, one of another ward rejected; and staff."""
    del quick_passwords
    second = {"citizen_id": "001145003418", "account_no": "1500205004418"}
    third = {"citizen_id": "001145003419", "account_no": "1500205004419", "area_code": "00070"}
    office.owe(
        {"line_ref": "A1"},
        {"line_ref": "A2", "full_name": "Trần Văn <b>Bình</b>", **second},
        {"line_ref": "B1", "full_name": "Lê Thị Lan", **third},
    )
    office.say(
        "vba.csv",
        {"bank_ref": "F1", "end_to_end_id": "A1", "status": "rejected", "reason_code": "AC04"},
        {"bank_ref": "F2", "end_to_end_id": "B1", "status": "rejected", "reason_code": "AC01"},
    )
    office.run()
    with office.database.session() as session:
        for username, role, areas in (
            ("badinh", "ward", ["00004"]),
            ("badinh2", "ward", ["00004"]),
            ("hoankiem", "ward", ["00070"]),
            ("thanhpho", "province", []),
            ("kiemtra", "auditor", []),
        ):
            add_user(session, username, role, areas=areas, password=PASSWORD, by="test")
    return office


@pytest.fixture
def app(ward_cases: Office) -> FastAPI:
    made = create_app(ward_cases.settings, ward_cases.database)
    add_pages(made, ward_cases.settings)
    return made


@pytest.fixture
async def visitor(app: FastAPI) -> AsyncIterator[Visitor]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chitra.test") as client:
        yield Visitor(client)


@pytest.fixture
async def colleague(app: FastAPI) -> AsyncIterator[Visitor]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chitra.test") as client:
        somebody = Visitor(client)
        await somebody.sign_in("badinh2")
        yield somebody


@pytest.fixture
async def ward(visitor: Visitor) -> Visitor:
    """Sign the ward of Ba Đình in."""
    answer = await visitor.sign_in("badinh")
    assert answer.status_code == 303, answer.text
    return visitor
