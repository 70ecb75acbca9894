"""Pages over a database with a few invented cases, and staff who are signed in."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import URL

from payouts.api.app import create_app
from payouts.identity.users import add_user
from payouts.web.app import add_pages
from tests.facts import Office
from tests.web.browsing import Served
from tests.web.visiting import PASSWORD, Visitor

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


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


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "CHITRA_DATA_DIR": str(folder / "data")}
    command = [str(Path(sys.executable).parent / "chitra"), "demo", "--json", "--port", "0"]
    log = folder / "log"  # a pipe that nobody reads would fill up and stop the server
    with (
        log.open("wb") as said,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=said) as process,  # noqa: S603  # our own command
    ):
        assert process.stdout
        line = process.stdout.readline()
        assert line, log.read_text(encoding="utf-8")
        told = json.loads(line)
        yield Served(
            told["url"], told["cycle"], {user["username"]: user["password"] for user in told["users"]}
        )
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0


@pytest.fixture(scope="module")  # while it is open, no test of another module could run a loop of events
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs chromium")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()
