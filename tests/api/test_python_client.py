"""The Python client in docs/ is what its command writes, and works against the running service."""

import importlib.util
import shutil
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import URL

from payouts.core import clock
from payouts.webhooks.rules import make_secret, signature
from tests.api.conftest import LIST, MB_RESULT, Keys

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "docs" / "clients" / "chitra_client.py"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> URL:
    """The client asks over HTTP, and the calls are tested on both databases."""
    path = tmp_path / "chitra.sqlite3"
    shutil.copy(sqlite_template, path)
    return URL.create("sqlite", database=str(path))


def loaded(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_client_is_what_its_command_writes() -> None:
    written = loaded(ROOT / "tools" / "python_client.py").client()
    assert CLIENT.read_text(encoding="utf-8") == written, "run .venv/bin/python tools/python_client.py"


@pytest.mark.usefixtures("worker")
def test_a_month_goes_through_the_client(app: FastAPI, keys: Keys) -> None:
    chitra = loaded(CLIENT)
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            walk(chitra, f"http://127.0.0.1:{door.getsockname()[1]}", keys)
        finally:
            server.should_exit = True
            thread.join()


def walk(chitra: Any, url: str, keys: Keys) -> None:
    staff, bank = chitra.Chitra(url, keys.province), chitra.Chitra(url, keys.mb, language="en")
    month = ("BTXH", "2026-11")
    sent = staff.send_payout_list(LIST, cycle=month[1], programme=month[0], filename="list.csv", wait=30)
    assert staff.payout_list(sent["id"])["state"] == "accepted"
    assert bank.send_settlement_file(MB_RESULT, filename="kq.csv", wait=30)["state"] == "accepted"
    assert [each["bank_code"] for each in bank.expected_files()["items"]] == ["MB"]
    assert staff.start_run(*month, wait=30)["state"] == "done"
    found = {each["line_ref"]: each["verdict"] for each in chitra.pages(staff.verdicts, *month, limit=1)}
    assert found == {"A0001": "paid", "A0002": "failed", "A0003": "missing"}
    assert staff.cycle(*month)["identity"]["difference"] == 0
    case = staff.cases(verdict="failed")["items"][0]
    staff.case(case["id"])
    etag = staff.etag
    assert staff.change_case(case["id"], {"assignee": "province"}, if_match=etag)["assignee"] == "province"
    with pytest.raises(chitra.ChitraError) as stale:
        staff.change_case(case["id"], {"assignee": "x"}, if_match=etag)
    assert (stale.value.status, "case_changed" in stale.value.problem["type"]) == (412, True)
    with pytest.raises(chitra.ChitraError):
        bank.cases()


def test_what_a_webhook_sends_is_verified() -> None:
    verify = loaded(CLIENT).verify
    secret, other, now = make_secret(), make_secret(), clock.now()
    marks = signature([other, secret], "msg_1", now, '{"type":"ping"}')
    assert verify(secret, marks, b'{"type":"ping"}') == {"type": "ping"}
    with pytest.raises(ValueError, match="not signed"):
        verify(make_secret(), marks, b'{"type":"ping"}')
    with pytest.raises(ValueError, match="not signed"):
        verify(secret, marks, b'{"type":"pong"}')
    with pytest.raises(ValueError, match="old"):
        verify(secret, marks, b"{}", now=now.timestamp() + 301)
